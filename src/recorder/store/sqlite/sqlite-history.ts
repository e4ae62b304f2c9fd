// Answers questions about the query log in SQLite: each is put to the log that is open at that moment.
import { constants } from 'node:fs';
import { copyFile, rm, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  AskedName,
  FirstSeen,
  History,
  HistoryFilter,
  LogPage,
  Ranked,
  StoreFigures,
  Sum,
  TopSubject,
} from '../../../querylog/history.ts';
import type { RecorderSettings } from '../../../querylog/messages.ts';
import { isSystemError } from '../../../system/system-error.ts';
import type { Batch } from '../../batch.ts';
import { nameTest, vlanTest } from '../../wanted.ts';
import { askedNames } from '../asking/asked.ts';
import { dayStarts } from '../asking/day-starts.ts';
import type { Paging } from '../asking/page.ts';
import { readPage } from '../asking/page.ts';
import { select } from '../asking/selection.ts';
import { statistics } from '../asking/statistics.ts';
import { top } from '../asking/top.ts';
import type { RecordStore, StoreCounts } from '../record-store.ts';
import type { StoreParts } from './sqlite-store.ts';
import { SqliteStore } from './sqlite-store.ts';

/** A store and its history. */
export class SqliteHistory implements RecordStore, History {
  readonly #store: SqliteStore;
  readonly #now: () => number;
  #settings: RecorderSettings;

  constructor(parts: StoreParts) {
    this.#store = new SqliteStore(parts);
    this.#settings = parts.settings;
    this.#now = parts.clocks.now;
  }

  get counts(): StoreCounts {
    return this.#store.counts;
  }

  async add(batch: Batch): Promise<void> {
    await this.#store.add(batch);
  }

  apply(settings: RecorderSettings): void {
    this.#settings = settings;
    this.#store.apply(settings);
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  async page(filter: HistoryFilter, paging: Paging): Promise<LogPage> {
    return this.#store.ask(({ log }) => readPage(log, select(log, filter, this.#oldestMs), paging));
  }

  async top(subject: TopSubject, filter: HistoryFilter, limit: number): Promise<readonly Ranked[]> {
    return this.#store.ask(({ log }) => {
      const oldestMs = subject === 'names' ? this.#oldestMs : this.#oldestSumMs;
      return top(log, subject, { selection: select(log, filter, oldestMs), filter, limit });
    });
  }

  async statistics(filter: HistoryFilter, per: 'hour' | 'day'): Promise<readonly Sum[]> {
    const startOf = per === 'hour' ? (hourMs: number) => hourMs : dayStarts(this.#settings.timeZone);
    return this.#store.ask(({ log }) => {
      const oldestMs = filter.name === undefined ? this.#oldestSumMs : this.#oldestMs;
      return statistics(log, { selection: select(log, filter, oldestMs), filter, startOf });
    });
  }

  async *asked(filter: HistoryFilter): AsyncIterable<AskedName> {
    const lots = this.#store.ask(({ log }) =>
      askedNames(log, select(log, filter, this.#oldestMs))[Symbol.iterator](),
    );
    for (;;) {
      const lot = this.#store.ask(() => lots.next());
      if (lot.done === true) return;
      yield* lot.value;
      await nextTurn();
    }
  }

  async firstSeen(filter: HistoryFilter, limit: number): Promise<readonly FirstSeen[]> {
    const { sinceMs = 0, untilMs = Infinity } = filter;
    const isVlan = vlanTest(filter);
    const isName = nameTest(filter.name);
    return this.#store.ask(({ log: { seen, names } }) => {
      const found: FirstSeen[] = [];
      for (const { name: id, ...about } of seen.newest(Math.max(sinceMs, this.#oldestMs), untilMs)) {
        if (!isVlan(about.vlan)) continue;
        const name = names.text(id);
        if (isName(name)) found.push({ ...about, name });
        if (found.length === limit) break;
      }
      return found;
    });
  }

  async backup(file: string): Promise<void> {
    await this.#store.hold(async () => {
      try {
        // Between two transactions the file is whole; it is readable by its owner alone, and so is its copy.
        await copyFile(this.#store.path, file, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      } catch (error) {
        if (isSystemError(error) && error.code === 'EEXIST')
          throw new Error(`${file} is there already; write a name that no file has`, { cause: error });
        await rm(file, { force: true });
        throw error;
      }
    });
  }

  async figures(): Promise<StoreFigures> {
    const { path } = this.#store;
    const files = await Promise.all(
      [path, `${path}-journal`].map(async (name) => stat(name).catch(() => undefined)),
    );
    const octets = files.reduce((sum, found) => sum + (found?.size ?? 0), 0);
    const about = { store: 'sqlite', octets } as const;
    if (this.#store.fault !== undefined)
      return { ...about, queries: 0, oldestMs: undefined, fault: this.#store.fault };
    return this.#store.ask(({ log: { blocks, segments } }) => {
      const open = segments.map(({ block }) => block);
      const oldestMs = [...blocks.places, ...open].reduce(
        (least, { fromMs }) => Math.min(least, fromMs),
        Infinity,
      );
      return {
        ...about,
        queries: blocks.records + open.reduce((sum, { count }) => sum + count, 0),
        oldestMs: oldestMs === Infinity ? undefined : oldestMs,
      };
    });
  }

  /** What is older is not told, though it may not be removed yet. */
  get #oldestMs(): number {
    return this.#now() - this.#settings.keepMs;
  }

  get #oldestSumMs(): number {
    return this.#now() - this.#settings.statisticsMs;
  }
}
