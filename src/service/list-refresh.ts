// Keeps the lists fresh: when each is due, fetching what has changed, holding back what would do harm, and telling how
// every source is. What fails in one source touches no other, and nothing that was good is given up for it.
import { checkUpdate } from '../blocklists/fetch/list-guard.ts';
import { FetchFault } from '../blocklists/fetch/fetch-fault.ts';
import { fetchSource } from '../blocklists/fetch/source-fetch.ts';
import type { FetchOptions, FetchOutcome, NewCopy } from '../blocklists/fetch/source-fetch.ts';
import { SourceStore } from '../blocklists/fetch/source-store.ts';
import type { List } from '../config/config.ts';
import type { Log } from '../server/log.ts';
import type { CompiledLists } from './assemble.ts';
import { reportOf } from './list-keeper.ts';
import type { ListKeeper, SourceFiles, StagedLists } from './list-keeper.ts';
import { SourceBook } from './source-book.ts';
import type { SourceStatus } from './source-book.ts';

/** What a refresh works with. */
export interface RefreshParts {
  /** The folder of the last good copies. */
  readonly folder: string;
  readonly log: Log;
  readonly lookup: FetchOptions['lookup'];
  /** Told when a list is due. */
  readonly onDue: () => void;
}

/** New copies that wait for a decision, by URL. */
export type NewCopies = ReadonlyMap<string, NewCopy>;

/** How many sources are fetched at once. */
const PARALLEL = 2;

/** The shortest time between two looks at what is due, in milliseconds. */
const MIN_PAUSE_MS = 1000;

/** setTimeout takes no more, in milliseconds; a list that is due later is looked at again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The paths of last good copies in a folder that is only looked at. */
export function sourceFilesOf(folder: string): SourceFiles {
  const store = new SourceStore({ folder });
  return { fileOf: (url) => store.fileOf(url) };
}

/** Refreshes the lists of one service. */
export class ListRefresh implements SourceFiles {
  /** Why what lies in list files is not in effect, where it is not. */
  heldFiles: string | undefined;
  readonly #parts: RefreshParts;
  readonly #store: SourceStore;
  readonly #book = new SourceBook();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #opened = false;

  constructor(parts: RefreshParts) {
    this.#parts = parts;
    this.#store = new SourceStore({ folder: parts.folder });
  }

  fileOf(url: string): string {
    return this.#store.fileOf(url);
  }

  /** Why a source's last update is not in use, by URL. */
  faultOf(url: string): string | undefined {
    return this.#book.faultOf(url);
  }

  /** Fetches what is due (or all). New copies are kept aside until accept() or hold(). */
  async fetch(lists: readonly List[], all: boolean): Promise<NewCopies> {
    await this.#open(lists);
    const nowMs = Date.now();
    const due = urlsOf(lists).filter(
      ({ url, refreshMs }) => all || this.#book.dueAtMs(url, refreshMs, nowMs) <= nowMs,
    );
    return this.#fetchAll(due.map(({ url }) => url));
  }

  /** Fetches the sources that have no copy yet, and takes what comes. */
  async fetchMissing(lists: readonly List[]): Promise<void> {
    await this.#open(lists);
    const missing = urlsOf(lists).filter(({ url }) => !this.#book.hasCopy(url));
    await this.accept(await this.#fetchAll(missing.map(({ url }) => url)));
  }

  /**
   * Compiles the lists with the new copies, without those that the guard holds back; gives them with the copies that
   * are in them, or undefined where compiling failed. Nothing is in effect until accept() and commit().
   */
  async stage(
    keeper: ListKeeper,
    lists: readonly List[],
    copies: NewCopies,
  ): Promise<{ readonly staged: StagedLists; readonly copies: NewCopies } | undefined> {
    const staged = await keeper.stage(lists, filesOf(copies));
    if (typeof staged === 'string') {
      this.#parts.log.error(
        { event: 'compile_failed', fault: staged },
        'the lists could not be compiled; those in effect stay',
      );
      // Counted as a failure of each, or they would be fetched again at once.
      await this.hold(copies, `the lists could not be compiled: ${staged}`);
      return undefined;
    }
    const harmful = harmfulUpdates(lists, copies, { before: keeper.current, after: staged.lists });
    if (harmful.size === 0) return { staged, copies };
    await staged.discard();
    for (const [url, reason] of harmful)
      await this.hold(
        pick(copies, (known) => known === url),
        reason,
      );
    return this.stage(
      keeper,
      lists,
      pick(copies, (url) => !harmful.has(url)),
    );
  }

  /** Makes new copies the last good ones. */
  async accept(copies: NewCopies): Promise<void> {
    for (const [url, copy] of copies) await this.#keep(url, copy);
  }

  /** Holds new copies back, or what lies in list files where there are none: what was good stays in use, and the reason is told. */
  async hold(copies: NewCopies, reason: string): Promise<void> {
    if (copies.size === 0) {
      this.heldFiles = reason;
      this.#parts.log.error(
        { event: 'list_held', reason },
        `what list files say now is held back: ${reason}`,
      );
    }
    for (const [url, copy] of copies) {
      await this.#store.discard(copy);
      this.#failed(url, `update held back: ${reason}`, true);
      this.#parts.log.error(
        { event: 'list_held', source: url, reason },
        `the update of ${url} is held back: ${reason}`,
      );
    }
  }

  /** Sets the clock for the next fetch. */
  schedule(lists: readonly List[]): void {
    clearTimeout(this.#timer);
    const nowMs = Date.now();
    const moments = urlsOf(lists).map(({ url, refreshMs }) => this.#book.dueAtMs(url, refreshMs, nowMs));
    if (moments.length === 0 || this.#stop.signal.aborted) return;
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

  close(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  /** Makes the folder and learns when each copy was fetched; a folder that cannot be used is told and lived with. */
  async #open(lists: readonly List[]): Promise<void> {
    try {
      if (!this.#opened) await this.#store.open();
      this.#opened = true;
    } catch (error) {
      this.#parts.log.error({ event: 'state_unusable', err: error }, 'lists cannot be kept on disk');
    }
    for (const { url } of urlsOf(lists)) {
      if (this.#book.knows(url)) continue;
      const record = await this.#store.recordOf(url);
      this.#book.enter(url, record?.fetchedAtMs);
    }
  }

  async #fetchAll(urls: readonly string[]): Promise<NewCopies> {
    const copies = new Map<string, NewCopy>();
    const left = [...urls];
    const work = async (): Promise<void> => {
      for (let url = left.shift(); url !== undefined; url = left.shift()) {
        const copy = await this.#fetchOne(url);
        if (copy !== undefined) copies.set(url, copy);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return copies;
  }

  async #fetchOne(url: string): Promise<NewCopy | undefined> {
    const { lookup, log } = this.#parts;
    const outcome = await fetchSource(url, {
      candidate: this.#store.candidateOf(url),
      lookup,
      validators: await this.#store.validatorsOf(url),
      signal: this.#stop.signal,
    });
    switch (outcome.state) {
      case 'new':
        return outcome;
      case 'unchanged':
        await this.#keep(url, outcome);
        return undefined;
      case 'failed':
        this.#failed(url, `not fetched: ${outcome.reason}`);
        log.warn(
          { event: 'list_fetch_failed', source: url, reason: outcome.reason },
          `${url} could not be fetched: ${outcome.reason}`,
        );
        return undefined;
    }
  }

  /** Keeps what was fetched; a disk that refuses it is told and tried again. */
  async #keep(url: string, outcome: Exclude<FetchOutcome, { state: 'failed' }>): Promise<void> {
    try {
      await this.#store.accept(url, outcome);
      this.#book.succeeded(url, Date.now());
    } catch (error) {
      if (!(error instanceof FetchFault)) throw error;
      this.#failed(url, `not kept on disk: ${error.message}`);
      this.#parts.log.error(
        { event: 'list_not_kept', source: url, reason: error.message },
        `the copy of ${url} could not be kept: ${error.message}`,
      );
    }
  }

  #failed(url: string, text: string, isHeld = false): void {
    this.#book.failed(url, Date.now(), { text, isHeld });
  }
}

/** Why each of the copies that would do harm must not be used. */
function harmfulUpdates(
  lists: readonly List[],
  copies: NewCopies,
  compiled: { before: CompiledLists; after: CompiledLists },
): Map<string, string> {
  const harmful = new Map<string, string>();
  for (const { name, sources, guard } of lists) {
    for (const { location } of sources) {
      const next = reportOf(compiled.after, name, location);
      if (next === undefined || !copies.has(location)) continue;
      const before = reportOf(compiled.before, name, location);
      const previous = before?.missing === undefined ? before : undefined;
      const reason = checkUpdate({ previous, next, ...guard });
      if (reason !== undefined) harmful.set(location, reason);
    }
  }
  return harmful;
}

function urlsOf(lists: readonly List[]): { url: string; refreshMs: number }[] {
  return lists.flatMap(({ sources, refreshMs }) =>
    sources.filter(({ kind }) => kind === 'url').map(({ location }) => ({ url: location, refreshMs })),
  );
}

function filesOf(copies: NewCopies): Map<string, string> {
  return new Map([...copies].map(([url, { file }]) => [url, file]));
}

function pick(copies: NewCopies, isWanted: (url: string) => boolean): NewCopies {
  return new Map([...copies].filter(([url]) => isWanted(url)));
}
