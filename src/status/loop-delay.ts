// How late the event loop is: how long a query waits at most for other work. Measured by a timer of Node's own; reported for
// the last whole minute and the current one, and the longest since start.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { IntervalHistogram } from 'node:perf_hooks';

/** Milliseconds that the event loop was late. */
export interface LoopDelay {
  /** The delay that 99 of 100 looks do not exceed, in the last one to two minutes. */
  readonly p99Ms: number;
  /** The longest delay in the last one to two minutes. */
  readonly maxMs: number;
  readonly longestMs: number;
}

/** The timer's interval, in milliseconds; each value of its histogram includes it. */
const LOOK_MS = 10;

const WINDOW_MS = 60_000;

/** Measures until it is closed. */
export class LoopDelayWatch {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: LOOK_MS });
  readonly #timer: NodeJS.Timeout;
  #last = { p99Ms: 0, maxMs: 0 };
  #longestMs = 0;

  constructor(windowMs = WINDOW_MS) {
    this.#histogram.enable();
    this.#timer = setInterval(() => {
      const { p99Ms, maxMs } = this.#now();
      this.#last = { p99Ms, maxMs };
      this.#longestMs = Math.max(this.#longestMs, maxMs);
      this.#histogram.reset();
    }, windowMs);
    this.#timer.unref();
  }

  /** How late it has been. */
  read(): LoopDelay {
    const now = this.#now();
    return {
      p99Ms: Math.max(this.#last.p99Ms, now.p99Ms),
      maxMs: Math.max(this.#last.maxMs, now.maxMs),
      longestMs: Math.max(this.#longestMs, now.maxMs),
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }

  #now(): { readonly p99Ms: number; readonly maxMs: number } {
    const histogram = this.#histogram;
    // Before the first look there is no value.
    if (histogram.max === 0) return { p99Ms: 0, maxMs: 0 };
    return { p99Ms: delayOf(histogram.percentile(99)), maxMs: delayOf(histogram.max) };
  }
}

/** The delay in a value of the histogram, in milliseconds with three decimals. */
function delayOf(nanoseconds: number): number {
  return Math.max(0, Math.round(nanoseconds / 1e3 - LOOK_MS * 1e3) / 1e3);
}
