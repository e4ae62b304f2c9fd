// Time and allocation of one operation. The rule: an operation runs long enough before to be compiled, and the figure is a
// median of rounds, since the machine may do other things in between.
import { performance } from 'node:perf_hooks';

/** What one operation costs. */
export interface Cost {
  /** Median, lowest and highest round, nanoseconds an operation. */
  readonly nanoseconds: number;
  readonly lowest: number;
  readonly highest: number;
  /** Octets allocated on the heap an operation: median of rounds. */
  readonly octets: number;
}

const ROUNDS = 15;
const ROUND_MS = 60;

/** Measures `run`, which does its operation `count` times. Needs `node --expose-gc` for the octets. */
export function measure(run: (count: number) => void): Cost {
  const count = calibrate(run);
  const rounds = Array.from({ length: ROUNDS }, () => oneRound(run, count));
  const times = rounds.map(({ nanoseconds }) => nanoseconds).toSorted((a, b) => a - b);
  const octets = rounds.map(({ octets: own }) => own).toSorted((a, b) => a - b);
  return {
    nanoseconds: middleOf(times),
    lowest: times[0] ?? 0,
    highest: times.at(-1) ?? 0,
    octets: middleOf(octets),
  };
}

/** What an operation costs beside another. */
export interface Comparison {
  /** Medians, nanoseconds an operation. */
  readonly nanoseconds: number;
  readonly otherNanoseconds: number;
  /** Median of the ratios of rounds next to each other: below 1, the first is faster; and the quartiles around it. */
  readonly ratio: number;
  readonly quartiles: readonly [low: number, high: number];
}

const PAIRS = 60;

/** Measures two equivalent operations alternately, so that other work of the machine affects both. */
export function compare(run: (count: number) => void, other: (count: number) => void): Comparison {
  const count = Math.ceil(calibrate(run) / 4);
  calibrate(other);
  const pairs = Array.from({ length: PAIRS }, (_, round) => {
    const first = round % 2 === 0 ? timeOf(run, count) : undefined;
    const second = timeOf(other, count);
    return [first ?? timeOf(run, count), second] as const;
  });
  const sorted = (figure: (pair: readonly [number, number]) => number): number[] =>
    pairs.map(figure).toSorted((a, b) => a - b);
  const ratios = sorted(([ours, theirs]) => ours / theirs);
  return {
    nanoseconds: middleOf(sorted(([ours]) => ours)),
    otherNanoseconds: middleOf(sorted(([, theirs]) => theirs)),
    ratio: middleOf(ratios),
    quartiles: [ratios[PAIRS >> 2] ?? 0, ratios[(3 * PAIRS) >> 2] ?? 0],
  };
}

/** How many operations take about a round; warms up on the way. */
function calibrate(run: (count: number) => void): number {
  for (let count = 1000; ; count *= 2) {
    const startMs = performance.now();
    run(count);
    const tookMs = performance.now() - startMs;
    if (tookMs > ROUND_MS) return Math.ceil((count * ROUND_MS) / tookMs);
  }
}

function oneRound(run: (count: number) => void, count: number): { nanoseconds: number; octets: number } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const nanoseconds = timeOf(run, count);
  return { nanoseconds, octets: (process.memoryUsage().heapUsed - before) / count };
}

/** Nanoseconds an operation. */
function timeOf(run: (count: number) => void, count: number): number {
  const startMs = performance.now();
  run(count);
  return ((performance.now() - startMs) * 1e6) / count;
}

function middleOf(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1] ?? 0;
}
