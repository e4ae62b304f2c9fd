// Regular expressions of house rules, matched in linear time.
import { faultOfExpression, LinearExpression } from '../blocklists/expressions/linear-expression.ts';

/** A regular expression rule as it was written, `/…/`, ready to be tried on names. */
export class Pattern {
  readonly text: string;
  readonly #expression: LinearExpression;

  /** Throws an Error that says what is wrong with the expression between the slashes. */
  constructor(text: string) {
    this.text = text;
    this.#expression = new LinearExpression(text.slice(1, -1));
  }

  /** Whether it matches somewhere in a name given in lower case without a trailing dot. */
  matches(name: string): boolean {
    return this.#expression.matches(name);
  }
}

/** What is wrong with a regular expression rule, or undefined. */
export function patternFault(text: string): string | undefined {
  if (text.length < 3 || !text.endsWith('/')) return `"${text}" is not /regular expression/; end it with "/"`;
  const fault = faultOfExpression(text.slice(1, -1));
  return fault === undefined ? undefined : `${text}: ${fault}; write it in RE2 syntax`;
}
