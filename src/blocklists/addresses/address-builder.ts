// Collects prefixes of addresses and freezes them into the arrays of an AddressTable.
import { NO_ROOM } from '../no-room.ts';
import { toMember } from '../rule.ts';
import type { RuleKind } from '../rule.ts';
import { NO_RULES, SetInterner } from '../trie/build/set-interner.ts';
import { isInside } from '../../addresses/prefix.ts';
import type { PrefixNumbers } from '../../addresses/prefix.ts';
import type { AddressParts } from './address-table.ts';

/** One prefix with what all sources say about it. */
interface Entry {
  readonly prefix: PrefixNumbers;
  /** Number of the set in the interner. */
  set: number;
}

/** The most prefixes of all lists together: they take 150 MB while they are collected. */
const MAX_PREFIXES = 300_000;

/** A growing set of prefixes. */
export class AddressBuilder {
  readonly #entries = new Map<string, Entry>();
  readonly #sets = new SetInterner();

  /** Files a rule, or says why not; a prefix may have several, of one source and of many. */
  add(prefix: PrefixNumbers, source: number, kind: RuleKind): string | undefined {
    const key = keyOf(prefix);
    const entry = this.#entries.get(key);
    if (entry === undefined && this.#entries.size === MAX_PREFIXES)
      return `${NO_ROOM} more than ${MAX_PREFIXES} prefixes in all lists`;
    const set = this.#sets.add(entry?.set ?? NO_RULES, toMember(source, kind));
    if (set === NO_RULES) return `${NO_ROOM} more rules at the same prefixes`;
    if (entry === undefined) this.#entries.set(key, { prefix, set });
    else entry.set = set;
    return undefined;
  }

  /** Takes a rule away, where it is there. */
  remove(prefix: PrefixNumbers, source: number, kind: RuleKind): void {
    const key = keyOf(prefix);
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.set = this.#sets.remove(entry.set, toMember(source, kind));
    if (entry.set === NO_RULES) this.#entries.delete(key);
  }

  /** The arrays of a table, or undefined where there is no prefix. */
  freeze(): AddressParts | undefined {
    if (this.#entries.size === 0) return undefined;
    const entries = [...this.#entries.values()].toSorted((a, b) => compare(a.prefix, b.prefix));
    const four = entries.filter(({ prefix }) => prefix.family === 4);
    const six = entries.filter(({ prefix }) => prefix.family === 6);
    return {
      ...this.#freezeSets(),
      first4: Uint32Array.from(four, ({ prefix }) => prefix.words[0]),
      first6: Uint32Array.from(six.flatMap(({ prefix }) => prefix.words)),
      links: linksOf(entries),
    };
  }

  /** Leaves out the empty set, which has no number in a table. */
  #freezeSets(): Pick<AddressParts, 'setStart' | 'members'> {
    const members: number[] = [];
    const setStart = [0];
    for (let set = 1; set < this.#sets.count; set++) {
      members.push(...this.#sets.membersOf(set));
      setStart.push(members.length);
    }
    return { setStart: Uint32Array.from(setStart), members: Uint32Array.from(members) };
  }
}

function keyOf({ family, words, length }: PrefixNumbers): string {
  return `${family} ${words.join(' ')} ${length}`;
}

/** IPv4 first, then by address, shorter prefixes before those within them. */
function compare(a: PrefixNumbers, b: PrefixNumbers): number {
  if (a.family !== b.family) return a.family - b.family;
  for (const [index, word] of a.words.entries()) {
    const other = b.words[index] ?? 0;
    if (word !== other) return word - other;
  }
  return a.length - b.length;
}

/** Finds the prefix around each, by a stack of those that may still hold the next. */
function linksOf(entries: readonly Entry[]): Uint32Array {
  const links = new Uint32Array(entries.length * 2);
  const around: number[] = [];
  for (const [index, { prefix, set }] of entries.entries()) {
    while (around.length > 0 && !isInside(prefix, entries[around.at(-1)!]!.prefix)) around.pop();
    links[index * 2] = (around.at(-1) ?? -1) + 1;
    links[index * 2 + 1] = ((set - 1) << 8) | prefix.length;
    around.push(index);
  }
  return links;
}
