// Three octets of a name in a row, or two, as one small number: they select the expressions that are tried on a name.
import type { WireName } from '../trie/wire-name.ts';

/** `[octet]` is 1 to 39 for `a`–`z`, `0`–`9`, `-`, `_` and `.`, or 0 for an octet that is in no gram. */
const CODES = new Uint8Array(256);
for (const [index, character] of Array.from('abcdefghijklmnopqrstuvwxyz0123456789-_.').entries())
  CODES[character.charCodeAt(0)] = index + 1;

const RADIX = 40;
const DOT_CODE = CODES[0x2e]!;

/** Grams of two are numbered after those of three. */
const PAIRS_START = RADIX ** 3;
const GRAM_COUNT = PAIRS_START + RADIX ** 2;

/** The grams of a lower-case text: of three octets, or of two where it has only two. None with an octet that no gram has. */
export function gramsOf(text: string): number[] {
  const codes = Array.from(text, (character) => CODES[character.charCodeAt(0)] ?? 0);
  const grams: number[] = [];
  for (let at = 2; at < codes.length; at++)
    addGram(grams, [codes[at - 2] ?? 0, codes[at - 1] ?? 0, codes[at] ?? 0]);
  if (codes.length === 2) addGram(grams, codes);
  return grams;
}

function addGram(grams: number[], codes: readonly number[]): void {
  if (codes.includes(0)) return;
  const gram = codes.reduce((sum, code) => sum * RADIX + code, 0);
  grams.push(codes.length === 2 ? PAIRS_START + gram : gram);
}

/** Finds which of the watched grams a name has. */
export class GramScanner {
  /** `[gram]` is 1 where it is watched. */
  readonly #watched = new Uint8Array(GRAM_COUNT);
  readonly #found: number[] = [];

  watch(gram: number): void {
    this.#watched[gram] = 1;
  }

  /** The watched grams of a name, each as often as it is there; good until the next call. */
  scan({ wire, labelStart, labelCount }: WireName): readonly number[] {
    const found = this.#found;
    found.length = 0;
    const end = labelStart[labelCount]!;
    let first = 0;
    let second = 0;
    let label = 1;
    let labelEnd = labelStart[label]!;
    for (let at = 1; at < end; at++) {
      let third = CODES[wire[at]!]!;
      if (at === labelEnd) {
        // The length octet between two labels is the dot between them.
        third = DOT_CODE;
        labelEnd = labelStart[++label]!;
      }
      const pair = PAIRS_START + second * RADIX + third;
      if (this.#watched[pair] === 1) found.push(pair);
      const triple = (first * RADIX + second) * RADIX + third;
      if (this.#watched[triple] === 1) found.push(triple);
      first = second;
      second = third;
    }
    return found;
  }
}
