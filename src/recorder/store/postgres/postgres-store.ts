// The query log in PostgreSQL, for several nodes. What comes while the server is away waits on disk and is written when it is back.
import { hostname } from 'node:os';
import { join } from 'node:path';
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
import { RestartPause } from '../../../system/restart-pause.ts';
import type { Batch } from '../../batch.ts';
import type { RecordStore, StoreCounts, StoreTeller } from '../record-store.ts';
import type { Ownership } from '../file/owner.ts';
import { asked, firstSeen, page, statistics, top } from './ask.ts';
import { Database } from './database.ts';
import { toIncoming } from './incoming.ts';
import type { Incoming } from './incoming.ts';
import { prepare } from './schema.ts';
import { Spool } from './spool.ts';
import { tidy } from './tidy.ts';
import { forgetPartitions, watch, write } from './write.ts';

/** Between two tries after a failure, in milliseconds: at first, and at most. */
const PAUSES_MS = [250, 15_000] as const;

/** How often what is too old or too much is taken away, in milliseconds. */
const TIDY_MS = 3_600_000;

/** What a store is opened with. */
export interface PostgresParts {
  /** Where batches wait while the server is away. */
  readonly folder: string;
  readonly url: string;
  readonly settings: RecorderSettings;
  readonly tell: StoreTeller;
  /** That nobody else writes what waits; released when the store is closed. */
  readonly ownership?: Ownership | undefined;
  /** The machine's name; default: its own. */
  readonly node?: string | undefined;
  readonly pausesMs?: readonly [first: number, most: number] | undefined;
}

/** A query log in PostgreSQL. Questions and batches have a connection each. */
export class PostgresStore implements RecordStore, History {
  readonly #node: string;
  readonly #tell: StoreTeller;
  readonly #ownership: Ownership | undefined;
  readonly #written: Database;
  readonly #asked: Database;
  readonly #spool: Spool;
  readonly #pause: RestartPause;
  readonly #counts = { kept: 0, lost: 0, again: 0 };
  readonly #tidying: NodeJS.Timeout;
  #settings: RecorderSettings;
  #work: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #fault: string | undefined;
  /** The VLANs that the database knows as watched; undefined: not told yet. */
  #watched: string | undefined;
  #isClosed = false;

  constructor(parts: PostgresParts) {
    const { folder, url, settings, tell, ownership, node = hostname(), pausesMs = PAUSES_MS } = parts;
    this.#ownership = ownership;
    this.#settings = settings;
    this.#tell = tell;
    this.#node = node;
    this.#written = new Database(url, `vlandns ${node}`, prepare);
    this.#asked = new Database(url, `vlandns ${node} (questions)`, prepare);
    this.#spool = new Spool(join(folder, 'querylog.spool'));
    this.#pause = new RestartPause(pausesMs);
    this.#tidying = setInterval(() => void this.#inTurn(() => this.#tidy()), TIDY_MS).unref();
    void this.#inTurn(() => this.#drain());
  }

  get counts(): StoreCounts {
    return { ...this.#counts };
  }

  async add(batch: Batch): Promise<void> {
    const incoming = toIncoming(batch, this.#node);
    await this.#inTurn(() => this.#take(incoming));
  }

  apply(settings: RecorderSettings): void {
    this.#settings = settings;
    void this.#inTurn(() => this.#tidy());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#tidying);
    await this.#work;
    await Promise.all([this.#written.close(), this.#asked.close()]);
    this.#ownership?.release();
  }

  page(
    filter: HistoryFilter,
    paging: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<LogPage> {
    return page(this.#asked, filter, paging);
  }

  top(subject: TopSubject, filter: HistoryFilter, limit: number): Promise<readonly Ranked[]> {
    return top(this.#asked, subject, { filter, limit });
  }

  statistics(filter: HistoryFilter, per: 'hour' | 'day'): Promise<readonly Sum[]> {
    return statistics(this.#asked, filter, per);
  }

  /** On a connection of its own, since it is open for as long as it is read. */
  async *asked(filter: HistoryFilter): AsyncGenerator<AskedName> {
    const database = new Database(this.#settings.store ?? '', `vlandns ${this.#node} (names)`, prepare);
    try {
      yield* asked(database, filter);
    } finally {
      await database.close();
    }
  }

  firstSeen(filter: HistoryFilter, limit: number): Promise<readonly FirstSeen[]> {
    return firstSeen(this.#asked, filter, limit);
  }

  backup(): Promise<void> {
    return Promise.reject(
      new Error('the query log is in PostgreSQL (querylog.store); back it up with pg_dump -n vlandns'),
    );
  }

  async figures(): Promise<StoreFigures> {
    const fault = this.#fault;
    if (fault !== undefined) return { store: 'postgres', queries: 0, octets: 0, oldestMs: undefined, fault };
    const [row] = await this.#asked.rows(
      `SELECT (SELECT sum(queries) FROM day)::text AS queries, (SELECT min(id) FROM query)::text AS first,
         (SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
          WHERE s.nspname = 'vlandns' AND c.relkind IN ('r', 'p'))::text AS octets`,
    );
    const first = row?.['first'] ?? undefined;
    return {
      store: 'postgres',
      queries: Number(row?.['queries'] ?? 0),
      octets: Number(row?.['octets'] ?? 0),
      oldestMs: first === undefined ? undefined : Math.floor(Number(first) / 1000),
    };
  }

  /** One thing at a time, in the order in which it came. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work);
    return this.#work;
  }

  /** Writes a batch, or has it wait on disk behind those that do. */
  async #take(incoming: Incoming): Promise<void> {
    if (this.#fault === undefined && this.#spool.size === 0 && (await this.#write(incoming))) return;
    if (this.#spool.put(incoming, this.#settings.maxOctets)) return;
    this.#counts.lost += incoming.count;
  }

  /** Writes what waits, until nothing does or the server is away. */
  async #drain(): Promise<void> {
    for (;;) {
      const incoming = this.#spool.first();
      if (incoming === undefined) return;
      if (!(await this.#write(incoming))) return;
      this.#spool.drop();
    }
  }

  async #write(incoming: Incoming): Promise<boolean> {
    try {
      await this.#watch();
      const { isNew, seen } = await write(this.#written, incoming);
      if (isNew) this.#counts.kept += incoming.count;
      else this.#counts.again++;
      for (const each of seen) this.#tell.firstSeen(each);
      if (this.#fault !== undefined)
        this.#tell.inform('PostgreSQL takes queries again; what has waited is written');
      this.#fault = undefined;
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** Has the database know which VLANs want to hear of new names, once for each change. */
  async #watch(): Promise<void> {
    const { firstSeen: vlans } = this.#settings;
    const key = vlans.toSorted().join(' ');
    if (key === this.#watched) return;
    await watch(this.#written, vlans);
    this.#watched = key;
  }

  #failed(error: unknown): void {
    forgetPartitions(this.#written);
    const fault = `PostgreSQL does not take queries (${error instanceof Error ? error.message : String(error)}); they wait in the state folder`;
    if (fault !== this.#fault) this.#tell.warn(fault);
    this.#fault = fault;
    clearTimeout(this.#retry);
    if (this.#isClosed) return;
    this.#retry = setTimeout(() => void this.#inTurn(() => this.#again()), this.#pause.ended(0));
  }

  /** Tries the server with what waits longest. */
  async #again(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#spool.size > 0) return this.#drain();
    try {
      await this.#written.rows('SELECT 1');
      this.#fault = undefined;
      this.#tell.inform('PostgreSQL is back');
    } catch (error) {
      this.#failed(error);
    }
  }

  async #tidy(): Promise<void> {
    try {
      await tidy(this.#written, this.#settings, Date.now());
    } catch (error) {
      this.#failed(error);
    }
  }
}
