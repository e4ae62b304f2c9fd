/**
 * Reads a DNS message strictly, for judging what a server sent: whatever is not well-formed throws with a sentence.
 * Written apart from src/dns on purpose, so that a fault in one is seen by the other.
 */
import { rcodeName, typeName } from './dns-numbers.ts';
import type { Option } from './message-writer.ts';

/** A record as read; names inside are uncompressed. */
export interface ReadRecord {
  /** Presentation form, case kept, dot at the end. */
  readonly owner: string;
  readonly type: string;
  readonly class: number;
  readonly ttl: number;
  /** Octets of the rdata, hex, names in it uncompressed and lower-cased. */
  readonly rdata: string;
}

/** An OPT record as read. */
interface ReadOpt {
  readonly size: number;
  readonly version: number;
  readonly extendedRcode: number;
  readonly flags: number;
  readonly options: readonly Option[];
}

/** A question as read; `octets` is the hex of its bytes with the case kept. */
interface ReadQuestion {
  readonly name: string;
  readonly type: string;
  readonly class: number;
  readonly octets: string;
}

/** A whole message. */
export interface ReadMessage {
  readonly octets: number;
  readonly id: number;
  readonly qr: boolean;
  readonly opcode: number;
  readonly aa: boolean;
  readonly tc: boolean;
  readonly rd: boolean;
  readonly ra: boolean;
  readonly z: boolean;
  readonly ad: boolean;
  readonly cd: boolean;
  /** Name of the rcode, with the upper bits from OPT. */
  readonly rcode: string;
  readonly questions: readonly ReadQuestion[];
  readonly answer: readonly ReadRecord[];
  readonly authority: readonly ReadRecord[];
  /** Without OPT. */
  readonly additional: readonly ReadRecord[];
  readonly opts: readonly ReadOpt[];
}

/** Types whose rdata holds names that may be compressed: octets before the names, names, octets behind. */
const NAMES_IN_RDATA: Readonly<Record<string, readonly [number, number, number]>> = {
  NS: [0, 1, 0],
  CNAME: [0, 1, 0],
  PTR: [0, 1, 0],
  DNAME: [0, 1, 0],
  MX: [2, 1, 0],
  AFSDB: [2, 1, 0],
  SRV: [6, 1, 0],
  SOA: [0, 2, 20],
  RP: [0, 2, 0],
};

const FIXED_RDATA: Readonly<Record<string, number>> = { A: 4, AAAA: 16 };

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Reads a whole message; throws where it is not well-formed, trailing octets included. */
export function readMessage(bytes: Uint8Array): ReadMessage {
  if (bytes.length < 12) throw new Error(`a message of ${bytes.length} octets has no header`);
  const cursor: Cursor = { bytes, at: 0 };
  const [id, flags, questionCount] = [take16(cursor), take16(cursor), take16(cursor)];
  const counts = [take16(cursor), take16(cursor), take16(cursor)];
  const questions = Array.from({ length: questionCount }, () => readQuestion(cursor));
  const opts: ReadOpt[] = [];
  const sections = counts.map((count, section) => {
    const records: ReadRecord[] = [];
    for (let i = 0; i < count; i++) {
      const record = readRecord(cursor);
      if (!('size' in record)) records.push(record);
      else if (section !== 2) throw new Error('an OPT record outside the additional section');
      else opts.push(record);
    }
    return records;
  });
  if (cursor.at !== bytes.length) {
    throw new Error(`${bytes.length - cursor.at} octets behind the last record`);
  }
  return {
    octets: bytes.length,
    id,
    ...readFlags(flags, opts[0]?.extendedRcode ?? 0),
    questions,
    answer: sections[0] ?? [],
    authority: sections[1] ?? [],
    additional: sections[2] ?? [],
    opts,
  };
}

function readFlags(flags: number, extendedRcode: number) {
  const bit = (mask: number): boolean => (flags & mask) !== 0;
  return {
    qr: bit(0x8000),
    opcode: (flags >> 11) & 15,
    aa: bit(0x0400),
    tc: bit(0x0200),
    rd: bit(0x0100),
    ra: bit(0x0080),
    z: bit(0x0040),
    ad: bit(0x0020),
    cd: bit(0x0010),
    rcode: rcodeName((flags & 15) | (extendedRcode << 4)),
  };
}

function take16(cursor: Cursor): number {
  const high = cursor.bytes[cursor.at];
  const low = cursor.bytes[cursor.at + 1];
  if (high === undefined || low === undefined) throw new Error('the message ends inside a field');
  cursor.at += 2;
  return (high << 8) | low;
}

function take32(cursor: Cursor): number {
  return take16(cursor) * 65536 + take16(cursor);
}

/** Reads a name into labels; the cursor goes behind it. Pointers must point backwards. */
function takeLabels(cursor: Cursor): Buffer[] {
  const labels: Buffer[] = [];
  let at = cursor.at;
  let octets = 1;
  let behind = -1;
  for (;;) {
    const length = cursor.bytes[at];
    if (length === undefined) throw new Error('a name runs past the end of the message');
    if (length === 0) break;
    if (length >= 0xc0) {
      const target = ((length & 63) << 8) | (cursor.bytes[at + 1] ?? 0);
      if (target >= at) throw new Error(`a compression pointer at ${at} leads forward to ${target}`);
      if (behind < 0) behind = at + 2;
      at = target;
      continue;
    }
    if (length > 63) throw new Error(`a label type ${length >> 6} in a name`);
    octets += length + 1;
    if (octets > 255) throw new Error('a name of more than 255 octets');
    if (at + 1 + length > cursor.bytes.length) throw new Error('a label runs past the end of the message');
    labels.push(Buffer.from(cursor.bytes.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  cursor.at = behind < 0 ? at + 1 : behind;
  return labels;
}

/** Presentation form of labels, with a dot at the end. */
function labelsToText(labels: readonly Buffer[]): string {
  if (labels.length === 0) return '.';
  return labels
    .map((label) => {
      const text = label.toString('latin1');
      return `${PLAIN_LABEL.test(text) ? text : escapedLabel(label)}.`;
    })
    .join('');
}

/** A label that is written as it is. */
const PLAIN_LABEL = /^[!#-\-/-[\]-~]*$/;

function escapedLabel(label: Buffer): string {
  return [...label]
    .map((octet) => {
      if (octet === 0x2e || octet === 0x5c) return `\\${String.fromCodePoint(octet)}`;
      return octet > 32 && octet < 127 && octet !== 0x22
        ? String.fromCodePoint(octet)
        : `\\${String(octet).padStart(3, '0')}`;
    })
    .join('');
}

function labelsToLowerHex(labels: readonly Buffer[]): string {
  const lowered = labels.map((label) => {
    const length = label.length.toString(16).padStart(2, '0');
    return length + Buffer.from(label.toString('latin1').toLowerCase(), 'latin1').toString('hex');
  });
  return `${lowered.join('')}00`;
}

function readQuestion(cursor: Cursor): ReadQuestion {
  const start = cursor.at;
  const name = labelsToText(takeLabels(cursor));
  const type = typeName(take16(cursor));
  const inClass = take16(cursor);
  const octets = Buffer.from(cursor.bytes.subarray(start, cursor.at)).toString('hex');
  return { name, type, class: inClass, octets };
}

function readRecord(cursor: Cursor): ReadRecord | ReadOpt {
  const owner = labelsToText(takeLabels(cursor));
  const type = typeName(take16(cursor));
  const inClass = take16(cursor);
  const ttl = take32(cursor);
  const length = take16(cursor);
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new Error(`the rdata of ${type} runs past the end of the message`);
  if (type === 'OPT') {
    if (owner !== '.') throw new Error('the owner of OPT is not the root');
    return {
      size: inClass,
      version: (ttl >>> 16) & 255,
      extendedRcode: ttl >>> 24,
      flags: ttl & 0xffff,
      options: readOptions(cursor, end),
    };
  }
  return { owner, type, class: inClass, ttl, rdata: readRdata(cursor, type, end) };
}

function readOptions(cursor: Cursor, end: number): Option[] {
  const options: Option[] = [];
  while (cursor.at < end) {
    const code = take16(cursor);
    const length = take16(cursor);
    if (cursor.at + length > end) throw new Error(`EDNS option ${code} runs past its OPT record`);
    options.push({ code, value: Uint8Array.from(cursor.bytes.subarray(cursor.at, cursor.at + length)) });
    cursor.at += length;
  }
  return options;
}

function readRdata(cursor: Cursor, type: string, end: number): string {
  const takeHex = (to: number): string => {
    const hex = Buffer.from(cursor.bytes.subarray(cursor.at, to)).toString('hex');
    cursor.at = to;
    return hex;
  };
  const fixed = FIXED_RDATA[type];
  if (fixed !== undefined && end - cursor.at !== fixed) {
    throw new Error(`the rdata of ${type} has ${end - cursor.at} octets`);
  }
  const [before, names, after] = NAMES_IN_RDATA[type] ?? [0, 0, end - cursor.at];
  let rdata = takeHex(cursor.at + before);
  for (let i = 0; i < names; i++) rdata += labelsToLowerHex(takeLabels(cursor));
  rdata += takeHex(cursor.at + after);
  if (cursor.at !== end) throw new Error(`the rdata of ${type} does not end where its length says`);
  return rdata;
}
