/**
 * Writes DNS messages for the tests: queries of every shape, and replies from records in zone-file syntax.
 * Nothing is checked here, since half of what the tests send is wrong on purpose.
 */
import { classNumber, typeNumber } from './dns-numbers.ts';

/** A resource record as it goes over the wire, its owner uncompressed. */
export interface WireRecord {
  readonly owner: Uint8Array;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** An EDNS option: code and value. */
export interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

/** The OPT record of a message (RFC 6891). */
export interface Edns {
  /** Octets the sender takes over UDP; default 1232. */
  readonly size?: number;
  readonly version?: number;
  /** Upper eight bits of the extended rcode. */
  readonly extendedRcode?: number;
  readonly dnssecOk?: boolean;
  /** The sixteen flag bits, DO included; overrides `dnssecOk`. */
  readonly flags?: number;
  readonly options?: readonly Option[];
}

/** A question; the name is absolute presentation form. */
interface AskedQuestion {
  readonly name: string;
  readonly type: string;
  readonly class?: string;
}

/** What a query says. Default: RD set, everything else clear, no EDNS, id 0. */
export interface QueryFields {
  readonly id?: number;
  readonly opcode?: number;
  readonly rd?: boolean;
  readonly ad?: boolean;
  readonly cd?: boolean;
  /** Further header bits to set, e.g. 0x0040 for Z. */
  readonly bits?: number;
  readonly questions: readonly AskedQuestion[];
  readonly edns?: Edns | undefined;
}

/** Puts octets one behind the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Sixteen-bit numbers, big-endian. */
export function u16(...values: readonly number[]): Uint8Array {
  const octets = new Uint8Array(values.length * 2);
  let at = 0;
  for (const value of values) {
    octets[at++] = value >> 8;
    octets[at++] = value;
  }
  return octets;
}

/** One 32-bit number, big-endian. */
export function u32(value: number): Uint8Array {
  return u16(Math.floor(value / 65536), value % 65536);
}

/** Octets from hex digits; white space does not matter. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s+/g, ''), 'hex'));
}

/** Wire form of a name with the escapes `\.` and `\DDD`, case kept, the dot at the end optional. */
export function nameToWire(text: string): Uint8Array {
  if (text === '.') return Uint8Array.of(0);
  if (PLAIN_NAME.test(text)) return plainNameToWire(text);
  const labels: number[][] = [[]];
  const octets = Buffer.from(text, 'utf8');
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] ?? 0;
    if (octet === 0x2e) {
      labels.push([]);
    } else if (octet === 0x5c && /^\d{3}/.test(octets.toString('latin1', i + 1, i + 4))) {
      labels.at(-1)?.push(Number(octets.toString('latin1', i + 1, i + 4)));
      i += 3;
    } else {
      if (octet === 0x5c) i++;
      labels.at(-1)?.push(octet === 0x5c ? (octets[i] ?? 0) : octet);
    }
  }
  if (labels.at(-1)?.length === 0) labels.pop();
  return Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]);
}

/** A name of ASCII letters without escapes and empty labels, as nearly all are; thousands are written. */
const PLAIN_NAME = /^(?:[^.\\\u0080-\uffff]{1,255}\.)*[^.\\\u0080-\uffff]{1,255}\.?$/;

function plainNameToWire(text: string): Uint8Array {
  const end = text.endsWith('.') ? text.length - 1 : text.length;
  const octets = new Uint8Array(end + 2);
  let length = 0;
  for (let at = 0; at < end; at++) {
    const octet = text.charCodeAt(at);
    if (octet !== 0x2e) octets[at + 1] = octet;
    else {
      octets[at - length] = length;
      length = -1;
    }
    length++;
  }
  octets[end - length] = length;
  return octets;
}

/** An absolute name: `@` is the origin, a dot at the end means absolute, anything else is put before the origin. */
export function absoluteName(text: string, origin: string): string {
  if (text === '@') return origin;
  return text.endsWith('.') ? text : `${text}.${origin}`;
}

/** A record written as in a zone file, `owner ttl [class] type rdata…`, or `type \# length hex` for any rdata. */
export function parseRecord(text: string, origin: string): WireRecord {
  const words = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const [owner = '@', ttl = '0', ...rest] = words;
  const inClass = rest[0] === 'CH' || rest[0] === 'HS' ? classNumber(rest.shift() ?? '') : 1;
  const type = rest.shift() ?? '';
  return {
    owner: nameToWire(absoluteName(owner, origin)),
    type: typeNumber(type),
    class: inClass,
    ttl: Number(ttl),
    rdata: rdataToWire(type, rest, origin),
  };
}

function rdataToWire(type: string, words: readonly string[], origin: string): Uint8Array {
  const word = (index: number): string => words[index] ?? '';
  const name = (index: number): Uint8Array => nameToWire(absoluteName(word(index), origin));
  const number = (index: number): Uint8Array => u16(Number(word(index)));
  if (word(0) === String.raw`\#`) return fromHex(words.slice(2).join(''));
  switch (type) {
    case 'A':
      return Uint8Array.from(word(0).split('.'), Number);
    case 'AAAA':
      return ipv6ToWire(word(0));
    case 'NS':
    case 'CNAME':
    case 'DNAME':
    case 'PTR':
      return name(0);
    case 'MX':
    case 'AFSDB':
      return concat(number(0), name(1));
    case 'SRV':
      return concat(number(0), number(1), number(2), name(3));
    case 'SOA':
      return concat(name(0), name(1), ...[2, 3, 4, 5, 6].map((index) => u32(Number(word(index)))));
    case 'TXT':
    case 'HINFO':
      return concat(...words.map(characterString));
    case 'HTTPS':
    case 'SVCB':
      return concat(number(0), name(1), fromHex(words.slice(2).join('')));
    default:
      throw new Error(`write the rdata of ${type} as \\# length hex`);
  }
}

function characterString(word: string): Uint8Array {
  const bytes = Buffer.from(word.replaceAll(/^"|"$/g, ''), 'latin1');
  return concat(Uint8Array.of(bytes.length), bytes);
}

/** The sixteen octets of an IPv6 address in text, `::` allowed. */
export function ipv6ToWire(text: string): Uint8Array {
  const [head = '', tail = ''] = text.split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((g) => parseInt(g, 16)));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return u16(...left, ...zeros, ...right);
}

/** Wire form of one record; an owner equal to the question's name becomes a pointer to offset 12. */
export function recordToWire(record: WireRecord, qname?: Uint8Array): Uint8Array {
  const owner = qname !== undefined && sameOctets(record.owner, qname) ? u16(0xc00c) : record.owner;
  return concat(
    owner,
    u16(record.type, record.class),
    u32(record.ttl),
    u16(record.rdata.length),
    record.rdata,
  );
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** An OPT record, root owner. */
export function optToWire(edns: Edns): Uint8Array {
  const flags = edns.flags ?? (edns.dnssecOk === true ? 0x8000 : 0);
  const options = concat(
    ...(edns.options ?? []).map(({ code, value }) => concat(u16(code, value.length), value)),
  );
  return concat(
    Uint8Array.of(0),
    u16(41, edns.size ?? 1232),
    Uint8Array.of(edns.extendedRcode ?? 0, edns.version ?? 0),
    u16(flags, options.length),
    options,
  );
}

/** A query. */
export function writeQuery(fields: QueryFields): Uint8Array {
  const flags =
    ((fields.opcode ?? 0) << 11) |
    (fields.rd === false ? 0 : 0x0100) |
    (fields.ad === true ? 0x0020 : 0) |
    (fields.cd === true ? 0x0010 : 0) |
    (fields.bits ?? 0);
  return concat(
    u16(fields.id ?? 0, flags, fields.questions.length, 0, 0, fields.edns === undefined ? 0 : 1),
    ...fields.questions.map((question) =>
      concat(nameToWire(question.name), u16(typeNumber(question.type), classNumber(question.class ?? 'IN'))),
    ),
    fields.edns === undefined ? new Uint8Array(0) : optToWire(fields.edns),
  );
}
