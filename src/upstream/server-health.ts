// The health of a server, learned from the questions themselves: how fast it is, and whether it answers at all.

/** Failures in a row after which a server counts as down. */
const FAILURES_UNTIL_DOWN = 3;
/** A server that is down is probed after this long, then after twice as long, up to the longest. */
const SHORTEST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** Weights of a new round trip in the smoothed one and in its variation, as in RFC 6298 section 2. */
const NEW_WEIGHT = 1 / 8;
const VARIATION_WEIGHT = 1 / 4;
/** A server gets at least this many times its round trip, however steady that is. */
const LEAST_PATIENCE = 1.25;

/** The health of one server. Times are milliseconds of a clock that does not jump. */
export class ServerHealth {
  /** Smoothed round trip; undefined before the first answer. */
  smoothedMs: number | undefined;
  /** Failures since the last answer. */
  failures = 0;
  /** Why this machine cannot ask it (`ENETUNREACH`), as the last question found; undefined: it can, as far as is known. */
  obstacle: string | undefined;
  /** Round trip and variation of answers alone: waits without an answer are not in them. */
  #measuredMs: number | undefined;
  #variationMs = 0;
  #pauseMs = SHORTEST_PAUSE_MS;
  #probeAtMs = 0;

  /** Whether it failed so often in a row that others are asked first. */
  get isDown(): boolean {
    return this.failures >= FAILURES_UNTIL_DOWN;
  }

  /** Notes an answer and how long it took. */
  answered(roundTripMs: number): void {
    this.smoothedMs =
      this.smoothedMs === undefined || this.isDown
        ? roundTripMs
        : this.smoothedMs + NEW_WEIGHT * (roundTripMs - this.smoothedMs);
    this.#measure(roundTripMs);
    this.failures = 0;
    this.#pauseMs = SHORTEST_PAUSE_MS;
  }

  /** How long to wait before another is asked, or this one again: longer where it is slow, from least to most. */
  patienceMs(leastMs: number, mostMs: number): number {
    if (this.#measuredMs === undefined) return leastMs;
    const wanted = Math.max(LEAST_PATIENCE * this.#measuredMs, this.#measuredMs + 4 * this.#variationMs);
    return Math.max(leastMs, Math.min(wanted, mostMs));
  }

  /** Notes that it gave no usable answer. */
  failed(nowMs: number): void {
    this.failures++;
    if (this.failures === FAILURES_UNTIL_DOWN) this.#probeAtMs = nowMs + this.#pauseMs;
  }

  /** Notes that another server was faster: this one takes at least as long as it has been waited for. */
  overtaken(waitedMs: number): void {
    this.smoothedMs = Math.max(this.smoothedMs ?? 0, waitedMs);
  }

  #measure(roundTripMs: number): void {
    if (this.#measuredMs === undefined) {
      this.#measuredMs = roundTripMs;
      this.#variationMs = roundTripMs / 2;
      return;
    }
    const off = Math.abs(this.#measuredMs - roundTripMs);
    this.#variationMs += VARIATION_WEIGHT * (off - this.#variationMs);
    this.#measuredMs += NEW_WEIGHT * (roundTripMs - this.#measuredMs);
  }

  /** Says whether a server that is down is to be tried now; true once a pause, which doubles each time. */
  takeProbe(nowMs: number): boolean {
    if (!this.isDown || nowMs < this.#probeAtMs) return false;
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.#probeAtMs = nowMs + this.#pauseMs;
    return true;
  }
}
