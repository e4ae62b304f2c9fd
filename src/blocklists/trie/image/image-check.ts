// Checks every record of a trie from a file, so that the walk need not: whatever the file says, a walk ends and
// stays within its arrays. 1 M names take 10 ms, in slices with other work between them.
import { setImmediate } from 'node:timers/promises';
import type { AddressParts } from '../../addresses/address-table.ts';
import { SET_CODE_MASK, SET_FOLLOWS, UNITS_SHIFT, WIDE_SETS } from '../layout.ts';
import type { TrieParts } from '../layout.ts';
import { setOf } from '../trie.ts';

/** Buckets checked in one slice: under a millisecond. */
const SLICE = 16_384;

/** Gives the first thing that is wrong with a trie's arrays, or undefined. */
export async function findTrieFault(parts: TrieParts): Promise<string | undefined> {
  if (!areSetsInOrder(parts)) return 'sets out of order';
  const totals = { nodes: 0, entries: 0, rules: 0 };
  const buckets = 2 ** parts.bucketBits;
  if (startOf(parts, 0) !== 0 || startOf(parts, buckets) !== parts.pool.length)
    return 'wrong size of the pool';
  for (let bucket = 0; bucket < buckets; bucket += SLICE) {
    if (!areRecordsSound(parts, bucket, Math.min(bucket + SLICE, buckets), totals)) {
      return `records out of order near bucket ${bucket}`;
    }
    await setImmediate();
  }
  const agrees =
    totals.nodes === parts.nodeCount &&
    totals.entries === parts.entryCount &&
    totals.rules === parts.ruleCount;
  return agrees ? undefined : 'wrong counts';
}

/**
 * Gives the first thing that is wrong with the arrays of an address table, or undefined, so that a look-up always ends. The
 * order of the addresses is not checked; out of order they would not be found.
 */
export function findAddressFault(parts: AddressParts): string | undefined {
  if (!areSetsInOrder(parts)) return 'sets of addresses out of order';
  const { links, first4, setStart } = parts;
  for (let prefix = 0; prefix * 2 < links.length; prefix++) {
    const setAndLength = links[prefix * 2 + 1]!;
    const most = prefix < first4.length ? 32 : 128;
    // The prefix around one comes before it.
    const isSound =
      links[prefix * 2]! <= prefix &&
      setAndLength >>> 8 < setStart.length - 1 &&
      (setAndLength & 0xff) <= most;
    if (!isSound) return `prefixes of addresses out of order near ${prefix}`;
  }
  return undefined;
}

function areSetsInOrder({ setStart, members }: Pick<TrieParts, 'setStart' | 'members'>): boolean {
  for (let set = 1; set < setStart.length; set++) {
    if (setStart[set]! <= setStart[set - 1]!) return false;
  }
  return setStart[0] === 0 && setStart.at(-1) === members.length;
}

function areRecordsSound(
  parts: TrieParts,
  from: number,
  to: number,
  totals: { nodes: number; entries: number; rules: number },
): boolean {
  const { pool, setStart } = parts;
  const setCount = setStart.length - 1;
  const setUnits = setCount < WIDE_SETS ? 1 : 2;
  let at = startOf(parts, from);
  for (let bucket = from; bucket < to; bucket++) {
    const end = startOf(parts, bucket + 1);
    if (end > pool.length) return false;
    while (at < end) {
      const header = pool[at]!;
      const code = header & SET_CODE_MASK;
      const labelAt = at + 1 + (code === SET_FOLLOWS ? setUnits : 0);
      const next = labelAt + (header >>> UNITS_SHIFT);
      if (next === labelAt || next > end) return false;
      totals.nodes++;
      if (code !== 0) {
        const set = setOf(pool, at, setUnits);
        if (set >= setCount) return false;
        totals.entries++;
        totals.rules += setStart[set + 1]! - setStart[set]!;
      }
      at = next;
    }
    if (at !== end) return false;
  }
  return true;
}

function startOf({ groupStart, bucketStart, groupShift }: TrieParts, bucket: number): number {
  return groupStart[bucket >>> groupShift]! + bucketStart[bucket]!;
}
