/** Seeded mutations of messages: the same seed gives the same messages on every machine. */
import { concat } from './message-writer.ts';

/** Gives whole numbers from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** A small generator (mulberry32); not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Octets that mean something in a message: pointers, label types, lengths at their bounds. */
const TELLING = [0x00, 0x01, 0x3f, 0x40, 0x41, 0x80, 0xc0, 0xc1, 0xfe, 0xff];

/** Changes one to four things of a message. */
export function mutate(message: Uint8Array, random: Random): Uint8Array {
  let bytes = Uint8Array.from(message);
  for (let changes = 1 + random(4); changes > 0; changes--) bytes = change(bytes, random);
  return bytes;
}

function change(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const at = random(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random(8));
  switch (random(8)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = TELLING[random(TELLING.length)] ?? 0;
      return bytes;
    case 2: // one of the four counts
      bytes[4 + random(8)] = random(4);
      return bytes;
    case 3:
      return bytes.slice(0, at);
    case 4:
      return Uint8Array.from(concat(bytes.subarray(0, at), bytes.subarray(end)));
    case 5:
      return Uint8Array.from(concat(bytes.subarray(0, end), bytes.subarray(at)));
    case 6: {
      const added = Uint8Array.from({ length: 1 + random(20) }, () => random(256));
      return Uint8Array.from(concat(bytes.subarray(0, at), added, bytes.subarray(at)));
    }
    default: // a compression pointer to anywhere
      if (at + 1 < bytes.length) bytes.set([0xc0 | random(2), random(256)], at);
      return bytes;
  }
}
