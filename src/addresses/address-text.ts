// Addresses and prefixes as text, the only place that writes them: IPv6 as RFC 5952 has it. An IPv4-mapped address is held as
// IPv4 wherever addresses are kept, so it is written as one.
import type { PrefixNumbers } from './prefix.ts';

/** Words of 32 bits, most significant first: IPv4 in the first, IPv6 in all four. */
type Words = ArrayLike<number>;

/** Writes an IPv4 address. */
export function ipv4ToText(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** Writes an IPv6 address: lower case, no leading zeros, `::` for the first of the longest runs of two or more zero groups. */
export function ipv6ToText(words: Words): string {
  const parts = Array.from({ length: 8 }, (_, i) => ((words[i >> 1]! << ((i & 1) << 4)) >>> 16).toString(16));
  let gap = -1;
  let longest = 1;
  for (let from = 0; from < 8; from++) {
    let end = from;
    while (parts[end] === '0') end++;
    if (end - from > longest) {
      gap = from;
      longest = end - from;
    }
  }
  if (gap < 0) return parts.join(':');
  return `${parts.slice(0, gap).join(':')}::${parts.slice(gap + longest).join(':')}`;
}

/** Writes an address of either family. */
export function addressToText(family: 4 | 6, words: Words): string {
  return family === 4 ? ipv4ToText(words[0]!) : ipv6ToText(words);
}

/** Writes an address from its 4 or 16 octets. */
export function octetsToText(family: 4 | 6, octets: Uint8Array): string {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  return addressToText(
    family,
    Array.from({ length: octets.length >> 2 }, (_, word) => view.getUint32(word * 4)),
  );
}

/** Writes a prefix: `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.7/32`. */
export function prefixToText({ family, words, length }: PrefixNumbers): string {
  return `${addressToText(family, words)}/${length}`;
}

/** Writes a prefix as lists do: a whole address stands without its length. */
export function shortPrefixToText(prefix: PrefixNumbers): string {
  const { family, words, length } = prefix;
  return length === (family === 4 ? 32 : 128) ? addressToText(family, words) : prefixToText(prefix);
}
