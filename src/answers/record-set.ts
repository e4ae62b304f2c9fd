// Finds duplicate records in one section: the same owner, type, class and rdata, however their names are spelt and
// compressed. Hashes are compared first, so that a record is compared only with one that is very likely the same.
import { readU16 } from '../dns/message.ts';
import type { MessageNames } from '../dns/message-names.ts';
import { namesStart, rdataLayout } from '../dns/rdata-layout.ts';
import { skipName } from '../dns/record-walk.ts';

/** More records than a message has room for: each takes eleven octets. */
const MAX_RECORDS = 5960;
const MAX_SLOTS = 16_384;

/** Random per process, so that nobody outside can choose records that collide. */
const SEED = crypto.getRandomValues(new Int32Array(1))[0]!;

/** The records of one section of one message at a time. */
export class RecordSet {
  /** Octets of rdata read since begin(): a measure of the work. */
  steps = 0;
  readonly #names: MessageNames;
  readonly #slots = new Uint16Array(MAX_SLOTS);
  /** [number] of a record, from 1 on: its start, where its type stands, and its hash. */
  readonly #starts = new Uint16Array(MAX_RECORDS + 1);
  readonly #fixed = new Uint16Array(MAX_RECORDS + 1);
  readonly #hashes = new Int32Array(MAX_RECORDS + 1);
  #message: Uint8Array = new Uint8Array(0);
  #count = 0;
  #mask = 0;

  /** `names` must have begun the message that is given to begin(). */
  constructor(names: MessageNames) {
    this.#names = names;
  }

  /** Starts over, for at most that many records. */
  begin(message: Uint8Array, records: number): void {
    this.#message = message;
    this.#count = this.steps = 0;
    let slots = 4;
    while (slots < 2 * Math.min(records, MAX_RECORDS)) slots *= 2;
    this.#mask = slots - 1;
    this.#slots.fill(0, 0, slots);
  }

  /** Adds the record that starts there, with its type at `fixed`; false where it is there already. */
  add(start: number, fixed: number): boolean {
    const hash = this.#hash(start, fixed);
    let slot = (hash ^ (hash >>> 16)) & this.#mask;
    for (let known = this.#slots[slot]!; known !== 0; known = this.#slots[slot]!) {
      if (this.#hashes[known] === hash && this.#isSame(known, start, fixed)) return false;
      slot = (slot + 1) & this.#mask;
    }
    const record = ++this.#count;
    this.#slots[slot] = record;
    this.#starts[record] = start;
    this.#fixed[record] = fixed;
    this.#hashes[record] = hash;
    return true;
  }

  #hash(start: number, fixed: number): number {
    const message = this.#message;
    const type = readU16(message, fixed);
    const end = fixed + 10 + readU16(message, fixed + 8);
    const layout = rdataLayout(type);
    let hash = mix(SEED, this.#names.read(start));
    hash = mix(mix(hash, type), readU16(message, fixed + 2));
    let at = fixed + 10;
    if (layout !== undefined && layout.names > 0) {
      for (const stop = namesStart(layout, message, at, end); at < stop; at++) hash = mix(hash, message[at]!);
      for (let left = layout.names; left > 0; left--) {
        hash = mix(hash, this.#names.read(at));
        at = skipName(message, at, end);
      }
    }
    for (; at < end; at++) hash = mix(hash, message[at]!);
    this.steps += end - fixed;
    return hash;
  }

  #isSame(known: number, start: number, fixed: number): boolean {
    const message = this.#message;
    const other = this.#fixed[known]!;
    const names = this.#names;
    if (names.read(this.#starts[known]!) !== names.read(start)) return false;
    if (readU16(message, other) !== readU16(message, fixed)) return false;
    if (readU16(message, other + 2) !== readU16(message, fixed + 2)) return false;
    return this.#isSameRdata(other + 10, fixed + 10);
  }

  /** Whether the rdata of two records of one type is the same. */
  #isSameRdata(ours: number, theirs: number): boolean {
    const message = this.#message;
    const end = theirs + readU16(message, theirs - 2);
    const otherEnd = ours + readU16(message, ours - 2);
    const layout = rdataLayout(readU16(message, theirs - 10));
    let at = theirs;
    let other = ours;
    this.steps += end - at;
    if (layout !== undefined && layout.names > 0) {
      for (const stop = namesStart(layout, message, at, end); at < stop; at++, other++)
        if (message[at] !== message[other]) return false;
      for (let left = layout.names; left > 0; left--) {
        if (this.#names.read(at) !== this.#names.read(other)) return false;
        at = skipName(message, at, end);
        other = skipName(message, other, otherEnd);
      }
    }
    if (end - at !== otherEnd - other) return false;
    for (; at < end; at++, other++) if (message[at] !== message[other]) return false;
    return true;
  }
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
