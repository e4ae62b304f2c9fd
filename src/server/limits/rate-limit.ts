// How many queries one client may send, and all clients of one IPv6 prefix together. A query is admitted first, then pays a
// token unless a verdict answers it at once. Over UDP every second refused query gets TC, so that real clients can use TCP.
import type { ClientAddress } from '../../addresses/client-address.ts';
import { maskOf } from '../../addresses/prefix.ts';
import type { Moment } from '../../time/clock.ts';
import { BUCKETS, TokenBuckets } from './token-buckets.ts';
import type { RateOptions } from './token-buckets.ts';

/** The rates; rate 0 means no limit. */
export interface RateLimitOptions extends RateOptions {
  /** The limit that clients share whose addresses have the first `bits` bits in common; absent: none do. */
  readonly prefix?: RateOptions & { readonly bits: number };
}

/** What happens to a query. */
export const ADMIT = { YES: 0, TRUNCATE: 1, DROP: 2 } as const;

/** The buckets of all clients. */
export class RateLimit {
  readonly #clients: TokenBuckets | undefined;
  readonly #prefixes: TokenBuckets | undefined;
  /** The mask of the prefix, as an address's four words. */
  readonly #mask: Uint32Array;
  readonly #seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  /** [b] queries of bucket b that were refused, modulo 256. */
  readonly #refused = new Uint8Array(BUCKETS);
  #bucket = 0;
  /** Whether the current client has a limited prefix. */
  #hasPrefix = false;

  constructor({ rate, burst, prefix }: RateLimitOptions) {
    this.#clients = rate === 0 ? undefined : new TokenBuckets({ rate, burst });
    this.#prefixes = prefix === undefined || prefix.rate === 0 ? undefined : new TokenBuckets(prefix);
    this.#mask = Uint32Array.from({ length: 4 }, (_, word) => maskOf((prefix?.bits ?? 0) - word * 32));
  }

  /** Admits a query of a client at this moment: YES, or what happens to it instead. */
  admit(client: ClientAddress, now: Moment): number {
    const clients = this.#clients;
    const prefixes = client.family === 6 ? this.#prefixes : undefined;
    this.#hasPrefix = prefixes !== undefined;
    if (clients !== undefined) this.#bucket = clients.select(this.#hash(client.words), now);
    if (prefixes !== undefined) prefixes.select(this.#hashPrefix(client.words), now);
    if (clients?.hasLook === false || prefixes?.hasLook === false) return this.refuse();
    clients?.takeLook();
    prefixes?.takeLook();
    return ADMIT.YES;
  }

  /** Takes a token from the client that was admitted last; false where it has none. */
  pay(): boolean {
    const clients = this.#clients;
    const prefixes = this.#hasPrefix ? this.#prefixes : undefined;
    if (clients?.hasToken === false || prefixes?.hasToken === false) return false;
    clients?.takeToken();
    prefixes?.takeToken();
    return true;
  }

  /** What happens to a refused query of the client that admit() was last asked about. */
  refuse(): number {
    return (++this.#refused[this.#bucket]! & 1) === 1 ? ADMIT.TRUNCATE : ADMIT.DROP;
  }

  #hash(words: Uint32Array): number {
    let hash = this.#seed;
    for (let i = 0; i < 4; i++) hash = mix(hash, words[i]!);
    return hash;
  }

  #hashPrefix(words: Uint32Array): number {
    let hash = this.#seed;
    for (let i = 0; i < 4; i++) hash = mix(hash, words[i]! & this.#mask[i]!);
    return hash;
  }
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
