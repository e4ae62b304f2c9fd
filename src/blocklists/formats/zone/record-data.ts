// Data of records that a rule of a list answers: only what can be put into a reply as it is.
import { isIPv4, isIPv6 } from 'node:net';
import { NameScanner } from '../text/name-scanner.ts';

/** What the data of each type that is answered looks like, field by field; a TXT record has any number of them. */
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
