// Has the state renewed when its time is over, also while no query comes: at the moment that is known, and looked again twice a
// minute, since the clock may have been set or the machine have slept.
import type { Clock } from '../time/clock.ts';

/**
 * How long before the moment the clock of queries is read at every use, in milliseconds: longer than anything keeps the event
 * loop busy in one turn, in which the clock's timer cannot ring. It costs 55 ns a query for that long.
 */
const EXACT_BEFORE_MS = 1000;

/** The longest that the clock is not looked at, in milliseconds. */
const LOOK_AGAIN_MS = 30_000;

/** What a timer works with. */
interface EdgeTimerParts {
  readonly clock: Clock;
  /** Renews the state where its time is over; is told of the next moment by `follow` where it does. */
  readonly renew: () => void;
  /** Gives milliseconds since 1970; default `Date.now()`. */
  readonly unixMs?: () => number;
}

/** Waits for the end of a state. */
export class EdgeTimer {
  readonly #parts: EdgeTimerParts;
  #untilMs = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: EdgeTimerParts) {
    this.#parts = parts;
  }

  /** Waits for this moment from now on, in milliseconds since 1970; Infinity: there is none. */
  follow(untilMs: number): void {
    this.#untilMs = untilMs;
    this.#parts.clock.exactFromMs = untilMs - EXACT_BEFORE_MS;
    this.#arm();
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#untilMs === Infinity) return;
    const now = this.#parts.unixMs?.() ?? Date.now();
    const waitMs = Math.min(Math.max(this.#untilMs - now, 0), LOOK_AGAIN_MS);
    this.#timer = setTimeout(() => this.#ring(), waitMs).unref();
  }

  #ring(): void {
    const before = this.#untilMs;
    this.#parts.renew();
    if (this.#untilMs === before) this.#arm();
  }
}
