// A name read out of a message into fixed arrays: lower-cased (RFC 4343), uncompressed, with the offset and
// hash of every suffix. It is filled again for each query, so that reading a name allocates nothing.
import { HEADER_OCTETS } from './message.ts';

/** Octets of the longest name in wire form (RFC 1035 section 2.3.4). */
export const MAX_NAME_OCTETS = 255;

/** Octets of room for any name: a multiple of 4, so that it can be copied by words. */
const NAME_ROOM_OCTETS = 256;

/** Octets of the longest label. */
export const MAX_LABEL_OCTETS = 63;

/** Labels that fit in the longest name, without the root. */
export const MAX_LABELS = 127;

const POINTER = 0xc0;

/** A to Z folded to a to z; every other octet itself. */
export const FOLD_CASE = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
);

/**
 * Start value of every name hash: random per process, so that nobody outside can choose names that collide
 * in our tables.
 */
const HASH_SEED = crypto.getRandomValues(new Int32Array(1))[0]!;

/**
 * One name. After read() or setWire():
 * wire[0..length-1]   lower-cased wire form with the root octet;
 * labelStart[i]       offset in wire of label i's length octet, 0 = leftmost; [labelCount] is the root's.
 */
export class NameView {
  readonly wire: Uint8Array;
  readonly labelStart: Uint8Array;
  /** Octets used in wire: 1 (the root) to 255. */
  length = 1;
  /** Labels without the root: 0 to 127. */
  labelCount = 0;
  /** Hash of the suffix that starts at label i; filled down to hashedFrom. */
  readonly #hashes: Int32Array;
  #hashed = false;

  /** Room for any name, or for names of at most that many octets and labels. */
  constructor(octets = NAME_ROOM_OCTETS, labels = MAX_LABELS) {
    this.wire = new Uint8Array(octets);
    this.labelStart = new Uint8Array(labels + 1);
    this.#hashes = new Int32Array(labels + 1);
  }

  /** A copy that outlives the query, in as little room as it needs. */
  copy(): NameView {
    const copy = new NameView(this.length, this.labelCount);
    copy.setWire(this.wire.subarray(0, this.length));
    return copy;
  }

  /**
   * Reads the name at offset of a message of `end` octets, through compression pointers that lead backwards
   * (RFC 1035 section 4.1.4; a pointer forwards, to itself or into the header is refused, so loops cannot be). Gives
   * the offset behind the name, or -1 where there is no valid name.
   */
  read(message: Uint8Array, offset: number, end: number): number {
    let at = offset;
    let behind = -1;
    let limit = offset;
    let used = 0;
    let labels = 0;
    const { wire, labelStart } = this;
    for (;;) {
      if (at >= end) return -1;
      const octets = message[at]!;
      if (octets === 0) break;
      if (octets > MAX_LABEL_OCTETS) {
        if (octets < POINTER || at + 1 >= end) return -1;
        if (behind < 0) behind = at + 2;
        at = ((octets & 0x3f) << 8) | message[at + 1]!;
        // Each pointer must lead further back than the last one, so that the walk ends. No name may lie in
        // the header, which changes when a message is passed on.
        if (at >= limit || at < HEADER_OCTETS) return -1;
        limit = at;
        continue;
      }
      // One octet stays free for the root.
      if (at + octets >= end || used + octets + 1 >= MAX_NAME_OCTETS) return -1;
      labelStart[labels++] = used;
      wire[used++] = octets;
      const stop = at + 1 + octets;
      for (at++; at < stop; at++) wire[used++] = FOLD_CASE[message[at]!]!;
    }
    this.#finish(used, labels);
    return behind < 0 ? at + 1 : behind;
  }

  /** Takes over a name that is already in lower-cased, uncompressed wire form. */
  setWire(name: Uint8Array): void {
    if (this.read(name, 0, name.length) !== name.length) throw new Error('not a name in wire form');
  }

  /**
   * Signed 32-bit hash of the suffix that starts at label i (labelCount = the root). Computed on first use. Signed, since
   * half of the unsigned ones would be allocated, 16 octets each, whenever a function returns them.
   */
  suffixHash(label: number): number {
    if (!this.#hashed) this.#hash();
    return this.#hashes[label]!;
  }

  /** Whether the suffix from label i on is, octet for octet, this lower-cased wire name. */
  suffixEquals(label: number, name: Uint8Array, offset = 0): boolean {
    const start = this.labelStart[label]!;
    const octets = this.length - start;
    const { wire } = this;
    for (let i = 0; i < octets; i++) if (wire[start + i] !== name[offset + i]) return false;
    return true;
  }

  #finish(used: number, labels: number): void {
    this.wire[used] = 0;
    this.labelStart[labels] = used;
    this.length = used + 1;
    this.labelCount = labels;
    this.#hashed = false;
  }

  /** From the root leftwards, so that one pass gives the hash of every suffix. */
  #hash(): void {
    const { wire, labelStart } = this;
    let hash = HASH_SEED;
    this.#hashes[this.labelCount] = hash;
    for (let label = this.labelCount - 1; label >= 0; label--) {
      const stop = labelStart[label + 1]!;
      let at = labelStart[label]!;
      // Each step waits for the one before: two octets a step take half the time.
      for (; at + 1 < stop; at += 2) hash = Math.imul(hash ^ (wire[at]! | (wire[at + 1]! << 8)), 0x0101_0193);
      if (at < stop) hash = Math.imul(hash ^ wire[at]!, 0x0101_0193);
      hash ^= hash >>> 15;
      this.#hashes[label] = hash;
    }
    this.#hashed = true;
  }
}
