// Counts garbage collections while many queries are answered: there should be next to none.
import { PerformanceObserver } from 'node:perf_hooks';
import type { Operation } from './operations.ts';

/** What the collector did. */
export interface GcCount {
  readonly collections: number;
  readonly pauseMs: number;
  /** By how much the heap grew, in octets. */
  readonly octets: number;
}

/** Runs each operation `count` times, in turns of 100,000, and counts collections. */
export async function countGc(
  operations: readonly (readonly [string, Operation])[],
  count: number,
): Promise<GcCount> {
  let collections = 0;
  let pauseMs = 0;
  globalThis.gc?.();
  await turn();
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      collections++;
      pauseMs += entry.duration;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  const before = process.memoryUsage().heapUsed;
  for (let done = 0; done < count; done += TURN) {
    for (const [, run] of operations) run(TURN);
    await turn();
  }
  const octets = process.memoryUsage().heapUsed - before;
  observer.disconnect();
  return { collections, pauseMs, octets };
}

const TURN = 100_000;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
