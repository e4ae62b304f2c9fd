// How long to wait before what has ended is started again: twice as long each time, and as at first for one that has lived.

/** How long something must have lived for its end to count as the first again, in milliseconds. */
const STABLE_MS = 60_000;

/** The pauses before starting one thing anew. */
export class RestartPause {
  readonly #firstMs: number;
  readonly #mostMs: number;
  #ends = 0;

  /** Milliseconds: at first, and at most. */
  constructor([firstMs, mostMs]: readonly [first: number, most: number]) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  /** Ends one soon after the other, the last one counted. */
  get ends(): number {
    return this.#ends;
  }

  /** Counts an end of one that lived so many milliseconds; gives how many to wait. */
  ended(livedMs: number): number {
    this.#ends = livedMs > STABLE_MS ? 1 : this.#ends + 1;
    return Math.min(this.#firstMs * 2 ** (this.#ends - 1), this.#mostMs);
  }
}
