// Ends a fetch when nothing comes, when it takes too long as a whole, or when it is stopped.
import { FetchFault } from './fetch-fault.ts';

/** The bounds of one fetch, in milliseconds. */
export interface FetchTimes {
  /** The longest time without a single octet, name lookup and connecting included. */
  readonly idleMs: number;
  /** The longest time from start to end, redirects included. */
  readonly totalMs: number;
}

/** One fetch's clock; `close()` it, or its timers keep running. */
export class FetchDeadline {
  readonly #abort = new AbortController();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #idle: NodeJS.Timeout;
  readonly #stop: AbortSignal | undefined;

  constructor({ idleMs, totalMs }: FetchTimes, stop?: AbortSignal) {
    this.#idle = setTimeout(() => {
      this.#end(`nothing came for ${inWords(idleMs)}`);
    }, idleMs);
    const total = setTimeout(() => {
      this.#end(`the fetch was not complete after ${inWords(totalMs)}`);
    }, totalMs);
    this.#timers = [this.#idle, total];
    this.#stop = stop;
    stop?.addEventListener('abort', this.#stopped);
    if (stop?.aborted === true) this.#stopped();
  }

  /** Aborts the fetch. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why the fetch was ended; undefined if it was not. */
  get fault(): FetchFault | undefined {
    const { reason } = this.#abort.signal as { readonly reason: unknown };
    return reason instanceof FetchFault ? reason : undefined;
  }

  /** Notes that something came. */
  progress(): void {
    this.#idle.refresh();
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stop?.removeEventListener('abort', this.#stopped);
  }

  readonly #stopped = (): void => {
    this.#end('the fetch was stopped');
  };

  #end(why: string): void {
    this.#abort.abort(new FetchFault(why));
  }
}

function inWords(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
