// Vital signs of the process, apart from queries: pauses of garbage collection, delays of the event loop, datagrams that the
// system dropped, lost lines of the log, crashes. Costs next to nothing until it is asked.
import { PerformanceObserver } from 'node:perf_hooks';
import { KernelDropCount } from '../listeners/udp/kernel-drops.ts';
import type { LogCounts } from '../log/log.ts';
import type { ToldProcess } from './query-log-status.ts';
import { LoopDelayWatch } from './loop-delay.ts';

/** Pauses of garbage collection since start. */
export interface GcPauses {
  count: number;
  totalMs: number;
  longestMs: number;
}

/** How processes before this one have ended, where a parent starts a new one for each that dies. */
export interface Past {
  readonly crashes: number;
  readonly last?: { readonly how: string; readonly at: string };
}

/** The vital signs of one process. */
export class Vitals {
  readonly gc: GcPauses = { count: 0, totalMs: 0, longestMs: 0 };
  readonly drops = new KernelDropCount();
  readonly loop = new LoopDelayWatch();
  readonly log: LogCounts;
  /** Why metrics are not served over TCP, where the configuration asks for it. */
  metricsFault: string | undefined;
  readonly #observer: PerformanceObserver;
  readonly #past: (() => Past) | undefined;
  readonly #recorder: () => ToldProcess;

  constructor(log: LogCounts, recorder: () => ToldProcess, past?: () => Past) {
    this.log = log;
    this.#recorder = recorder;
    this.#past = past;
    this.#observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#addPause(duration);
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Undefined where the process has no parent that would start another. */
  get past(): Past | undefined {
    return this.#past?.();
  }

  /** How the recorder of queries is, as who starts it knows. */
  get recorder(): ToldProcess {
    return this.#recorder();
  }

  close(): void {
    this.#observer.disconnect();
    this.loop.close();
  }

  #addPause(durationMs: number): void {
    const { gc } = this;
    gc.count++;
    gc.totalMs += durationMs;
    gc.longestMs = Math.max(gc.longestMs, durationMs);
  }
}
