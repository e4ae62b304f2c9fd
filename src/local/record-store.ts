// Records by the number of their owner, as numbers and octets without an object for each. The rule: records that are
// asked for become objects once and are kept, since an answer made of them must allocate nothing.

import { IntList } from '../dns/int-list.ts';

/** A record without its owner. */
export interface OwnedRecord {
  readonly type: number;
  /** Seconds, 0 to 2147483647. */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** A record of local data. */
export interface LocalRecord extends OwnedRecord {
  /** Lower-cased wire form; the first label may be "*" (RFC 4592). */
  readonly owner: Uint8Array;
}

/** All records of one owner and type, one or more. */
export type LocalSet = readonly OwnedRecord[];

/** What one name has, by type. */
export type LocalNode = ReadonlyMap<number, LocalSet>;

/** How many nodes are kept as objects: a client that asks for every name must not fill the memory. */
const MAX_KEPT = 4096;

/** A node with this many records has a table to find duplicates: comparing each with all others is quadratic. */
const MANY = 32;

const NONE = -1;

/** The records of all nodes. */
export class RecordStore {
  /** By node: its first record. */
  readonly #first = new IntList();
  /** By node: its last record. */
  readonly #last = new IntList();
  /** By node with many records: all of them, as type and rdata. */
  readonly #large = new Map<number, Set<string>>();
  /** By record: its node, and the next record of that node or NONE. */
  readonly #nodes = new IntList();
  readonly #next = new IntList();
  readonly #types = new IntList();
  readonly #ttls = new IntList();
  /** By record: where its rdata ends in the octets and the next one's starts. */
  readonly #ends = new IntList();
  #octets = new Uint8Array(1024);
  readonly #kept = new Map<number, LocalNode>();

  /** How many records there are. */
  get count(): number {
    return this.#types.length;
  }

  /** Adds a record to a node, unless it is there. A new node has the number of those before. */
  add(node: number, { type, ttl, rdata }: OwnedRecord): void {
    if (this.#isKnown(node, type, rdata)) return;
    const record = this.#types.push(type);
    if (node < this.#first.length) {
      this.#next.set(this.#last.at(node), record);
      this.#last.set(node, record);
    } else {
      this.#first.push(record);
      this.#last.push(record);
    }
    this.#nodes.push(node);
    this.#next.push(NONE);
    this.#ttls.push(ttl);
    this.#keep(rdata);
    this.#kept.clear();
  }

  /** Whether a node has a record of a type. */
  has(node: number, type: number): boolean {
    let record = this.#firstOf(node);
    while (record !== NONE && this.#types.at(record) !== type) record = this.#next.at(record);
    return record !== NONE;
  }

  nodeOf(record: number): number {
    return this.#nodes.at(record);
  }

  typeOf(record: number): number {
    return this.#types.at(record);
  }

  ttlOf(record: number): number {
    return this.#ttls.at(record);
  }

  rdataOf(record: number): Uint8Array {
    return this.#octets.subarray(record === 0 ? 0 : this.#ends.at(record - 1), this.#ends.at(record));
  }

  /** What a node has. */
  of(node: number): LocalNode {
    const kept = this.#kept.get(node);
    if (kept !== undefined) return kept;
    const made = this.#make(node);
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(node, made);
    return made;
  }

  #isKnown(node: number, type: number, rdata: Uint8Array): boolean {
    const large = this.#large.get(node);
    if (large !== undefined) {
      const key = keyOf(type, rdata);
      const isKnown = large.has(key);
      large.add(key);
      return isKnown;
    }
    let count = 0;
    for (let record = this.#firstOf(node); record !== NONE; record = this.#next.at(record)) {
      if (this.#types.at(record) === type && Buffer.compare(this.rdataOf(record), rdata) === 0) return true;
      count++;
    }
    if (count >= MANY) this.#index(node, keyOf(type, rdata));
    return false;
  }

  #index(node: number, added: string): void {
    const keys = new Set([added]);
    for (let record = this.#firstOf(node); record !== NONE; record = this.#next.at(record))
      keys.add(keyOf(this.#types.at(record), this.rdataOf(record)));
    this.#large.set(node, keys);
  }

  #firstOf(node: number): number {
    return node < this.#first.length ? this.#first.at(node) : NONE;
  }

  #make(node: number): LocalNode {
    const sets = new Map<number, OwnedRecord[]>();
    for (let record = this.#firstOf(node); record !== NONE; record = this.#next.at(record)) {
      const type = this.typeOf(record);
      const set = sets.get(type) ?? [];
      set.push({ type, ttl: this.ttlOf(record), rdata: this.rdataOf(record) });
      sets.set(type, set);
    }
    return new Map(Array.from(sets, ([type, set]) => [type, withOneTtl(set)]));
  }

  #keep(rdata: Uint8Array): void {
    const start = this.#ends.length === 0 ? 0 : this.#ends.at(this.#ends.length - 1);
    const end = start + rdata.length;
    if (end > this.#octets.length) {
      const room = new Uint8Array(Math.max(end, this.#octets.length * 2));
      room.set(this.#octets);
      this.#octets = room;
    }
    this.#octets.set(rdata, start);
    this.#ends.push(end);
  }
}

function keyOf(type: number, rdata: Uint8Array): string {
  return `${type} ${Buffer.from(rdata.buffer, rdata.byteOffset, rdata.length).toString('latin1')}`;
}

/** RFC 2181 section 5.2: one TTL a set, the lowest. */
function withOneTtl(set: LocalSet): LocalSet {
  const ttl = set.reduce((lowest, record) => Math.min(lowest, record.ttl), Infinity);
  return set.map((record) => ({ ...record, ttl }));
}
