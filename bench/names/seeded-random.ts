// Numbers that look random and are the same in every run.

/** Gives numbers from 0 up to 1, exclusive (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** `count` different elements, in random order; all of them where there are no more. */
export function sample<T>(from: readonly T[], count: number, random: () => number): T[] {
  const shuffled = [...from];
  const taken = Math.min(count, shuffled.length);
  for (let at = 0; at < taken; at++) {
    const other = at + Math.floor(random() * (shuffled.length - at));
    const [one, two] = [shuffled[at], shuffled[other]];
    if (one === undefined || two === undefined) continue;
    shuffled[at] = two;
    shuffled[other] = one;
  }
  return shuffled.slice(0, taken);
}
