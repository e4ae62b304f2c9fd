// Writes a reply's text to a file, decompressed, chunk by chunk, so that only the chunks on their way are in memory.
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import type { FetchDeadline } from './fetch-deadline.ts';
import { FetchFault, toDiskFault } from './fetch-fault.ts';
import { TextCheck } from './text-check.ts';
import { ZstdEnd } from './zstd-end.ts';

/** Where a reply's text goes, and how much of it at most. */
export interface SaveOptions {
  /** The file to write, which is replaced; removed when anything fails. */
  readonly candidate: string;
  /** The bound of the text after decompression, in octets. */
  readonly maxOctets: number;
  readonly deadline: FetchDeadline;
}

/** Makes decompressors give small chunks; the rest of larger pieces waits inside. */
const CHUNK = { chunkSize: 64 * 1024 };

/** What only some versions of Node have: zstd came with 22.15. */
const versionDependent: {
  readonly createGunzip: unknown;
  readonly createZstdDecompress?: (options: { chunkSize: number }) => Duplex;
} = zlib;
const { createZstdDecompress } = versionDependent;

const DECODERS: Readonly<Record<string, (() => Duplex) | undefined>> = {
  identity: () => new PassThrough(),
  gzip: () => zlib.createGunzip(CHUNK),
  'x-gzip': () => zlib.createGunzip(CHUNK),
  br: () => zlib.createBrotliDecompress(CHUNK),
  zstd: createZstdDecompress && (() => createZstdDecompress(CHUNK)),
};

/** The encodings that we accept. */
export const ACCEPT_ENCODING = createZstdDecompress === undefined ? 'br, gzip' : 'zstd, br, gzip';

/** Saves a reply's text and gives its size in octets. Throws a `FetchFault`, or what the reply's stream says. */
export async function saveBody(response: IncomingMessage, options: SaveOptions): Promise<number> {
  const { candidate, maxOctets, deadline } = options;
  const decoder = openDecoder(response.headers['content-encoding']);
  const file = await onDisk(candidate, open(candidate, 'w', 0o644));
  try {
    const check = new TextCheck(maxOctets, response.headers['content-type']);
    const end = nameOf(response.headers['content-encoding']) === 'zstd' ? new ZstdEnd() : undefined;
    const arriving = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        deadline.progress();
        end?.take(chunk);
        yield chunk;
      }
      // The same error as zlib's for the other encodings.
      if (end?.isWhole === false) throw Object.assign(new Error('unexpected end'), { code: 'Z_BUF_ERROR' });
    };
    const keep = async (text: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of text) {
        check.take(chunk);
        // Appends after the last write.
        await onDisk(candidate, file.writeFile(chunk));
      }
    };
    await pipeline(response, arriving, decoder, keep, { signal: deadline.signal });
    check.end();
    await onDisk(candidate, file.sync());
    await onDisk(candidate, file.close());
    return check.octets;
  } catch (error) {
    await abandon(file, candidate);
    throw error;
  }
}

function nameOf(encoding: string | undefined): string {
  return encoding === undefined || encoding === '' ? 'identity' : encoding.trim().toLowerCase();
}

function openDecoder(encoding: string | undefined): Duplex {
  const name = nameOf(encoding);
  const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (decoder === undefined)
    throw new FetchFault(`the list came as ${JSON.stringify(encoding)}, and we take ${ACCEPT_ENCODING}`);
  return decoder();
}

async function onDisk<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toDiskFault(error, dirname(file)) ?? error;
  }
}

/** Closes and removes an unwanted file; errors are dropped, since the fault that led here is the one to report. */
async function abandon(file: FileHandle, candidate: string): Promise<void> {
  await Promise.allSettled([file.close()]);
  await Promise.allSettled([rm(candidate, { force: true })]);
}
