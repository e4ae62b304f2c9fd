// What can be asked of the query log, whatever keeps it. Times are milliseconds since 1970.
import type { Reason } from './messages.ts';

/** Which queries are meant: all that every key says. */
export interface HistoryFilter {
  readonly vlan?: string | undefined;
  /** The VLANs that whoever asks may know of, whatever else is said; undefined: all. */
  readonly within?: readonly string[] | undefined;
  /** An address, or the name of a client. */
  readonly client?: string | undefined;
  /** A name and all below it; with a `*` at an end, whatever has the rest in it. */
  readonly name?: string | undefined;
  readonly blocked?: boolean | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** A query as it is told. */
export interface LoggedQuery {
  /** Its place: rises with time, good as a cursor. */
  readonly id: number;
  readonly unixMs: number;
  readonly vlan: string;
  readonly policy?: string | undefined;
  /** Undefined where it is anonymous. */
  readonly client?:
    | { readonly address: string; readonly name?: string | undefined; readonly mac?: string | undefined }
    | undefined;
  readonly name: string;
  /** Mnemonics: `AAAA`, `NXDOMAIN`. */
  readonly type: string;
  readonly rcode: string;
  /** How it ended: the name of a STEP, in small letters. */
  readonly step: string;
  readonly blocked: boolean;
  readonly reason?: Reason | undefined;
  /** INFO-CODE of the Extended DNS Error. */
  readonly error?: number | undefined;
  readonly upstream?: string | undefined;
  readonly server?: string | undefined;
  /** How long it waited, in microseconds; 0: answered at once. */
  readonly waitedUs: number;
  readonly cached: boolean;
  readonly stale: boolean;
  readonly transport: 'udp' | 'tcp';
}

/** A page of queries, the newest first. */
export interface LogPage {
  readonly queries: readonly LoggedQuery[];
  /** The cursor of the next page; undefined where there is none. */
  readonly before?: number | undefined;
}

/** What can be ranked. */
export type TopSubject = 'names' | 'clients' | 'lists';

/** One place of a ranking. */
export interface Ranked {
  readonly what: string;
  readonly queries: number;
  readonly blocked: number;
}

/** Sums over one stretch of time. */
export interface Sum {
  /** When it begins. */
  readonly fromMs: number;
  readonly vlan: string;
  readonly policy: string;
  readonly queries: number;
  readonly blocked: number;
  readonly cached: number;
  readonly failed: number;
}

/** A name as a client asked for it over a stretch of time, for replays and proposals. */
export interface AskedName {
  readonly vlan: string;
  readonly policy: string;
  /** Undefined where it is anonymous. */
  readonly client?: string | undefined;
  readonly name: string;
  readonly type: string;
  readonly queries: number;
  readonly blocked: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A name that a VLAN with `first_seen` asked for and never had before, in all that is kept. */
export interface FirstSeen {
  readonly vlan: string;
  readonly name: string;
  readonly unixMs: number;
}

/** How the store is. */
export interface StoreFigures {
  readonly store: 'sqlite' | 'postgres';
  readonly queries: number;
  readonly octets: number;
  readonly oldestMs: number | undefined;
  /** What is wrong with it, and what holds; undefined where nothing is. */
  readonly fault?: string | undefined;
}

/** Answers questions about what was logged. */
export interface History {
  page(
    filter: HistoryFilter,
    paging: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<LogPage>;
  top(subject: TopSubject, filter: HistoryFilter, limit: number): Promise<readonly Ranked[]>;
  statistics(filter: HistoryFilter, per: 'hour' | 'day'): Promise<readonly Sum[]>;
  asked(filter: HistoryFilter): AsyncIterable<AskedName>;
  /** The newest first. */
  firstSeen(filter: HistoryFilter, limit: number): Promise<readonly FirstSeen[]>;
  backup(file: string): Promise<void>;
  figures(): Promise<StoreFigures>;
}
