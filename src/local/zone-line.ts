// One record in zone-file syntax (RFC 1035 section 5.1): "nas.home.arpa. 300 A 192.0.2.10". Owner, then TTL and
// class in any order or not at all, type, rdata; RFC 3597 "\# 4 0a000001" for any type.
import { CLASS, isQuestionType, toType, typeToText } from '../dns/numbers.ts';
import { FLAG, HEADER, HEADER_OCTETS, writeU16 } from '../dns/message.ts';
import { isWellFormedResponse } from '../dns/response-check.ts';
import { name, toSeconds } from './rdata/fields.ts';
import { parseRdata } from './rdata/rdata-text.ts';
import type { LocalRecord } from './record-store.ts';

/** TTL of a record that has none, in seconds. */
export const DEFAULT_TTL_SECONDS = 300;

const MAX_TTL_SECONDS = 2_147_483_647;
const FORM = 'write OWNER [TTL] TYPE RDATA, such as "nas.home.arpa. 300 A 192.0.2.10"';

/** Parses one line; throws an Error that says what is wrong and what to write instead. */
export function parseZoneLine(line: string): LocalRecord {
  const [owner, ...rest] = splitFields(line);
  if (owner === undefined || rest.length === 0) throw new Error(`not a record; ${FORM}`);
  if (/^\$[a-z]+$/i.test(owner))
    throw new Error(`${owner} stands in zone files only, and names are written in full here; ${FORM}`);
  const { ttl, type } = readHead(rest);
  if (rest.length === 0) throw new Error(`the record has no data; ${FORM}`);
  const [first, ...others] = rest;
  const rdata = first === '\\#' ? parseGeneric(type, others) : parseRdata(type, rest);
  return { owner: name(owner), type, ttl, rdata };
}

/** Takes TTL, class and type, in any order but that the type is last, from the beginning of the fields. */
function readHead(fields: string[]): { readonly ttl: number; readonly type: number } {
  let ttl = DEFAULT_TTL_SECONDS;
  let field = fields.shift();
  while (field !== undefined && (/^in$/i.test(field) || toSeconds(field) !== undefined)) {
    ttl = toSeconds(field) ?? ttl;
    field = fields.shift();
  }
  if (ttl > MAX_TTL_SECONDS)
    throw new Error(`TTL ${ttl} is too large; the most is ${MAX_TTL_SECONDS} seconds`);
  if (/^(ch|hs|cs|class\d+)$/i.test(field ?? ''))
    throw new Error(`the class ${field} is not answered; write IN, or nothing`);
  const type = field === undefined ? undefined : toType(field);
  if (type === undefined) throw new Error(`"${field ?? ''}" is not a record type; ${FORM}`);
  if (isQuestionType(type)) throw new Error(`no record can have the type ${typeToText(type)}`);
  return { ttl, type };
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

/**
 * A quoted string, a comment, a parenthesis, or anything else up to white space; in that, only what stands behind "=" may be
 * quoted: a parameter of a service.
 */
const FIELD = /"(?:[^"\\]|\\.)*"|;.*|[()]|(?:\\.|[^\s;"\\()]|(?<==)"(?:[^"\\]|\\.)*")+|["\\]/g;

/** The fields, quotes kept. Parentheses let a record go over several lines, of which there is only one here. */
function splitFields(line: string): string[] {
  const fields: string[] = line.match(FIELD) ?? [];
  if (fields.includes('"')) throw new Error('a quoted string is not closed; end it with "');
  const opened = fields.filter((field) => field === '(').length;
  if (opened !== fields.filter((field) => field === ')').length)
    throw new Error('there are not as many "(" as ")"; take them out, since a record is one line here');
  return fields.filter((field) => !/^(;|[()]$)/.test(field));
}
