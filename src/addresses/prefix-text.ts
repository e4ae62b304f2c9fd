// Addresses and prefixes as text. The only file that knows ip-num, and its traps: it drops host bits silently, and
// leaves an IPv4-mapped address IPv6. It is slow (10 to 30 µs), so it is used while a configuration is read, never later.

import { IPv4, IPv6 } from 'ip-num';
import { isIP } from 'node:net';
import type { Prefix } from '../config/config.ts';
import type { TextReading } from '../config/values/scalars.ts';

type Words = Prefix['words'];

const MAPPED = 0xffff;

/** Gives the canonical text of an address (RFC 5952; IPv4-mapped becomes IPv4), or undefined when it is none. */
export function toAddress(text: string): string | undefined {
  const words = toWords(text);
  return words === undefined ? undefined : addressToText(words.family, words.words);
}

/** Reads a prefix, or an address as the prefix that holds it alone. Host bits are a fault, never dropped. */
export function readPrefix(text: string): TextReading<Prefix> {
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
  const words = maskWords(address.words, length, address.family);
  const prefixText = `${addressToText(address.family, words)}/${length}`;
  if (words.some((word, index) => word !== address.words[index]))
    return { fault: `${text} has bits set behind its length; write ${prefixText}` };
  return { value: { family: address.family, words, length, text: prefixText } };
}

/** Gives the prefix of that many bits that an address lies in; undefined where the address or the length is invalid. */
export function toNetwork(text: string, length: number): Prefix | undefined {
  const address = toWords(text);
  if (address === undefined || length < 0 || length > (address.family === 4 ? 32 : 128)) return undefined;
  const words = maskWords(address.words, length, address.family);
  const { family } = address;
  return { family, words, length, text: `${addressToText(family, words)}/${length}` };
}

/** Says whether every address of `inner` lies in `outer`. */
export function isInside(inner: Prefix, outer: Prefix): boolean {
  if (inner.family !== outer.family || inner.length < outer.length) return false;
  const masked = maskWords(inner.words, outer.length, outer.family);
  return masked.every((word, index) => word === outer.words[index]);
}

/** Says whether two prefixes have an address in common: one of them is then inside the other. */
export function isOverlapping(a: Prefix, b: Prefix): boolean {
  return isInside(a, b) || isInside(b, a);
}

function notAPrefix(text: string): string {
  return `${JSON.stringify(text)} is not an address or a prefix; write one such as 192.0.2.7, 192.0.2.0/24 or "2001:db8::/32"`;
}

function toLength(text: string): number | undefined {
  return /^(0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : undefined;
}

interface AddressWords {
  readonly family: 4 | 6;
  readonly words: Words;
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
  const [w0, w1, w2, w3] = [wordAt(value, 96n), wordAt(value, 64n), wordAt(value, 32n), wordAt(value, 0n)];
  if (w0 === 0 && w1 === 0 && w2 === MAPPED) return { family: 4, words: [w3, 0, 0, 0], mapped: true };
  return { family: 6, words: [w0, w1, w2, w3], mapped: false };
}

function wordAt(value: bigint, shift: bigint): number {
  return Number((value >> shift) & 0xffffffffn);
}

function maskWords(words: Words, length: number, family: 4 | 6): Words {
  const [w0, w1, w2, w3] = words;
  if (family === 4) return [mask(w0, length), 0, 0, 0];
  return [mask(w0, length), mask(w1, length - 32), mask(w2, length - 64), mask(w3, length - 96)];
}

function mask(value: number, bits: number): number {
  // A shift by 32 shifts by nothing in JavaScript.
  if (bits <= 0) return 0;
  return bits >= 32 ? value : (value & (0xffffffff << (32 - bits))) >>> 0;
}

/** The canonical text of an address (RFC 5952), from words as a Prefix holds them. */
export function addressToText(family: 4 | 6, words: Words): string {
  if (family === 4) {
    const [w0] = words;
    return [24, 16, 8, 0].map((shift) => (w0 >>> shift) & 0xff).join('.');
  }
  const groups = words.flatMap((each) => [each >>> 16, each & 0xffff]).map((group) => group.toString(16));
  // URL writes IPv6 as RFC 5952 does.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
