// Everything between listeners and upstreams that lives as long as the process: cache, query path, limits, counters.
import type { Config } from '../config/config.ts';
import { MAX_MESSAGE_OCTETS } from '../dns/message.ts';
import { Cookies } from '../server/cookies.ts';
import { newCounters } from '../server/counters.ts';
import type { VlanCounters } from '../server/counters.ts';
import type { Log } from '../server/log.ts';
import { Observer } from '../server/observer.ts';
import { PendingQuestions } from '../server/pending-questions.ts';
import type { PendingParts } from '../server/pending-questions.ts';
import type { HandlerFor } from '../listeners/query-handler.ts';
import { QueryPath } from '../server/query-path.ts';
import type { QueryPathParts } from '../server/query-path.ts';
import { RateLimit } from '../server/rate-limit.ts';
import type { Serving } from '../server/serving.ts';
import { VlanHandler } from '../server/vlan-handler.ts';
import { AnswerCache } from '../upstream/answer-cache.ts';
import { Clock } from '../upstream/clock.ts';

/** Sockets to upstreams over UDP at once; config/login.conf.d gives the daemon 4096 descriptors. */
export const MAX_UPSTREAM_SOCKETS = 1500;

/** A question may have two servers asked at a time. */
const MAX_QUESTIONS = MAX_UPSTREAM_SOCKETS / 2;

/** Half of what may wait is for whoever comes, the other half is shared out to the VLANs. */
function shareOf({ vlans }: Config): number {
  return Math.max(1, Math.floor(MAX_QUESTIONS / 2 / vlans.length));
}

/** The query side of a service. */
export class QuerySide {
  readonly cache: AnswerCache;
  readonly handlerFor: HandlerFor;
  readonly pending: PendingQuestions;
  readonly observer: Observer;
  readonly #pathParts: QueryPathParts;
  readonly #pendingParts: PendingParts;
  readonly #counters = new Map<string, VlanCounters>();

  constructor(config: Config, serving: () => Serving, log: Log) {
    const nowMs = (): number => performance.now();
    this.cache = new AnswerCache({
      sizeOctets: config.cache.sizeOctets,
      staleSeconds: config.cache.serveStaleSeconds,
    });
    this.observer = new Observer({ log, nowMs });
    this.#pathParts = {
      serving,
      observer: this.observer,
      cache: this.cache,
      rate: new RateLimit(config.limits),
      cookies: new Cookies(),
      keepaliveUnits: keepaliveOf(config),
      clock: new Clock(),
    };
    const failures = new FailureLog(log, nowMs);
    this.#pendingParts = {
      cache: this.cache,
      nowMs,
      inFlight: config.limits.inFlight,
      inFlightPerClient: config.limits.inFlightPerClient,
      inFlightShared: MAX_QUESTIONS / 2,
      inFlightPerVlan: shareOf(config),
      onFailure: (failure) => failures.add(failure),
    };
    this.pending = new PendingQuestions(this.#pendingParts);
    const path = new QueryPath(this.#pathParts);
    const late = new Uint8Array(MAX_MESSAGE_OCTETS);
    this.handlerFor = (vlan, transport) =>
      new VlanHandler(
        { path, pending: this.pending, serving, late, prefetch: config.cache.prefetch },
        { vlan, transport, counters: this.countersOf(vlan) },
      );
  }

  /** The counters of a VLAN, from its first query on. */
  countersOf(vlan: string): VlanCounters {
    let counters = this.#counters.get(vlan);
    if (counters === undefined) this.#counters.set(vlan, (counters = newCounters()));
    return counters;
  }

  /** Takes over the limits of a new configuration. */
  configure(config: Config): void {
    this.#pathParts.rate = new RateLimit(config.limits);
    this.#pathParts.keepaliveUnits = keepaliveOf(config);
    this.#pendingParts.inFlight = config.limits.inFlight;
    this.#pendingParts.inFlightPerClient = config.limits.inFlightPerClient;
    this.#pendingParts.inFlightPerVlan = shareOf(config);
  }
}

/** The idle time in units of 100 ms. */
function keepaliveOf({ limits }: Config): number {
  return Math.min(Math.floor(limits.tcpIdleMs / 100), 0xffff);
}

/** How often a failing upstream set is told of at most, in milliseconds. */
const TELL_MS = 10_000;

/** Logs failing upstream sets, each once in a while with a count, so that a dead upstream does not flood the log. */
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
