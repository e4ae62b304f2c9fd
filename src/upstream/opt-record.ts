// The OPT record of a response: what it says for us (upper rcode bits, EDE), and the response without it. OPT is between
// two hops (RFC 6891 section 6.2.6), so nothing else of it goes on.
import { HEADER, readU16, writeU16 } from '../dns/message.ts';
import { OPTION, TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';

/** EXTRA-TEXT that is passed on; longer text is cut at a character's end. */
const MAX_EXTRA_TEXT_OCTETS = 128;
const INFO_CODE_OCTETS = 2;
const POINTER = 0xc0;

const walk = new RecordWalk();

/** What a response's OPT record says. */
export interface OptRecord {
  /** Where its owner starts, and the offset behind it. */
  readonly start: number;
  readonly end: number;
  /** The upper 8 of the rcode's 12 bits, RFC 6891 section 6.1.3. */
  readonly upperRcode: number;
  /** INFO-CODE and EXTRA-TEXT of the first Extended DNS Error, RFC 8914; empty without one. */
  readonly ede: Uint8Array;
}

/** Reads the OPT record of a well-formed response; undefined when it has none. */
export function toOptRecord(response: Uint8Array): OptRecord | undefined {
  walk.start(response, response.length);
  while (walk.next()) {
    if (walk.type !== TYPE.OPT) continue;
    const ede = firstEde(response.subarray(walk.rdataOffset, walk.end));
    return { start: walk.ownerOffset, end: walk.end, upperRcode: walk.ttl >>> 24, ede };
  }
  return undefined;
}

/** Copies a well-formed response without its OPT record. */
export function copyWithoutOpt(response: Uint8Array, opt: OptRecord | undefined): Uint8Array {
  if (opt === undefined) return new Uint8Array(response);
  const behind = response.length - opt.end;
  if (behind > 0 && canMoveForward(response, opt)) {
    const message = new Uint8Array(opt.start + behind);
    message.set(response.subarray(0, opt.start));
    message.set(response.subarray(opt.end), opt.start);
    writeU16(message, HEADER.ARCOUNT, readU16(response, HEADER.ARCOUNT) - 1);
    return message;
  }
  // Names behind the OPT record may point to names behind it, which would move: those records are dropped. They are
  // additional ones, which a reply may lack (RFC 2181 section 9).
  const message = new Uint8Array(response.subarray(0, opt.start));
  writeU16(message, HEADER.ARCOUNT, additionalBefore(response, opt.start));
  return message;
}

/** Cuts an Extended DNS Error so that its text is 128 octets at most, whole UTF-8 characters. */
export function cutEde(ede: Uint8Array): Uint8Array {
  let length = Math.min(ede.length, INFO_CODE_OCTETS + MAX_EXTRA_TEXT_OCTETS);
  while (length < ede.length && length > INFO_CODE_OCTETS && (ede[length]! & 0xc0) === 0x80) length--;
  return ede.subarray(0, length);
}

function firstEde(options: Uint8Array): Uint8Array {
  let at = 0;
  while (at + 4 <= options.length) {
    const value = at + 4;
    const end = value + readU16(options, at + 2);
    if (readU16(options, at) === OPTION.EDE && end >= value + INFO_CODE_OCTETS) {
      return cutEde(options.subarray(value, end));
    }
    at = end;
  }
  return options.subarray(0, 0);
}

/** Whether all records behind the OPT record hold no name that points behind its start. */
function canMoveForward(response: Uint8Array, opt: OptRecord): boolean {
  walk.start(response, response.length);
  while (walk.next()) {
    if (walk.ownerOffset < opt.end) continue;
    // What follows an OPT record in practice are addresses of a name in the answer. Other rdata may hold names.
    if (walk.type !== TYPE.A && walk.type !== TYPE.AAAA && walk.type !== TYPE.TXT) return false;
    if (pointerTarget(response, walk.ownerOffset) >= opt.start) return false;
  }
  return true;
}

/** Where the first compression pointer of a valid name leads to; 0 without one. */
function pointerTarget(message: Uint8Array, offset: number): number {
  let at = offset;
  while (message[at]! !== 0) {
    if (message[at]! >= POINTER) return readU16(message, at) & 0x3fff;
    at += message[at]! + 1;
  }
  return 0;
}

function additionalBefore(response: Uint8Array, end: number): number {
  let count = 0;
  walk.start(response, response.length);
  while (walk.next() && walk.ownerOffset < end) if (walk.section === 3) count++;
  return count;
}
