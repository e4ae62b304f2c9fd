// Reads a file line by line through one buffer: no line becomes a string, none is longer than 4 KiB.
import { closeSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { NotAFile, openRegularSync } from '../../../system/regular-file.ts';
import { isSystemError } from '../../../system/system-error.ts';

/** The longest line, in octets; longer ones are reported and passed over. */
const MAX_LINE = 4096;

/** How much is read at once, in octets: so large that reading takes no time compared to parsing. */
const CHUNK = 256 * 1024;

/** The most octets of a packed file once unpacked, all of them in memory: the same bound as for a fetched list. */
const MAX_UNPACKED = 128 * 1024 * 1024;

/** How much is read at once to find one line: small enough to stay in the processor's cache. */
const LOOK_CHUNK = 64 * 1024;

const LINE_FEED = 0x0a;

/** The first octets of packed files, and the program that packed them. */
const PACKED = [
  { mark: [0x1f, 0x8b], by: 'gzip' },
  { mark: [0x28, 0xb5, 0x2f, 0xfd], by: 'zstd' },
  { mark: [0xfd, 0x37, 0x7a, 0x58, 0x5a], by: 'xz' },
  { mark: [0x42, 0x5a, 0x68], by: 'bzip2' },
  { mark: [0x50, 0x4b, 0x03, 0x04], by: 'zip' },
] as const;

/** Takes the lines; [start, end) is a line without its line feed. The octets are valid until the call returns. */
export interface LineTaker {
  /** Sees the first chunk of the file before any line, without a byte order mark. */
  beginning(sample: Uint8Array): void;
  line(octets: Uint8Array, start: number, end: number): void;
  /** Gets the first 4 KiB of a line that is longer. */
  longLine(octets: Uint8Array, start: number, end: number): void;
  /** Called when there are no more lines. */
  ended(): void;
}

/** Something that exists but cannot be read as a list: a folder, a device, a file that another program packed. */
export class UnreadableFile extends Error {}

/** Reads the whole file, unpacking gzip. Throws what the file system says when it cannot, or `UnreadableFile`. */
export function readLines(file: string, taker: LineTaker): void {
  const descriptor = openFile(file);
  try {
    new LineReader(taker).readAll(openContent(file, descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** Gives one line of a file, counted from 1, without the spaces at its ends; undefined where there is none. Throws as `readLines`. */
export function readLineAt(file: string, wanted: number): string | undefined {
  const descriptor = openFile(file);
  try {
    const read = openContent(file, descriptor);
    const buffer = Buffer.allocUnsafe(LOOK_CHUNK);
    let line = 1;
    let text = '';
    for (let got = read(buffer, 0, LOOK_CHUNK); got > 0; got = read(buffer, 0, LOOK_CHUNK)) {
      let at = 0;
      while (line <= wanted && at < got) {
        const feed = buffer.indexOf(LINE_FEED, at);
        const end = feed === -1 || feed >= got ? got : feed;
        if (line === wanted && text.length < MAX_LINE) text += buffer.toString('utf8', at, end);
        if (end === got) break;
        line++;
        at = end + 1;
      }
      if (line > wanted) break;
    }
    return text === '' ? undefined : text.trim();
  } finally {
    closeSync(descriptor);
  }
}

function openFile(file: string): number {
  try {
    return openRegularSync(file);
  } catch (error) {
    if (error instanceof NotAFile) throw new UnreadableFile(error.message, { cause: error });
    throw error;
  }
}

/** Puts the next octets of a file's content into [offset, end) of a buffer, and gives how many; 0 at the end. */
type Content = (buffer: Uint8Array, offset: number, end: number) => number;

function openContent(file: string, descriptor: number): Content {
  const by = packedBy(descriptor);
  if (by === undefined)
    return (buffer, offset, end) => readSync(descriptor, buffer, offset, end - offset, null);
  if (by !== 'gzip')
    throw new UnreadableFile(`${file} is packed by ${by}; unpack it, or have it packed by gzip`);
  const text = unpack(file, descriptor);
  let at = 0;
  return (buffer, offset, end) => {
    const part = text.subarray(at, at + end - offset);
    buffer.set(part, offset);
    at += part.length;
    return part.length;
  };
}

function packedBy(descriptor: number): (typeof PACKED)[number]['by'] | undefined {
  const beginning = new Uint8Array(8);
  const got = readSync(descriptor, beginning, 0, beginning.length, 0);
  return PACKED.find(({ mark }) => mark.length <= got && mark.every((octet, at) => beginning[at] === octet))
    ?.by;
}

function unpack(file: string, descriptor: number): Uint8Array {
  try {
    return gunzipSync(readFileSync(descriptor), { maxOutputLength: MAX_UNPACKED });
  } catch (error) {
    if (isSystemError(error) || !(error instanceof Error)) throw error;
    throw new UnreadableFile(`${file} cannot be unpacked: ${error.message}`, { cause: error });
  }
}

class LineReader {
  readonly #taker: LineTaker;
  readonly #buffer = Buffer.allocUnsafe(CHUNK);
  /** Octets at the buffer's start that are left over from the chunk before. */
  #kept = 0;
  /** Whether the rest of a line that was too long is being passed over. */
  #isPassing = false;

  constructor(taker: LineTaker) {
    this.#taker = taker;
  }

  readAll(read: Content): void {
    let isFirst = true;
    for (;;) {
      const got = read(this.#buffer, this.#kept, CHUNK);
      const filled = this.#kept + got;
      let from = 0;
      if (isFirst) {
        from = startsWithMark(this.#buffer, filled) ? 3 : 0;
        this.#taker.beginning(this.#buffer.subarray(from, filled));
        isFirst = false;
      }
      if (got === 0) {
        if (filled > 0 && !this.#isPassing) this.#taker.line(this.#buffer, 0, filled);
        this.#taker.ended();
        return;
      }
      this.#keep(this.#takeLines(from, filled), filled);
    }
  }

  /** Hands out the whole lines in [from, filled) and gives where the unfinished one starts. */
  #takeLines(from: number, filled: number): number {
    const buffer = this.#buffer;
    let start = from;
    for (;;) {
      const end = buffer.indexOf(LINE_FEED, start);
      if (end === -1 || end >= filled) return start;
      if (this.#isPassing) this.#isPassing = false;
      else if (end - start > MAX_LINE) this.#taker.longLine(buffer, start, start + MAX_LINE);
      else this.#taker.line(buffer, start, end);
      start = end + 1;
    }
  }

  #keep(start: number, filled: number): void {
    this.#kept = 0;
    if (this.#isPassing) return;
    if (filled - start > MAX_LINE) {
      this.#taker.longLine(this.#buffer, start, start + MAX_LINE);
      this.#isPassing = true;
      return;
    }
    this.#buffer.copyWithin(0, start, filled);
    this.#kept = filled - start;
  }
}

/** Whether the file starts with UTF-8's byte order mark, which some editors write and is part of no rule. */
function startsWithMark(buffer: Uint8Array, filled: number): boolean {
  return filled >= 3 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
}
