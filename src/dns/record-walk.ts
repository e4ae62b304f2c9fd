// Steps through the records of a message in place: no objects, no copies. A record that does not fit in the
// message ends the walk with `fault` set.
import { HEADER, HEADER_OCTETS, readU16, readU32 } from './message.ts';

const POINTER = 0xc0;

/** A walk over the answer (1), authority (2) and additional (3) records of one message at a time. */
export class RecordWalk {
  section = 0;
  ownerOffset = 0;
  type = 0;
  class = 0;
  ttl = 0;
  ttlOffset = 0;
  rdataOffset = 0;
  rdataLength = 0;
  /** Offset behind the record that was stepped to last. */
  end = 0;
  /** Whether the walk ended since a record runs past the message's end. */
  fault = false;
  #message: Uint8Array = new Uint8Array(0);
  #length = 0;
  readonly #left = new Uint16Array(4);

  /** Goes to before the first record of a message of `length` octets; false where the question does not fit. */
  start(message: Uint8Array, length: number): boolean {
    this.#message = message;
    this.#length = length;
    this.section = 1;
    this.fault = false;
    this.end = HEADER_OCTETS;
    if (length < HEADER_OCTETS) return this.#fail();
    for (let questions = readU16(message, HEADER.QDCOUNT); questions > 0; questions--) {
      const behind = skipName(message, this.end, length);
      if (behind < 0 || behind + 4 > length) return this.#fail();
      this.end = behind + 4;
    }
    this.#left[1] = readU16(message, HEADER.ANCOUNT);
    this.#left[2] = readU16(message, HEADER.NSCOUNT);
    this.#left[3] = readU16(message, HEADER.ARCOUNT);
    return true;
  }

  /** Steps to the next record; false at the end or at a record that does not fit. */
  next(): boolean {
    while (this.section <= 3 && this.#left[this.section] === 0) this.section++;
    if (this.section > 3 || this.fault) return false;
    this.#left[this.section]!--;
    const message = this.#message;
    this.ownerOffset = this.end;
    const fixed = skipName(message, this.end, this.#length);
    if (fixed < 0 || fixed + 10 > this.#length) return this.#fail();
    this.type = readU16(message, fixed);
    this.class = readU16(message, fixed + 2);
    this.ttlOffset = fixed + 4;
    this.ttl = readU32(message, fixed + 4);
    this.rdataLength = readU16(message, fixed + 8);
    this.rdataOffset = fixed + 10;
    this.end = this.rdataOffset + this.rdataLength;
    return this.end <= this.#length || this.#fail();
  }

  #fail(): false {
    this.fault = true;
    return false;
  }
}

/** The offset behind the name at offset, compression pointers not followed; -1 where it does not fit. */
export function skipName(message: Uint8Array, offset: number, end: number): number {
  let at = offset;
  while (at < end) {
    const octets = message[at]!;
    if (octets === 0) return at + 1;
    if (octets >= POINTER) return at + 2 <= end ? at + 2 : -1;
    if (octets > 63) return -1;
    at += octets + 1;
  }
  return -1;
}
