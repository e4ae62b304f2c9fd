// One record in zone-file syntax (RFC 1035 section 5.1): "nas.home.arpa. 300 A 192.0.2.10". Owner, then TTL and
// class in any order or not at all, type, rdata; RFC 3597 "\# 4 0a000001" for any type.
import { isIPv4, isIPv6 } from 'node:net';
import { CLASS, isQuestionType, toType, TYPE, typeToText } from '../dns/numbers.ts';
import { FLAG, HEADER, HEADER_OCTETS, writeU16 } from '../dns/message.ts';
import { parseName } from '../dns/name-text.ts';
import { encodeRdata } from '../dns/packet.ts';
import { isWellFormedResponse } from '../dns/response-check.ts';
import type { LocalRecord } from './record-store.ts';

/** TTL of a record that has none, in seconds. */
export const DEFAULT_TTL_SECONDS = 300;

const MAX_TTL_SECONDS = 2_147_483_647;
const FORM = 'write OWNER [TTL] TYPE RDATA, such as "nas.home.arpa. 300 A 192.0.2.10"';

/** The fields of the types that can be written without RFC 3597; TXT may have any number. */
const RDATA_FORMS = new Map<number, string>([
  [TYPE.A, 'ADDRESS'],
  [TYPE.AAAA, 'ADDRESS'],
  [TYPE.CNAME, 'NAME'],
  [TYPE.PTR, 'NAME'],
  [TYPE.NS, 'NAME'],
  [TYPE.TXT, 'STRING...'],
  [TYPE.MX, 'PREFERENCE NAME'],
  [TYPE.SRV, 'PRIORITY WEIGHT PORT NAME'],
  [TYPE.CAA, 'FLAGS TAG VALUE'],
]);

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
  if (isQuestionType(type)) throw new Error(`no record can have the type ${typeToText(type)}`);
  if (rest.length === 0) throw new Error(`the record has no data; ${FORM}`);
  return { owner: parseName(owner), type, ttl, rdata: parseRdata(type, rest) };
}

function parseRdata(type: number, fields: readonly string[]): Uint8Array {
  if (fields[0] === '\\#') return parseGeneric(type, fields.slice(1));
  const form = RDATA_FORMS.get(type);
  if (form === undefined)
    throw new Error('the data of this type can only be given as in RFC 3597: \\# LENGTH HEX');
  if (type !== TYPE.TXT && fields.length !== form.split(' ').length)
    throw new Error(`"${fields.join(' ')}" is not the data of ${typeToText(type)}; write ${form}`);
  return toRdata(type, fields);
}

function toRdata(type: number, fields: readonly string[]): Uint8Array {
  const [first = '', second = '', third = '', fourth = ''] = fields;
  switch (type) {
    case TYPE.A:
      if (!isIPv4(first)) throw new Error(`"${first}" is not an IPv4 address`);
      return encodeRdata({ type: 'A', data: first });
    case TYPE.AAAA:
      if (!isIPv6(first) || first.includes('%')) throw new Error(`"${first}" is not an IPv6 address`);
      return encodeRdata({ type: 'AAAA', data: first });
    case TYPE.TXT:
      return encodeRdata({ type: 'TXT', data: fields.map(toCharacterString) });
    case TYPE.MX:
      return Uint8Array.of(...toU16(first), ...parseName(second));
    case TYPE.SRV:
      return Uint8Array.of(...toU16(first), ...toU16(second), ...toU16(third), ...parseName(fourth));
    case TYPE.CAA: {
      const value = toCharacterString(third).toString('utf8');
      return encodeRdata({
        type: 'CAA',
        data: { flags: toNumber(first, 255), tag: toCaaTag(second), value },
      });
    }
    default:
      return parseName(first);
  }
}

function toCaaTag(text: string): 'issue' | 'issuewild' | 'iodef' {
  if (text === 'issue' || text === 'issuewild' || text === 'iodef') return text;
  throw new Error(`"${text}" is not a CAA tag; write issue, issuewild or iodef`);
}

function toNumber(text: string, most: number): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > most)
    throw new Error(`"${text}" is not a number from 0 to ${most}`);
  return Number(text);
}

function toU16(text: string): [number, number] {
  const number = toNumber(text, 65_535);
  return [number >>> 8, number & 0xff];
}

/** The octets of a character string, its quotes taken off; \X and \DDD are read as in zone files. */
function toCharacterString(field: string): Buffer {
  const text = field.startsWith('"') ? field.slice(1, -1) : field;
  const parts = text.match(/\\\d{3}|\\?./gsu) ?? [];
  const octets = Buffer.concat(parts.map(toStringPart));
  if (octets.length > 255) throw new Error('a string of a record has more than 255 octets; split it');
  return octets;
}

function toStringPart(part: string): Buffer {
  if (!/^\\\d{3}$/.test(part)) return Buffer.from(part.replace(/^\\(?=.)/s, ''), 'utf8');
  const octet = Number(part.slice(1));
  if (octet > 255) throw new Error(`"${part}" is not an octet; write \\000 to \\255`);
  return Buffer.of(octet);
}

function parseGeneric(type: number, [length, ...hex]: readonly string[]): Uint8Array {
  const digits = hex.join('');
  if (
    !/^\d{1,5}$/.test(length ?? '') ||
    !/^([0-9a-f]{2})*$/i.test(digits) ||
    digits.length !== Number(length) * 2
  )
    throw new Error('generic data must be \\# LENGTH HEX, with two hex digits for each octet');
  const rdata = Uint8Array.from(Buffer.from(digits, 'hex'));
  if (!isWellFormed(type, rdata)) throw new Error(`"${digits}" is not the data of ${typeToText(type)}`);
  return rdata;
}

/** Whether rdata is as its type requires (RFC 3597 section 5): checked in a response that has only this record. */
function isWellFormed(type: number, rdata: Uint8Array): boolean {
  const start = HEADER_OCTETS + 11;
  const message = new Uint8Array(start + rdata.length);
  writeU16(message, HEADER.FLAGS, FLAG.QR);
  writeU16(message, HEADER.ANCOUNT, 1);
  writeU16(message, HEADER_OCTETS + 1, type);
  writeU16(message, HEADER_OCTETS + 3, CLASS.IN);
  writeU16(message, start - 2, rdata.length);
  message.set(rdata, start);
  return isWellFormedResponse(message, message.length);
}

/** Fields by white space; a quoted string is one field and keeps its quotes; ";" starts a comment. */
function splitFields(line: string): string[] {
  const fields: string[] = line.match(/"(?:[^"\\]|\\.)*"|;.*|(?:\\.|[^\s;"\\])+|["\\]/g) ?? [];
  if (fields.includes('"')) throw new Error('a quoted string is not closed; end it with "');
  return fields.filter((field) => !field.startsWith(';'));
}
