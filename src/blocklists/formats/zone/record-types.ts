// Record types by the mnemonics that lists use for them (IANA "Domain Name System (DNS) Parameters"), and data of records
// that a rule answers: only what can be put into a reply as it is.
import { isIPv4, isIPv6 } from 'node:net';
import { NameScanner } from '../text/name-scanner.ts';

const TYPES = new Map<string, number>([
  ['A', 1],
  ['NS', 2],
  ['CNAME', 5],
  ['SOA', 6],
  ['PTR', 12],
  ['HINFO', 13],
  ['MX', 15],
  ['TXT', 16],
  ['RP', 17],
  ['AFSDB', 18],
  ['SIG', 24],
  ['KEY', 25],
  ['AAAA', 28],
  ['LOC', 29],
  ['SRV', 33],
  ['NAPTR', 35],
  ['KX', 36],
  ['CERT', 37],
  ['DNAME', 39],
  ['OPT', 41],
  ['APL', 42],
  ['DS', 43],
  ['SSHFP', 44],
  ['IPSECKEY', 45],
  ['RRSIG', 46],
  ['NSEC', 47],
  ['DNSKEY', 48],
  ['DHCID', 49],
  ['NSEC3', 50],
  ['NSEC3PARAM', 51],
  ['TLSA', 52],
  ['SMIMEA', 53],
  ['HIP', 55],
  ['CDS', 59],
  ['CDNSKEY', 60],
  ['OPENPGPKEY', 61],
  ['CSYNC', 62],
  ['ZONEMD', 63],
  ['SVCB', 64],
  ['HTTPS', 65],
  ['SPF', 99],
  ['EUI48', 108],
  ['EUI64', 109],
  ['ANY', 255],
  ['URI', 256],
  ['CAA', 257],
]);

/** CNAME: the answer is at another name. */
export const CNAME = 5;

/** The number of a type given as a mnemonic in any case or as TYPE123 (RFC 3597), else undefined. */
export function toTypeNumber(text: string): number | undefined {
  const upper = text.toUpperCase();
  const digits = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  if (digits === undefined) return TYPES.get(upper);
  return Number(digits) <= 0xffff ? Number(digits) : undefined;
}

/** The mnemonic of a type that has one here, else TYPE123. */
export function typeToMnemonic(type: number): string {
  for (const [name, number] of TYPES) if (number === type) return name;
  return `TYPE${type}`;
}

/** QTYPEs and meta-types (RFC 6895 section 3.1), which no record of a zone has. */
export function isQuestionType(type: number): boolean {
  return type === 0 || type === 41 || (type >= 128 && type <= 255);
}

/** Checks for the data of each type that is answered, field by field; a TXT record has any number of fields. */
const FORMS = new Map<string, readonly ((field: string) => boolean)[]>([
  ['A', [isIPv4]],
  ['AAAA', [isPlainIPv6]],
  ['CNAME', [isName]],
  ['PTR', [isName]],
  ['NS', [isName]],
  ['MX', [isU16, isName]],
  ['SRV', [isU16, isU16, isU16, isName]],
  ['TXT', []],
]);

/** Whether the data of a type (in capitals) is read field by field, so that its faults are known. */
export function isReadableType(type: string): boolean {
  return FORMS.has(type);
}

/** Words and quoted strings with spaces between them. */
const FIELD = /"(?:[^"\\]|\\.)*"|[^\s"]+/g;
const FIELDS = new RegExp(`^(?:${FIELD.source})(?:\\s+(?:${FIELD.source}))*$`);

/** Tells whether records with such data, in zone-file syntax, can be answered; `type` is a mnemonic in capitals. */
export function isAnswerable(type: string, data: string): boolean {
  const form = FORMS.get(type);
  if (form === undefined || data.length > MAX_DATA || !FIELDS.test(data)) return false;
  const fields = data.match(FIELD) ?? [];
  // RFC 3597 section 5: what follows would be data of any type, in hexadecimal digits.
  if (type === 'TXT') return fields[0] !== '\\#' && fields.every(isString);
  return fields.length === form.length && form.every((fits, index) => fits(fields[index] ?? ''));
}

/** The longest data, in characters: as long as a line. */
const MAX_DATA = 4096;

function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

function isU16(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 0xffff;
}

function isName(text: string): boolean {
  const octets = Buffer.from(text);
  return new NameScanner().scan(octets, 0, octets.length) === undefined;
}

/** A character string is quoted, or a word without characters special in zone files; \\DDD is one octet. */
function isString(text: string): boolean {
  const isQuoted = text.startsWith('"');
  if (!isQuoted && !/^[^;()]+$/.test(text)) return false;
  const inner = isQuoted ? text.slice(1, -1) : text;
  const rest = inner.replace(/\\(?:[01]\d\d|2[0-4]\d|25[0-5]|(\D))/gu, (_, character?: string) =>
    character === undefined || character === '\\' ? 'x' : character,
  );
  return !rest.includes('\\') && Buffer.byteLength(rest) <= 255;
}
