// What happens to the process rather than to queries: pauses of garbage collection, datagrams that the system dropped,
// lines of the log that were lost. Costs nothing while nobody asks.
import { PerformanceObserver } from 'node:perf_hooks';
import { KernelDropCount } from '../listeners/kernel-drops.ts';
import type { LogCounts } from '../server/log.ts';

/** Pauses of garbage collection since start. */
export interface GcPauses {
  count: number;
  totalMs: number;
  longestMs: number;
}

/** The vital signs of one process. */
export class Vitals {
  readonly gc: GcPauses = { count: 0, totalMs: 0, longestMs: 0 };
  readonly drops = new KernelDropCount();
  readonly log: LogCounts;
  readonly #observer: PerformanceObserver;

  constructor(log: LogCounts) {
    this.log = log;
    this.#observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#addPause(duration);
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  close(): void {
    this.#observer.disconnect();
  }

  #addPause(durationMs: number): void {
    const { gc } = this;
    gc.count++;
    gc.totalMs += durationMs;
    gc.longestMs = Math.max(gc.longestMs, durationMs);
  }
}
