// The folder with the last good copy of each source. A copy is replaced by renaming, so that at every moment, a power cut
// included, there is a whole one; validators never outlive the copy that they belong to.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toDiskFault } from './fetch-fault.ts';
import type { FetchOutcome, Validators } from './source-fetch.ts';
import { recordToText, toSourceRecord } from './source-record.ts';
import type { SourceRecord } from './source-record.ts';

/** Where copies are kept. */
export interface SourceStoreOptions {
  /** The folder, for nothing else; it is made by `open`. */
  readonly folder: string;
  /** Gives the time in milliseconds since 1970; `Date.now`. */
  readonly now?: () => number;
}

/** The names that the store gives; whatever else lies in the folder is not its own. */
const OWN_FILE = /^([0-9a-f]{16}-[0-9a-z.-]*)\.(?:txt|json)$/;
const LEFTOVER = /^[0-9a-f]{16}-[0-9a-z.-]*\.new$/;

/** The most of a host's name that a file's name shows, in characters. */
const SHOWN_HOST = 80;

/** Keeps copies of sources. What the disk refuses is thrown as a `FetchFault` whose message is for an operator. */
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
        if (LEFTOVER.test(name)) await rm(join(this.#folder, name), { force: true });
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

  /** Gives what is known of a source's copy; undefined where there is no copy, or where it is not the one that is known. */
  async recordOf(url: string): Promise<SourceRecord | undefined> {
    try {
      const record = toSourceRecord(await readFile(this.#recordFileOf(url), 'utf8'), url);
      const { size } = await stat(this.fileOf(url));
      return record?.octets === size ? record : undefined;
    } catch {
      // Not there or not to be read: then the whole list is fetched.
      return undefined;
    }
  }

  /** Gives what to ask a source's server with; undefined where the whole list is needed. */
  async validatorsOf(url: string): Promise<Validators | undefined> {
    const record = await this.recordOf(url);
    return record && { etag: record.etag, lastModified: record.lastModified };
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
    const known = new Set(Array.from(urls, stemOf));
    return this.#onDisk(async () => {
      const swept = (await readdir(this.#folder)).filter((name) => {
        const stem = OWN_FILE.exec(name)?.[1];
        return stem !== undefined && !known.has(stem);
      });
      for (const name of swept) await rm(join(this.#folder, name), { force: true });
      return swept;
    });
  }

  #recordFileOf(url: string): string {
    return join(this.#folder, `${stemOf(url)}.json`);
  }

  async #writeRecord(record: SourceRecord): Promise<void> {
    const file = this.#recordFileOf(record.url);
    const aside = this.candidateOf(record.url);
    try {
      await writeSynced(aside, recordToText(record));
      await rename(aside, file);
    } catch (error) {
      await Promise.allSettled([rm(aside, { force: true })]);
      throw error;
    }
    await syncFolder(dirname(file));
  }

  async #onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toDiskFault(error, this.#folder) ?? error;
    }
  }
}

/** The part of a file's name that tells a source: enough of a digest to be the only one, and the host for people. */
function stemOf(url: string): string {
  const digest = createHash('sha256').update(url).digest('hex').slice(0, 16);
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return `${digest}-${host
    .toLowerCase()
    .replace(/[^0-9a-z.-]/g, '')
    .slice(0, SHOWN_HOST)}`;
}

async function writeSynced(file: string, text: string): Promise<void> {
  const opened = await open(file, 'w', 0o644);
  try {
    await opened.writeFile(text);
    await opened.sync();
  } finally {
    await opened.close();
  }
}

/** Makes renames last through a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
