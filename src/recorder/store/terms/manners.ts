// How queries were answered, and what sums are made by: each kept once. Read from the database when it is first asked for; there are
// some hundreds.
import type { Reason } from '../../../querylog/messages.ts';
import { FLAG } from '../../../querylog/record-layout.ts';
import type { Batch } from '../../batch.ts';
import type { Manner } from './manner.ts';
import { MANNER_WORDS, mannerKey, mannerOf } from './manner.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { WordCache } from './word-cache.ts';

/** Manners that are found again by a record's numbers. */
const REMEMBERED = 8192;

/** A kind of queries that sums are made of. */
export interface Sort {
  readonly vlan: string;
  readonly policy: string;
  readonly rcode: number;
  readonly verdict: string;
  readonly blocked: boolean;
  readonly cached: boolean;
  /** Names of the lists that decided; none where something else did. */
  readonly lists: readonly string[];
}

/** A manner, and the id of its sort. */
export interface KeptManner extends Manner {
  readonly sort: number;
}

/** Manners and sorts by id. */
export class Manners {
  readonly #database: SqliteDatabase;
  readonly #cache = new WordCache(MANNER_WORDS, REMEMBERED, crypto.getRandomValues(new Uint32Array(1))[0]!);
  readonly #manners = new Map<number, KeptManner>();
  readonly #sorts = new Map<number, Sort>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** The id of the manner of a record. */
  idOf(batch: Batch, at: number): number {
    mannerKey(batch, at, this.#cache.key);
    let id = this.#cache.find();
    if (id === 0) {
      id = this.#keep(mannerOf(batch, at));
      mannerKey(batch, at, this.#cache.key);
      this.#cache.put(id);
    }
    return id;
  }

  manner(id: number): KeptManner {
    let manner = this.#manners.get(id);
    if (manner === undefined) {
      manner = this.#read(id);
      this.#manners.set(id, manner);
    }
    return manner;
  }

  sortOf(id: number): Sort {
    let sort = this.#sorts.get(id);
    if (sort === undefined) {
      sort = toSort(String(this.#database.one('SELECT key FROM sort WHERE id = ?', id)?.['key'] ?? '[]'));
      this.#sorts.set(id, sort);
    }
    return sort;
  }

  /** Forgets numbers of records: those of another state mean others. */
  forgetNumbers(): void {
    this.#cache.clear();
  }

  /** Forgets all: ids may not be in the database any more. */
  forget(): void {
    this.#cache.clear();
    this.#manners.clear();
    this.#sorts.clear();
  }

  #keep(manner: Manner): number {
    const { reason } = manner;
    const reasonId = reason === undefined ? 0 : this.#intern('reason', reasonKey(reason));
    const sortId = this.#intern('sort', sortKey(manner));
    return this.#intern(
      'manner',
      JSON.stringify([
        [manner.vlan, manner.policy, manner.qtype, manner.rcode, manner.step, manner.verdict, manner.flags],
        [reasonId, manner.depth, manner.error ?? null, manner.upstream ?? null, manner.server ?? null],
        sortId,
      ]),
    );
  }

  #intern(table: 'manner' | 'reason' | 'sort', key: string): number {
    const row = this.#database.one(`SELECT id FROM ${table} WHERE key = ?`, key);
    return row === undefined
      ? this.#database.run(`INSERT INTO ${table} (key) VALUES (?)`, key)
      : Number(row['id']);
  }

  #read(id: number): KeptManner {
    const key = this.#database.one('SELECT key FROM manner WHERE id = ?', id)?.['key'];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as #keep wrote it
    const [first, second, sort] = JSON.parse(String(key)) as MannerKey;
    const [vlan, policy, qtype, rcode, step, verdict, flags] = first;
    const [reasonId, depth, error, upstream, server] = second;
    const reason = reasonId === 0 ? undefined : this.#readReason(reasonId);
    return {
      vlan,
      policy,
      qtype,
      rcode,
      step,
      verdict,
      flags,
      reason,
      depth,
      sort,
      error: error ?? undefined,
      upstream: upstream ?? undefined,
      server: server ?? undefined,
    };
  }

  #readReason(id: number): Reason | undefined {
    const key = this.#database.one('SELECT key FROM reason WHERE id = ?', id)?.['key'];
    if (key === undefined) return undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as reasonKey wrote it
    const [kind, source, text, rule, target] = JSON.parse(String(key)) as ReasonKey;
    return { kind, source, text, rule: rule ?? undefined, target: target ?? undefined };
  }
}

type MannerKey = [
  [vlan: string, policy: string, qtype: number, rcode: number, step: string, verdict: string, flags: number],
  [reason: number, depth: number, error: number | null, upstream: string | null, server: string | null],
  sort: number,
];
type ReasonKey = [
  kind: Reason['kind'],
  source: string,
  text: string,
  rule: string | null,
  target: string | null,
];
type SortKey = [vlan: string, policy: string, rcode: number, verdict: string, flags: number, lists: string];

function reasonKey({ kind, source, text, rule, target }: Reason): string {
  return JSON.stringify([kind, source, text, rule ?? null, target ?? null] satisfies ReasonKey);
}

function sortKey({ vlan, policy, rcode, verdict, flags, reason }: Manner): string {
  const lists = reason?.kind === 'list' ? reason.source : '';
  const kept = flags & (FLAG.BLOCKED | FLAG.HIT);
  return JSON.stringify([vlan, policy, rcode, verdict, kept, lists] satisfies SortKey);
}

function toSort(key: string): Sort {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as sortKey wrote it
  const [vlan = '', policy = '', rcode = 0, verdict = '', flags = 0, lists = ''] = JSON.parse(
    key,
  ) as Partial<SortKey>;
  return {
    vlan,
    policy,
    rcode,
    verdict,
    blocked: (flags & FLAG.BLOCKED) !== 0,
    cached: (flags & FLAG.HIT) !== 0,
    lists: lists === '' ? [] : lists.split(', '),
  };
}
