// Records that are answered here: those of the configuration and of hosts files, with the PTR records that follow
// from them. Made again when they change, then looked up with a NameView.
import { IntList } from '../dns/int-list.ts';
import { parseName } from '../dns/name-text.ts';
import { NameTable } from '../dns/name-table.ts';
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import { RecordStore } from './record-store.ts';
import type { LocalNode, LocalRecord } from './record-store.ts';

export type { LocalNode, LocalSet } from './record-store.ts';

/** In the table of names: the name has no records, only names below it. Other names have their node + 1 there. */
const NO_NODE = 0;

/** Stands for the number of a node: the name has no records. */
export const ABSENT = -1;

/** What local data is asked. */
export interface LocalNames {
  /** What a name has: its own records, or those of the wildcard that covers it; undefined where it is none of ours. */
  find(name: NameView): LocalNode | undefined;
  /** The owner of that, which is the name or a wildcard. */
  ownerOf(name: NameView): Uint8Array | undefined;
  /** Whether the name is ours, or one below it is, which NXDOMAIN would deny as well (RFC 8020). */
  exists(name: NameView): boolean;
}

/** One body of local data. A name of a hosts file takes some 100 octets, and is an object only when asked for. */
export class LocalData implements LocalNames {
  /** Every owner and every name above one, except the root. */
  readonly #names = new NameTable();
  /** Parents of wildcards (RFC 4592 section 2.1.1), with the node of the wildcard. */
  readonly #wildcards = new NameTable();
  readonly #records = new RecordStore();
  /** By node: the entry of its name. */
  readonly #entries = new IntList();
  readonly #view = new NameView();
  /** Records that PTR records were made for. */
  #pointed = 0;

  constructor(records: Iterable<LocalRecord> = []) {
    for (const record of records) this.add(record);
    const steps = this.addPointers();
    while (steps.next().done !== true);
  }

  /** How many records there are. */
  get recordCount(): number {
    return this.#records.count;
  }

  /** Adds a record, unless it is there. */
  add({ owner, type, ttl, rdata }: LocalRecord): void {
    this.#view.setWire(owner);
    this.#records.add(this.#nodeOf(this.#view), { type, ttl, rdata });
  }

  /** Makes a name exist without records: wildcards above it do not cover what is below. */
  reserve(name: Uint8Array): void {
    this.#view.setWire(name);
    for (let label = 0; label < this.#view.labelCount; label++)
      if (this.#names.find(this.#view, label) < 0) this.#names.put(this.#view, NO_NODE, label);
  }

  /**
   * Adds PTR records for the A and AAAA records that were added since the last time and whose address has none; the first
   * name wins. A step for each record: other work can be done in between.
   */
  *addPointers(): Generator<void> {
    const records = this.#records;
    const reverse = new NameView();
    for (const end = records.count; this.#pointed < end; this.#pointed++) {
      yield;
      const type = records.typeOf(this.#pointed);
      if (type !== TYPE.A && type !== TYPE.AAAA) continue;
      const owner = this.#names.nameOf(this.#entries.at(records.nodeOf(this.#pointed)));
      if (isWildcard(owner)) continue;
      reverse.setWire(reverseName(records.rdataOf(this.#pointed)));
      const node = this.#nodeOf(reverse);
      // No record may stand beside an alias, such as those of RFC 2317.
      if (records.has(node, TYPE.PTR) || records.has(node, TYPE.CNAME)) continue;
      records.add(node, { type: TYPE.PTR, ttl: records.ttlOf(this.#pointed), rdata: owner });
    }
  }

  /** RFC 4592 section 3.3.1: a wildcard covers a name if its parent is the closest name above that exists. */
  find(name: NameView): LocalNode | undefined {
    const node = this.#locate(name);
    return node === ABSENT ? undefined : this.#records.of(node);
  }

  ownerOf(name: NameView): Uint8Array | undefined {
    const node = this.#locate(name);
    return node === ABSENT ? undefined : this.ownerAt(node);
  }

  exists(name: NameView): boolean {
    return name.labelCount === 0 ? this.#records.count > 0 : this.#names.find(name) >= 0;
  }

  /** The number of the node of this very name. */
  locateExact(name: NameView): number {
    const own = this.#names.find(name);
    return own > NO_NODE ? own - 1 : ABSENT;
  }

  get hasWildcards(): boolean {
    return this.#wildcards.size > 0;
  }

  /** The label at which the closest name above starts that exists here; behind the last label where only the root does. */
  closestLabel(name: NameView): number {
    return this.#names.findClosest(name) < 0 ? name.labelCount : this.#names.label;
  }

  /** The number of the node of the wildcard whose parent starts at a label of the name, not the first. */
  locateWildcard(name: NameView, label: number): number {
    return this.#wildcards.find(name, label);
  }

  nodeAt(node: number): LocalNode {
    return this.#records.of(node);
  }

  ownerAt(node: number): Uint8Array {
    return this.#names.nameOf(this.#entries.at(node));
  }

  #locate(name: NameView): number {
    const own = this.#names.find(name);
    if (own > NO_NODE) return own - 1;
    if (own === NO_NODE || !this.hasWildcards) return ABSENT;
    // Fewer names have wildcards below them than exist.
    const wildcard = this.#wildcards.findClosest(name);
    // A wildcard covers names below its parent, not the parent.
    if (wildcard < 0 || this.#wildcards.label === 0) return ABSENT;
    return this.#wildcards.label === this.closestLabel(name) ? wildcard : ABSENT;
  }

  /** The node of an owner, made where there is none yet. */
  #nodeOf(owner: NameView): number {
    const known = this.#names.find(owner);
    if (known > NO_NODE) return known - 1;
    const node = this.#entries.push(this.#names.put(owner, this.#entries.length + 1));
    if (isWildcard(owner.wire)) this.#wildcards.put(owner, node, 1);
    // All names above one that exists are in the table already.
    if (known === NO_NODE) return node;
    for (let label = 1; label < owner.labelCount && this.#names.find(owner, label) < 0; label++)
      this.#names.put(owner, NO_NODE, label);
    return node;
  }
}

function isWildcard(owner: Uint8Array): boolean {
  return owner[0] === 1 && owner[1] === 0x2a;
}

/** The domain of PTR records for a family of addresses, and for each value of an octet its labels in wire form. */
interface ReverseZone {
  readonly name: Uint8Array;
  readonly labels: readonly Uint8Array[];
}

const IN_ADDR: ReverseZone = {
  name: parseName('in-addr.arpa'),
  labels: octetLabels((octet) => [String(octet)]),
};
const IP6: ReverseZone = {
  name: parseName('ip6.arpa'),
  labels: octetLabels((octet) => [(octet & 15).toString(16), (octet >>> 4).toString(16)]),
};

function octetLabels(labelsOf: (octet: number) => string[]): Uint8Array[] {
  return Array.from({ length: 256 }, (_, octet) =>
    Uint8Array.from(labelsOf(octet).flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')])),
  );
}

/** The name of an address in in-addr.arpa or ip6.arpa (RFC 1035 section 3.5, RFC 3596 section 2.5), in wire form. */
export function reverseName(address: Uint8Array): Uint8Array {
  const { name, labels } = address.length === 4 ? IN_ADDR : IP6;
  const reversed = Array.from(address.toReversed(), (octet) => labels[octet]!);
  return Buffer.concat([...reversed, name]);
}
