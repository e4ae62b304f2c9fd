// Finds the answer to a question: in the cache, or just arrived from an upstream.
import { FLAG } from '../dns/message.ts';
import type { NameView } from '../dns/name-view.ts';
import type { QueryView } from '../dns/query-view.ts';
import type { AnswerCache, AnswerKey } from '../answers/answer-cache.ts';
import type { Policy } from '../policy/policy.ts';
import type { Moment } from '../time/clock.ts';
import type { StoredAnswer } from '../answers/stored-answer.ts';
import type { KnownVerdicts } from './question-route.ts';
import type { Serving } from './serving.ts';

/** The result of asking an upstream. */
export interface Arrival {
  /** The question that was asked. */
  readonly key: AnswerKey;
  /** Undefined where the wait was ended for a stale answer. */
  readonly answer: StoredAnswer | undefined;
  /** The server that gave it, as in the configuration. */
  readonly server?: string | undefined;
  /** The arrival before it for the same query, whose alias led to this question. */
  readonly before?: Arrival | undefined;
}

/** Stands for the cache's number: an answer that could not be cached. */
const UNCACHED = -1;
/** Stands for the cache's number: there is no answer. */
export const MISSING = -2;

/** Stands for the cache's number: it has not been looked for. */
const NOT_LOOKED = -3;

/** Bits of what was noted, 16 KiB; a power of two. They are cleared when half as many notes were made, and fill again. */
const NOTED_BITS = 2 ** 17;

/** Finds answers; begin() for each query, then find(). What is found is shown in the cache's `found`. */
export class AnswerFinder implements KnownVerdicts {
  /** After MISSING: whether an answer past its TTL could be given if no upstream answers. */
  hasStale = false;
  /** Whether the answer found should be fetched again, since it is popular and about to expire. */
  prefetchDue = false;
  /** What was looked for last. */
  readonly key: AnswerKey;
  readonly #cache: AnswerCache;
  readonly #clock: Moment;
  readonly #view: QueryView;
  #isFirst = true;
  #arrival: Arrival | undefined;
  /** What `isUnruled` found for `key`; NOT_LOOKED again once `find` has used it. */
  #located = NOT_LOOKED;
  /** A bit for each name and policy noted lately, by hash, so that the cache is not searched for names that are blocked. */
  readonly #noted = new Uint32Array(NOTED_BITS / 32);
  #notes = 0;

  constructor(cache: AnswerCache, clock: Moment, view: QueryView) {
    this.#cache = cache;
    this.#clock = clock;
    this.#view = view;
    this.key = { setNumber: 0, name: view.name, qtype: 0, dnssecOk: false, checkingDisabled: false };
  }

  /** Begins a query: one that has just come in, or one that has waited, with what arrived for it. */
  begin(isFirst: boolean, arrival: Arrival | undefined): void {
    this.hasStale = this.prefetchDue = false;
    this.#isFirst = isFirst;
    this.#arrival = arrival;
    this.#located = NOT_LOOKED;
  }

  isUnruled(serving: Serving, policy: Policy, set: number, subject: NameView): boolean {
    const bit = bitOf(policy, subject);
    if ((this.#noted[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
    this.#setKey(set, subject);
    const entry = (this.#located = this.#cache.locate(this.key));
    return entry >= 0 && this.#cache.isUnruled(entry, policy.number, serving.generation);
  }

  /** Keeps it beside the answer found last, whose cache's number is `entry`, that the policy has nothing to say about its name and type. */
  noteUnruled(serving: Serving, policy: Policy, entry: number): void {
    if (entry < 0) return;
    if (++this.#notes > NOTED_BITS / 2) {
      this.#noted.fill(0);
      this.#notes = 0;
    }
    const bit = bitOf(policy, this.key.name);
    this.#noted[bit >>> 5]! |= 1 << (bit & 31);
    this.#cache.noteUnruled(entry, policy.number, serving.generation);
  }

  /** The cache's number of the answer for a name, UNCACHED for one that only arrived, or MISSING. */
  find(setNumber: number, subject: NameView): number {
    const { key } = this;
    const isLocated = this.#located !== NOT_LOOKED && key.setNumber === setNumber && key.name === subject;
    this.#setKey(setNumber, subject);
    const cache = this.#cache;
    const arrival = this.#arrival;
    // A query that has waited looks a second time, which is not counted as another use of the answer.
    const located = isLocated ? this.#located : cache.locate(key);
    this.#located = NOT_LOOKED;
    const entry = this.#isFirst
      ? cache.find(key, this.#clock, located)
      : cache.peek(key, this.#clock, located);
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

  #setKey(setNumber: number, subject: NameView): void {
    const { key } = this;
    const view = this.#view;
    key.setNumber = setNumber;
    key.name = subject;
    key.qtype = view.qtype;
    key.dnssecOk = view.dnssecOk;
    key.checkingDisabled = (view.flags & FLAG.CD) !== 0;
  }
}

function bitOf(policy: Policy, name: NameView): number {
  return (name.suffixHash(0) ^ Math.imul(policy.number, 0x9e37_79b1)) & (NOTED_BITS - 1);
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
