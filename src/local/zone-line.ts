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
  try {
    return encodeRdata(rdata);
  } catch (cause) {
    throw new Error(`"${fields.join(' ')}" is not data of this type`, { cause });
  }
}

function toRdata(type: number, fields: string[]): Rdata | undefined {
  const text = (index: number): string => unquote(fields[index] ?? missing(type, fields));
  const number = (index: number): number => toNumber(fields[index] ?? missing(type, fields));
  const name = (index: number): string => nameToText(parseName(text(index)));
  const single = fields.length === 1;
  switch (type) {
    case TYPE.A:
      if (
        !single ||
        !/^\d{1,3}(\.\d{1,3}){3}$/.test(text(0)) ||
        text(0)
          .split('.')
          .some((octet) => Number(octet) > 255)
      )
        throw new Error(`"${fields.join(' ')}" is not an IPv4 address`);
      return { type: 'A', data: text(0) };
    case TYPE.AAAA:
      if (!single || !/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text(0)))
        throw new Error(`"${fields.join(' ')}" is not an IPv6 address`);
      return { type: 'AAAA', data: text(0) };
    case TYPE.CNAME:
      return { type: 'CNAME', data: name(0) };
    case TYPE.PTR:
      return { type: 'PTR', data: name(0) };
    case TYPE.NS:
      return { type: 'NS', data: name(0) };
    case TYPE.TXT:
      return { type: 'TXT', data: fields.map((field) => toCharacterString(unquote(field))) };
    case TYPE.MX:
      return { type: 'MX', data: { preference: number(0), exchange: name(1) } };
    case TYPE.SRV:
      return {
        type: 'SRV',
        data: { priority: number(0), weight: number(1), port: number(2), target: name(3) },
      };
    case TYPE.CAA:
      return { type: 'CAA', data: { flags: number(0), tag: toCaaTag(text(1)), value: text(2) } };
    default:
      return undefined;
  }
}

function missing(type: number, fields: string[]): never {
  const form =
    type === TYPE.MX
      ? 'PREFERENCE NAME'
      : type === TYPE.SRV
        ? 'PRIORITY WEIGHT PORT NAME'
        : 'FLAGS TAG VALUE';
  throw new Error(`"${fields.join(' ')}" is not complete; write ${form}`);
}

function toCaaTag(text: string): 'issue' | 'issuewild' | 'iodef' {
  if (text === 'issue' || text === 'issuewild' || text === 'iodef') return text;
  throw new Error(`"${text}" is not a CAA tag; write issue, issuewild or iodef`);
}

function toNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new Error(`"${text}" is not a number from 0 to 65535`);
  return Number(text);
}

function toCharacterString(text: string): Buffer {
  const octets = Buffer.from(text, 'utf8');
  if (octets.length > 255)
    throw new Error('a string of a TXT record has more than 255 octets; split it into several');
  return octets;
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
