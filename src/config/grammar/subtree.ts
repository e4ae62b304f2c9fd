// A name that stands for itself and all names below, such as a forwarded zone. Other programs add a sign for "all below";
// here the name alone means that, and a "*" would be a label that no qname has.

import { readPrefix } from '../../addresses/prefix-text.ts';
import type { Prefix } from '../../addresses/prefix.ts';
import type { TextReading } from '../values/scalars.ts';
import { readName } from './name.ts';

/** `*.x` and `.x` of most, `||x^` of AdGuard Home, `/x/` of dnsmasq, `~x` of resolved, `+.x` of Clash. */
const SIGNS = /^(?:\|\||[*+]\.|[~/.=])+|[\^/]+$/g;

/** Reads the name of a subtree. */
export function readSubtree(text: string): TextReading<string> {
  const reverse = readReverse(text);
  if (reverse !== undefined) return { fault: reverse };
  const bare = text === '.' ? text : text.replaceAll(SIGNS, '');
  const reading = readName(bare);
  if ('fault' in reading) return bare === text ? reading : readName(text);
  if (bare !== text)
    return { fault: `"${text}" will not do: a name is itself and everything below it; write ${bare}` };
  const star = wildcardAt(bare);
  if (star === undefined) return reading;
  return {
    fault: `"*" in "${text}" stands for no other label; write what is behind it, with everything below: ${star}`,
  };
}

/** Reads a name that is looked up as it is; a wildcard is none. */
export function readLookupName(text: string): TextReading<string> {
  const reading = readName(text);
  const star = 'value' in reading ? wildcardAt(text) : undefined;
  if (star === undefined) return reading;
  return { fault: `"${text}" is a wildcard, and one name is looked up; write one, such as www.${star}` };
}

/** The name after the last label that is "*". */
function wildcardAt(text: string): string | undefined {
  const labels = text.split('.');
  const last = labels.lastIndexOf('*');
  return last < 0 ? undefined : labels.slice(last + 1).join('.') || '.';
}

/** The advice for a prefix in the place of its reverse zone. */
function readReverse(text: string): string | undefined {
  if (!/^[0-9a-f:.]+\/[0-9]+$/i.test(text)) return undefined;
  const reading = readPrefix(text);
  if ('fault' in reading) return undefined;
  const { family, length } = reading.value;
  const step = family === 4 ? 8 : 4;
  const zone = reverseZone(reading.value, Math.max(1, Math.floor(length / step)), step);
  if (length > 0 && length % step === 0) return `"${text}" is a prefix; write its reverse zone, ${zone}`;
  return `"${text}" is a prefix that is not one reverse zone; write those that it is made of, or ${zone}`;
}

function reverseZone({ family, words }: Prefix, labels: number, step: number): string {
  const digits = words.flatMap((word) =>
    Array.from({ length: 32 / step }, (_, i) => (word >>> (32 - step * (i + 1))) & (2 ** step - 1)),
  );
  const texts = digits.slice(0, labels).map((digit) => digit.toString(family === 4 ? 10 : 16));
  return `${texts.toReversed().join('.')}.${family === 4 ? 'in-addr.arpa' : 'ip6.arpa'}`;
}
