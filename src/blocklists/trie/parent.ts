// Which node a record stands below: the permutation of quotient.ts undone. For counting; a look-up never needs it.

/** The inverses of quotient.ts's multipliers modulo 2^32, and so modulo every smaller power of two. */
const FIRST_INVERSE = inverseOf(0x9e3779b1);
const SECOND_INVERSE = inverseOf(0x85ebca6b);

/** The number that `permute` made `permuted` of, with the same mask and shift. */
export function undoPermute(permuted: number, mask: number, shift: number): number {
  // A shift of half the width or more undoes itself.
  let mixed = permuted ^ (permuted >>> shift);
  mixed = Math.imul(mixed, SECOND_INVERSE) & mask;
  mixed ^= mixed >>> shift;
  return Math.imul(mixed, FIRST_INVERSE) & mask;
}

/** The inverse of an odd number modulo 2^32, by Newton's iteration: each round doubles the bits that are right, from 3. */
function inverseOf(odd: number): number {
  let inverse = odd;
  for (let round = 0; round < 4; round++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse;
}
