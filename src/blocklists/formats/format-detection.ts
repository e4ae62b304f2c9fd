// Which format a list is in, by the shapes of its first lines. Its name and its comments say nothing:
// a real list of plain names is called hosts, and headers tell of other formats.
import { isCosmetic } from './adguard.ts';
import type { FormatName } from './line-format.ts';
import {
  AT,
  BANG,
  BAR,
  CARET,
  DOT,
  endOfWord,
  EQUALS,
  find,
  HASH,
  isAddress,
  OPEN_BRACKET,
  skipSpaces,
  STAR,
  startsWith,
  trimEnd,
} from './octets.ts';

/** How many lines have a say. */
const LINES_TO_LOOK_AT = 2000;
const LINE_FEED = 0x0a;

/** Where two formats have as many lines, the earlier one here is taken: its lines are the less ambiguous ones. */
const BY_CLEARNESS: readonly FormatName[] = ['adguard', 'dnsmasq', 'hosts', 'wildcard', 'domains'];

/** Finds the format that most of the sample's lines have the shape of; `domains` where no line has any. */
export function detectFormat(sample: Uint8Array): FormatName {
  const votes = { hosts: 0, domains: 0, wildcard: 0, adguard: 0, dnsmasq: 0 };
  let lineAt = 0;
  for (let lines = 0; lineAt < sample.length && lines < LINES_TO_LOOK_AT; lineAt++) {
    let lineEnd = find(sample, LINE_FEED, lineAt, sample.length);
    if (lineEnd === -1) lineEnd = sample.length;
    const start = skipSpaces(sample, lineAt, lineEnd);
    const shape = shapeOf(sample, start, trimEnd(sample, start, lineEnd));
    if (shape !== undefined) {
      votes[shape]++;
      lines++;
    }
    lineAt = lineEnd;
  }
  const best = BY_CLEARNESS.reduce((leader, format) => (votes[format] > votes[leader] ? format : leader));
  return votes[best] === 0 ? 'domains' : best;
}

/** The format that a line by itself looks like; undefined for comments and for what looks like none. */
function shapeOf(octets: Uint8Array, start: number, end: number): FormatName | undefined {
  const first = octets[start];
  if (start === end || first === BANG) return undefined;
  if (isAdguardShaped(octets, start, end)) return 'adguard';
  if (first === HASH) return undefined;
  for (const key of ['address=/', 'server=/', 'local=/']) {
    if (startsWith(octets, start, end, key)) return 'dnsmasq';
  }
  const word = endOfWord(octets, start, end);
  if (isAddress(octets, start, word)) return word < end ? 'hosts' : undefined;
  if (startsWith(octets, start, end, '*.') || first === DOT || first === EQUALS) return 'wildcard';
  return isPlainName(octets, start, word) ? 'domains' : undefined;
}

function isAdguardShaped(octets: Uint8Array, start: number, end: number): boolean {
  const first = octets[start];
  return (
    first === BAR ||
    (first === AT && octets[start + 1] === AT) ||
    octets[end - 1] === CARET ||
    (first === OPEN_BRACKET && startsWith(octets, start, end, '[Ad')) ||
    (first !== HASH && isCosmetic(octets, start, end))
  );
}

/** Tells letters, digits, hyphens, underscores, dots and what is not ASCII, with a dot among them, from all else. */
function isPlainName(octets: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const octet = octets[at]!;
    const lower = octet | 0x20;
    const isLetter = (lower >= 0x61 && lower <= 0x7a) || octet >= 0x80;
    const isDigit = octet >= 0x30 && octet <= 0x39;
    if (!isLetter && !isDigit && octet !== 0x2d && octet !== 0x5f && octet !== DOT) return false;
  }
  return find(octets, DOT, start, end) !== -1 && octets[start] !== STAR;
}
