// Records that lists answer with, as effects: equal records of one file share one object, since most lists have a handful.
import { answering } from '../../effect.ts';
import type { RuleEffect, RuleRecord } from '../../effect.ts';
import { isQuestionType, toType, TYPE, typeToText } from '../../../dns/numbers.ts';
import { toGenericData } from './rdata-text.ts';
import { isAnswerable } from './record-data.ts';

/** How many effects are remembered. */
const REMEMBERED = 1024;

/** Gives the record of a type's mnemonic and its data in zone-file syntax, or undefined where it cannot be answered. */
export function toRecordAnswer(typeText: string, data: string): RuleRecord | undefined {
  const upper = typeText.toUpperCase();
  const type = toType(upper);
  if (type === undefined || isQuestionType(type)) return undefined;
  if (isAnswerable(upper, data)) return { type, data };
  if (type === TYPE.CNAME) return undefined;
  const generic = toGenericData(upper.startsWith('TYPE') ? typeToText(type) : upper, data);
  return generic === undefined ? undefined : { type, data: generic };
}

/** The effects of one file that answer with a record. */
export class RecordEffects {
  readonly #known = new Map<string, RuleEffect | undefined>();

  /** As `toRecordAnswer`. */
  of(typeText: string, data: string): RuleEffect | undefined {
    const key = `${typeText.toUpperCase()} ${data}`;
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.has(key)) return known;
    const answer = toRecordAnswer(typeText, data);
    const effect = answer && answering(answer);
    if (this.#known.size < REMEMBERED) this.#known.set(key, effect);
    return effect;
  }
}
