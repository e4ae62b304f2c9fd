// The memory of batches: made when it is needed, used again, given back when it has not been needed for a while. The rule: bounded,
// whatever becomes of batches.
import { Batch } from './batch.ts';

/** The most batches at once, filled, on their way and waiting: 4 MiB. */
const MOST_BATCHES = 64;

/** How long nothing must have been needed until memory is given back, in milliseconds. */
const QUIET_MS = 10_000;

/** What is kept all the same: households fill one at a time. */
const KEPT_BATCHES = 1;

/** Batches that are free, and how many there are. */
export class BatchPool {
  readonly #free: Batch[] = [];
  readonly #most: number;
  readonly #quietMs: number;
  #inUse = 0;
  #quiet: NodeJS.Timeout | undefined;

  constructor(most = MOST_BATCHES, quietMs = QUIET_MS) {
    this.#most = most;
    this.#quietMs = quietMs;
  }

  /** Batches that are filled, on their way, or waiting. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Batches whose memory is held. */
  get held(): number {
    return this.#inUse + this.#free.length;
  }

  /** A batch to fill; undefined where all are in use. */
  take(): Batch | undefined {
    if (this.#inUse >= this.#most) return undefined;
    this.#inUse++;
    return this.#free.pop() ?? new Batch();
  }

  /** Takes a batch back. */
  give(batch: Batch): void {
    this.#inUse--;
    batch.epoch = undefined;
    this.#free.push(batch);
    if (this.#inUse > 0 || this.#free.length <= KEPT_BATCHES) return;
    this.#quiet = this.#quiet?.refresh() ?? setTimeout(() => this.#shrink(), this.#quietMs).unref();
  }

  /** Gives memory back; called by itself when it has been quiet for a while. */
  #shrink(): void {
    this.#quiet = undefined;
    if (this.#inUse <= KEPT_BATCHES) this.#free.length = Math.min(this.#free.length, KEPT_BATCHES);
  }

  close(): void {
    clearTimeout(this.#quiet);
    this.#free.length = 0;
  }
}
