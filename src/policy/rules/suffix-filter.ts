// Whether a name can be at or below one of many, told by its last two labels: most names cannot, and need no walk down a trie. The
// rule: it never says no of a name that is.
import { NameView } from '../../dns/name-view.ts';

/** Bits for each name: of those that share no last two labels with any, one in sixteen is taken for one that does, at most. */
const BITS_PER_NAME = 16;

const MIN_BITS = 10;
/** 32 KiB: more would cost what it spares. */
const MAX_BITS = 18;

/** The last two labels of a set of names, as bits by their hash. */
export class SuffixFilter {
  readonly #bits: Uint32Array;
  readonly #mask: number;
  /** Whether some of the names have one label: then the last label alone may be it. */
  readonly #hasTop: boolean;

  /** Of names in lower-cased wire form, each of one label or more. */
  constructor(names: readonly Uint8Array[]) {
    const wanted = Math.ceil(Math.log2(names.length * BITS_PER_NAME + 1));
    const bits = Math.min(Math.max(wanted, MIN_BITS), MAX_BITS);
    this.#bits = new Uint32Array(2 ** (bits - 5));
    this.#mask = 2 ** bits - 1;
    const view = new NameView();
    let hasTop = false;
    for (const name of names) {
      view.setWire(name);
      hasTop ||= view.labelCount === 1;
      const place = view.suffixHash(Math.max(0, view.labelCount - 2)) & this.#mask;
      this.#bits[place >>> 5]! |= 1 << (place & 31);
    }
    this.#hasTop = hasTop;
  }

  /** Whether the name may be at or below one of the names; false is certain. */
  mayHold(name: NameView): boolean {
    const { labelCount } = name;
    if (labelCount > 1 && this.#has(name.suffixHash(labelCount - 2))) return true;
    return this.#hasTop && labelCount > 0 && this.#has(name.suffixHash(labelCount - 1));
  }

  #has(hash: number): boolean {
    const place = hash & this.#mask;
    return (this.#bits[place >>> 5]! & (1 << (place & 31))) !== 0;
  }
}
