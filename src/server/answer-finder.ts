// Finds the answer to a question: in the cache, or just arrived from an upstream.
import { FLAG } from '../dns/message.ts';
import type { NameView } from '../dns/name-view.ts';
import type { QueryView } from '../dns/query-view.ts';
import type { AnswerCache, AnswerKey } from '../answers/answer-cache.ts';
import type { Moment } from '../time/clock.ts';
import type { StoredAnswer } from '../answers/stored-answer.ts';

/** The result of asking an upstream. */
export interface Arrival {
  /** The question that was asked. */
  readonly key: AnswerKey;
  /** Undefined where the wait was ended for a stale answer. */
  readonly answer: StoredAnswer | undefined;
  /** The arrival before it for the same query, whose alias led to this question. */
  readonly before?: Arrival | undefined;
}

/** Stands for the cache's number: an answer that could not be cached. */
const UNCACHED = -1;
/** Stands for the cache's number: there is no answer. */
export const MISSING = -2;

/** Finds answers; begin() for each query, then find(). What is found is shown in the cache's `found`. */
export class AnswerFinder {
  /** After MISSING: whether an answer past its TTL could be given if no upstream answers. */
  hasStale = false;
  /** Whether the answer found should be fetched again, since it is popular and about to expire. */
  prefetchDue = false;
  /** What was looked for last. */
  readonly key: AnswerKey;
  readonly #cache: AnswerCache;
  readonly #clock: Moment;
  #isFirst = true;
  #arrival: Arrival | undefined;

  constructor(cache: AnswerCache, clock: Moment, name: NameView) {
    this.#cache = cache;
    this.#clock = clock;
    this.key = { setNumber: 0, name, qtype: 0, dnssecOk: false, checkingDisabled: false };
  }

  /** Begins a query: one that has just come in, or one that has waited, with what arrived for it. */
  begin(isFirst: boolean, arrival: Arrival | undefined): void {
    this.hasStale = this.prefetchDue = false;
    this.#isFirst = isFirst;
    this.#arrival = arrival;
  }

  /** The cache's number of the answer for a name, UNCACHED for one that only arrived, or MISSING. */
  find(setNumber: number, subject: NameView, view: QueryView): number {
    const { key } = this;
    key.setNumber = setNumber;
    key.name = subject;
    key.qtype = view.qtype;
    key.dnssecOk = view.dnssecOk;
    key.checkingDisabled = (view.flags & FLAG.CD) !== 0;
    const cache = this.#cache;
    const arrival = this.#arrival;
    // A query that has waited looks a second time, which is not counted as another use of the answer.
    const entry = this.#isFirst ? cache.find(key, this.#clock) : cache.peek(key, this.#clock);
    if (entry >= 0 && (!cache.found.stale || cache.refreshHeld || arrival !== undefined)) {
      this.prefetchDue = cache.prefetchDue && !cache.found.stale;
      return entry;
    }
    this.hasStale = entry >= 0;
    for (let came = arrival; came !== undefined; came = came.before) {
      if (came.answer === undefined || !isSameQuestion(came.key, key)) continue;
      cache.found.show(came.answer);
      return UNCACHED;
    }
    return MISSING;
  }
}

function isSameQuestion(a: AnswerKey, b: AnswerKey): boolean {
  return (
    a.setNumber === b.setNumber &&
    a.qtype === b.qtype &&
    a.dnssecOk === b.dnssecOk &&
    a.checkingDisabled === b.checkingDisabled &&
    a.name.length === b.name.length &&
    a.name.suffixEquals(0, b.name.wire)
  );
}
