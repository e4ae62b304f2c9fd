// A table from names to small numbers, looked up with a NameView and no allocation: local data, special names, forward
// zones. Filled first, then only read. Names lie one behind the other, without an object for each: hosts files have many.
import { IntList } from './int-list.ts';
import { MAX_LABELS, MAX_NAME_OCTETS, NameView } from './name-view.ts';

/** Slots of an empty table; at most half of them are taken. */
const FIRST_SLOTS = 8;

/** Names in lower-cased wire form and the number (0 or more) that each stands for; a later one replaces. */
export class NameTable {
  #mask = FIRST_SLOTS - 1;
  /** Entry number + 1 per slot, 0 = free. */
  #slots = new Int32Array(FIRST_SLOTS);
  #octets = new Uint8Array(MAX_NAME_OCTETS);
  /** [entry] is where in the octets its name starts; one more marks the end of the last. */
  readonly #starts = new IntList();
  readonly #hashes = new IntList();
  readonly #values = new IntList();
  /** [hash of a top-level label, modulo 256] is 1 where a name of the table may have it: most queries end there. */
  readonly #tops = new Uint8Array(256);
  /** Which label counts occur: lets a search for the closest ancestor skip the rest. */
  readonly #depths = new Uint8Array(MAX_LABELS + 1);
  /** After findClosest(): the label of the query's name at which the found ancestor starts. */
  label = 0;

  constructor(entries: Iterable<readonly [Uint8Array, number]> = []) {
    this.#starts.push(0);
    const view = new NameView();
    for (const [name, value] of entries) {
      view.setWire(name);
      this.put(view, value);
    }
  }

  /** Adds the suffix of a name that starts at a label; gives the number of its entry, in order of insertion. */
  put(name: NameView, value: number, label = 0): number {
    const slot = this.#slotOf(name, label);
    const known = this.#slots[slot]! - 1;
    if (known >= 0) {
      this.#values.set(known, value);
      return known;
    }
    const entry = this.#values.push(value);
    this.#hashes.push(name.suffixHash(label));
    this.#keep(name, label);
    this.#slots[slot] = entry + 1;
    const depth = name.labelCount - label;
    this.#depths[depth] = 1;
    if (depth === 0) this.#tops.fill(1);
    else this.#tops[topOf(name)] = 1;
    if (this.#values.length * 2 > this.#slots.length) this.#grow();
    return entry;
  }

  /** The name of an entry, in wire form. */
  nameOf(entry: number): Uint8Array {
    return this.#octets.slice(this.#starts.at(entry), this.#starts.at(entry + 1));
  }

  /** Names in the table. */
  get size(): number {
    return this.#values.length;
  }

  /** The number of exactly this name, or of its suffix that starts at a label; -1 where there is none. */
  find(name: NameView, label = 0): number {
    return this.#tops[topOf(name)] === 1 && this.#depths[name.labelCount - label] === 1
      ? this.#at(name, label)
      : -1;
  }

  /** The number of the longest ancestor of the name (itself included), or -1; `label` says where it starts. */
  findClosest(name: NameView): number {
    if (this.#tops[topOf(name)] === 0) return -1;
    for (let label = 0; label <= name.labelCount; label++) {
      if (this.#depths[name.labelCount - label] === 0) continue;
      const value = this.#at(name, label);
      if (value < 0) continue;
      this.label = label;
      return value;
    }
    return -1;
  }

  #at(name: NameView, label: number): number {
    const entry = this.#slots[this.#slotOf(name, label)]! - 1;
    return entry < 0 ? -1 : this.#values.at(entry);
  }

  /** The slot of the name's suffix from label on: where it stands, or the free slot where it would. */
  #slotOf(name: NameView, label: number): number {
    let slot = this.#firstSlot(name.suffixHash(label));
    for (;;) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0 || this.#isSuffix(name, label, entry)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #firstSlot(hash: number): number {
    return (hash ^ (hash >>> 16)) & this.#mask;
  }

  #isSuffix(name: NameView, label: number, entry: number): boolean {
    const start = this.#starts.at(entry);
    const octets = this.#starts.at(entry + 1) - start;
    return octets === name.length - name.labelStart[label]! && name.suffixEquals(label, this.#octets, start);
  }

  #keep(name: NameView, label: number): void {
    const start = this.#starts.at(this.#values.length - 1);
    const suffix = name.wire.subarray(name.labelStart[label], name.length);
    if (start + suffix.length > this.#octets.length) {
      const room = new Uint8Array(this.#octets.length * 2);
      room.set(this.#octets);
      this.#octets = room;
    }
    this.#octets.set(suffix, start);
    this.#starts.push(start + suffix.length);
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    this.#mask = this.#slots.length - 1;
    for (let entry = 0; entry < this.#hashes.length; entry++) {
      let slot = this.#firstSlot(this.#hashes.at(entry));
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = entry + 1;
    }
  }
}

/** Eight bits of the hash of the name's top-level label; of the root, its own. */
function topOf(name: NameView): number {
  return name.suffixHash(name.labelCount > 0 ? name.labelCount - 1 : 0) & 0xff;
}
