// Addresses and prefixes as numbers, and what can be said of them without text. An IPv4-mapped IPv6 address or prefix
// (::ffff:0:0/96) is held as IPv4 everywhere.

/** The words of 32 bits of a prefix's first address, unsigned, most significant first; IPv4 has the first, the others are 0. */
export type PrefixWords = readonly [number, number, number, number];

/** An address as numbers: IPv4 in words[0], IPv6 in all four, most significant first. */
export interface Address {
  readonly family: 4 | 6;
  readonly words: Uint32Array;
}

/** An IPv4 or IPv6 prefix without host bits. */
export interface PrefixNumbers {
  readonly family: 4 | 6;
  readonly words: PrefixWords;
  /** The number of leading bits that count, 0 to 32 or 0 to 128. */
  readonly length: number;
}

/** A prefix with its text. */
export interface Prefix extends PrefixNumbers {
  /** The canonical text, length included: `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.7/32`. */
  readonly text: string;
}

/** The mask of so many bits of one word, as a signed number for `&`: none for 0 or less, all for 32 or more. */
export function maskOf(bits: number): number {
  // A shift by 32 shifts by nothing in JavaScript.
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

/** The words with the bits behind the length cleared. */
export function maskWords(words: ArrayLike<number>, length: number): PrefixWords {
  const masked = (index: number): number => ((words[index] ?? 0) & maskOf(length - index * 32)) >>> 0;
  return [masked(0), masked(1), masked(2), masked(3)];
}

/** Whether the words of an IPv6 address are those of an IPv4-mapped one (RFC 4291 section 2.5.5.2). */
export function isMapped(words: ArrayLike<number>): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

/** Says whether every address of `inner` lies in `outer`. */
export function isInside(inner: PrefixNumbers, outer: PrefixNumbers): boolean {
  if (inner.family !== outer.family || inner.length < outer.length) return false;
  for (let index = 0; index < 4; index++) {
    if (((inner.words[index]! ^ outer.words[index]!) & maskOf(outer.length - index * 32)) !== 0) return false;
  }
  return true;
}

/** Says whether two prefixes have an address in common: one of them is then inside the other. */
export function isOverlapping(a: PrefixNumbers, b: PrefixNumbers): boolean {
  return isInside(a, b) || isInside(b, a);
}
