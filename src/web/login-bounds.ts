// How often a log-in may be tried: by the address that tries, and by the name that is tried from each address and from all. The rule: after a few
// failures each further one makes the next wait twice as long; the right password clears the address's own, and nobody can lock a user out for long.

/** Failures that nobody waits for. */
const FREE = 5;
/** Of a name by all addresses together, more: who knows the password from elsewhere must get in. */
const FREE_OF_NAME = 50;

const FIRST_WAIT_MS = 2000;
const MOST_WAIT_MS = 15 * 60_000;
const MOST_WAIT_OF_NAME_MS = 10_000;

/** After so long without a failure all is forgotten, in milliseconds. */
const FORGET_MS = 60 * 60_000;

/** Addresses and names that are counted at once: the oldest go first. */
const MOST_COUNTED = 10_000;

interface Count {
  failures: number;
  lastMs: number;
}

/** Counts log-ins that failed. */
export class LoginBounds {
  readonly #counts = new Map<string, Count>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many milliseconds are to be waited before a try; 0: none. */
  waitMs(address: string, name: string): number {
    return Math.max(
      this.#wait(`a ${address}`, FREE, MOST_WAIT_MS),
      this.#wait(`n ${name}`, FREE_OF_NAME, MOST_WAIT_OF_NAME_MS),
    );
  }

  failed(address: string, name: string): void {
    this.#count(`a ${address}`);
    this.#count(`n ${name}`);
  }

  succeeded(address: string): void {
    this.#counts.delete(`a ${address}`);
  }

  #wait(key: string, free: number, mostMs: number): number {
    const count = this.#counts.get(key);
    if (count === undefined || count.failures < free) return 0;
    const passedMs = this.#now() - count.lastMs;
    if (passedMs >= FORGET_MS) return 0;
    const waitMs = Math.min(mostMs, FIRST_WAIT_MS * 2 ** Math.min(20, count.failures - free));
    return Math.max(0, waitMs - passedMs);
  }

  #count(key: string): void {
    const now = this.#now();
    const before = this.#counts.get(key);
    const failures = before === undefined || now - before.lastMs >= FORGET_MS ? 0 : before.failures;
    // The last one stands at the end: the first ones are the oldest.
    this.#counts.delete(key);
    this.#counts.set(key, { failures: failures + 1, lastMs: now });
    if (this.#counts.size <= MOST_COUNTED) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
