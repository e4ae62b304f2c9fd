// Labels as the trie keeps them: three characters in one 16-bit unit, upper case folded.
// The packing loses nothing: two labels have equal units exactly when they are equal but for case.

/** The most units a label takes: 63 octets, three to a unit. */
const MAX_UNITS = 21;

/** How many values a character has: 0 for "nothing more", 1 to 38 for `a`–`z`, `0`–`9`, `-`, `_`. */
const RADIX = 39;

/** `[octet]` is the character's value, or 0 for an octet that no name in the trie can have. */
const VALUES = new Uint8Array(256);
for (const [index, character] of Array.from('abcdefghijklmnopqrstuvwxyz0123456789-_').entries()) {
  VALUES[character.charCodeAt(0)] = index + 1;
  VALUES[character.toUpperCase().charCodeAt(0)] = index + 1;
}

/** A label's packed form and hash, refilled for every label. */
export class PackedLabel {
  /** `[0, count)` holds the units: `first * 1521 + second * 39 + third`, 0 where the label has ended. */
  readonly units = new Uint16Array(MAX_UNITS);
  /** Units used, 1 to 21. */
  count = 0;
  /** 32 bits, signed, that depend on every unit and on the seed. */
  hash = 0;

  /** Packs the `length` (1 to 63) octets at `start`; false when one of them is outside the alphabet. */
  pack(octets: Uint8Array, start: number, length: number, seed: number): boolean {
    const units = this.units;
    const whole = start + length - (length % 3);
    let count = 0;
    let at = start;
    // As hashUnits does, on the way: a second pass over the units would cost more than all the rest of the hash.
    let hash = seed ^ Math.ceil(length / 3);
    for (; at < whole; at += 3) {
      const first = VALUES[octets[at]!]!;
      const second = VALUES[octets[at + 1]!]!;
      const third = VALUES[octets[at + 2]!]!;
      if (first === 0 || second === 0 || third === 0) return false;
      const unit = (first * RADIX + second) * RADIX + third;
      units[count++] = unit;
      hash = Math.imul(hash ^ unit, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    if (length % 3 !== 0) {
      const first = VALUES[octets[at]!]!;
      const second = length % 3 === 2 ? VALUES[octets[at + 1]!]! : 0;
      if (first === 0 || (second === 0 && length % 3 === 2)) return false;
      const unit = (first * RADIX + second) * RADIX;
      units[count++] = unit;
      hash = Math.imul(hash ^ unit, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    this.count = count;
    this.hash = closeHash(hash, seed);
    return true;
  }
}

/** Hashes `count` units from `start`, differently for every seed, so that a hostile list cannot aim at one bucket. */
export function hashUnits(units: Uint16Array, start: number, count: number, seed: number): number {
  let hash = seed ^ count;
  for (let at = start; at < start + count; at++) {
    hash = Math.imul(hash ^ units[at]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return closeHash(hash, seed);
}

function closeHash(hash: number, seed: number): number {
  const mixed = Math.imul(hash ^ seed, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 16);
}
