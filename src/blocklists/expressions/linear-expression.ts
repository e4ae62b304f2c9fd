// Regular expressions matched in linear time (re2js), so that neither a list nor a name that a client asks for can make one
// of them slow. The only file that imports re2js: it knows no back-references and no look-around.
import { RE2JS, RE2Set } from 're2js';
import { reasonOf } from '../../system/system-error.ts';

/** One expression. */
export class LinearExpression {
  readonly #expression: RE2JS;

  /** Throws an Error that says what is wrong with the expression. */
  constructor(text: string) {
    this.#expression = RE2JS.compile(text, RE2JS.CASE_INSENSITIVE);
  }

  /** Whether it matches somewhere in a name given in lower case without a trailing dot. */
  matches(name: string): boolean {
    return this.#expression.test(name);
  }
}

/** Several expressions that are tried in one pass: ten take as long as one, 1 µs for a name. */
export class LinearSet {
  readonly #texts: readonly string[];
  readonly #octets: number;
  #set: RE2Set | undefined;

  /**
   * The expressions have been checked; they are compiled when the first name comes, 0.1 ms each. `octets` is the memory for
   * the states that are built as names come; when it is full, all are dropped and built again.
   */
  constructor(texts: readonly string[], octets: number) {
    this.#texts = texts;
    this.#octets = octets;
  }

  /** The indices of those that match somewhere in a name, rising. */
  matching(name: string): readonly number[] {
    if (this.#texts.length === 0) return [];
    this.#set ??= this.#compile();
    return this.#set.match(name);
  }

  #compile(): RE2Set {
    const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE, this.#octets);
    for (const text of this.#texts) set.add(text);
    set.compile();
    return set;
  }
}

/** What is wrong with an expression, or undefined. */
export function faultOfExpression(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
