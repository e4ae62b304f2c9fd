// Prefixes by which lists judge the addresses in answers: sorted arrays, bisected. Of two prefixes one holds the other or they
// are disjoint, so the shorter ones that hold an address are those around the longest that does.
import { kindOfMember, sourceOfMember } from '../rule.ts';
import type { SetMember } from '../trie/trie.ts';
import { maskOf } from '../../addresses/prefix.ts';
import type { Address, PrefixNumbers } from '../../addresses/prefix.ts';

/** What a table is made of; in an image all of it lies in one buffer. IPv4 prefixes have the lower numbers. */
export interface AddressParts {
  /** `[set]` is where the set's members start in `members`; one entry more marks the last one's end. */
  readonly setStart: Uint32Array;
  /** `source << 4 | kind`, rising within a set. */
  readonly members: Uint32Array;
  /** First addresses of the IPv4 prefixes, sorted by address and then by length. */
  readonly first4: Uint32Array;
  /** The same of the IPv6 prefixes, four words each. */
  readonly first6: Uint32Array;
  /** Two words for each prefix: number of the prefix around it + 1, or 0; then set << 8 | length in bits. */
  readonly links: Uint32Array;
}

/** An immutable set of prefixes, asked by address; a look-up allocates nothing. */
export class AddressTable {
  readonly parts: AddressParts;

  constructor(parts: AddressParts) {
    this.parts = parts;
  }

  /** Prefixes of both families. */
  get size(): number {
    return this.parts.links.length / 2;
  }

  /** The number of the longest prefix that holds the address, or -1. */
  find({ family, words }: Address): number {
    const { first4 } = this.parts;
    // The last prefix that starts at or before the address: it, or one around it, is the longest.
    let at = family === 4 ? this.#lastUpTo4(words[0]!) : this.#lastUpTo6(words) + first4.length;
    if (family === 6 && at < first4.length) return -1;
    while (at >= 0 && !this.#holds(at, words)) at = this.around(at);
    return at;
  }

  /** The number of the shortest prefix around a prefix, or -1. */
  around(prefix: number): number {
    return this.parts.links[prefix * 2]! - 1;
  }

  /** The number of a prefix's set. */
  setOf(prefix: number): number {
    return this.parts.links[prefix * 2 + 1]! >>> 8;
  }

  /** The length of a prefix in bits. */
  lengthOf(prefix: number): number {
    return this.parts.links[prefix * 2 + 1]! & 0xff;
  }

  /** The members of a set, by rising source and kind; none for a number that no set has. */
  membersOf(setId: number): SetMember[] {
    const { setStart, members } = this.parts;
    return Array.from(members.subarray(setStart[setId] ?? 0, setStart[setId + 1] ?? 0), (member) => ({
      source: sourceOfMember(member),
      kind: kindOfMember(member),
    }));
  }

  /** A prefix for people. */
  prefixOf(prefix: number): PrefixNumbers {
    const { first4, first6 } = this.parts;
    const length = this.lengthOf(prefix);
    const six = (prefix - first4.length) * 4;
    return six < 0
      ? { family: 4, words: [first4[prefix]!, 0, 0, 0], length }
      : { family: 6, words: [first6[six]!, first6[six + 1]!, first6[six + 2]!, first6[six + 3]!], length };
  }

  #holds(prefix: number, words: Uint32Array): boolean {
    const { first4, first6 } = this.parts;
    const length = this.lengthOf(prefix);
    const six = (prefix - first4.length) * 4;
    if (six < 0) return ((words[0]! ^ first4[prefix]!) & maskOf(length)) === 0;
    for (let word = 0; word < 4; word++) {
      if (((words[word]! ^ first6[six + word]!) & maskOf(length - word * 32)) !== 0) return false;
    }
    return true;
  }

  /** Index of the last first address that is not above `wanted`; -1 where all are. */
  #lastUpTo4(wanted: number): number {
    const { first4 } = this.parts;
    let low = 0;
    let high = first4.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (first4[middle]! <= wanted) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #lastUpTo6(wanted: Uint32Array): number {
    const { first6 } = this.parts;
    let low = 0;
    let high = first6.length / 4;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isUpTo(first6, middle * 4, wanted)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function isUpTo(first6: Uint32Array, at: number, wanted: Uint32Array): boolean {
  for (let word = 0; word < 4; word++) {
    if (first6[at + word]! !== wanted[word]!) return first6[at + word]! < wanted[word]!;
  }
  return true;
}
