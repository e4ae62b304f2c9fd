// How often a log-in may be tried: by the address that tries, and by the name that is tried from each address and from all. The rule: after a few
// failures each further one makes the next wait twice as long; the right password clears what this name failed at this address and nothing else, so
// that whoever has a password of their own guesses another's no faster; and nobody can lock a user out for long.

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

/** Of a name so much tells it apart: what is sent may be far longer than any name. */
const MOST_NAME = 64;

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
      this.#wait(`n ${short(name)}`, FREE_OF_NAME, MOST_WAIT_OF_NAME_MS),
    );
  }

  failed(address: string, name: string): void {
    this.#count(`p ${address} ${short(name)}`);
    this.#count(`a ${address}`);
    this.#count(`n ${short(name)}`);
  }

  succeeded(address: string, name: string): void {
    const own = this.#counts.get(`p ${address} ${short(name)}`);
    const all = this.#counts.get(`a ${address}`);
    if (own === undefined) return;
    this.#counts.delete(`p ${address} ${short(name)}`);
    if (all === undefined) return;
    all.failures -= own.failures;
    if (all.failures <= 0) this.#counts.delete(`a ${address}`);
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

function short(name: string): string {
  return name.slice(0, MOST_NAME);
}
