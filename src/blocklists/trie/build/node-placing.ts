// Gives every node its bucket and its number. A node's place depends on its parent's number and its label's hash, and
// parents come first in the builder, so one pass does it.
import { randomInt } from 'node:crypto';
import { hashUnits } from './label-packing.ts';
import { maskOf, MAX_BUCKET_BITS, permute, REMAINDER_BITS, shiftOf } from '../quotient.ts';
import type { TrieBuilder } from './trie-builder.ts';

/** Where the nodes lie; arrays are indexed by the builder's node numbers. */
export interface Placing {
  readonly seed: number;
  readonly bucketBits: number;
  /** `[node]` is bucket << 4 | remainder. */
  readonly places: Uint32Array;
  /** `[node]` is 1 for a node with children, else 0. */
  readonly isInner: Uint8Array;
}

/** What a test may set. */
export interface PlacingOptions {
  /** Gives the seeds to try; default: random ones. */
  readonly nextSeed?: () => number;
  /** The most nodes a bucket has on average; default 6.4: with more, walks get slower and little is saved. */
  readonly nodesPerBucket?: number;
}

const SEEDS_TO_TRY = 8;
const INNER_NODES_PER_BUCKET = 1 << REMAINDER_BITS;

/** Places the builder's nodes, with other seeds and then more buckets where a bucket gets too many inner nodes. */
export function placeNodes(builder: TrieBuilder, options: PlacingOptions): Placing {
  const { nextSeed = () => randomInt(2 ** 32) | 0, nodesPerBucket = 6.4 } = options;
  const isInner = findInnerNodes(builder);
  let bucketBits = Math.max(0, Math.ceil(Math.log2(builder.nodeCount / nodesPerBucket)));
  for (; bucketBits <= MAX_BUCKET_BITS; bucketBits++) {
    for (let attempt = 0; attempt < SEEDS_TO_TRY; attempt++) {
      const seed = nextSeed();
      const places = placeWith(builder, isInner, seed, bucketBits);
      if (places !== undefined) return { seed, bucketBits, places, isInner };
    }
  }
  throw new Error(`the trie cannot hold ${builder.nodeCount} nodes`);
}

function findInnerNodes(builder: TrieBuilder): Uint8Array {
  const isInner = new Uint8Array(builder.nodeCount);
  for (let node = 1; node < builder.nodeCount; node++) isInner[builder.parents.items[node]!] = 1;
  return isInner;
}

/** One attempt; undefined when a bucket would get more inner nodes than it can number. */
function placeWith(
  builder: TrieBuilder,
  isInner: Uint8Array,
  seed: number,
  bucketBits: number,
): Uint32Array | undefined {
  const mask = maskOf(bucketBits);
  const shift = shiftOf(bucketBits);
  const places = new Uint32Array(builder.nodeCount);
  const numbers = new Uint32Array(builder.nodeCount);
  const innerNodes = new Uint8Array(2 ** bucketBits);
  // Number 0 is the root's.
  innerNodes[0] = 1;
  const { items: labelStart } = builder.labelStart;
  const { items: parents } = builder.parents;
  for (let node = 1; node < builder.nodeCount; node++) {
    const start = labelStart[node]!;
    const hash = hashUnits(builder.labels.items, start, labelStart[node + 1]! - start, seed);
    const place = permute((numbers[parents[node]!]! ^ hash) & mask, mask, shift);
    places[node] = place;
    if (isInner[node] === 0) continue;
    const bucket = place >>> REMAINDER_BITS;
    const position = innerNodes[bucket]!;
    if (position === INNER_NODES_PER_BUCKET) return undefined;
    innerNodes[bucket] = position + 1;
    numbers[node] = (bucket << REMAINDER_BITS) | position;
  }
  return places;
}
