// Converts record data in zone-file syntax to the generic form `\# LENGTH HEX` (RFC 3597): for types that are answered
// unchanged and that nothing else here reads.
import { isIPv4, isIPv6 } from 'node:net';
import { toListPrefix } from '../../../addresses/list-prefix.ts';
import { NameScanner } from '../text/name-scanner.ts';

/** Reads one field: gives its octets, or undefined. */
type FieldReader = (field: string) => number[] | undefined;

/** The most octets of data. */
const MAX_OCTETS = 4096;

/** The fields of each type; `rest` takes all that are left together. */
const FIELDS: Readonly<
  Record<string, { readonly each: readonly FieldReader[]; readonly rest?: FieldReader }>
> = {
  DNAME: { each: [toName] },
  HINFO: { each: [toString, toString] },
  CAA: { each: [toU8, toTag], rest: toText },
  NAPTR: { each: [toU16, toU16, toString, toString, toString, toName] },
  DS: { each: [toU16, toU8, toU8], rest: toHex },
  SSHFP: { each: [toU8, toU8], rest: toHex },
  TLSA: { each: [toU8, toU8, toU8], rest: toHex },
  SMIMEA: { each: [toU8, toU8, toU8], rest: toHex },
  URI: { each: [toU16, toU16], rest: toText },
};

const FIELD = /(?:"(?:[^"\\]|\\.)*"|\\.|[^\s"\\])+/g;

/** Gives the generic form of the data of a type (a mnemonic in capitals), or undefined where it is not read here. */
export function toGenericData(type: string, data: string): string | undefined {
  const fields = data.match(FIELD) ?? [];
  if (fields[0] === '\\#') return isGeneric(fields.slice(1)) ? fields.join(' ') : undefined;
  const octets =
    type === 'HTTPS' || type === 'SVCB' ? toServiceBinding(fields) : readFields(fields, FIELDS[type]);
  if (octets === undefined || octets.length > MAX_OCTETS) return undefined;
  return `\\# ${octets.length} ${Buffer.from(octets).toString('hex')}`;
}

function isGeneric([length = '', ...hex]: readonly string[]): boolean {
  const digits = hex.join('');
  return /^\d{1,5}$/.test(length) && /^([0-9a-f]{2})*$/i.test(digits) && digits.length === Number(length) * 2;
}

function readFields(
  fields: readonly string[],
  form: (typeof FIELDS)[string] | undefined,
): number[] | undefined {
  if (form === undefined) return undefined;
  const { each, rest } = form;
  const isRight = rest === undefined ? fields.length === each.length : fields.length > each.length;
  const read = each.map((reader, index) => reader(fields[index] ?? ''));
  if (rest !== undefined) read.push(rest(fields.slice(each.length).join('')));
  return isRight ? joined(read) : undefined;
}

function joined(parts: readonly (number[] | undefined)[]): number[] | undefined {
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

function toNumber(text: string, most: number): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function toU8(text: string): number[] | undefined {
  const number = toNumber(text, 0xff);
  return number === undefined ? undefined : [number];
}

function toU16(text: string): number[] | undefined {
  const number = toNumber(text, 0xffff);
  return number === undefined ? undefined : [number >>> 8, number & 0xff];
}

function toName(text: string): number[] | undefined {
  if (text === '.') return [0];
  const scanner = new NameScanner();
  const octets = Buffer.from(text);
  if (scanner.scan(octets, 0, octets.length) !== undefined) return undefined;
  const { wire, labelStart, labelCount } = scanner.name;
  return [...wire.subarray(0, labelStart[labelCount]! + 1)];
}

/** The octets of a text without its quotes; \X and \DDD are read as in zone files. */
function toText(field: string): number[] | undefined {
  const text = /^".*"$/s.test(field) ? field.slice(1, -1) : field;
  const parts = text.match(/\\\d{3}|\\?./gsu) ?? [];
  const octets = parts.map((part) =>
    /^\\\d{3}$/.test(part) ? [Number(part.slice(1))] : [...Buffer.from(part.replace(/^\\(?=.)/s, ''))],
  );
  return octets.flat().some((octet) => octet > 255) ? undefined : octets.flat();
}

/** A character string: its length, then its octets. */
function toString(field: string): number[] | undefined {
  const octets = toText(field);
  return octets === undefined || octets.length > 255 ? undefined : [octets.length, ...octets];
}

function toTag(field: string): number[] | undefined {
  return /^[a-z0-9]{1,15}$/i.test(field) ? toString(field.toLowerCase()) : undefined;
}

function toHex(field: string): number[] | undefined {
  return /^([0-9a-f]{2})+$/i.test(field) ? [...Buffer.from(field, 'hex')] : undefined;
}

/** RFC 9460 section 14.3.2, by number. */
const PARAM_KEYS = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint'];

/** `PRIORITY TARGET [KEY=VALUE...]`, RFC 9460 section 2.1. */
function toServiceBinding([priority = '', target = '', ...params]: readonly string[]): number[] | undefined {
  const read = params.map(toParam);
  const found = read
    .flatMap((param) => (param === undefined ? [] : [param]))
    .toSorted((a, b) => a.key - b.key);
  const isWhole = found.length === read.length && new Set(found.map(({ key }) => key)).size === found.length;
  if (!isWhole || target === '') return undefined;
  return joined([
    toU16(priority),
    toName(target),
    ...found.map(({ key, value }) => [
      key >>> 8,
      key & 0xff,
      value.length >>> 8,
      value.length & 0xff,
      ...value,
    ]),
  ]);
}

function toParam(text: string): { readonly key: number; readonly value: readonly number[] } | undefined {
  const equals = text.indexOf('=');
  const name = (equals === -1 ? text : text.slice(0, equals)).toLowerCase();
  const key = keyOf(name);
  const written = equals === -1 ? '' : text.slice(equals + 1).replace(/^"(.*)"$/s, '$1');
  const value = key === undefined ? undefined : toParamValue(key, written);
  return key === undefined || value === undefined ? undefined : { key, value };
}

function keyOf(name: string): number | undefined {
  const known = PARAM_KEYS.indexOf(name);
  if (known >= 0) return known;
  return /^key\d+$/.test(name) ? toNumber(name.slice(3), 0xfffe) : undefined;
}

function toParamValue(key: number, text: string): number[] | undefined {
  const items = text === '' ? [] : text.split(',');
  switch (PARAM_KEYS[key] ?? '') {
    case 'mandatory':
      return items.length === 0
        ? undefined
        : joined(items.map((item) => toU16(String(keyOf(item) ?? ''))).toSorted((a, b) => compare(a, b)));
    case 'alpn':
      return items.length === 0 ? undefined : joined(items.map(toString));
    case 'no-default-alpn':
      return items.length === 0 ? [] : undefined;
    case 'port':
      return toU16(text);
    case 'ipv4hint':
      return items.length === 0 ? undefined : joined(items.map((item) => toAddress(item, 4)));
    case 'ipv6hint':
      return items.length === 0 ? undefined : joined(items.map((item) => toAddress(item, 6)));
    case 'ech':
      return /^[a-z0-9+/]+=*$/i.test(text) ? [...Buffer.from(text, 'base64')] : undefined;
    default:
      return toText(text);
  }
}

function compare(a: readonly number[] | undefined, b: readonly number[] | undefined): number {
  return (a?.[0] ?? 0) * 256 + (a?.[1] ?? 0) - (b?.[0] ?? 0) * 256 - (b?.[1] ?? 0);
}

function toAddress(text: string, family: 4 | 6): number[] | undefined {
  const prefix = (family === 4 ? isIPv4(text) : isIPv6(text)) ? toListPrefix(text) : undefined;
  if (prefix === undefined) return undefined;
  // An IPv4-mapped IPv6 address is read as IPv4.
  if (prefix.family !== family)
    return [...Array.from({ length: 10 }, () => 0), 0xff, 0xff, ...octetsOf(prefix.words, 1)];
  return octetsOf(prefix.words, family === 4 ? 1 : 4);
}

function octetsOf(words: readonly number[], count: number): number[] {
  return words
    .slice(0, count)
    .flatMap((word) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff]);
}
