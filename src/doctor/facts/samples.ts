// Two samples of one counter: the names of their files say which came first (…-before, …-after; …-1, …-2).

interface Sampled {
  readonly sample: string;
}

/** The first and the last sample; undefined where there are not two. */
export function earlierAndLater<Count extends Sampled>(
  counts: readonly Count[],
): readonly [Count, Count] | undefined {
  const ordered = counts.toSorted((a, b) => rank(a.sample) - rank(b.sample));
  const [first] = ordered;
  const last = ordered.at(-1);
  return first === undefined || last === undefined || first.sample === last.sample
    ? undefined
    : [first, last];
}

// A name without a number or such a word is the first: `netstat-in.txt`, then `netstat-in-2.txt`.
function rank(name: string): number {
  if (/before/i.test(name)) return -1;
  if (/after/i.test(name)) return Number.MAX_SAFE_INTEGER;
  return Number(/-(\d+)(?:\.\w+)?$/.exec(name)?.[1] ?? 0);
}
