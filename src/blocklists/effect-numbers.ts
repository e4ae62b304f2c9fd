// Numbers for what rules say beyond their kind. A set of the trie holds source numbers; a rule with an effect has instead a
// number after the real ones, which stands for its source and its effect together.
import type { RuleEffect } from './effect.ts';
import { NO_ROOM } from './no-room.ts';

/** What a number after those of the sources stands for: a source and an effect. */
export interface EffectReport {
  /** The number of the source that has it. */
  readonly source: number;
  readonly effect: RuleEffect;
}

/** The most different effects of all sources together. */
const MAX_EFFECTS = 16_384;

/** How many characters they may have together as JSON: a larger image would take too long to read. */
const MAX_TEXT = 2 * 1024 * 1024;

/** Numbers the effects of all sources. */
export class EffectNumbers {
  readonly reports: EffectReport[] = [];
  readonly #sourceCount: number;
  readonly #byText = new Map<string, number>();
  /** Of one source: formats give the same object for equal effects where they can. */
  #byObject = new WeakMap<RuleEffect, number>();
  #source = 0;
  #textLength = 0;

  constructor(sourceCount: number) {
    this.#sourceCount = sourceCount;
  }

  /** Begins a source; its effects come before those of the next. */
  begin(source: number): void {
    this.#source = source;
    this.#byObject = new WeakMap();
  }

  /** The number of the source at hand with an effect; undefined where there are too many. */
  numberOf(effect: RuleEffect): number | undefined {
    const known = this.#byObject.get(effect) ?? this.#numberOfText(effect);
    if (known !== undefined) this.#byObject.set(effect, known);
    return known;
  }

  #numberOfText(effect: RuleEffect): number | undefined {
    const key = keyOf(this.#source, effect);
    const known = this.#byText.get(key);
    if (known !== undefined) return known;
    if (this.reports.length === MAX_EFFECTS || this.#textLength + key.length > MAX_TEXT) return undefined;
    this.#textLength += key.length;
    const number = this.#sourceCount + this.reports.length;
    this.reports.push({ source: this.#source, effect });
    this.#byText.set(key, number);
    return number;
  }

  /** What a number stands for; undefined for that of a source. */
  effectOf(number: number): RuleEffect | undefined {
    return this.reports[number - this.#sourceCount]?.effect;
  }

  /** The number of a source with an effect, or the source's own without one; undefined where it has no such effect. */
  find(source: number, effect: RuleEffect | undefined): number | undefined {
    return effect === undefined ? source : this.#byText.get(keyOf(source, effect));
  }

  /** Why no rule with such an effect can be kept, or undefined. */
  faultOf(effect: RuleEffect): string | undefined {
    return this.numberOf(effect) === undefined
      ? `${NO_ROOM} more than ${MAX_EFFECTS} different answers and conditions, or longer ones`
      : undefined;
  }
}

function keyOf(source: number, effect: RuleEffect): string {
  return `${source} ${JSON.stringify(effect)}`;
}
