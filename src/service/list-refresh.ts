// Keeps the texts of the lists fresh: when each is due, what has come of it, what of that is good, and how every source is.
// The rule: what fails in one source touches no other, and nothing that was good is given up for it.
import { isAbsolute } from 'node:path';
import { copyFileSource, isSameState, readStamp } from '../blocklists/fetch/file-source.ts';
import { FetchFault } from '../blocklists/fetch/fetch-fault.ts';
import { HeldCopies } from '../blocklists/fetch/held-copies.ts';
import type { HeldCopy } from '../blocklists/fetch/held-copies.ts';
import { hasSameText } from '../blocklists/fetch/same-text.ts';
import { fetchSource } from '../blocklists/fetch/source-fetch.ts';
import type { FetchOptions, NewCopy } from '../blocklists/fetch/source-fetch.ts';
import { SourceStore } from '../blocklists/fetch/source-store.ts';
import type { List } from '../config/config.ts';
import type { Log } from '../server/log.ts';
import type { CompiledLists } from './assemble.ts';
import { reportOf } from './list-keeper.ts';
import type { SourceFiles } from './list-keeper.ts';
import { SourceBook } from './source-book.ts';
import type { SourceStatus } from './source-book.ts';
import { SourceFetcher } from './source-fetcher.ts';

/** What a refresh works with. */
export interface RefreshParts {
  /** The folder of the last good copies. */
  readonly folder: string;
  readonly log: Log;
  readonly lookup: FetchOptions['lookup'];
  /** Told when a list is due. */
  readonly onDue: () => void;
}

/** New copies that wait for a decision, by URL or path. */
export type NewCopies = ReadonlyMap<string, NewCopy>;

/** The shortest time between two looks at what is due, in milliseconds. */
const MIN_PAUSE_MS = 1000;

/** setTimeout takes no more, in milliseconds; a list that is due later is looked at again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The longest pause before a file that could not be taken is looked at again without having changed, in milliseconds. */
const FILE_RETRY_MS = 60_000;

/** Refreshes the texts of the lists of one service. */
export class ListRefresh implements SourceFiles {
  readonly #parts: RefreshParts;
  readonly #store: SourceStore;
  readonly #held: HeldCopies;
  readonly #book = new SourceBook();
  readonly #fetcher = new SourceFetcher((url) => this.#fetchOne(url));
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isOpen = false;

  constructor(parts: RefreshParts) {
    this.#parts = parts;
    this.#store = new SourceStore({ folder: parts.folder });
    this.#held = new HeldCopies(parts.folder);
  }

  fileOf(source: string): string {
    return this.#store.fileOf(source);
  }

  /** Why a source's last update is not in use. */
  faultOf(source: string): string | undefined {
    if (this.#fetcher.isUnderWay(source)) return 'it is being fetched, and not here yet';
    return this.#book.faultOf(source);
  }

  /** Whether a URL is being fetched, or waits for its turn. */
  isUnderWay(url: string): boolean {
    return this.#fetcher.isUnderWay(url);
  }

  /** Whether there is a good copy of a source, or there was one when we last looked. */
  hasCopy(source: string): boolean {
    return this.#book.hasCopy(source);
  }

  /** What is held back of a source. */
  heldOf(source: string): HeldCopy | undefined {
    return this.#held.of(source);
  }

  /** Makes the folder and learns what lies in it of these lists; one that cannot be used is told and lived with. */
  async open(lists: readonly List[]): Promise<void> {
    try {
      if (!this.#isOpen) await this.#store.open();
      this.#isOpen = true;
    } catch (error) {
      this.#parts.log.error({ event: 'state_unusable', err: error }, 'lists cannot be kept on disk');
    }
    for (const source of locationsOf(lists)) {
      if (this.#book.knows(source)) continue;
      const record = await this.#store.recordOf(source);
      this.#book.enter(source, isFile(source) ? undefined : record?.fetchedAtMs);
      await this.#quietly(() => this.#held.enter(source));
      const held = this.#held.of(source);
      if (held !== undefined) this.#book.failed(source, held.fetchedAtMs, toHeldFault(held.reason));
    }
  }

  /** The URLs that are due now. */
  due(lists: readonly List[]): string[] {
    const nowMs = Date.now();
    return urlsOf(lists)
      .filter(({ url, refreshMs }) => this.#book.dueAtMs(url, refreshMs, nowMs) <= nowMs)
      .map(({ url }) => url);
  }

  /** Fetches URLs; resolves when none of them is under way any more. What comes is taken with `gather`. */
  fetch(urls: readonly string[]): Promise<void> {
    return this.#fetcher.fetch(urls);
  }

  /** Takes the new copies that have come of these URLs, and of the files that have changed since they were last judged. */
  async gather(lists: readonly List[], urls: readonly string[]): Promise<Map<string, NewCopy>> {
    const copies = this.#fetcher.take(urls);
    for (const file of new Set(locationsOf(lists).filter(isFile))) {
      const copy = await this.#takeFile(file);
      if (copy !== undefined) copies.set(file, copy);
    }
    return copies;
  }

  /** Copies the files of which there is no good copy yet. */
  async gatherFirst(lists: readonly List[]): Promise<Map<string, NewCopy>> {
    const copies = new Map<string, NewCopy>();
    for (const file of new Set(locationsOf(lists).filter(isFile))) {
      const copy =
        (await readStamp(this.fileOf(file))) === undefined ? await this.#takeFile(file) : undefined;
      if (copy !== undefined) copies.set(file, copy);
    }
    return copies;
  }

  /** The sources that were read and that nothing is left of but what is in effect; what can be is fetched again. */
  async lostTexts(lists: readonly List[], copies: NewCopies, compiled: CompiledLists): Promise<string[]> {
    const lost: string[] = [];
    for (const { name, sources } of lists) {
      for (const { location } of sources) {
        const report = reportOf(compiled, name, location);
        if (report === undefined || report.missing !== undefined || copies.has(location)) continue;
        if ((await readStamp(this.fileOf(location))) !== undefined) continue;
        lost.push(location);
        this.#book.enter(location, undefined);
        this.#parts.log.error(
          { event: 'list_copy_lost', source: location },
          `the copy of ${location} is gone; no list is changed until it has been read again`,
        );
      }
    }
    return lost;
  }

  /** Makes new copies the last good ones. */
  async accept(copies: NewCopies): Promise<void> {
    for (const [source, copy] of copies) await this.#keep(source, copy);
  }

  /** Keeps a new copy aside until it is accepted or another one comes; tells why, once for each reason. */
  async hold(source: string, held: Omit<HeldCopy, 'fetchedAtMs'>): Promise<void> {
    const { reason } = held;
    const isNews = this.#note(source, toHeldFault(reason));
    const nowMs = Date.now();
    if (!(await this.#quietly(() => this.#held.keep(source, { ...held, fetchedAtMs: nowMs }))))
      await this.discard(new Map([[source, held.copy]]));
    if (isNews)
      this.#parts.log.error(
        { event: 'list_held', source, reason },
        `the update of ${source} is held back: ${reason}`,
      );
  }

  /** Gives new copies up, for a reason that is not in them: they are fetched or read again after a while. */
  async fail(copies: NewCopies, reason: string): Promise<void> {
    for (const source of copies.keys())
      this.#note(source, { text: `update not used: ${reason}`, isHeld: false });
    await this.discard(copies);
  }

  /** Has new copies wait for the next `gather`; those of files are made again then. */
  async putBack(copies: NewCopies): Promise<void> {
    for (const [source, copy] of copies)
      if (isFile(source) || !this.#fetcher.putBack(source, copy))
        await this.discard(new Map([[source, copy]]));
  }

  /** Removes new copies; what is held back stays. */
  async discard(copies: NewCopies): Promise<void> {
    for (const [source, copy] of copies)
      if (copy.file !== this.#held.fileOf(source)) await this.#quietly(() => this.#store.discard(copy));
  }

  /** Sets the clock for the next fetch. */
  schedule(lists: readonly List[]): void {
    clearTimeout(this.#timer);
    const nowMs = Date.now();
    const moments = [
      ...urlsOf(lists)
        .filter(({ url }) => !this.#fetcher.isUnderWay(url))
        .map(({ url, refreshMs }) => this.#book.dueAtMs(url, refreshMs, nowMs)),
      ...locationsOf(lists)
        .filter(
          (source) =>
            isFile(source) && this.#book.faultOf(source) !== undefined && !this.#book.isHeld(source),
        )
        .map((file) => this.#book.dueAtMs(file, FILE_RETRY_MS, nowMs)),
    ];
    if (moments.length === 0 || this.isClosed) return;
    const waitMs = Math.min(Math.max(Math.min(...moments) - nowMs, MIN_PAUSE_MS), MAX_TIMER_MS);
    this.#timer = setTimeout(this.#parts.onDue, waitMs);
    this.#timer.unref();
  }

  /** How every source is, given the lists in effect. */
  statuses(lists: readonly List[], compiled: CompiledLists): SourceStatus[] {
    return lists.flatMap((list) =>
      list.sources.map((source) =>
        this.#book.statusOf(list, source, reportOf(compiled, list.name, source.location)),
      ),
    );
  }

  /** Removes what is kept of sources that are in no list any more. */
  async sweep(lists: readonly List[]): Promise<void> {
    await this.#quietly(() => this.#store.sweep(locationsOf(lists)));
  }

  get isClosed(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Ends the fetches that are under way, and lets none begin. */
  close(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  async #fetchOne(url: string): Promise<NewCopy | undefined> {
    const held = this.#held.of(url);
    const outcome = await fetchSource(url, {
      candidate: this.#store.candidateOf(url),
      lookup: this.#parts.lookup,
      // What is held back is asked for as well: whether the server still has it.
      validators: held?.copy.validators ?? (await this.#store.validatorsOf(url)),
      signal: this.#stop.signal,
    });
    if (outcome.state === 'new') return this.#compare(url, outcome);
    if (outcome.state === 'failed') this.#notFetched(url, outcome.reason);
    else if (held !== undefined) this.#book.failed(url, Date.now(), toHeldFault(held.reason));
    else await this.#settle(url, () => this.#store.accept(url, outcome));
    return undefined;
  }

  /** Gives a copy that says something new; one that says what is known already is not worth a compilation. */
  async #compare(url: string, copy: NewCopy): Promise<NewCopy | undefined> {
    const held = this.#held.of(url);
    if (held !== undefined && (await hasSameText(copy.file, held.copy.file))) {
      await this.discard(new Map([[url, copy]]));
      this.#book.failed(url, Date.now(), toHeldFault(held.reason));
      return undefined;
    }
    if (!(await hasSameText(copy.file, this.fileOf(url)))) return copy;
    await this.discard(new Map([[url, copy]]));
    await this.#settle(url, () => this.#store.renew(url, copy.validators));
    return undefined;
  }

  #notFetched(url: string, reason: string): void {
    if (this.isClosed || !this.#note(url, { text: `not fetched: ${reason}`, isHeld: false })) return;
    this.#parts.log.warn(
      { event: 'list_fetch_failed', source: url, reason },
      `${url} could not be fetched: ${reason}`,
    );
  }

  /** Copies a file if it says something else than what is in use or held back. */
  async #takeFile(file: string): Promise<NewCopy | undefined> {
    const stamp = await readStamp(file);
    const held = this.#held.of(file);
    if (stamp !== undefined && held !== undefined && stamp === (await readStamp(held.copy.file)))
      return undefined;
    if (stamp !== undefined && stamp === (await readStamp(this.fileOf(file)))) {
      await this.#settle(file, () => Promise.resolve());
      return undefined;
    }
    const outcome = await copyFileSource(file, this.#store.candidateOf(file));
    if (outcome.state === 'new') return outcome;
    const reason = outcome.state === 'failed' ? outcome.reason : '';
    if (this.#note(file, { text: `not read: ${reason}; the last good copy is used`, isHeld: false }))
      this.#parts.log.error(
        { event: 'list_not_read', source: file, reason },
        `the last good copy of ${file} is used: ${reason}`,
      );
    return undefined;
  }

  /** Keeps what is good; a disk that refuses it is told and tried again. */
  async #keep(source: string, copy: NewCopy): Promise<void> {
    const isKept = await this.#settle(source, () => this.#store.accept(source, copy));
    if (!isKept) await this.discard(new Map([[source, copy]]));
  }

  /** Does the last step of an update, after which all is well with a source; says whether it could be done. */
  async #settle(source: string, lastStep: () => Promise<void>): Promise<boolean> {
    try {
      await lastStep();
      if (this.#held.of(source) !== undefined) await this.#held.forget(source);
      this.#book.succeeded(source, isFile(source) ? undefined : Date.now());
      return true;
    } catch (error) {
      if (!(error instanceof FetchFault)) throw error;
      const reason = error.message;
      if (this.#note(source, { text: `not kept on disk: ${reason}`, isHeld: false }))
        this.#parts.log.error(
          { event: 'list_not_kept', source, reason },
          `the copy of ${source} could not be kept: ${reason}`,
        );
      return false;
    }
  }

  /** Notes a fault; says whether it is another one than before. */
  #note(source: string, fault: { readonly text: string; readonly isHeld: boolean }): boolean {
    const isNews = this.#book.faultOf(source) !== fault.text;
    this.#book.failed(source, Date.now(), fault);
    return isNews;
  }

  /** Does what nothing depends on; says whether it could be done. */
  async #quietly(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#parts.log.warn(
        { event: 'state_unusable', err: error },
        'the folder of the lists is not as it should be',
      );
      return false;
    }
  }
}

/** The paths of the texts of sources, for those who only look: files as they are now, unless they are held back. */
export function sourceFilesOf(folder: string): SourceFiles {
  const store = new SourceStore({ folder });
  const held = new HeldCopies(folder);
  return {
    fileOf: (source) =>
      isFile(source) && !isSameState(source, held.fileOf(source)) ? source : store.fileOf(source),
  };
}

/** All URLs of lists, and how often each is fetched. */
export function urlsOf(lists: readonly List[]): { url: string; refreshMs: number }[] {
  return lists.flatMap(({ sources, refreshMs }) =>
    sources.filter(({ kind }) => kind === 'url').map(({ location }) => ({ url: location, refreshMs })),
  );
}

/** All URLs and paths of lists. */
export function locationsOf(lists: readonly List[]): string[] {
  return lists.flatMap(({ sources }) => sources.map(({ location }) => location));
}

function isFile(source: string): boolean {
  return isAbsolute(source);
}

function toHeldFault(reason: string): { readonly text: string; readonly isHeld: boolean } {
  return { text: `update held back: ${reason}`, isHeld: true };
}
