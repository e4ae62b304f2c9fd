// What was found for recent names. Direct mapped: a name replaces another with the same slot, so that the memo is bounded
// without being swept.
import type { WireName } from '../trie/wire-name.ts';

/** Names remembered; a power of two. 4,096 take 1 MiB. */
const SLOTS = 4096;
const NAME_OCTETS = 256;

/** Lists of numbers by name. */
export class NameMemo {
  /** Made when the first name comes: `[slot * 256]` and on is the name's wire form. */
  #names: Uint8Array | undefined;
  readonly #lists: (readonly number[] | undefined)[] = [];

  /** What was kept for the name, or undefined. */
  find(name: WireName, hash: number): readonly number[] | undefined {
    const slot = hash & (SLOTS - 1);
    const list = this.#lists[slot];
    const names = this.#names;
    if (list === undefined || names === undefined) return undefined;
    const end = name.labelStart[name.labelCount]!;
    const from = slot * NAME_OCTETS;
    for (let at = 0; at <= end; at++) if (names[from + at] !== name.wire[at]) return undefined;
    return list;
  }

  keep(name: WireName, hash: number, list: readonly number[]): void {
    this.#names ??= new Uint8Array(SLOTS * NAME_OCTETS);
    const slot = hash & (SLOTS - 1);
    const from = slot * NAME_OCTETS;
    const end = name.labelStart[name.labelCount]!;
    for (let at = 0; at <= end; at++) this.#names[from + at] = name.wire[at]!;
    this.#lists[slot] = list;
  }
}
