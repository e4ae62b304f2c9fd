// `/regular expression/` as a house rule: read by the engine that names are matched with (RE2 syntax), so that what is read can
// be kept, and told with what to write instead where it cannot.

import { faultOfExpression } from '../../blocklists/expressions/linear-expression.ts';
import type { TextReading } from '../values/scalars.ts';

const EXAMPLE = 'write a regular expression as "/^ad[0-9]+\\\\./"';

/** What the engine says of a construct, and what to write for it. The first that fits is what is meant. */
const ADVICE: readonly (readonly [fault: RegExp, advice: string])[] = [
  [
    /: `\(\?<?[=!]/,
    'looking ahead or behind is not known in RE2 syntax; write what it is about as a rule, and what is not meant as another one on the other side (allow.rules for block.rules)',
  ],
  [
    /: `\\(?:[1-9]|k)/,
    'what a group matched cannot be asked for again in RE2 syntax; write the text itself in its place',
  ],
  [/: `\\u/, 'names are ASCII; write the letters themselves, of other alphabets the xn-- form'],
  [/^invalid repeat count/, 'write {LEAST,MOST} with at most 1000'],
  [/: `\(\?[>#]/, 'RE2 syntax has no such group; write (?:…)'],
];

/** Reads an expression between slashes. */
export function readExpression(text: string): TextReading<string> {
  const behind = /^\/(.+)\/[a-z]+$/.exec(text)?.[1];
  if (behind !== undefined)
    return {
      fault: `${JSON.stringify(text)} has letters behind its end; names are in lower case and case never matters: write ${JSON.stringify(`/${behind}/`)}`,
    };
  if (text.length < 3 || !text.endsWith('/'))
    return { fault: `${JSON.stringify(text)} does not end with "/"; ${EXAMPLE}` };
  const fault = faultOfExpression(text.slice(1, -1))?.replace(/^error parsing regexp: /, '');
  if (fault === undefined) return { value: text };
  const advice = ADVICE.find(([form]) => form.test(fault))?.[1] ?? `${EXAMPLE} (RE2 syntax)`;
  return { fault: `${JSON.stringify(text)}: ${fault}; ${advice}` };
}
