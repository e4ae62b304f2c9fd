// A fixed table from names to small numbers, looked up with a NameView and no allocation: local data, special
// names, forward zones. Filled once when it is made.
import { MAX_LABELS, NameView } from './name-view.ts';

/** Names in lower-cased wire form and the number (0 or more) that each stands for; a later one replaces. */
export class NameTable {
  readonly #mask: number;
  /** Entry number + 1 per slot, 0 = free; at most half full. */
  readonly #slots: Int32Array;
  readonly #names: Uint8Array[] = [];
  readonly #values: number[] = [];
  /** [hash of a top-level label, modulo 256] is 1 where a name of the table may have it: most queries end there. */
  readonly #tops = new Uint8Array(256);
  /** Which label counts occur: lets a search for the closest ancestor skip the rest. */
  readonly #depths = new Uint8Array(MAX_LABELS + 1);
  /** After findClosest(): the label of the query's name at which the found ancestor starts. */
  label = 0;

  constructor(entries: Iterable<readonly [Uint8Array, number]>) {
    const list = [...entries];
    const capacity = 2 ** Math.max(3, Math.ceil(Math.log2(list.length * 2 + 1)));
    this.#mask = capacity - 1;
    this.#slots = new Int32Array(capacity);
    const view = new NameView();
    for (const [name, value] of list) {
      view.setWire(name);
      const slot = this.#slotOf(view, 0);
      const known = this.#slots[slot]! - 1;
      if (known >= 0) {
        this.#values[known] = value;
        continue;
      }
      this.#names.push(name.slice());
      this.#values.push(value);
      this.#slots[slot] = this.#names.length;
      this.#depths[view.labelCount] = 1;
      if (view.labelCount === 0) this.#tops.fill(1);
      else this.#tops[topOf(view)] = 1;
    }
  }

  /** Names in the table. */
  get size(): number {
    return this.#names.length;
  }

  /** The number of this very name, or -1. */
  find(name: NameView): number {
    return this.#tops[topOf(name)] === 1 && this.#depths[name.labelCount] === 1 ? this.#at(name, 0) : -1;
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
    return entry < 0 ? -1 : this.#values[entry]!;
  }

  /** The slot of the name's suffix from label on: where it stands, or the free slot where it would. */
  #slotOf(name: NameView, label: number): number {
    const hash = name.suffixHash(label);
    let slot = (hash ^ (hash >>> 16)) & this.#mask;
    for (;;) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0 || this.#isSuffix(name, label, this.#names[entry]!)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #isSuffix(name: NameView, label: number, candidate: Uint8Array): boolean {
    return candidate.length === name.length - name.labelStart[label]! && name.suffixEquals(label, candidate);
  }
}

/** Eight bits of the hash of the name's top-level label; of the root, its own. */
function topOf(name: NameView): number {
  return name.suffixHash(name.labelCount > 0 ? name.labelCount - 1 : 0) & 0xff;
}
