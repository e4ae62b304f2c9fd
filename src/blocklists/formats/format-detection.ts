// Finds the format of a list by the shapes of its first lines. Its name and comments are not reliable:
// one real list of plain names is called hosts, and headers name other formats.
import { isCosmetic } from './adguard.ts';
import type { FormatName } from './format-names.ts';
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
  HYPHEN,
  isAddress,
  OPEN_BRACKET,
  SEMICOLON,
  skipSpaces,
  SLASH,
  STAR,
  startsWith,
  toText,
  trimEnd,
} from './text/octets.ts';

/** How many lines are counted. */
const LINES_TO_LOOK_AT = 2000;
const LINE_FEED = 0x0a;

/** How much of a line is looked at for the shape of a zone file, in octets. */
const MAX_SHAPE = 400;

/** Where two formats have equally many lines, the earlier one here is taken: its lines are less ambiguous. */
const BY_CLEARNESS: readonly FormatName[] = [
  'rpz',
  'unbound',
  'adguard',
  'dnsmasq',
  'hosts',
  'ip',
  'wildcard',
  'domains',
];

/** Finds the format that most of the sample's lines have the shape of; `domains` where no line has any. */
export function detectFormat(sample: Uint8Array): FormatName {
  const votes = { hosts: 0, domains: 0, wildcard: 0, adguard: 0, dnsmasq: 0, rpz: 0, unbound: 0, ip: 0 };
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

/** The format of a line that is certainly not its file's; undefined where the line does not show it. */
export function strangeFormatOf(octets: Uint8Array, start: number, end: number): FormatName | undefined {
  const format = shapeOf(octets, start, end);
  if (format !== 'adguard') return format === 'ip' ? undefined : format;
  // A path, or an expression, is no sign of a list for DNS.
  return octets[start] === SLASH || isCosmetic(octets, start, end) ? undefined : format;
}

/** The format that a single line looks like; undefined for comments and lines of no known shape. */
function shapeOf(octets: Uint8Array, start: number, end: number): FormatName | undefined {
  const first = octets[start];
  if (start === end || first === BANG || first === SEMICOLON) return undefined;
  if (isAdguardShaped(octets, start, end)) return 'adguard';
  if (first === HASH) return undefined;
  const setting = settingOf(octets, start, end);
  if (setting !== undefined) return setting;
  if (isZoneShaped(octets, start, end)) return 'rpz';
  const word = endOfWord(octets, start, end);
  if (isAddress(octets, start, word)) return isFollowedByName(octets, word, end) ? 'hosts' : 'ip';
  if (startsWith(octets, start, end, '*.') || first === DOT || first === EQUALS) return 'wildcard';
  return isPlainName(octets, start, word) ? 'domains' : undefined;
}

/** The format whose settings begin as the line does. */
function settingOf(octets: Uint8Array, start: number, end: number): FormatName | undefined {
  // Quotes and spaces around `=` have no meaning.
  if (/^(address|server|local)\s*=\s*"?\//.test(toText(octets, start, Math.min(end, start + 24))))
    return 'dnsmasq';
  for (const key of ['local-zone:', 'local-data:']) {
    if (startsWith(octets, start, end, key)) return 'unbound';
  }
  return undefined;
}

/** Whether a line is a directive of a zone file, or a record of a type that policy zones have. */
function isZoneShaped(octets: Uint8Array, start: number, end: number): boolean {
  const text = toText(octets, start, Math.min(end, start + MAX_SHAPE));
  return (
    /^\$(TTL|ORIGIN)\s/i.test(text) ||
    /\s(CNAME|SOA|IN\s+(A|AAAA|NS|TXT|MX))\s/i.test(text) ||
    /\s(A|AAAA)\s+[\da-f.:]+$/.test(text)
  );
}

/** Whether a name follows the address, as in a hosts file: not nothing, a comment or the end of a range. */
function isFollowedByName(octets: Uint8Array, start: number, end: number): boolean {
  const next = octets[skipSpaces(octets, start, end)];
  return start < end && next !== HASH && next !== SEMICOLON && next !== HYPHEN;
}

function isAdguardShaped(octets: Uint8Array, start: number, end: number): boolean {
  const first = octets[start];
  return (
    first === BAR ||
    first === SLASH ||
    (first === AT && octets[start + 1] === AT) ||
    octets[end - 1] === CARET ||
    (first === OPEN_BRACKET && startsWith(octets, start, end, '[Ad')) ||
    (first !== HASH && isCosmetic(octets, start, end))
  );
}

/** Whether there are only letters, digits, hyphens, underscores, dots and non-ASCII octets, and at least one dot. */
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
