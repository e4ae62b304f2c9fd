// Records that are answered here: those of the configuration and of hosts files, with the PTR records that follow
// from them. A table made when they change; looked up with a NameView.
import { parseName } from '../dns/name-text.ts';
import { NameTable } from '../dns/name-table.ts';
import type { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import type { LocalRecord } from './zone-line.ts';

/** A record without its owner. */
interface OwnedRecord {
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** All records of one owner and type, one or more; made once, since an answer made of them must allocate nothing. */
export type LocalSet = readonly OwnedRecord[];

/** What one name has; none for a name that only has names below it. */
export type LocalNode = ReadonlyMap<number, LocalSet>;

/** The local data of all VLANs. */
export class LocalData {
  readonly recordCount: number;
  readonly #nodes: LocalNode[];
  readonly #names: NameTable;
  /** Parents of wildcards (RFC 4592 section 2.1.1). */
  readonly #wildcards: NameTable;
  /** Every owner and every name above one. */
  readonly #existing: NameTable;

  constructor(records: readonly LocalRecord[]) {
    const all = [...records, ...pointers(records)];
    const owners = new Map<string, { name: Uint8Array; sets: Map<number, LocalSet> }>();
    for (const record of all) addRecord(owners, record);
    const entries = [...owners.values()];
    this.recordCount = all.length;
    this.#nodes = entries.map(({ sets }) => sets);
    this.#names = new NameTable(entries.map(({ name }, node) => [name, node] as const));
    this.#wildcards = new NameTable(
      entries.flatMap(({ name }, node) => (isWildcard(name) ? [[name.subarray(2), node] as const] : [])),
    );
    this.#existing = new NameTable(
      entries.flatMap(({ name }) => withAncestors(name).map((existing) => [existing, 1] as const)),
    );
  }

  /**
   * The node of a name: its own, or that of a wildcard whose parent is the closest name that exists (RFC 4592
   * section 3.3.1); undefined where the name is none of ours.
   */
  find(name: NameView): LocalNode | undefined {
    if (this.#nodes.length === 0) return undefined;
    const own = this.#names.find(name);
    if (own >= 0) return this.#nodes[own];
    if (this.#wildcards.size === 0) return undefined;
    const wildcard = this.#wildcards.findClosest(name);
    // A wildcard speaks of names below its parent, not of the parent.
    if (wildcard < 0 || this.#wildcards.label === 0) return undefined;
    this.#existing.findClosest(name);
    return this.#wildcards.label === this.#existing.label ? this.#nodes[wildcard] : undefined;
  }

  /** Whether the name is one of ours or has one below it, so that NXDOMAIN would deny that one too (RFC 8020). */
  exists(name: NameView): boolean {
    return this.#existing.find(name) >= 0;
  }
}

function addRecord(
  owners: Map<string, { name: Uint8Array; sets: Map<number, LocalSet> }>,
  record: LocalRecord,
): void {
  const key = Buffer.from(record.owner).toString('latin1');
  const owner = owners.get(key) ?? { name: record.owner, sets: new Map<number, LocalSet>() };
  owners.set(key, owner);
  const { type, rdata } = record;
  const known = owner.sets.get(type) ?? [];
  if (known.some((other) => Buffer.compare(other.rdata, rdata) === 0)) return;
  // RFC 2181 section 5.2: one TTL a set, the lowest.
  const ttl = Math.min(known[0]?.ttl ?? record.ttl, record.ttl);
  owner.sets.set(
    type,
    [...known, record].map((one) => ({ type, ttl, rdata: one.rdata })),
  );
}

/** The name and all names above it. */
function withAncestors(name: Uint8Array): Uint8Array[] {
  const names = [name];
  for (let at = 0; name[at] !== 0;) names.push(name.subarray((at += name[at]! + 1)));
  return names;
}

function isWildcard(owner: Uint8Array): boolean {
  return owner[0] === 1 && owner[1] === 0x2a;
}

/** PTR records for A and AAAA records whose address has no PTR record of its own; the first name wins. */
function pointers(records: readonly LocalRecord[]): LocalRecord[] {
  const taken = new Set(records.filter(({ type }) => type === TYPE.PTR).map(({ owner }) => String(owner)));
  const made: LocalRecord[] = [];
  for (const { owner, type, ttl, rdata } of records) {
    if ((type !== TYPE.A && type !== TYPE.AAAA) || isWildcard(owner)) continue;
    const reverse = reverseName(rdata);
    if (taken.has(String(reverse))) continue;
    taken.add(String(reverse));
    made.push({ owner: reverse, type: TYPE.PTR, ttl, rdata: owner });
  }
  return made;
}

/** The name of an address in in-addr.arpa or ip6.arpa (RFC 1035 section 3.5, RFC 3596 section 2.5). */
export function reverseName(address: Uint8Array): Uint8Array {
  if (address.length === 4) return parseName(`${[...address].toReversed().join('.')}.in-addr.arpa`);
  const nibbles = [...address]
    .toReversed()
    .map((octet) => `${(octet & 15).toString(16)}.${(octet >>> 4).toString(16)}`);
  return parseName(`${nibbles.join('.')}.ip6.arpa`);
}
