// Keeps the texts of the lists fresh: when each is due, what was fetched, which of that is good, and the state of each source.
// The rule: a failure of one source touches no other, and no good copy is given up for it.
import { copyFileSource, readStamp } from './fetch/file-source.ts';
import { hasSameText } from './store/same-text.ts';
import { fetchSource } from './fetch/source-fetch.ts';
import type { FetchOptions, NewCopy } from './fetch/source-fetch.ts';
import type { List } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { CompiledLists } from './compiled-lists.ts';
import { reportOf } from './compiled-lists.ts';
import type { SourceFiles } from './list-keeper.ts';
import { isFile, locationsOf, urlsOf } from './list-sources.ts';
import type { SourceStatus } from './source-book.ts';
import { SourceCopies } from './source-copies.ts';
import type { NewCopies } from './source-copies.ts';
import { SourceFetcher } from './source-fetcher.ts';

/** What a refresh works with. */
export interface RefreshParts {
  /** The folder of the last good copies. */
  readonly folder: string;
  readonly log: Log;
  readonly lookup: FetchOptions['lookup'];
  /** The trusted certificate authorities; default Node's. */
  readonly trust?: FetchOptions['trust'];
  /** Called when a list is due. */
  readonly onDue: () => void;
}

/** The shortest time between two looks at what is due, in milliseconds. */
const MIN_PAUSE_MS = 1000;

/** The longest that setTimeout takes, in milliseconds; lists that are due later are looked at again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The longest pause before a file that could not be taken is looked at again without having changed, in milliseconds. */
const FILE_RETRY_MS = 60_000;

/** Refreshes the texts of the lists of one service. */
export class ListRefresh implements SourceFiles {
  /** The copies on disk. */
  readonly copies: SourceCopies;
  readonly #parts: RefreshParts;
  readonly #fetcher = new SourceFetcher((url) => this.#fetchOne(url));
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: RefreshParts) {
    this.#parts = parts;
    this.copies = new SourceCopies(parts.folder, parts.log);
  }

  fileOf(source: string): string {
    return this.copies.store.fileOf(source);
  }

  /** Why a source's last update is not in use. */
  faultOf(source: string): string | undefined {
    if (this.#fetcher.isUnderWay(source)) return 'it is being fetched, and not here yet';
    return this.copies.book.faultOf(source);
  }

  /** Whether a URL is being fetched, or waits to be. */
  isUnderWay(url: string): boolean {
    return this.#fetcher.isUnderWay(url);
  }

  /** Whether a source had a good copy when we last looked. */
  hasCopy(source: string): boolean {
    return this.copies.book.hasCopy(source);
  }

  /** Makes the folder and reads what it holds of these lists. */
  open(lists: readonly List[]): Promise<void> {
    return this.copies.open(lists);
  }

  /** The URLs that are due now. */
  due(lists: readonly List[]): string[] {
    const nowMs = Date.now();
    return urlsOf(lists)
      .filter(({ url, refreshMs }) => this.copies.book.dueAtMs(url, refreshMs, nowMs) <= nowMs)
      .map(({ url }) => url);
  }

  /** Fetches URLs; resolves when none of them is under way any more. `gather` takes the new copies. */
  fetch(urls: readonly string[]): Promise<void> {
    return this.#fetcher.fetch(urls);
  }

  /** Takes the new copies of these URLs, and of the files that have changed since they were last judged. */
  async gather(lists: readonly List[], urls: readonly string[]): Promise<Map<string, NewCopy>> {
    const copies = this.#fetcher.take(urls);
    for (const file of new Set(locationsOf(lists).filter(isFile))) {
      const copy = await this.#takeFile(file);
      if (copy !== undefined) copies.set(file, copy);
    }
    return copies;
  }

  /** Copies the files that have no good copy yet. */
  async gatherFirst(lists: readonly List[]): Promise<Map<string, NewCopy>> {
    const copies = new Map<string, NewCopy>();
    for (const file of new Set(locationsOf(lists).filter(isFile))) {
      const copy =
        (await readStamp(this.fileOf(file))) === undefined ? await this.#takeFile(file) : undefined;
      if (copy !== undefined) copies.set(file, copy);
    }
    return copies;
  }

  /** Keeps new copies for the next `gather`; those of files are made again then. */
  async putBack(copies: NewCopies): Promise<void> {
    for (const [source, copy] of copies)
      if (isFile(source) || !this.#fetcher.putBack(source, copy))
        await this.copies.discard(new Map([[source, copy]]));
  }

  /** Sets the timer for the next fetch. */
  schedule(lists: readonly List[]): void {
    clearTimeout(this.#timer);
    const nowMs = Date.now();
    const moments = [
      ...urlsOf(lists)
        .filter(({ url }) => !this.#fetcher.isUnderWay(url))
        .map(({ url, refreshMs }) => this.copies.book.dueAtMs(url, refreshMs, nowMs)),
      ...locationsOf(lists)
        .filter(
          (source) =>
            isFile(source) &&
            this.copies.book.faultOf(source) !== undefined &&
            !this.copies.book.isHeld(source),
        )
        .map((file) => this.copies.book.dueAtMs(file, FILE_RETRY_MS, nowMs)),
    ];
    if (moments.length === 0 || this.isClosed) return;
    const waitMs = Math.min(Math.max(Math.min(...moments) - nowMs, MIN_PAUSE_MS), MAX_TIMER_MS);
    this.#timer = setTimeout(this.#parts.onDue, waitMs);
    this.#timer.unref();
  }

  /** The state of every source, given the lists in effect. */
  statuses(lists: readonly List[], compiled: CompiledLists): SourceStatus[] {
    return lists.flatMap((list) =>
      list.sources.map((source) => {
        const { location } = source;
        const status = this.copies.book.statusOf(list, source, reportOf(compiled, list.name, location));
        if (status.isRead || status.hasFailed) return status;
        return this.isUnderWay(location)
          ? { ...status, code: 'fetching', state: 'it is being fetched' }
          : { ...status, state: 'not read yet' };
      }),
    );
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
    const held = this.copies.heldOf(url);
    const outcome = await fetchSource(url, {
      candidate: this.copies.store.candidateOf(url),
      lookup: this.#parts.lookup,
      trust: this.#parts.trust,
      // The validators of a held copy come first: they ask whether the server still has it.
      validators: held?.copy.validators ?? (await this.copies.store.validatorsOf(url)),
      signal: this.#stop.signal,
    });
    if (outcome.state === 'new') return this.#compare(url, outcome);
    if (outcome.state === 'failed') this.#notFetched(url, outcome.reason);
    else if (held !== undefined) this.copies.stillHeld(url, held);
    else await this.copies.settle(url, () => this.copies.store.accept(url, outcome));
    return undefined;
  }

  /** Gives a copy with a new text; one with a known text is not worth a compilation. */
  async #compare(url: string, copy: NewCopy): Promise<NewCopy | undefined> {
    const held = this.copies.heldOf(url);
    if (held !== undefined && (await hasSameText(copy.file, held.copy.file))) {
      await this.copies.discard(new Map([[url, copy]]));
      this.copies.stillHeld(url, held);
      return undefined;
    }
    if (!(await hasSameText(copy.file, this.fileOf(url)))) return copy;
    await this.copies.discard(new Map([[url, copy]]));
    await this.copies.settle(url, () => this.copies.store.renew(url, copy.validators));
    return undefined;
  }

  #notFetched(url: string, reason: string): void {
    if (this.isClosed || !this.copies.note(url, { text: `not fetched: ${reason}`, isHeld: false })) return;
    this.#parts.log.warn(
      { event: 'list_fetch_failed', source: url, reason },
      `${url} could not be fetched: ${reason}`,
    );
  }

  /** Copies a file if its text differs from what is in use or held back. */
  async #takeFile(file: string): Promise<NewCopy | undefined> {
    const stamp = await readStamp(file);
    const held = this.copies.heldOf(file);
    if (stamp !== undefined && held !== undefined && stamp === (await readStamp(held.copy.file)))
      return undefined;
    if (stamp !== undefined && stamp === (await readStamp(this.fileOf(file)))) {
      await this.copies.settle(file, () => Promise.resolve());
      return undefined;
    }
    const outcome = await copyFileSource(file, this.copies.store.candidateOf(file));
    if (outcome.state === 'new') return outcome;
    const reason = outcome.state === 'failed' ? outcome.reason : '';
    const hasCopy = (await readStamp(this.fileOf(file))) !== undefined;
    const meanwhile = hasCopy ? 'the last good copy is used' : 'there is no copy of it';
    if (this.copies.note(file, { text: `not read: ${reason}; ${meanwhile}`, isHeld: false }))
      this.#parts.log.error({ event: 'list_not_read', source: file, reason }, `${reason}; ${meanwhile}`);
    return undefined;
  }
}
