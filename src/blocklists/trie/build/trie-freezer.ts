// Turns a builder's rules into the form that is walked and kept in files: count, prefix-sum, place.
import { HAS_CHILDREN, REMAINDER_SHIFT, SET_FOLLOWS, UNITS_SHIFT, WIDE_SETS } from '../layout.ts';
import type { TrieParts } from '../layout.ts';
import { placeNodes } from './node-placing.ts';
import type { Placing, PlacingOptions } from './node-placing.ts';
import { REMAINDER_BITS } from '../quotient.ts';
import { numberSets } from './set-numbering.ts';
import type { NumberedSets } from './set-numbering.ts';
import type { TrieBuilder } from './trie-builder.ts';

/** A trie's arrays and, apart from them, its line numbers as `LineNumbers` describes. */
export interface FrozenTrie {
  readonly parts: TrieParts;
  readonly bucketFirst: Uint32Array;
  readonly lines: Uint32Array;
}

/** Freezes what the builder holds; the builder is not changed. */
export function freezeTrie(builder: TrieBuilder, options: PlacingOptions = {}): FrozenTrie {
  const sets = numberSets(builder);
  const placing = placeNodes(builder, options);
  const sizes = measureBuckets(builder, sets, placing);
  const { groupStart, bucketStart, groupShift } = indexBuckets(sizes.unitFirst);
  const pool = new Uint16Array(sizes.unitFirst.at(-1) ?? 0);
  const ruleFirst = writeRecords(builder, { sets, placing, sizes }, pool);
  return {
    parts: {
      seed: placing.seed,
      bucketBits: placing.bucketBits,
      groupShift,
      nodeCount: builder.nodeCount - 1,
      entryCount: sets.entryCount,
      ruleCount: builder.ruleNode.length,
      groupStart,
      bucketStart,
      setStart: sets.start,
      members: sets.members,
      pool,
    },
    bucketFirst: sizes.ruleFirst,
    lines: orderLines(builder, sets, ruleFirst),
  };
}

/** Where each bucket starts; both arrays have one entry more than there are buckets. */
interface BucketSizes {
  /** `[bucket]` is the pool offset at which the bucket starts. */
  readonly unitFirst: Uint32Array;
  /** `[bucket]` is the index of the bucket's first rule. */
  readonly ruleFirst: Uint32Array;
}

function measureBuckets(builder: TrieBuilder, sets: NumberedSets, placing: Placing): BucketSizes {
  const buckets = 2 ** placing.bucketBits;
  const unitFirst = new Uint32Array(buckets + 1);
  const ruleFirst = new Uint32Array(buckets + 1);
  for (let node = 1; node < builder.nodeCount; node++) {
    const next = (placing.places[node]! >>> REMAINDER_BITS) + 1;
    const code = sets.codeOf[builder.setOf.items[node]!]!;
    unitFirst[next] = unitFirst[next]! + 1 + extraUnits(code, sets.count) + labelUnits(builder, node);
    ruleFirst[next] = ruleFirst[next]! + sets.sizeOf(code);
  }
  for (let bucket = 1; bucket <= buckets; bucket++) {
    unitFirst[bucket] = unitFirst[bucket]! + unitFirst[bucket - 1]!;
    ruleFirst[bucket] = ruleFirst[bucket]! + ruleFirst[bucket - 1]!;
  }
  return { unitFirst, ruleFirst };
}

/** Splits bucket starts into a 32-bit group start and a 16-bit offset from it: 2 octets a bucket instead of 4. */
function indexBuckets(unitFirst: Uint32Array): Pick<TrieParts, 'groupStart' | 'bucketStart' | 'groupShift'> {
  // 256 buckets hold 7,100 units on real lists; the loop is for lists made of the longest labels.
  for (let groupShift = 8; ; groupShift--) {
    const groupStart = new Uint32Array(((unitFirst.length - 1) >>> groupShift) + 1);
    for (let group = 0; group < groupStart.length; group++)
      groupStart[group] = unitFirst[group << groupShift]!;
    const bucketStart = new Uint16Array(unitFirst.length);
    let fits = true;
    for (let bucket = 0; bucket < unitFirst.length; bucket++) {
      const behind = unitFirst[bucket]! - groupStart[bucket >>> groupShift]!;
      bucketStart[bucket] = behind;
      fits &&= behind < 65_536;
    }
    if (fits) return { groupStart, bucketStart, groupShift };
  }
}

/** Fills the pool and gives, for each node, the index of its first rule. */
function writeRecords(
  builder: TrieBuilder,
  plan: { sets: NumberedSets; placing: Placing; sizes: BucketSizes },
  pool: Uint16Array,
): Uint32Array {
  const { sets, placing, sizes } = plan;
  const nextUnit = sizes.unitFirst.slice();
  const nextRule = sizes.ruleFirst.slice();
  const ruleFirst = new Uint32Array(builder.nodeCount);
  // Nodes with children come first in their bucket: their position is their number, and it has only 4 bits.
  for (const inner of [1, 0]) {
    for (let node = 1; node < builder.nodeCount; node++) {
      if (placing.isInner[node] !== inner) continue;
      const place = placing.places[node]!;
      const bucket = place >>> REMAINDER_BITS;
      const code = sets.codeOf[builder.setOf.items[node]!]!;
      ruleFirst[node] = nextRule[bucket]!;
      nextRule[bucket] = nextRule[bucket]! + sets.sizeOf(code);
      const units = labelUnits(builder, node);
      let at = nextUnit[bucket]!;
      pool[at++] =
        (units << UNITS_SHIFT) |
        (inner === 1 ? HAS_CHILDREN : 0) |
        ((place & 0xf) << REMAINDER_SHIFT) |
        Math.min(code, SET_FOLLOWS);
      const extra = extraUnits(code, sets.count);
      if (extra > 0) pool[at++] = code - 1;
      if (extra > 1) pool[at++] = (code - 1) >>> 16;
      const labelAt = builder.labelStart.items[node]!;
      for (let unit = 0; unit < units; unit++) pool[at++] = builder.labels.items[labelAt + unit]!;
      nextUnit[bucket] = at;
    }
  }
  return ruleFirst;
}

/** Orders the rules' lines by node and by place in the node's set. */
function orderLines(builder: TrieBuilder, sets: NumberedSets, ruleFirst: Uint32Array): Uint32Array {
  const lines = new Uint32Array(builder.ruleNode.length);
  for (let rule = 0; rule < lines.length; rule++) {
    const node = builder.ruleNode.items[rule]!;
    const set = sets.codeOf[builder.setOf.items[node]!]! - 1;
    let at = sets.start[set]!;
    while (sets.members[at] !== builder.ruleMember.items[rule]) at++;
    lines[ruleFirst[node]! + at - sets.start[set]!] = builder.ruleLine.items[rule]!;
  }
  return lines;
}

function labelUnits(builder: TrieBuilder, node: number): number {
  return builder.labelStart.items[node + 1]! - builder.labelStart.items[node]!;
}

function extraUnits(code: number, setCount: number): number {
  if (code < SET_FOLLOWS) return 0;
  return setCount < WIDE_SETS ? 1 : 2;
}
