// Addresses as the numbers that the parts under test are given.
import { isIPv4 } from 'node:net';
import { ClientAddress } from '../../src/addresses/client-address.ts';

/** An address as numbers; `::ffff:a.b.c.d` stays what is written. */
export function toWords(text: string): { family: 4 | 6; words: Uint32Array } {
  if (isIPv4(text)) return { family: 4, words: Uint32Array.of(...wordsOf(text)) };
  const mapped = /^::ffff:([\d.]+)$/.exec(text)?.[1];
  if (mapped === undefined) return { family: 6, words: Uint32Array.of(...wordsOf(text)) };
  return { family: 6, words: Uint32Array.of(0, 0, 0xffff, ...wordsOf(mapped).slice(0, 1)) };
}

function wordsOf(text: string): number[] {
  const address = new ClientAddress();
  if (!address.set(text)) throw new Error(`${text} is no address`);
  return [...address.words];
}
