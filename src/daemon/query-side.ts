// Everything between listeners and upstreams that lives as long as the process: cache, query path, limits, counters.
import type { Config } from '../config/config.ts';
import { parseName } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { MAX_MESSAGE_OCTETS } from '../dns/message.ts';
import { Cookies } from '../server/replies/cookies.ts';
import { BypassTally } from '../server/outcome/bypass-tally.ts';
import { newCounters } from '../server/outcome/counters.ts';
import type { VlanCounters } from '../server/outcome/counters.ts';
import type { Recorder } from '../server/outcome/outcome.ts';
import { Entrance } from '../server/entrance.ts';
import type { Log } from '../log/log.ts';
import { Observer } from '../server/observer.ts';
import { PendingQuestions } from '../server/pending-questions.ts';
import type { PendingParts } from '../server/pending-questions.ts';
import type { HandlerFor } from '../listeners/query-handler.ts';
import { QueryPath } from '../server/query-path.ts';
import type { QueryPathParts, TellWhy } from '../server/query-path-parts.ts';
import type { Serving } from '../server/serving.ts';
import { Strangers } from '../server/strangers.ts';
import { VlanHandler } from '../server/vlan-handler.ts';
import { WaitingPlaces } from '../server/limits/waiting-places.ts';
import { AnswerCache } from '../answers/answer-cache.ts';
import { Clock } from '../time/clock.ts';
import type { State } from './current.ts';

/** What of a state queries depend on. */
export type QueryState = Pick<State, 'serving' | 'limits'>;

/** What queries may need of others. */
interface QueryHelp {
  /** Has the state renewed where its time is over. */
  readonly renew?: () => void;
  /** Gives milliseconds since 1970; default `Date.now()`. */
  readonly unixMs?: () => number;
  /** Default: clients are not told why. */
  readonly tellWhy?: TellWhy;
}

/** The query side of a service. */
export class QuerySide {
  readonly cache: AnswerCache;
  readonly handlerFor: HandlerFor;
  readonly pending: PendingQuestions;
  readonly observer: Observer;
  readonly clock: Clock;
  readonly strangers: Strangers;
  readonly #path: QueryPath;
  readonly #places: WaitingPlaces;
  readonly #bypass = new Map<string, BypassTally>();
  readonly #counters = new Map<string, VlanCounters>();

  /** `now` gives the state that is in effect. */
  constructor(config: Config, now: () => QueryState, log: Log, help: QueryHelp = {}) {
    const { renew, unixMs, tellWhy } = help;
    this.clock = new Clock(unixMs === undefined ? {} : { unixMs });
    this.strangers = new Strangers(this.clock);
    const serving = (): Serving => now().serving;
    const nowMs = (): number => performance.now();
    this.cache = new AnswerCache({
      sizeOctets: config.cache.sizeOctets,
      staleSeconds: config.cache.serveStaleSeconds,
    });
    this.observer = new Observer({ log, nowMs });
    const pathParts: QueryPathParts = {
      serving,
      limits: () => now().limits,
      observer: this.observer,
      cache: this.cache,
      cookies: new Cookies(),
      clock: this.clock,
      tellsWhy: tellWhy !== undefined,
      strangers: this.strangers,
      ...(renew !== undefined && { renew }),
    };
    const failures = new FailureLog(log, nowMs);
    this.#places = new WaitingPlaces(() => now().limits.waiting);
    this.pending = new PendingQuestions({
      cache: this.cache,
      nowMs,
      places: this.#places,
      onFailure: (failure) => failures.add(failure),
    });
    const path = (this.#path = new QueryPath(pathParts));
    const late = new Uint8Array(MAX_MESSAGE_OCTETS);
    this.handlerFor = (vlan, transport) =>
      new VlanHandler(
        { path, pending: this.pending, serving, late, prefetch: config.cache.prefetch, tellWhy },
        new Entrance(vlan, transport, this.countersOf(vlan), this.bypassOf(vlan)),
      );
  }

  /** Has queries recorded from now on, or not. */
  record(recorder: Recorder | undefined): void {
    this.#path.record(recorder);
  }

  /** Forgets cached answers: all, or those of a name and everything below it; gives how many. Throws on a bad name. */
  flush(name: string | undefined): number {
    if (name === undefined) return this.cache.flush();
    const view = new NameView();
    view.setWire(parseName(name));
    return this.cache.flush(view, true);
  }

  /** The counters of a VLAN, from its first query on. */
  countersOf(vlan: string): VlanCounters {
    let counters = this.#counters.get(vlan);
    if (counters === undefined) this.#counters.set(vlan, (counters = newCounters()));
    return counters;
  }

  /** The attempts to get around the filter of a VLAN. */
  bypassOf(vlan: string): BypassTally {
    let tally = this.#bypass.get(vlan);
    if (tally === undefined) this.#bypass.set(vlan, (tally = new BypassTally()));
    return tally;
  }

  /** Questions that are asked on behalf of a VLAN. */
  waitingOf(vlan: string): number {
    return this.#places.of(vlan);
  }
}

/** The shortest time between two log lines about a failing upstream set, in milliseconds. */
const TELL_MS = 10_000;

/** Logs failing upstream sets, each at intervals with a count, so that a dead upstream does not flood the log. */
class FailureLog {
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #told = new Map<string, { atMs: number; since: number }>();

  constructor(log: Log, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  add({ set, failures }: Parameters<PendingParts['onFailure']>[0]): void {
    const nowMs = this.#nowMs();
    const told = this.#told.get(set) ?? { atMs: -TELL_MS, since: 0 };
    told.since++;
    this.#told.set(set, told);
    if (nowMs - told.atMs < TELL_MS) return;
    this.#log.warn(
      { event: 'upstream_failed', set, questions: told.since, failures },
      'no upstream gave an answer',
    );
    told.atMs = nowMs;
    told.since = 0;
  }
}
