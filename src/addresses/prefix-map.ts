// Longest-prefix match of client addresses over a handful of prefixes, as numbers. Sorted when it is made, so
// that the first prefix that holds the address is the longest.

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

/** The prefixes of one family: words and masks lie four to a prefix (IPv4: one). */
class Side {
  readonly #stride: number;
  readonly #first: Uint32Array;
  readonly #mask: Uint32Array;
  readonly #values: Int32Array;

  constructor(entries: readonly (readonly [PrefixNumbers, number])[], family: 4 | 6) {
    const own = entries
      .filter(([prefix]) => prefix.family === family)
      .toSorted(([a], [b]) => b.length - a.length);
    this.#stride = family === 4 ? 1 : 4;
    this.#first = Uint32Array.from(own.flatMap(([prefix]) => prefix.words.slice(0, this.#stride)));
    this.#mask = Uint32Array.from(
      own.flatMap(([prefix]) =>
        Array.from({ length: this.#stride }, (_, word) => maskOf(prefix.length - word * 32)),
      ),
    );
    this.#values = Int32Array.from(own.map(([, value]) => value));
  }

  find(words: Uint32Array): number {
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
