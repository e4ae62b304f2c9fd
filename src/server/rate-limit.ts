// How many queries one client may send: a token bucket per address (hashed into a fixed table, so that no flood of
// addresses can take memory). Over UDP every second refused query gets TC, so that who is real can come by TCP.
import type { ClientAddress } from '../listeners/client-address.ts';
import type { Moment } from '../upstream/clock.ts';

/** Queries a second in the long run, and at once; rate 0 means no limit. */
export interface RateOptions {
  readonly rate: number;
  readonly burst: number;
}

/** What becomes of a query. */
export const ADMIT = { YES: 0, TRUNCATE: 1, DROP: 2 } as const;

/** Buckets; two clients that share one share its tokens, which a house full of devices does not meet. */
const BUCKETS = 16_384;

/** The buckets of all clients. */
export class RateLimit {
  readonly #options: RateOptions;
  /** [b] tokens left in bucket b. */
  readonly #tokens: Float64Array;
  /** [b] when bucket b was last filled, in milliseconds. */
  readonly #filledMs: Float64Array;
  readonly #seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  /** [b] queries of bucket b that were refused, modulo 256. */
  readonly #refused: Uint8Array;

  constructor(options: RateOptions) {
    this.#options = options;
    const buckets = options.rate === 0 ? 0 : BUCKETS;
    this.#tokens = new Float64Array(buckets).fill(options.burst);
    this.#filledMs = new Float64Array(buckets);
    this.#refused = new Uint8Array(buckets);
  }

  /** Takes a token of the client at this moment. */
  admit(client: ClientAddress, now: Moment): number {
    if (this.#tokens.length === 0) return ADMIT.YES;
    const nowMs = now.ms;
    const bucket = this.#bucketOf(client.words);
    const gained = ((nowMs - this.#filledMs[bucket]!) / 1000) * this.#options.rate;
    const tokens = Math.min(Math.max(this.#options.burst, 1), this.#tokens[bucket]! + gained);
    this.#filledMs[bucket] = nowMs;
    this.#tokens[bucket] = tokens >= 1 ? tokens - 1 : tokens;
    if (tokens >= 1) return ADMIT.YES;
    this.#refused[bucket]!++;
    return (this.#refused[bucket]! & 1) === 1 ? ADMIT.TRUNCATE : ADMIT.DROP;
  }

  #bucketOf(words: Uint32Array): number {
    let hash = this.#seed;
    for (let i = 0; i < 4; i++) {
      hash = Math.imul(hash ^ words[i]!, 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    return (hash >>> 7) & (BUCKETS - 1);
  }
}
