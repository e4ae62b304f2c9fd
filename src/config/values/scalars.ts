// The kinds of single values. Each kind reads text or a number, and has the JSON Schema of the same values.

import { toPrintable } from '../../system/printable.ts';
import { nearest } from './nearest.ts';
import { describeNode } from '../yaml/node.ts';
import { reportKind } from '../schema.ts';
import type { JsonSchema, Schema } from '../schema.ts';

/** The result of reading a text: a value, or what is wrong with it and what to write instead. */
export type TextReading<T> = { readonly value: T } | { readonly fault: string };

// oxlint-disable-next-line no-control-regex -- exactly the control characters are looked for
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/** A kind of text. A number or a boolean is not text: YAML has already changed how it was written. */
export function text<T>(
  expects: string,
  read: (text: string) => TextReading<T>,
  json: JsonSchema = {},
): Schema<T> {
  return {
    expects,
    read(node, place) {
      if (node.kind !== 'scalar' || node.value === null) return reportKind(node, place, expects);
      if (typeof node.value !== 'string') {
        const advice = `write ${expects} (to use it as text, put quotes round it: "${node.source}")`;
        place.faults.error(node.at, place.setting, `is ${describeNode(node)}; ${advice}`);
        return undefined;
      }
      const reading =
        CONTROL.test(node.value) || toPrintable(node.value) !== node.value
          ? { fault: `has a control character in it; write ${expects}` }
          : read(node.value);
      if ('value' in reading) return reading.value;
      place.faults.error(node.at, place.setting, reading.fault);
      return undefined;
    },
    json: () => ({ type: 'string', ...json }),
  };
}

/** A kind of text that a pattern defines. */
export function matching(expects: string, pattern: RegExp): Schema<string> {
  return text(
    expects,
    (value) =>
      pattern.test(value) ? { value } : { fault: `${JSON.stringify(value)} will not do; write ${expects}` },
    { pattern: pattern.source },
  );
}

/** A text with a unit, or a bare 0: `30s`, `64MiB`, `50%`. */
export function quantity(
  expects: string,
  read: (text: string) => TextReading<number>,
  pattern: RegExp,
): Schema<number> {
  return {
    expects,
    read(node, place) {
      const isNumber = node.kind === 'scalar' && typeof node.value === 'number';
      if (!isNumber && (node.kind !== 'scalar' || typeof node.value !== 'string'))
        return reportKind(node, place, expects);
      const reading = read(node.source);
      if ('value' in reading) return reading.value;
      place.faults.error(node.at, place.setting, reading.fault);
      return undefined;
    },
    json: () => ({ anyOf: [{ type: 'string', pattern: pattern.source }, { const: 0 }] }),
  };
}

/** A whole number from `least` to `most`. */
export function integer(least: number, most: number): Schema<number> {
  const expects = `a whole number from ${least} to ${most}`;
  return {
    expects,
    read(node, place) {
      if (node.kind !== 'scalar' || typeof node.value !== 'number') return reportKind(node, place, expects);
      if (Number.isSafeInteger(node.value) && node.value >= least && node.value <= most) return node.value;
      place.faults.error(node.at, place.setting, `${node.source} will not do; write ${expects}`);
      return undefined;
    },
    json: () => ({ type: 'integer', minimum: least, maximum: most }),
  };
}

/** true or false. */
export const boolean: Schema<boolean> = {
  expects: 'true or false',
  read: (node, place) =>
    node.kind === 'scalar' && typeof node.value === 'boolean'
      ? node.value
      : reportKind(node, place, 'true or false'),
  json: () => ({ type: 'boolean' }),
};

/** One of a few words. `meant` translates other known words. */
export function choice<const W extends string>(
  words: readonly W[],
  meant: (text: string) => string | undefined = () => undefined,
): Schema<W> {
  const expects = `${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`;
  return text(
    expects,
    (value) => {
      const word = words.find((candidate) => candidate === value);
      if (word !== undefined) return { value: word };
      const foreign = meant(value);
      if (foreign !== undefined) return { fault: foreign };
      const near = nearest(value, words);
      const advice = near === undefined ? expects : `"${near}" (or another of ${words.join(', ')})`;
      return { fault: `${JSON.stringify(value)} will not do; write ${advice}` };
    },
    { enum: words },
  );
}
