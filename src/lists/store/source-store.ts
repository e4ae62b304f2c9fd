// The folder with the last good copy of each source. A copy is replaced by renaming, so that there is always a whole one,
// after a power cut too; validators never outlive their copy.
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toDiskFault } from '../fetch/fetch-fault.ts';
import type { FetchOutcome, Validators } from '../fetch/source-fetch.ts';
import { recordToText, toSourceRecord } from './source-record.ts';
import type { SourceRecord } from './source-record.ts';
import { isLeftover, isOwnFile, namesOf, stemOf } from './source-names.ts';
import { writeSynced } from '../../system/synced-write.ts';

/** Where copies are kept. */
export interface SourceStoreOptions {
  /** The folder, for nothing else; it is made by `open`. */
  readonly folder: string;
  /** Gives the time in milliseconds since 1970; `Date.now`. */
  readonly now?: () => number;
}

/** Keeps copies of sources, which are URLs, or paths of files on this host. What the disk refuses is thrown as a `FetchFault` whose message is for an operator. */
export class SourceStore {
  readonly #folder: string;
  readonly #now: () => number;
  /** Makes the names of candidates differ. */
  #candidates = 0;

  constructor({ folder, now = Date.now }: SourceStoreOptions) {
    this.#folder = folder;
    this.#now = now;
  }

  /** Makes the folder and removes what an earlier process did not finish; to be called once, before the first fetch. */
  async open(): Promise<void> {
    await this.#onDisk(async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o755 });
      for (const name of await readdir(this.#folder)) {
        if (isLeftover(name)) await rm(join(this.#folder, name), { force: true });
      }
    });
  }

  /** Gives the path of a source's last good copy, whether there is one or not. */
  fileOf(url: string): string {
    return join(this.#folder, `${stemOf(url)}.txt`);
  }

  /** Gives a path to fetch a new copy to, another one at each call. */
  candidateOf(url: string): string {
    return join(this.#folder, `${stemOf(url)}.${++this.#candidates}.new`);
  }

  /** Gives the record of a source's copy; undefined where there is no copy, or the record is not of this one. */
  async recordOf(url: string): Promise<SourceRecord | undefined> {
    try {
      const record = toSourceRecord(await readFile(this.#recordFileOf(url), 'utf8'), url);
      const { size } = await stat(this.fileOf(url));
      return record?.octets === size ? record : undefined;
    } catch {
      // Missing or unreadable: then the whole list is fetched.
      return undefined;
    }
  }

  /** Gives the validators to ask a source's server with; undefined where the whole list is needed. */
  async validatorsOf(url: string): Promise<Validators | undefined> {
    const record = await this.recordOf(url);
    return record && { etag: record.etag, lastModified: record.lastModified };
  }

  /** Notes that a copy is still the newest, with the server's present validators. */
  async renew(url: string, validators: Validators): Promise<void> {
    await this.#onDisk(async () => {
      const record = await this.recordOf(url);
      if (record === undefined) return;
      const { etag, lastModified } = validators;
      await this.#writeRecord({ ...record, etag, lastModified, fetchedAtMs: this.#now() });
    });
  }

  /**
   * Makes a new copy the last good one, or notes that the old one is still the newest. Where only the record cannot be
   * written it throws, too: the copy is then in place, and is fetched whole next time.
   */
  async accept(url: string, outcome: Exclude<FetchOutcome, { state: 'failed' }>): Promise<void> {
    await this.#onDisk(async () => {
      const fetchedAtMs = this.#now();
      if (outcome.state === 'new') {
        const { file, octets, validators } = outcome;
        // First of all: an old record beside a new copy, or the reverse, would get 304 for a list that we do not have.
        await rm(this.#recordFileOf(url), { force: true });
        await rename(file, this.fileOf(url));
        await this.#writeRecord({ url, ...validators, fetchedAtMs, octets });
      } else {
        const record = await this.recordOf(url);
        if (record !== undefined) await this.#writeRecord({ ...record, fetchedAtMs });
      }
    });
  }

  /** Removes a new copy that was not accepted; other outcomes have left nothing. */
  async discard(outcome: FetchOutcome): Promise<void> {
    if (outcome.state !== 'new') return;
    await this.#onDisk(() => rm(outcome.file, { force: true }));
  }

  /** Removes the copies of all sources but these; gives the names of the files that are gone. */
  async sweep(urls: Iterable<string>): Promise<string[]> {
    const known = new Set(Array.from(urls, namesOf).flat());
    return this.#onDisk(async () => {
      const swept = (await readdir(this.#folder)).filter((name) => isOwnFile(name) && !known.has(name));
      for (const name of swept) await rm(join(this.#folder, name), { force: true });
      return swept;
    });
  }

  #recordFileOf(url: string): string {
    return join(this.#folder, `${stemOf(url)}.json`);
  }

  #writeRecord(record: SourceRecord): Promise<void> {
    return writeSynced(this.#recordFileOf(record.url), this.candidateOf(record.url), recordToText(record));
  }

  async #onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toDiskFault(error, this.#folder) ?? error;
    }
  }
}
