// Final numbers for the sets that are in use at the end: the most used first, so that most fit in a record's header.
import { NO_RULES } from './set-interner.ts';
import type { TrieBuilder } from './trie-builder.ts';

/** The sets of a finished trie. */
export interface NumberedSets {
  readonly count: number;
  /** Names that have rules of their own. */
  readonly entryCount: number;
  /** `[set of the builder]` is 0 for the empty set and for one that is no longer used, else its final number + 1. */
  readonly codeOf: Uint32Array;
  /** `[set]` is where the set's members start; one entry more marks the last one's end. */
  readonly start: Uint32Array;
  /** `source << 4 | kind`, rising within a set. */
  readonly members: Uint32Array;
  /** How many members the set with this code has; none for code 0. */
  sizeOf(code: number): number;
}

/** Numbers the builder's sets by falling use. */
export function numberSets(builder: TrieBuilder): NumberedSets {
  const uses = new Uint32Array(builder.sets.count);
  let entryCount = 0;
  for (let node = 1; node < builder.nodeCount; node++) {
    const set = builder.setOf.items[node]!;
    uses[set] = uses[set]! + 1;
    if (set !== NO_RULES) entryCount++;
  }
  const used = Array.from(uses.keys()).filter((set) => set !== NO_RULES && uses[set] !== 0);
  used.sort((a, b) => uses[b]! - uses[a]!);

  const codeOf = new Uint32Array(builder.sets.count);
  const start = new Uint32Array(used.length + 1);
  for (const [id, set] of used.entries()) {
    codeOf[set] = id + 1;
    start[id + 1] = start[id]! + builder.sets.membersOf(set).length;
  }
  const members = new Uint32Array(start[used.length]!);
  for (const [id, set] of used.entries()) members.set(builder.sets.membersOf(set), start[id]);
  return {
    count: used.length,
    entryCount,
    codeOf,
    start,
    members,
    sizeOf: (code) => (code === 0 ? 0 : start[code]! - start[code - 1]!),
  };
}
