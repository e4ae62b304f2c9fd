// An address of a client as the prefix that holds it alone: quick, where `readPrefix` is thorough.
import { ClientAddress } from './client-address.ts';
import type { PrefixNumbers } from './prefix.ts';

const scratch = new ClientAddress();

/** The prefix of one address; undefined where the text is none. */
export function readAddress(text: string): PrefixNumbers | undefined {
  if (!scratch.set(text)) return undefined;
  const { family, words } = scratch;
  return { family, words: [words[0]!, words[1]!, words[2]!, words[3]!], length: family === 4 ? 32 : 128 };
}
