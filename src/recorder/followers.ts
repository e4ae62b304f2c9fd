// Who follows the log: each gets the queries of every batch as they come, without the disk. The rule: nobody waits for a follower; one that
// reads too slowly is told how many queries it missed.
import type { LoggedQuery } from '../querylog/history.ts';
import type { Batch } from './batch.ts';
import { readRecords } from './logged-query.ts';
import type { BatchOutlet } from './outlets.ts';

/** Queries that wait for one follower. */
const MOST_WAITING = 5000;

/** Followers at once. */
const MOST_FOLLOWERS = 64;

/** What a follower is given: a query, or how many it missed at this place. */
export type Followed = { readonly query: LoggedQuery } | { readonly missed: number };

interface Follower {
  readonly wants: (query: LoggedQuery) => boolean;
  waiting: LoggedQuery[];
  missed: number;
  isClosed: boolean;
  wake: (() => void) | undefined;
}

/** All who follow. */
export class Followers implements BatchOutlet {
  readonly #followers = new Set<Follower>();
  /** Numbers queries, so that they can be told apart; none of those on the disk. */
  #next = 0;

  get count(): number {
    return this.#followers.size;
  }

  get isWanted(): boolean {
    return this.#followers.size > 0;
  }

  take(batch: Batch): void {
    for (const { query, isNameless } of readRecords(batch, this.#next)) {
      this.#next = query.id + 1;
      if (isNameless) continue;
      for (const follower of this.#followers) if (follower.wants(query)) give(follower, query);
    }
    for (const follower of this.#followers) follower.wake?.();
  }

  /** Queries from now on, for as long as somebody asks for the next. Throws an Error where too many follow. */
  follow(wants: (query: LoggedQuery) => boolean): AsyncIterable<Followed> {
    if (this.#followers.size >= MOST_FOLLOWERS)
      throw new Error(`${MOST_FOLLOWERS} programs follow the query log already; end some of them`);
    const follower: Follower = { wants, waiting: [], missed: 0, isClosed: false, wake: undefined };
    this.#followers.add(follower);
    const end = (): void => {
      follower.isClosed = true;
      this.#followers.delete(follower);
      follower.wake?.();
    };
    return { [Symbol.asyncIterator]: () => iterate(follower, end) };
  }

  /** Ends them all. */
  close(): void {
    for (const follower of this.#followers) {
      follower.isClosed = true;
      follower.wake?.();
    }
    this.#followers.clear();
  }
}

function give(follower: Follower, query: LoggedQuery): void {
  if (follower.waiting.length < MOST_WAITING && follower.missed === 0) follower.waiting.push(query);
  else follower.missed++;
}

function iterate(follower: Follower, end: () => void): AsyncIterator<Followed, undefined> {
  let taken: LoggedQuery[] = [];
  let at = 0;
  return {
    async next() {
      for (;;) {
        const query = taken[at++];
        if (query !== undefined) return { value: { query } };
        if (follower.isClosed) return { done: true, value: undefined };
        taken = follower.waiting;
        follower.waiting = [];
        at = 0;
        if (taken.length > 0) continue;
        const { missed } = follower;
        follower.missed = 0;
        if (missed > 0) return { value: { missed } };
        await new Promise<void>((resolve) => (follower.wake = resolve));
        follower.wake = undefined;
      }
    },
    return() {
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
