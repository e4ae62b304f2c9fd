// Single fields of record data in zone-file syntax (RFC 1035 section 5.1) to octets. The rule: what cannot be read throws an Error
// that says what it is not.
import { isIPv4, isIPv6 } from 'node:net';
import { parseName } from '../../dns/name-text.ts';
import { encodeRdata } from '../../dns/packet.ts';

/** Gives the octets of one field. */
export type FieldReader = (field: string) => Uint8Array;

const MAX_U8 = 0xff;
const MAX_U16 = 0xffff;
const MAX_U32 = 0xffff_ffff;

/** The octets of a string's length fit in one. */
const MAX_STRING_OCTETS = 255;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A whole number in decimal. */
function toNumber(text: string, most: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > most)
    throw new Error(`"${text}" is not a number from 0 to ${most}`);
  return Number(text);
}

/** Seconds, as a number or with units, such as 1h30m; undefined where it is neither. */
export function toSeconds(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(\d+[smhdw])+$/i.test(text)) return undefined;
  const parts = text.toLowerCase().match(/\d+[a-z]/g) ?? [];
  return parts.reduce((sum, part) => sum + Number(part.slice(0, -1)) * (SECONDS[part.slice(-1)] ?? 0), 0);
}

export function u8(text: string): Uint8Array {
  return Uint8Array.of(toNumber(text, MAX_U8));
}

export function u16(text: string): Uint8Array {
  const number = toNumber(text, MAX_U16);
  return Uint8Array.of(number >>> 8, number & 0xff);
}

export function u32(text: string): Uint8Array {
  return numberToU32(toNumber(text, MAX_U32));
}

/** Seconds in four octets. */
export function seconds(text: string): Uint8Array {
  const number = toSeconds(text);
  if (number === undefined || number > MAX_U32)
    throw new Error(`"${text}" is not a number of seconds; write one such as 3600 or 1h`);
  return numberToU32(number);
}

export function numberToU32(number: number): Uint8Array {
  return Uint8Array.of(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);
}

/** A name, which is always taken as it is written: a file's origin is not known here. */
export function name(text: string): Uint8Array {
  if (text === '@')
    throw new Error('"@" is the origin of a zone file, which there is none of here; write the name in full');
  return parseName(text);
}

export function ipv4(text: string): Uint8Array {
  if (!isIPv4(text)) throw new Error(`"${text}" is not an IPv4 address`);
  return encodeRdata({ type: 'A', data: text });
}

export function ipv6(text: string): Uint8Array {
  if (!isIPv6(text) || text.includes('%')) throw new Error(`"${text}" is not an IPv6 address`);
  return encodeRdata({ type: 'AAAA', data: text });
}

/** A text without its quotes; \X and \DDD are read as in zone files. */
export function octets(field: string): Uint8Array {
  const text = field.startsWith('"') ? field.slice(1, -1) : field;
  const parts = text.match(/\\\d{3}|\\?./gsu) ?? [];
  return Uint8Array.from(Buffer.concat(parts.map(toPart)));
}

function toPart(part: string): Buffer {
  if (!/^\\\d{3}$/.test(part)) return Buffer.from(part.replace(/^\\(?=.)/s, ''), 'utf8');
  const octet = Number(part.slice(1));
  if (octet > MAX_U8) throw new Error(`"${part}" is not an octet; write \\000 to \\255`);
  return Buffer.of(octet);
}

/** A character string: its length, then its octets. */
export function string(field: string): Uint8Array {
  const read = octets(field);
  if (read.length > MAX_STRING_OCTETS)
    throw new Error('a string of a record has more than 255 octets; split it into several');
  return Uint8Array.of(read.length, ...read);
}

/** A tag of CAA (RFC 8659 section 4.1). */
export function tag(field: string): Uint8Array {
  if (!/^[a-z0-9]{1,15}$/i.test(field))
    throw new Error(`"${field}" is not a CAA tag; write issue, issuewild, issuemail or iodef`);
  return string(field.toLowerCase());
}

export function hex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})+$/i.test(text))
    throw new Error(`"${text}" is not hexadecimal, with two digits for each octet`);
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

export function base64(text: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[a-z0-9+/]+={0,2}$/i.test(text)) throw new Error(`"${text}" is not base64`);
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Octets in hexadecimal with hyphens between them, as hardware addresses are written (RFC 7043). */
export function hardware(count: number): FieldReader {
  return (text) => {
    if (!new RegExp(`^[0-9a-f]{2}(-[0-9a-f]{2}){${count - 1}}$`, 'i').test(text))
      throw new Error(`"${text}" is not ${count} octets such as 00-00-5e-00-53-01`);
    return hex(text.replaceAll('-', ''));
  };
}
