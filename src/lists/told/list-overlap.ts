// What lists have in common, by name. A list has a name when it has an entry for it, or one for all of a domain above it;
// exceptions give a list no name. Pure, and for commands: it walks the whole trie.
import { isAbout, isBlock } from '../../blocklists/rule.ts';
import { countSets } from '../../blocklists/trie/set-counts.ts';
import type { Trie } from '../../blocklists/trie/trie.ts';

/** What groups of sources have in common; a group is a list or a single source, numbered in the caller's order. */
export interface Overlap {
  /** `[group]` is how many names it has entries for. */
  readonly names: readonly number[];
  /** `[group]` is how many of them no other group has: what would be lost without it. */
  readonly only: readonly number[];
  /** `[group][other]` is how many of the group's names the other one has, too. */
  readonly shared: readonly (readonly number[])[];
  /** `[n]` is how many names exactly n groups have. */
  readonly inGroups: readonly number[];
  /** Names that any group has an entry for. */
  readonly total: number;
}

/** Counts names by group; `groupOf` gives the group of a source of the trie, 0 to below `groups`, or undefined for none. */
export function countOverlap(
  trie: Trie,
  groups: number,
  groupOf: (source: number) => number | undefined,
): Overlap {
  const sets = Array.from({ length: trie.setCount }, (_, set) => groupsOfSet(trie, set, groupOf));
  const names = zeros(groups);
  const only = zeros(groups);
  const shared = names.map(() => zeros(groups));
  const inGroups = zeros(groups + 1);
  for (const { set, above, names: count } of countSets(trie)) {
    const own = sets[set]?.here ?? [];
    if (own.length === 0) continue;
    const having = new Set([...own, ...above.flatMap((higher) => sets[higher]?.below ?? [])]);
    inGroups[having.size]! += count;
    for (const group of own) {
      names[group]! += count;
      if (having.size === 1) only[group]! += count;
      for (const other of having) if (other !== group) shared[group]![other]! += count;
    }
  }
  return { names, only, shared, inGroups, total: inGroups.reduce((sum, count) => sum + count, 0) };
}

/** The groups that have a set's name, and those that have all names below it. */
function groupsOfSet(trie: Trie, set: number, groupOf: (source: number) => number | undefined) {
  const here = new Set<number>();
  const below = new Set<number>();
  for (const { source, kind } of trie.membersOf(set)) {
    const group = groupOf(source);
    if (group === undefined || !isBlock(kind)) continue;
    here.add(group);
    if (isAbout(kind, false)) below.add(group);
  }
  return { here: [...here], below: [...below] };
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}
