// Regular expressions of house rules, matched in linear time (re2js), so that no name a client asks for can
// make one of them slow. Imports re2js alone; it knows no back-references and no look-around.
import { RE2JS } from 're2js';
import { reasonOf } from '../blocklists/system-error.ts';

/** A regular expression rule as it was written, `/…/`, ready to be tried on names. */
export class Pattern {
  readonly text: string;
  readonly #expression: RE2JS;

  /** Throws an Error that says what is wrong with the expression between the slashes. */
  constructor(text: string) {
    this.text = text;
    this.#expression = RE2JS.compile(text.slice(1, -1), RE2JS.CASE_INSENSITIVE);
  }

  /** Whether it matches somewhere in a name given in lower case without a trailing dot. */
  matches(name: string): boolean {
    return this.#expression.test(name);
  }
}

/** What is wrong with a regular expression rule, or undefined. */
export function patternFault(text: string): string | undefined {
  if (text.length < 3 || !text.endsWith('/')) return `"${text}" is not /regular expression/; end it with "/"`;
  try {
    RE2JS.compile(text.slice(1, -1));
    return undefined;
  } catch (error) {
    return `${text}: ${reasonOf(error)}; write it in RE2 syntax`;
  }
}
