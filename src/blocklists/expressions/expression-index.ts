// Expressions of all lists, filed by a text that every match contains: for most names, looking up each three octets shows
// that none matches. Expressions that may match, and those without such a text, are tried in sets of one pass each.
import { toNameText } from '../trie/wire-name.ts';
import type { WireName } from '../trie/wire-name.ts';
import { NO_ROOM } from '../no-room.ts';
import { shapeOf } from './expression-shape.ts';
import { gramsOf, GramScanner } from './grams.ts';
import { LinearSet } from './linear-expression.ts';
import { NameMemo } from './name-memo.ts';

/** The most expressions of all lists together. */
export const MAX_EXPRESSIONS = 5000;

/** The longest expression, in characters. */
const MAX_TEXT = 1000;

/** The largest expression, in steps that it is compiled to. */
const MAX_SIZE = 500;

/** The largest set of expressions: in the worst case 14 ms for a name of 253 octets, 1 ms for one of 20. */
const MAX_SET_SIZE = 1000;

/** The size of all expressions together; it bounds their memory. */
const MAX_TOTAL_SIZE = 100_000;

/** Memory that a set may take for its states, built as names come, in octets; then how much more for each step of its size. */
const SET_OCTETS = 32 * 1024;
const OCTETS_PER_STEP = 512;

/** The most steps of all sets together that are tried on one name; only names made for it reach that. */
const MAX_SIZE_TRIED = 8000;

/** Means "every name" in place of an expression. */
const EVERY_NAME = '*';

const NONE: readonly number[] = [];

/** Expressions that are tried together. */
interface Group {
  readonly numbers: number[];
  size: number;
  /** Made when a name has to be tried. */
  set: LinearSet | undefined;
}

/** Expressions numbered from 0 in the order of `add`, matched against names. */
export class ExpressionIndex {
  readonly texts: string[] = [];
  readonly #everywhere: number[] = [];
  /** Expressions that are tried on every name. */
  readonly #unsorted = newGroup();
  /** Expressions by a gram that all their matches contain. */
  readonly #groups = new Map<number, Group>();
  readonly #scanner = new GramScanner();
  readonly #memo = new NameMemo();
  #totalSize = 0;

  /**
   * Adds `/…/` or `*`; gives why it cannot be kept, or undefined. `faultOf` says whether the text between the slashes is
   * a valid expression; it is asked after the size was checked.
   */
  add(text: string, faultOf: (inner: string) => string | undefined = () => undefined): string | undefined {
    const number = this.texts.length;
    if (number >= MAX_EXPRESSIONS)
      return `${NO_ROOM} more than ${MAX_EXPRESSIONS} regular expressions in all lists`;
    if (text.length > MAX_TEXT) return `a regular expression of more than ${MAX_TEXT} characters`;
    if (text === EVERY_NAME) this.#everywhere.push(number);
    else {
      const { required, size } = shapeOf(innerOf(text));
      if (size > MAX_SIZE) return 'a regular expression that is too large';
      if (this.#totalSize + size > MAX_TOTAL_SIZE)
        return `${NO_ROOM} regular expressions that are so large together`;
      const groups = required?.map((part) => this.#smallestGroup(part)) ?? [this.#unsorted];
      if (groups.some((group) => group.size + size > MAX_SET_SIZE))
        return `${NO_ROOM} more regular expressions that have to be tried on the same names`;
      const fault = faultOf(innerOf(text));
      if (fault !== undefined) return fault;
      for (const group of new Set(groups)) {
        group.numbers.push(number);
        group.size += size;
      }
      this.#totalSize += size;
    }
    this.texts.push(text);
    return undefined;
  }

  /** The numbers of the expressions that match a name, rising; `hash` is the name's, by which it is remembered. */
  matching(name: WireName, hash: number): readonly number[] {
    const known = this.#memo.find(name, hash);
    if (known !== undefined) return known;
    const found = this.#match(name);
    this.#memo.keep(name, hash, found);
    return found;
  }

  #match(name: WireName): readonly number[] {
    const grams = this.#scanner.scan(name);
    if (grams.length + this.#unsorted.numbers.length + this.#everywhere.length === 0) return NONE;
    const found = new Set(this.#everywhere);
    const groups = new Set([this.#unsorted]);
    for (const gram of grams) groups.add(this.#groups.get(gram) ?? this.#unsorted);
    const text = toNameText(name);
    let tried = 0;
    for (const group of groups) {
      tried += group.size;
      if (tried > MAX_SIZE_TRIED) break;
      for (const index of this.#setOf(group).matching(text)) found.add(group.numbers[index] ?? 0);
    }
    return found.size === 0 ? NONE : [...found].toSorted((a, b) => a - b);
  }

  #setOf(group: Group): LinearSet {
    group.set ??= new LinearSet(
      group.numbers.map((number) => innerOf(this.texts[number] ?? '')),
      SET_OCTETS + OCTETS_PER_STEP * group.size,
    );
    return group.set;
  }

  /** The group of the gram of the text that has the fewest steps so far. */
  #smallestGroup(text: string): Group {
    let best = this.#unsorted;
    let bestGram = NO_GRAM;
    for (const gram of gramsOf(text)) {
      const group = this.#groups.get(gram);
      if (bestGram !== NO_GRAM && (group?.size ?? 0) >= best.size) continue;
      best = group ?? newGroup();
      bestGram = gram;
    }
    if (bestGram === NO_GRAM) return this.#unsorted;
    this.#groups.set(bestGram, best);
    this.#scanner.watch(bestGram);
    return best;
  }
}

const NO_GRAM = -1;

function newGroup(): Group {
  return { numbers: [], size: 0, set: undefined };
}

/** The text between the slashes. */
function innerOf(text: string): string {
  return text.slice(1, -1);
}
