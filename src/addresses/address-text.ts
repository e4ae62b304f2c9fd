// Addresses and prefixes between text and numbers. An IPv4 address inside an IPv6 one (::ffff:0:0/96) is that IPv4 address.
import { isIPv4, isIPv6 } from 'node:net';

/** A prefix: its first address as unsigned 32-bit words (IPv4 in words[0], the others 0), and its length in bits. */
export interface AddressPrefix {
  readonly family: 4 | 6;
  readonly words: readonly [number, number, number, number];
  /** 0 to 32 or 128. */
  readonly length: number;
}

const MAPPED_BITS = 96;

/** Reads `192.0.2.1`, `192.0.2.0/24` or `2001:db8::/32`, without the bits behind the length. Undefined for other text. */
export function toAddressPrefix(text: string): AddressPrefix | undefined {
  const [address = '', digits, ...more] = text.split('/');
  const family = familyOf(address);
  if (family === undefined || more.length > 0) return undefined;
  const length = toLength(digits, family === 4 ? 32 : 128);
  if (length === undefined) return undefined;
  if (family === 4) return toPrefix(4, [readIPv4(address), 0, 0, 0], length);
  const words = readIPv6(address);
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped && length >= MAPPED_BITS
    ? toPrefix(4, [words[3] ?? 0, 0, 0, 0], length - MAPPED_BITS)
    : toPrefix(6, words, length);
}

function familyOf(address: string): 4 | 6 | undefined {
  if (isIPv4(address)) return 4;
  // An address with a zone has a meaning on this host only.
  return isIPv6(address) && !address.includes('%') ? 6 : undefined;
}

function toLength(digits: string | undefined, most: number): number | undefined {
  if (digits === undefined) return most;
  return /^\d{1,3}$/.test(digits) && Number(digits) <= most ? Number(digits) : undefined;
}

/** Writes a prefix: `192.0.2.0/24`, `2001:db8:0:0:0:0:0:0/32`; a whole address without its length. */
export function prefixToText({ family, words, length }: AddressPrefix): string {
  const [first] = words;
  const address =
    family === 4
      ? [first >>> 24, (first >>> 16) & 0xff, (first >>> 8) & 0xff, first & 0xff].join('.')
      : words.flatMap((word) => [(word >>> 16).toString(16), (word & 0xffff).toString(16)]).join(':');
  return length === (family === 4 ? 32 : 128) ? address : `${address}/${length}`;
}

/** The fewest prefixes that cover the IPv4 addresses from first to last; undefined where one is no address or last is lower. */
export function rangeToPrefixes(first: string, last: string): string[] | undefined {
  if (!isIPv4(first) || !isIPv4(last)) return undefined;
  const end = readIPv4(last);
  let at = readIPv4(first);
  if (at > end) return undefined;
  const prefixes: string[] = [];
  while (at <= end) {
    let bits = 0;
    // The largest block that starts here and ends within the range.
    while (bits < 32 && at % 2 ** (bits + 1) === 0 && at + 2 ** (bits + 1) - 1 <= end) bits++;
    prefixes.push(prefixToText(toPrefix(4, [at, 0, 0, 0], 32 - bits)));
    at += 2 ** bits;
  }
  return prefixes;
}

function toPrefix(family: 4 | 6, words: readonly number[], length: number): AddressPrefix {
  const masked = words.map((word, index) => {
    const kept = Math.min(32, Math.max(0, length - index * 32));
    return kept === 0 ? 0 : (word & (0xffff_ffff << (32 - kept))) >>> 0;
  });
  const [first = 0, second = 0, third = 0, fourth = 0] = masked;
  return { family, words: [first, second, third, fourth], length };
}

function readIPv4(text: string): number {
  return text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** The words of a valid IPv6 address. */
function readIPv6(text: string): number[] {
  const [head = '', tail] = text.replace(/[^:]*\.[^:]*$/, toGroups).split('::');
  const left = toNumbers(head);
  const right = tail === undefined ? [] : toNumbers(tail);
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
  return [0, 2, 4, 6].map((at) => (groups[at] ?? 0) * 65_536 + (groups[at + 1] ?? 0));
}

/** An IPv4 address at the end of an IPv6 one, as the two groups that it stands for. */
function toGroups(text: string): string {
  const word = readIPv4(text);
  return `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`;
}

function toNumbers(groups: string): number[] {
  return groups === '' ? [] : groups.split(':').map((group) => Number.parseInt(group, 16));
}
