// Records that lists answer with, as effects: equal records of one file share one object, since most lists have a handful.
import { answering } from '../../effect.ts';
import type { RuleEffect, RuleRecord } from '../../effect.ts';
import { toGenericData } from './rdata-text.ts';
import { CNAME, isAnswerable, isQuestionType, toTypeNumber, typeToMnemonic } from './record-types.ts';

/** How many effects are remembered. */
const REMEMBERED = 1024;

/** Gives the record of a type's mnemonic and its data in zone-file syntax, or undefined where it cannot be answered. */
export function toRecordAnswer(typeText: string, data: string): RuleRecord | undefined {
  const upper = typeText.toUpperCase();
  const type = toTypeNumber(upper);
  if (type === undefined || isQuestionType(type)) return undefined;
  if (isAnswerable(upper, data)) return { type, data };
  if (type === CNAME) return undefined;
  const generic = toGenericData(upper.startsWith('TYPE') ? typeToMnemonic(type) : upper, data);
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
