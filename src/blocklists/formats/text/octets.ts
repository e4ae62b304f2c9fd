// Looking at a line of a list as octets, so that the ordinary line never becomes a string.
import { isIPv4, isIPv6 } from 'node:net';

const TAB = 0x09;
const SPACE = 0x20;
export const BANG = 0x21;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const DOLLAR = 0x24;
export const STAR = 0x2a;
export const HYPHEN = 0x2d;
export const DOT = 0x2e;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const EQUALS = 0x3d;
export const AT = 0x40;
export const OPEN_BRACKET = 0x5b;
export const CARET = 0x5e;
export const BAR = 0x7c;
export const TILDE = 0x7e;

/** Whether an octet is a space, a tab or the carriage return that a CRLF leaves. */
function isSpace(octet: number | undefined): boolean {
  return octet === SPACE || octet === TAB || octet === 0x0d || octet === 0x0c || octet === 0x0b;
}

/** Whether the line whose text begins at `start` has leading spaces: then the octet before is one. */
export function isIndented(octets: Uint8Array, start: number): boolean {
  return start > 0 && isSpace(octets[start - 1]);
}

/** The first place in [start, end) that is not a space, or `end`. */
export function skipSpaces(octets: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(octets[at])) at++;
  return at;
}

/** Where the text in [start, end) ends when the spaces after it are left off. */
export function trimEnd(octets: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(octets[at - 1])) at--;
  return at;
}

/** The first space in [start, end), or `end`. */
export function endOfWord(octets: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && !isSpace(octets[at])) at++;
  return at;
}

/** The first `wanted` in [start, end), or -1. */
export function find(octets: Uint8Array, wanted: number, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (octets[at] === wanted) return at;
  }
  return -1;
}

/** Tells whether [start, end) begins with the ASCII text. */
export function startsWith(octets: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start < text.length) return false;
  for (let at = 0; at < text.length; at++) {
    if (octets[start + at] !== text.charCodeAt(at)) return false;
  }
  return true;
}

/** Where a comment that starts with `#` after a space begins, or `end`: for formats that use `#` in rules too. */
export function startOfSpacedComment(octets: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    if (octets[at] === HASH && isSpace(octets[at - 1])) return at;
  }
  return end;
}

/** The octets as text; what is not UTF-8 in them becomes U+FFFD, which no name has. */
export function toText(octets: Uint8Array, start: number, end: number): string {
  return Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('utf8');
}

/** Tells whether [start, end) is an IPv4 or IPv6 address, with zone or prefix length or without. */
export function isAddress(octets: Uint8Array, start: number, end: number): boolean {
  // Almost every line of a hosts file starts with one of these.
  if (end - start === 7 && startsWith(octets, start, end, '0.0.0.0')) return true;
  if (end - start === 9 && startsWith(octets, start, end, '127.0.0.1')) return true;
  if (end - start > 64 || !isOfAddress(octets[start])) return false;
  const text = toText(octets, start, end)
    .replace(/%[^/]*/, '')
    .replace(/\/\d{1,3}$/, '');
  return isIPv4(text) || isIPv6(text);
}

/** Whether an address can start with the octet: a hexadecimal digit or a colon. */
function isOfAddress(octet: number | undefined): boolean {
  if (octet === undefined) return false;
  const lower = octet | 0x20;
  return (octet >= 0x30 && octet <= COLON) || (lower >= 0x61 && lower <= 0x66);
}
