// How many names have the same rules: a walk over all records of a trie. For commands, never for the serving process.
// A million names take 0.2 s.
import { hashUnits } from './build/label-packing.ts';
import {
  HAS_CHILDREN,
  REMAINDER_MASK,
  REMAINDER_SHIFT,
  SET_CODE_MASK,
  SET_FOLLOWS,
  UNITS_SHIFT,
  WIDE_SETS,
} from './layout.ts';
import type { TrieParts } from './layout.ts';
import { undoPermute } from './parent.ts';
import { maskOf, REMAINDER_BITS, shiftOf } from './quotient.ts';
import { setOf } from './trie.ts';
import type { Trie } from './trie.ts';

/** Names that have the same rules, on themselves and on the names above them. */
export interface SetCount {
  /** The set of the names' own rules. */
  readonly set: number;
  /** The sets of the names above that have rules, the nearest first. */
  readonly above: readonly number[];
  readonly names: number;
}

/** Counts the names of a trie by their sets and the sets above them; each combination once, in no order. */
export function countSets({ parts }: Trie): SetCount[] {
  const nodes = readNodes(parts);
  const { entryParent, entrySet } = nodes;
  const chains = new Chains(parts.setStart.length - 1);
  /** `[node's number]` is the chain of the node and the names above it, plus 1; 0 where it is not known yet. */
  const chainOf = new Uint32Array(nodes.parentOf.length);
  chainOf[0] = 1;
  const counts: number[] = [];
  for (let entry = 0; entry < parts.entryCount; entry++) {
    const parent = entryParent[entry]!;
    const known = chainOf[parent]!;
    const above = known === 0 ? chainAt(nodes, chains, chainOf, parent) : known - 1;
    const chain = chains.extend(above, entrySet[entry]!);
    counts[chain] = (counts[chain] ?? 0) + 1;
  }
  return counts.flatMap((names, chain) => {
    const [set = 0, ...above] = chains.setsOf(chain);
    return [{ set, above, names }];
  });
}

/** What the records say of the tree. A node's number is that of quotient.ts; only nodes with children have one. */
interface Nodes {
  /** `[number]` is the number of the node's parent. */
  readonly parentOf: Uint32Array;
  /** `[number]` is one more than the node's set, 0 where it has no rules. */
  readonly setAt: Uint32Array;
  /** `[entry]` is the number of the parent of a name with rules. */
  readonly entryParent: Uint32Array;
  /** `[entry]` is the set of a name with rules. */
  readonly entrySet: Uint32Array;
}

function readNodes(parts: TrieParts): Nodes {
  const { bucketBits, groupStart, bucketStart, groupShift, pool, seed, entryCount } = parts;
  const mask = maskOf(bucketBits);
  const shift = shiftOf(bucketBits);
  const setUnits = parts.setStart.length - 1 < WIDE_SETS ? 1 : 2;
  const parentOf = new Uint32Array(mask + 1);
  const setAt = new Uint32Array(mask + 1);
  const entryParent = new Uint32Array(entryCount);
  const entrySet = new Uint32Array(entryCount);
  let entries = 0;
  for (let bucket = 0, at = 0; bucket < 2 ** bucketBits; bucket++) {
    const end = groupStart[(bucket + 1) >>> groupShift]! + bucketStart[bucket + 1]!;
    let number = bucket === 0 ? 1 : bucket << REMAINDER_BITS;
    for (; at < end; number++) {
      const header = pool[at]!;
      const code = header & SET_CODE_MASK;
      const units = header >>> UNITS_SHIFT;
      const labelAt = at + 1 + (code === SET_FOLLOWS ? setUnits : 0);
      const place = (bucket << REMAINDER_BITS) | ((header & REMAINDER_MASK) >>> REMAINDER_SHIFT);
      const parent = (undoPermute(place, mask, shift) ^ hashUnits(pool, labelAt, units, seed)) & mask;
      const set = code === 0 ? -1 : setOf(pool, at, setUnits);
      if ((header & HAS_CHILDREN) !== 0) {
        parentOf[number] = parent;
        setAt[number] = set + 1;
      }
      if (set >= 0) {
        entryParent[entries] = parent;
        entrySet[entries++] = set;
      }
      at = labelAt + units;
    }
  }
  return { parentOf, setAt, entryParent, entrySet };
}

/** The chain of a node and the names above it. */
function chainAt(nodes: Nodes, chains: Chains, chainOf: Uint32Array, number: number): number {
  const known = chainOf[number]!;
  if (known !== 0) return known - 1;
  const above = chainAt(nodes, chains, chainOf, nodes.parentOf[number]!);
  const set = nodes.setAt[number]!;
  const chain = set === 0 ? above : chains.extend(above, set - 1);
  chainOf[number] = chain + 1;
  return chain;
}

/** How many chains are found without a Map. */
const RECENT = 4093;

/** Paths from a name up, as the sets on them; each different one has a number, the empty one 0. */
class Chains {
  readonly #setCount: number;
  readonly #known = new Map<number, number>();
  readonly #above: number[] = [0];
  readonly #set: number[] = [0];
  /** The last key of each slot: a Map alone would be asked a million times, 200 ms. */
  readonly #recentKey = new Float64Array(RECENT).fill(-1);
  readonly #recentChain = new Uint32Array(RECENT);

  constructor(setCount: number) {
    this.#setCount = setCount;
  }

  /** The chain with one more set at its lower end. */
  extend(above: number, set: number): number {
    const key = above * this.#setCount + set;
    const slot = key % RECENT;
    if (this.#recentKey[slot] === key) return this.#recentChain[slot]!;
    const chain = this.#known.get(key) ?? this.#add(key, above, set);
    this.#recentKey[slot] = key;
    this.#recentChain[slot] = chain;
    return chain;
  }

  #add(key: number, above: number, set: number): number {
    const chain = this.#set.length;
    this.#known.set(key, chain);
    this.#above.push(above);
    this.#set.push(set);
    return chain;
  }

  /** The sets of a chain, the lowest first. */
  setsOf(chain: number): number[] {
    const sets: number[] = [];
    for (let at = chain; at !== 0; at = this.#above[at]!) sets.push(this.#set[at]!);
    return sets;
  }
}
