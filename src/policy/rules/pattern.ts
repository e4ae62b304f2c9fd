// Regular expressions of house rules, matched in linear time.
import { LinearExpression } from '../../blocklists/expressions/linear-expression.ts';

/** A regular expression rule as it was written, `/…/`, ready to be tried on names. */
export class Pattern {
  readonly text: string;
  readonly #expression: LinearExpression;

  /** The rule has been read; throws an Error where the expression between the slashes is none. */
  constructor(text: string) {
    this.text = text;
    this.#expression = new LinearExpression(text.slice(1, -1));
  }

  /** Whether it matches somewhere in a name given in lower case without a trailing dot. */
  matches(name: string): boolean {
    return this.#expression.matches(name);
  }
}
