// The pauses after failures: each is twice the one before, so that something that fails at once is not tried without end.

/** The pauses of one thing that is tried again. Times are milliseconds of a clock that does not jump. */
export class BackOff {
  readonly #shortestMs: number;
  readonly #longestMs: number;
  #pauseMs: number;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(shortestMs: number, longestMs: number) {
    this.#shortestMs = shortestMs;
    this.#longestMs = longestMs;
    this.#pauseMs = shortestMs;
  }

  /** Whether a pause lasts: it must not be tried now. */
  isPausing(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }

  /** Begins a pause; several failures of one attempt are one. */
  failed(nowMs: number): void {
    if (this.isPausing(nowMs)) return;
    this.#untilMs = nowMs + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, this.#longestMs);
  }

  /** Ends the pause, and makes the next one the shortest. */
  succeeded(): void {
    this.#untilMs = Number.NEGATIVE_INFINITY;
    this.#pauseMs = this.#shortestMs;
  }
}
