// Addresses and prefixes from text, as a configuration has them. The only file that knows ip-num, and its traps: it drops host bits silently, and
// leaves an IPv4-mapped address IPv6. It is slow (10 to 30 µs), so it is used while a configuration is read, never later.

import type * as IpNum from 'ip-num';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { addressToText, prefixToText } from './address-text.ts';
import { isMapped, maskWords } from './prefix.ts';
import type { Prefix, PrefixWords } from './prefix.ts';

// Required, not imported: Node looks through all files of a CommonJS package for its names where it is imported, at every start.
const { IPv4, IPv6 }: typeof IpNum = createRequire(import.meta.url)('ip-num');

/** What a text was read as, or what is wrong with it. */
type Reading<T> = { readonly value: T } | { readonly fault: string };

/** Gives the canonical text of an address (RFC 5952; IPv4-mapped becomes IPv4), or undefined when it is none. */
export function toAddress(text: string): string | undefined {
  const words = toWords(text);
  return words === undefined ? undefined : addressToText(words.family, words.words);
}

/** Reads a prefix, or an address as the prefix that holds it alone. Host bits are a fault, never dropped. */
export function readPrefix(text: string): Reading<Prefix> {
  const [addressText = '', lengthText, ...rest] = text.split('/');
  const address = toWords(addressText);
  if (address === undefined || rest.length > 0) return { fault: notAPrefix(text) };
  const bits = address.family === 4 ? 32 : 128;
  const written = lengthText === undefined ? undefined : toLength(lengthText);
  if (lengthText !== undefined && written === undefined) return { fault: notAPrefix(text) };
  const length = written === undefined ? bits : written - (address.mapped ? 96 : 0);
  if (length > bits || length < 0) {
    const [least, most] = address.mapped ? [96, 128] : [0, bits];
    return {
      fault: `${JSON.stringify(text)} has no length of ${least} to ${most}; write one such as ${addressText}/${most}`,
    };
  }
  const prefix = toPrefix(address, length);
  const { words } = prefix;
  if (words.some((word, index) => word !== address.words[index]))
    return { fault: `${text} has bits set behind its length; write ${prefix.text}` };
  return { value: prefix };
}

/** Gives the prefix of that many bits that an address lies in; undefined where the address or the length is invalid. */
export function toNetwork(text: string, length: number): Prefix | undefined {
  const address = toWords(text);
  if (address === undefined || length < 0 || length > (address.family === 4 ? 32 : 128)) return undefined;
  return toPrefix(address, length);
}

function toPrefix({ family, words }: AddressWords, length: number): Prefix {
  const prefix = { family, words: maskWords(words, length), length };
  return { ...prefix, text: prefixToText(prefix) };
}

function notAPrefix(text: string): string {
  return `${JSON.stringify(text)} is not an address or a prefix; write one such as 192.0.2.7, 192.0.2.0/24 or "2001:db8::/32"`;
}

function toLength(text: string): number | undefined {
  return /^(0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : undefined;
}

interface AddressWords {
  readonly family: 4 | 6;
  readonly words: PrefixWords;
  readonly mapped: boolean;
}

function toWords(text: string): AddressWords | undefined {
  // ip-num accepts more than an address (leading zeros, scopes); node:net does not.
  const version = text.includes('%') ? 0 : isIP(text);
  if (version === 0) return undefined;
  if (version === 4) {
    const first = Number(IPv4.fromDecimalDottedString(text).getValue());
    return { family: 4, words: [first, 0, 0, 0], mapped: false };
  }
  const value = IPv6.fromString(text).getValue();
  const words = [wordAt(value, 96n), wordAt(value, 64n), wordAt(value, 32n), wordAt(value, 0n)] as const;
  return isMapped(words)
    ? { family: 4, words: [words[3], 0, 0, 0], mapped: true }
    : { family: 6, words, mapped: false };
}

function wordAt(value: bigint, shift: bigint): number {
  return Number((value >> shift) & 0xffffffffn);
}
