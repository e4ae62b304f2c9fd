// Why a name matched: every rule of every matching node with its line.
import type { RuleKind } from '../rule.ts';
import { SET_CODE_MASK, SET_FOLLOWS, UNITS_SHIFT, WIDE_SETS } from './layout.ts';
import type { TrieParts } from './layout.ts';
import type { Matches } from './matches.ts';
import { setOf } from './trie.ts';
import type { Trie } from './trie.ts';

/** A rule that stands on a name's path. */
export interface MatchedRule {
  /** How many labels the rule's name has. */
  readonly depth: number;
  /** The source's number in the order of compilation. */
  readonly source: number;
  readonly kind: RuleKind;
  /** Line in the source, counted from 1. */
  readonly line: number;
}

/** Lists all rules behind the matches that `trie.match` has just filled, from the top-level domain down. */
export async function explain(trie: Trie, matches: Matches): Promise<MatchedRule[]> {
  const found: { depth: number; record: number; set: number }[] = [];
  // Copied first: the caller may refill its matches while lines are read.
  for (let at = 0; at < matches.count; at++) {
    found.push({ depth: matches.depths[at]!, record: matches.records[at]!, set: matches.setIds[at]! });
  }
  const rules: MatchedRule[] = [];
  for (const { depth, record, set } of found) {
    const members = trie.membersOf(set);
    const bucket = bucketOf(trie.parts, record);
    const first = (await trie.lines.firstOfBucket(bucket)) + rulesBefore(trie.parts, bucket, record);
    const lines = await trie.lines.read(first, members.length);
    for (const [index, { source, kind }] of members.entries()) {
      rules.push({ depth, source, kind, line: lines[index] ?? 0 });
    }
  }
  return rules;
}

/** The bucket that a record lies in, by bisection over the bucket starts. */
function bucketOf(parts: TrieParts, record: number): number {
  let low = 0;
  let high = 2 ** parts.bucketBits - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (bucketStartOf(parts, middle) <= record) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How many rules the records before `record` in its bucket have. */
function rulesBefore(parts: TrieParts, bucket: number, record: number): number {
  const setUnits = parts.setStart.length - 1 < WIDE_SETS ? 1 : 2;
  let rules = 0;
  let at = bucketStartOf(parts, bucket);
  while (at < record) {
    const header = parts.pool[at]!;
    const code = header & SET_CODE_MASK;
    if (code !== 0) {
      const set = setOf(parts.pool, at, setUnits);
      rules += parts.setStart[set + 1]! - parts.setStart[set]!;
    }
    at += 1 + (code === SET_FOLLOWS ? setUnits : 0) + (header >>> UNITS_SHIFT);
  }
  return rules;
}

function bucketStartOf({ groupStart, bucketStart, groupShift }: TrieParts, bucket: number): number {
  return groupStart[bucket >>> groupShift]! + bucketStart[bucket]!;
}
