// How a record can name its parent in 4 bits. The parent's number XOR the label's hash is permuted; the upper part
// of the result is the bucket that the record lies in, the lower 4 bits are kept in the record. The permutation can
// be undone, so bucket and remainder together are the parent's number: with an equal label they agree only when the
// parents agree, and there are no false matches.

/** How many bits of the permuted value a record keeps; also how many inner nodes, as a power of two, a bucket can number. */
export const REMAINDER_BITS = 4;

/** The most bucket bits a trie can have: a node's number has to stay below 2^31. */
export const MAX_BUCKET_BITS = 27;

/**
 * Permutes the numbers from 0 to `mask`, which is 2^w - 1.
 * Odd multipliers and shifts of at least half the width can each be undone within w bits, so together they can.
 */
export function permute(value: number, mask: number, shift: number): number {
  let mixed = Math.imul(value, 0x9e3779b1) & mask;
  mixed ^= mixed >>> shift;
  mixed = Math.imul(mixed, 0x85ebca6b) & mask;
  return mixed ^ (mixed >>> shift);
}

/** The mask for `permute` with `bucketBits` bucket bits. */
export function maskOf(bucketBits: number): number {
  return 2 ** (bucketBits + REMAINDER_BITS) - 1;
}

/** The shift for `permute` with `bucketBits` bucket bits. */
export function shiftOf(bucketBits: number): number {
  return (bucketBits + REMAINDER_BITS + 1) >>> 1;
}
