// House rules: `example.org` (it and everything below), `*.example.org` (everything below it only), `/regular expression/`.

import type { TextReading } from '../values/scalars.ts';
import { foreignRule } from './foreign-rule.ts';
import { readExpression } from './expression.ts';
import { readName } from './name.ts';

/** Reads a rule as its canonical text, which is equal for equal rules. */
export function readRule(text: string): TextReading<string> {
  if (text.startsWith('/')) return readExpression(text);
  const foreign = foreignRule(text);
  if (foreign !== undefined) return { fault: foreign };
  const below = text.startsWith('*.');
  const name = below ? text.slice(2) : text;
  if (name.includes('*')) return { fault: misplacedStar(text) };
  const reading = readName(name);
  if ('fault' in reading) return reading;
  if (reading.value === '.')
    return { fault: 'the root is every name; write "only: true" to block all that is not allowed' };
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(reading.value))
    return {
      fault: `${JSON.stringify(text)} has a character that no rule is about; write a name of letters, digits, "-" and "_", "*.NAME" or "/regular expression/"`,
    };
  return { value: below ? `*.${reading.value}` : reading.value };
}

function misplacedStar(text: string): string {
  const expression = text.replaceAll(/[.+?^${}()|[\]\\/]/g, String.raw`\$&`).replaceAll('*', '.*');
  const quoted = JSON.stringify(`/^${expression}$/`);
  return `"*" may stand only in front, as in "*.example.org"; for ${JSON.stringify(text)} write the regular expression ${quoted}`;
}
