// Fetches sources, two at a time, each at most once at any moment: a second caller waits for the fetch under way. New copies
// stay here until they are taken, so that no fetch is wasted.
import type { NewCopy } from './fetch/source-fetch.ts';

/** How many sources are fetched at once. */
const PARALLEL = 2;

/** Fetches one source; gives a new copy, or undefined where there is none. */
export type FetchOne = (url: string) => Promise<NewCopy | undefined>;

/** The fetches of one service. */
export class SourceFetcher {
  readonly #fetchOne: FetchOne;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  readonly #arrived = new Map<string, NewCopy>();
  #running = 0;

  constructor(fetchOne: FetchOne) {
    this.#fetchOne = fetchOne;
  }

  isUnderWay(url: string): boolean {
    return this.#underWay.has(url);
  }

  /** Fetches sources; resolves when none of them is under way any more. */
  async fetch(urls: Iterable<string>): Promise<void> {
    await Promise.all(Array.from(urls, (url) => this.#underWay.get(url) ?? this.#begin(url)));
  }

  /** Takes the new copies of these sources. */
  take(urls: Iterable<string>): Map<string, NewCopy> {
    const taken = new Map<string, NewCopy>();
    for (const url of urls) {
      const copy = this.#arrived.get(url);
      if (copy !== undefined) taken.set(url, copy);
      this.#arrived.delete(url);
    }
    return taken;
  }

  /** Puts back a copy that was not decided about, unless a newer one came meanwhile. Says whether it is kept. */
  putBack(url: string, copy: NewCopy): boolean {
    if (this.#arrived.has(url)) return false;
    this.#arrived.set(url, copy);
    return true;
  }

  #begin(url: string): Promise<void> {
    const fetched = this.#inTurn(url);
    this.#underWay.set(url, fetched);
    return fetched;
  }

  async #inTurn(url: string): Promise<void> {
    if (this.#running >= PARALLEL) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      const copy = await this.#fetchOne(url);
      if (copy !== undefined) this.#arrived.set(url, copy);
    } finally {
      this.#underWay.delete(url);
      const next = this.#waiting.shift();
      // The place is handed to the next fetch, so that it is never counted as free in between.
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
