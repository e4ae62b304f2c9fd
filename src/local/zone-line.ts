// One record in zone-file syntax (RFC 1035 section 5.1): "nas.home.arpa. 300 A 192.0.2.10". Owner, then TTL and
// class in any order or not at all, type, rdata; RFC 3597 "\# 4 0a000001" for any type.
import { encodeRdata } from '../dns/packet.ts';
import type { Rdata } from '../dns/packet.ts';
import { parseName, nameToText } from '../dns/name-text.ts';
import { toType, TYPE } from '../dns/numbers.ts';

/** A record of local data. */
export interface LocalRecord {
  /** Lower-cased wire form; the first label may be "*" (RFC 4592). */
  readonly owner: Uint8Array;
  readonly type: number;
  /** Seconds, 0 to 2147483647. */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** TTL of a record that names none, in seconds. */
export const DEFAULT_TTL_SECONDS = 300;

const MAX_TTL_SECONDS = 2_147_483_647;
const FORM = 'write OWNER [TTL] TYPE RDATA, such as "nas.home.arpa. 300 A 192.0.2.10"';

/** Parses one line; throws an Error that says what is wrong and what to write instead. */
export function parseZoneLine(line: string): LocalRecord {
  const [owner, ...rest] = splitFields(line);
  if (owner === undefined || rest.length === 0) throw new Error(`not a record; ${FORM}`);
  let ttl = DEFAULT_TTL_SECONDS;
  let field = rest.shift();
  while (field !== undefined && (/^\d+$/.test(field) || /^in$/i.test(field))) {
    if (/^\d+$/.test(field)) ttl = Number(field);
    field = rest.shift();
  }
  if (ttl > MAX_TTL_SECONDS)
    throw new Error(`TTL ${ttl} is too large; the most is ${MAX_TTL_SECONDS} seconds`);
  const type = field === undefined ? undefined : toType(field);
  if (type === undefined) throw new Error(`"${field ?? ''}" is not a record type; ${FORM}`);
  if (rest.length === 0) throw new Error(`the record has no data; ${FORM}`);
  return { owner: parseName(owner), type, ttl, rdata: parseRdata(type, rest) };
}

function parseRdata(type: number, fields: string[]): Uint8Array {
  if (fields[0] === '\\#') return parseGeneric(fields.slice(1));
  const rdata = toRdata(type, fields);
  if (rdata === undefined)
    throw new Error('the data of this type can only be given as in RFC 3597: \\# LENGTH HEX');
  return rdata;
}

function toRdata(type: number, fields: readonly string[]): Uint8Array | undefined {
  switch (type) {
    case TYPE.A: {
      const [address] = take(fields, 'ADDRESS');
      if (!isIPv4(address)) throw new Error(`"${address}" is not an IPv4 address`);
      return encodeRdata({ type: 'A', data: address });
    }
    case TYPE.AAAA: {
      const [address] = take(fields, 'ADDRESS');
      if (!isIPv6(address) || address.includes('%')) throw new Error(`"${address}" is not an IPv6 address`);
      return encodeRdata({ type: 'AAAA', data: address });
    }
    case TYPE.CNAME:
    case TYPE.PTR:
    case TYPE.NS:
      return parseName(take(fields, 'NAME')[0]);
    case TYPE.TXT:
      return encodeRdata({ type: 'TXT', data: fields.map(toCharacterString) });
    case TYPE.MX: {
      const [preference, exchange] = take(fields, 'PREFERENCE', 'NAME');
      return Uint8Array.of(...toOctets(preference), ...parseName(exchange));
    }
    case TYPE.SRV: {
      const [priority, weight, port, target] = take(fields, 'PRIORITY', 'WEIGHT', 'PORT', 'NAME');
      const numbers = [priority, weight, port].flatMap((number) => toOctets(number));
      return Uint8Array.of(...numbers, ...parseName(target));
    }
    case TYPE.CAA: {
      const [flags, tag, value] = take(fields, 'FLAGS', 'TAG', 'VALUE');
      const text = toCharacterString(value).toString('utf8');
      return encodeRdata({
        type: 'CAA',
        data: { flags: toNumber(flags, 255), tag: toCaaTag(tag), value: text },
      });
    }
    default:
      return undefined;
  }
}

/** The fields, of which there must be as many as the form has. */
function take<Form extends readonly string[]>(
  fields: readonly string[],
  ...form: Form
): { [Field in keyof Form]: string } {
  if (fields.length !== form.length) throw new Error(`"${fields.join(' ')}" is not ${form.join(' ')}`);
  return fields as { [Field in keyof Form]: string };
}

function parseGeneric([length, ...hex]: string[]): Uint8Array {
  const digits = hex.join('');
  if (
    !/^\d{1,5}$/.test(length ?? '') ||
    !/^([0-9a-f]{2})*$/i.test(digits) ||
    digits.length !== Number(length) * 2
  )
    throw new Error('generic data must be \\# LENGTH HEX, with two hex digits for each octet');
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

/** Fields by white space; a quoted string is one field and keeps its quotes; ";" starts a comment. */
function splitFields(line: string): string[] {
  return (line.match(/"(?:[^"\\]|\\.)*"|;.*|[^\s;]+/g) ?? []).filter((field) => !field.startsWith(';'));
}

function unquote(field: string): string {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll(/\\(.)/g, '$1') : field;
}
