// The reasons that queries were answered for, by number: each reason once. The rule: bounded, whatever is asked; what finds no
// room has no number.
import type { Reason } from './messages.ts';

/** The most reasons of one state of the service. */
const MOST_REASONS = 65_535;

/** What no number stands for. */
export const NO_REASON = 0;

/** Reasons, numbered from 1 as they come. */
export class ReasonTable {
  readonly #reasons: Reason[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #most: number;

  constructor(most = MOST_REASONS) {
    this.#most = most;
  }

  /** How many there are: the highest number. */
  get count(): number {
    return this.#reasons.length;
  }

  /** The reason that a number stands for. */
  get(number: number): Reason | undefined {
    return this.#reasons[number - 1];
  }

  /** The number of a reason, which is given one where it has none; NO_REASON where there is no room for it. */
  add(reason: Reason): number {
    const { kind, source, rule = '', text, target = '' } = reason;
    const key = [kind, source, rule, text, target].join('\n');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#reasons.length >= this.#most) return NO_REASON;
    const number = this.#reasons.push(reason);
    this.#numbers.set(key, number);
    return number;
  }
}
