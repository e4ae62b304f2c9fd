// Longest-prefix match of client addresses over a handful of prefixes and any number of whole addresses, as numbers. Sorted when it
// is made, so that the first prefix that holds the address is the longest.

import { maskOf } from './prefix.ts';
import type { Address, PrefixNumbers } from './prefix.ts';

/** Prefixes, each with a number (0 or more) that the caller gives it. */
export class PrefixMap {
  readonly #v4: Side;
  readonly #v6: Side;

  constructor(entries: readonly (readonly [PrefixNumbers, number])[]) {
    this.#v4 = new Side(entries, 4);
    this.#v6 = new Side(entries, 6);
  }

  /** The number of the longest prefix that holds the address, or -1. */
  find(address: Address): number {
    return address.family === 4 ? this.#v4.find(address.words) : this.#v6.find(address.words);
  }
}

/** The prefixes of one family. A whole address is the longest of all: those are looked up by their hash where there are many. */
class Side {
  readonly #stride: number;
  readonly #whole: AddressTable | undefined;
  /** Words and masks lie four to a prefix (IPv4: one). */
  readonly #first: Uint32Array;
  readonly #mask: Uint32Array;
  readonly #values: Int32Array;

  constructor(entries: readonly (readonly [PrefixNumbers, number])[], family: 4 | 6) {
    const own = entries
      .filter(([prefix]) => prefix.family === family)
      .toSorted(([a], [b]) => b.length - a.length);
    this.#stride = family === 4 ? 1 : 4;
    const whole = own.filter(([prefix]) => prefix.length === this.#stride * 32);
    const isLarge = whole.length > FEW;
    this.#whole = isLarge ? new AddressTable(whole, this.#stride) : undefined;
    const others = isLarge ? own.slice(whole.length) : own;
    this.#first = Uint32Array.from(others.flatMap(([prefix]) => prefix.words.slice(0, this.#stride)));
    this.#mask = Uint32Array.from(
      others.flatMap(([prefix]) =>
        Array.from({ length: this.#stride }, (_, word) => maskOf(prefix.length - word * 32)),
      ),
    );
    this.#values = Int32Array.from(others.map(([, value]) => value));
  }

  find(words: Uint32Array): number {
    if (this.#whole !== undefined) {
      const value = this.#whole.find(words);
      if (value >= 0) return value;
    }
    for (let entry = 0; entry < this.#values.length; entry++)
      if (this.#holds(entry, words)) return this.#values[entry]!;
    return -1;
  }

  #holds(entry: number, words: Uint32Array): boolean {
    const start = entry * this.#stride;
    for (let i = 0; i < this.#stride; i++)
      if (((words[i]! ^ this.#first[start + i]!) & this.#mask[start + i]!) !== 0) return false;
    return true;
  }
}

/** So many whole addresses are compared one after the other in less time than one is hashed. */
const FEW = 8;

/** Addresses of one family by their hash: open addressing, at most half full. */
class AddressTable {
  readonly #stride: number;
  readonly #slotMask: number;
  readonly #words: Uint32Array;
  /** By slot, -1 where it is free. */
  readonly #values: Int32Array;

  constructor(entries: readonly (readonly [PrefixNumbers, number])[], stride: number) {
    const slots = 2 ** Math.ceil(Math.log2(entries.length * 2));
    this.#stride = stride;
    this.#slotMask = slots - 1;
    this.#words = new Uint32Array(slots * stride);
    this.#values = new Int32Array(slots).fill(-1);
    for (const [prefix, value] of entries) {
      const words = Uint32Array.from(prefix.words);
      const slot = this.#slotOf(words);
      // The first one of an address holds.
      if (this.#values[slot]! >= 0) continue;
      this.#words.set(words.subarray(0, stride), slot * stride);
      this.#values[slot] = value;
    }
  }

  find(words: Uint32Array): number {
    return this.#values[this.#slotOf(words)]!;
  }

  /** The slot that has the address, or the free one where it would be. */
  #slotOf(words: Uint32Array): number {
    let hash = words[0]!;
    for (let i = 1; i < this.#stride; i++) hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ words[i]!;
    hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
    let slot = (hash ^ (hash >>> 13)) & this.#slotMask;
    while (this.#values[slot]! >= 0 && !this.#isAt(slot, words)) slot = (slot + 1) & this.#slotMask;
    return slot;
  }

  #isAt(slot: number, words: Uint32Array): boolean {
    const start = slot * this.#stride;
    for (let i = 0; i < this.#stride; i++) if (words[i] !== this.#words[start + i]) return false;
    return true;
  }
}
