// Prefixes as lists write them: host bits are left off, and a range of addresses is the prefixes that it is made of.
import { readIpv4, readIpv6 } from './address-reader.ts';
import { shortPrefixToText } from './address-text.ts';
import { isMapped, maskWords } from './prefix.ts';
import type { PrefixNumbers } from './prefix.ts';

const MAPPED_BITS = 96;

/** Reads `192.0.2.1`, `192.0.2.0/24` or `2001:db8::/32`; bits behind the length are left off. Undefined for what is none. */
export function toListPrefix(text: string): PrefixNumbers | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const digits = slash < 0 ? undefined : text.slice(slash + 1);
  const word = toIpv4(address);
  if (word !== undefined) return toPrefix(4, [word], toLength(digits, 32));
  const words = new Uint32Array(4);
  // An address with a zone is one of this host alone.
  if (address.includes('%') || !readIpv6(address, words)) return undefined;
  const length = toLength(digits, 128);
  return isMapped(words) && length !== undefined && length >= MAPPED_BITS
    ? toPrefix(4, [words[3]!], length - MAPPED_BITS)
    : toPrefix(6, words, length);
}

/** The fewest prefixes that hold the IPv4 addresses from first to last; undefined where these are none or out of order. */
export function rangeToPrefixes(first: string, last: string): string[] | undefined {
  const start = toIpv4(first);
  const end = toIpv4(last);
  if (start === undefined || end === undefined || start > end) return undefined;
  const prefixes: string[] = [];
  for (let at = start; at <= end;) {
    let bits = 0;
    // The largest block that starts here and ends within the range.
    while (bits < 32 && at % 2 ** (bits + 1) === 0 && at + 2 ** (bits + 1) - 1 <= end) bits++;
    prefixes.push(shortPrefixToText({ family: 4, words: [at, 0, 0, 0], length: 32 - bits }));
    at += 2 ** bits;
  }
  return prefixes;
}

function toPrefix(
  family: 4 | 6,
  words: ArrayLike<number>,
  length: number | undefined,
): PrefixNumbers | undefined {
  return length === undefined ? undefined : { family, words: maskWords(words, length), length };
}

function toIpv4(text: string): number | undefined {
  const word = readIpv4(text, 0, text.length);
  return word < 0 ? undefined : word;
}

function toLength(digits: string | undefined, most: number): number | undefined {
  if (digits === undefined) return most;
  return /^\d{1,3}$/.test(digits) && Number(digits) <= most ? Number(digits) : undefined;
}
