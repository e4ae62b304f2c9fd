// Updates that are held back, kept beside the last good copies until they are accepted, or another one comes: an operator
// accepts what was judged, whatever the server has by then, and after a restart too.
import { existsSync } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewCopy } from '../fetch/source-fetch.ts';
import { recordToText, toSourceRecord } from './source-record.ts';
import { stemOf } from './source-names.ts';
import { writeSynced } from '../../system/synced-write.ts';

/** An update that is held back. */
export interface HeldCopy {
  readonly copy: NewCopy;
  /** Why, in a sentence without a full stop. */
  readonly reason: string;
  /** The circumstances that it was judged under, as the caller writes them; under others it might be good. */
  readonly judgedUnder: string;
  /** When it came, in milliseconds since 1970. */
  readonly fetchedAtMs: number;
}

/** What is held back of each source, in a folder that others keep files in as well. */
export class HeldCopies {
  readonly #folder: string;
  readonly #held = new Map<string, HeldCopy>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Gives what is held back of a source. */
  of(source: string): HeldCopy | undefined {
    return this.#held.get(source);
  }

  /** Reads what an earlier process held back of a source; an incomplete one is removed. */
  async enter(source: string): Promise<void> {
    const held = await readHeld(source, this.fileOf(source), this.#recordFileOf(source));
    if (held !== undefined) this.#held.set(source, held);
    // Asked first, since a read-only disk refuses to remove even what does not exist.
    else if (existsSync(this.fileOf(source)) || existsSync(this.#recordFileOf(source)))
      await this.forget(source);
  }

  /** Takes a new copy in place of what was held before. Throws what the file system says when it cannot. */
  async keep(source: string, { copy, reason, judgedUnder, fetchedAtMs }: HeldCopy): Promise<void> {
    const file = this.fileOf(source);
    // First, so that a record never lies beside another copy.
    await rm(this.#recordFileOf(source), { force: true });
    if (copy.file !== file) await rename(copy.file, file);
    const { octets, validators } = copy;
    const record = { url: source, ...validators, fetchedAtMs, octets, reason, judgedUnder };
    await writeSynced(this.#recordFileOf(source), `${file}.new`, recordToText(record));
    this.#held.set(source, { copy: { ...copy, file }, reason, judgedUnder, fetchedAtMs });
  }

  /** Removes what is held back of a source, or the rest of it once its copy was moved. */
  async forget(source: string): Promise<void> {
    this.#held.delete(source);
    await rm(this.#recordFileOf(source), { force: true });
    await rm(this.fileOf(source), { force: true });
  }

  /** Gives the path where a held copy of a source lies, whether there is one or not. */
  fileOf(source: string): string {
    return join(this.#folder, `${stemOf(source)}.held`);
  }

  #recordFileOf(source: string): string {
    return `${this.fileOf(source)}.json`;
  }
}

async function readHeld(source: string, file: string, recordFile: string): Promise<HeldCopy | undefined> {
  try {
    const text = await readFile(recordFile, 'utf8');
    const record = toSourceRecord(text, source);
    const { size } = await stat(file);
    if (record?.octets !== size) return undefined;
    const { reason, judgedUnder }: Partial<Record<string, unknown>> = JSON.parse(text);
    if (typeof reason !== 'string' || typeof judgedUnder !== 'string') return undefined;
    const { etag, lastModified, octets, fetchedAtMs } = record;
    const copy: NewCopy = { state: 'new', file, octets, validators: { etag, lastModified } };
    return { copy, reason, judgedUnder, fetchedAtMs };
  } catch {
    // Nothing is held, or it cannot be read and is fetched again.
    return undefined;
  }
}
