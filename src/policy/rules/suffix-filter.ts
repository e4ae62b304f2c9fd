// Whether a name can be at or below one of many, told by its last three labels: most names cannot, and need no walk down a trie. The
// rule: it never says no of a name that is.
import { NameView } from '../../dns/name-view.ts';

/** Bits for each name: at each length of last labels that occurs, at most one name in sixteen is taken for one that it is not. */
const BITS_PER_NAME = 16;

/** The most last labels that are looked at. */
const MAX_DEPTH = 3;

const MIN_BITS = 10;
/** 32 KiB: more would cost what it spares. */
const MAX_BITS = 18;

/**
 * A set of names, as bits by the hash of their last labels: three, or all where a name has fewer. Two would not do: one service with
 * a name below `co.uk` would have every name there looked for.
 */
export class SuffixFilter {
  readonly #bits: Uint32Array;
  readonly #mask: number;
  /** [labels] is 1 where some of the names have as many last labels among the bits. */
  readonly #depths = new Uint8Array(MAX_DEPTH + 1);

  /** Of names in lower-cased wire form, each of one label or more. */
  constructor(names: readonly Uint8Array[]) {
    const wanted = Math.ceil(Math.log2(names.length * BITS_PER_NAME + 1));
    const bits = Math.min(Math.max(wanted, MIN_BITS), MAX_BITS);
    this.#bits = new Uint32Array(2 ** (bits - 5));
    this.#mask = 2 ** bits - 1;
    const view = new NameView();
    for (const name of names) {
      view.setWire(name);
      const depth = Math.min(view.labelCount, MAX_DEPTH);
      this.#depths[depth] = 1;
      const place = view.suffixHash(view.labelCount - depth) & this.#mask;
      this.#bits[place >>> 5]! |= 1 << (place & 31);
    }
  }

  /** Whether the name may be at or below one of the names; false is certain. */
  mayHold(name: NameView): boolean {
    const { labelCount } = name;
    for (let depth = Math.min(labelCount, MAX_DEPTH); depth > 0; depth--)
      if (this.#depths[depth] === 1 && this.#has(name.suffixHash(labelCount - depth))) return true;
    return false;
  }

  #has(hash: number): boolean {
    const place = hash & this.#mask;
    return (this.#bits[place >>> 5]! & (1 << (place & 31))) !== 0;
  }
}
