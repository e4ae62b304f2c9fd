// Time and allocation of one operation. The rule: what is measured ran long enough before to be compiled, and the figure
// is a median of rounds, since the machine may do other things in between.
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
  const startMs = performance.now();
  run(count);
  const tookMs = performance.now() - startMs;
  const octets = (process.memoryUsage().heapUsed - before) / count;
  return { nanoseconds: (tookMs * 1e6) / count, octets };
}

function middleOf(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1] ?? 0;
}
