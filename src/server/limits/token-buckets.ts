// Token buckets in a table of fixed size, so that no flood of addresses can take memory. Each bucket has two levels:
// tokens, which an answer costs, and looks, which every query costs, answered or not.
import type { Moment } from '../../time/clock.ts';

/** Tokens a second in the long run, and the most at once. */
export interface RateOptions {
  readonly rate: number;
  readonly burst: number;
}

/**
 * Looks for each token. A query that a verdict answers at once costs only a look: Chromium asks 10 to 49 times for a blocked
 * name and caches no failure, so that a page with a hundred blocked names asks some thousand times.
 */
const LOOKS_PER_TOKEN = 20;

/** Buckets; clients in the same one share its tokens, which is unlikely in a house full of devices. */
export const BUCKETS = 16_384;

/** A bucket is state[at] tokens, state[at + 1] looks, state[at + 2] the time of the last filling, in milliseconds. */
const BUCKET_NUMBERS = 4;

/** One table of buckets, and the current bucket. */
export class TokenBuckets {
  readonly #rate: number;
  readonly #burst: number;
  readonly #state: Float64Array;
  #at = 0;

  constructor({ rate, burst }: RateOptions) {
    this.#rate = rate;
    this.#burst = Math.max(burst, 1);
    this.#state = new Float64Array(BUCKETS * BUCKET_NUMBERS);
    for (let at = 0; at < this.#state.length; at += BUCKET_NUMBERS) {
      this.#state[at] = this.#burst;
      this.#state[at + 1] = this.#burst * LOOKS_PER_TOKEN;
    }
  }

  /** Makes the bucket of a hash current, filled up to this moment; gives its number. */
  select(hash: number, now: Moment): number {
    const bucket = (hash >>> 7) & (BUCKETS - 1);
    const at = (this.#at = bucket * BUCKET_NUMBERS);
    const state = this.#state;
    // The moment is passed as an object: a number with a fraction may be allocated on the heap for the call.
    const gained = ((now.ms - state[at + 2]!) / 1000) * this.#rate;
    state[at] = Math.min(this.#burst, state[at]! + gained);
    state[at + 1] = Math.min(this.#burst * LOOKS_PER_TOKEN, state[at + 1]! + gained * LOOKS_PER_TOKEN);
    state[at + 2] = now.ms;
    return bucket;
  }

  get hasLook(): boolean {
    return this.#state[this.#at + 1]! >= 1;
  }

  get hasToken(): boolean {
    return this.#state[this.#at]! >= 1;
  }

  takeLook(): void {
    this.#state[this.#at + 1]!--;
  }

  takeToken(): void {
    this.#state[this.#at]!--;
  }
}
