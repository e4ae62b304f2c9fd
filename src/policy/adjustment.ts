// What holds for a while beside what is configured: a schedule, or what was done at the desk. A policy that is adjusted is a
// policy of its own, compiled like any other; the tries it is judged by stay as they are.
import type { Use } from './verdict-table.ts';

/** One addition to a policy. Of the same adjustments in the same order the same policy is made. */
export interface Adjustment {
  /** What it is, and until when it holds, in words: `schedule bedtime until 06:30`. */
  readonly text: string;
  /**
   * How sources of house rules are used, by their keys (`sourceKey`): `grant` lets through whatever else says no, `deny` blocks
   * whatever is allowed but not granted.
   */
  readonly uses: ReadonlyMap<string, Use>;
  /** Lists that block beside those of the policy. */
  readonly lists: readonly string[];
  /** Regular expressions that block beside those of the policy; default: none. */
  readonly patterns?: readonly string[];
  /** Whether it blocks every name that no rule of the house allows. */
  readonly blocksAll: boolean;
  /** Whether nothing is blocked but what is denied. */
  readonly pauses: boolean;
  /** Whether every name is granted, or denied: then what was denied or granted before does not count, and what is later does. */
  readonly everything?: 'grant' | 'deny' | undefined;
}

/** How strong a use is: where several adjustments speak about one source, the strongest holds; of grants and denials, the last. */
const STRENGTH: Readonly<Record<Use, number>> = { none: 0, 'as written': 1, allow: 2, deny: 3, grant: 3 };

/** All that adjustments do to a policy, added up. */
export interface AddedUp {
  readonly uses: ReadonlyMap<string, Use>;
  readonly lists: ReadonlySet<string>;
  readonly patterns: readonly string[];
  /** The text of what blocks beside the policy, by `sourceKey`, `list NAME` and pattern. */
  readonly texts: ReadonlyMap<string, string>;
  /** The text of the first that blocks every name, or of what denies every name. */
  readonly closedBy: string | undefined;
  /** Whether even rules of the house open nothing while it is closed, but only what is granted. */
  readonly deniesAll: boolean;
  readonly isPaused: boolean;
}

/**
 * Adds adjustments up, in the order in which they were made: what is stricter holds, but for what is granted; a pause takes away
 * what schedules and rules block.
 */
export function addUp(adjustments: readonly Adjustment[]): AddedUp {
  const { uses, everything } = usesOf(adjustments);
  const isPaused = everything?.everything === 'grant' || adjustments.some(({ pauses }) => pauses);
  const deniesAll = everything?.everything === 'deny';
  const closing = isPaused ? undefined : adjustments.find(({ blocksAll }) => blocksAll)?.text;
  return {
    uses,
    lists: new Set(isPaused ? [] : adjustments.flatMap(({ lists }) => lists)),
    patterns: isPaused ? [] : adjustments.flatMap(({ patterns = [] }) => patterns),
    texts: new Map(isPaused ? [] : adjustments.toReversed().flatMap(addedTexts)),
    closedBy: deniesAll ? everything.text : closing,
    deniesAll,
    isPaused,
  };
}

/** How sources are used, and the last that grants or denies everything. */
function usesOf(adjustments: readonly Adjustment[]): {
  readonly uses: ReadonlyMap<string, Use>;
  readonly everything: Adjustment | undefined;
} {
  const uses = new Map<string, Use>();
  let everything: Adjustment | undefined;
  for (const adjustment of adjustments) {
    if (adjustment.everything !== undefined) {
      everything = adjustment;
      for (const [key, use] of uses) if (isForced(use) && use !== adjustment.everything) uses.delete(key);
    }
    for (const [key, use] of adjustment.uses)
      if (isForced(use) || STRENGTH[use] > STRENGTH[uses.get(key) ?? 'none']) uses.set(key, use);
  }
  return { uses, everything };
}

function isForced(use: Use): boolean {
  return use === 'grant' || use === 'deny';
}

/** What an adjustment has block, each with its text. */
function addedTexts({ text, uses, lists, patterns = [] }: Adjustment): (readonly [string, string])[] {
  const sources = [...uses].filter(([, use]) => use === 'as written').map(([key]) => key);
  return [...sources, ...lists.map((list) => `list ${list}`), ...patterns].map((key) => [key, text] as const);
}

/** Tells adjustments apart: equal keys make equal policies. */
export function adjustmentsKey(adjustments: readonly Adjustment[]): string {
  return JSON.stringify(
    adjustments.map(({ text, uses, lists, patterns = [], blocksAll, pauses, everything }) => [
      text,
      [...uses],
      lists,
      patterns,
      blocksAll,
      pauses,
      everything,
    ]),
  );
}
