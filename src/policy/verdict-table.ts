// What each set of rules means to one policy: a few bits per set, so that a name is judged by table look-ups.
// Recomputed when policies or lists change; the trie is not touched.
import { isAbout, isAllow, isCut, isImportant } from '../blocklists/rule.ts';
import type { RuleKind } from '../blocklists/rule.ts';
import type { ListEffect } from './lists/list-effect.ts';
import { isOrdered } from './lists/list-zones.ts';
import type { ListZones } from './lists/list-zones.ts';
import type { BlockedAnswer } from './policy-settings.ts';

/**
 * Bits of a table's entry. A rule is about the very name it stands at (…_HERE), about names below (…_BELOW), or both;
 * IMPORTANT_ bits are the same for `$important` rules. The higher of two HERE bits wins. LOOK_ bits say that there are
 * rules for some queries only or with an answer of their own: the set's members have to be weighed one by one.
 */
export const BIT = {
  BLOCK_HERE: 0x01,
  BLOCK_BELOW: 0x02,
  ALLOW_HERE: 0x04,
  ALLOW_BELOW: 0x08,
  IMPORTANT_BLOCK_HERE: 0x10,
  IMPORTANT_BLOCK_BELOW: 0x20,
  IMPORTANT_ALLOW_HERE: 0x40,
  IMPORTANT_ALLOW_BELOW: 0x80,
  LOOK_HERE: 0x100,
  LOOK_BELOW: 0x200,
} as const;

/** Every bit that blocks. */
export const ANY_BLOCK =
  BIT.BLOCK_HERE | BIT.BLOCK_BELOW | BIT.IMPORTANT_BLOCK_HERE | BIT.IMPORTANT_BLOCK_BELOW;

/** Every bit that allows. */
export const ANY_ALLOW =
  BIT.ALLOW_HERE | BIT.ALLOW_BELOW | BIT.IMPORTANT_ALLOW_HERE | BIT.IMPORTANT_ALLOW_BELOW;

/** The bits that beat all others: of `$important` rules, and of what is granted and denied. */
export const IMPORTANT_BITS =
  BIT.IMPORTANT_BLOCK_HERE | BIT.IMPORTANT_BLOCK_BELOW | BIT.IMPORTANT_ALLOW_HERE | BIT.IMPORTANT_ALLOW_BELOW;

const BELOW_BITS =
  BIT.BLOCK_BELOW | BIT.ALLOW_BELOW | BIT.IMPORTANT_BLOCK_BELOW | BIT.IMPORTANT_ALLOW_BELOW | BIT.LOOK_BELOW;

/** The sets of a trie, numbered from 0: each has rules as source and kind. */
export interface RuleSets {
  readonly setCount: number;
  membersOf(setId: number): Iterable<{ readonly source: number; readonly kind: RuleKind }>;
}

/**
 * How a policy uses a source: as it is written, with all of its rules as allowing, or not at all. What is granted beats all other
 * rules of the house, and what is denied all but that.
 */
export type Use = 'as written' | 'allow' | 'none' | 'deny' | 'grant';

/** How a policy treats what rules say beyond their kind. */
export interface EffectUse {
  /** By source number; undefined for a source of plain rules. */
  readonly effects: readonly (ListEffect | undefined)[];
  /** What the policy answers for blocked names: a rule that answers the same says nothing beyond its kind. */
  readonly answer: BlockedAnswer;
  readonly zones: ListZones | undefined;
}

/** Sixteen bits per set: what it means to a policy that uses the sources in these ways. */
export function compileVerdictTable(
  sets: RuleSets,
  useOf: (source: number) => Use,
  effectUse?: EffectUse,
): Uint16Array {
  const table = new Uint16Array(sets.setCount);
  for (let setId = 0; setId < sets.setCount; setId++) {
    for (const { source, kind } of sets.membersOf(setId)) {
      const use = useOf(source);
      const bits = bitsOf(kind, use);
      // A mark cancels rules at other names, so the path has to be weighed.
      if (isCut(kind)) table[setId]! |= use === 'none' ? 0 : BIT.LOOK_HERE | BIT.LOOK_BELOW;
      else table[setId]! |= needsLook(effectUse, source, bits) ? lookBitsOf(bits) : bits;
    }
  }
  return table;
}

function needsLook(effectUse: EffectUse | undefined, source: number, bits: number): boolean {
  if (bits === 0) return false;
  if (isOrdered(effectUse?.zones, source)) return true;
  const effect = effectUse?.effects[source];
  if (effect === undefined) return false;
  const hasOwnAnswer = effect.answer !== undefined && effect.answer !== effectUse?.answer;
  return effect.isConditional || (hasOwnAnswer && (bits & ANY_BLOCK) !== 0);
}

function lookBitsOf(bits: number): number {
  return ((bits & ~BELOW_BITS) === 0 ? 0 : BIT.LOOK_HERE) | ((bits & BELOW_BITS) === 0 ? 0 : BIT.LOOK_BELOW);
}

/** An entry's bits for a name: HERE bits where the rule stands at the name itself, else BELOW bits shifted to HERE's place. */
export function bitsAbout(entry: number, itself: boolean): number {
  return itself ? entry & ~BELOW_BITS : (entry & BELOW_BITS) >>> 1;
}

/** The bits that one rule gives; exceptions inside what is used as a whole give none, and marks are no rules. */
export function bitsOf(kind: RuleKind, use: Use): number {
  if (use === 'none' || isCut(kind)) return 0;
  const isException = isAllow(kind);
  if (isException && use !== 'as written') return 0;
  const allows = use === 'allow' || use === 'grant' || isException;
  const isForced = use === 'grant' || use === 'deny' || isImportant(kind);
  const here = (allows ? BIT.ALLOW_HERE : BIT.BLOCK_HERE) << (isForced ? 4 : 0);
  return (isAbout(kind, true) ? here : 0) | (isAbout(kind, false) ? here << 1 : 0);
}
