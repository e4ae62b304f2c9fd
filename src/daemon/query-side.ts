// Everything between listeners and upstreams that lives as long as the process: cache, query path, limits, counters.
import { sharesOf } from '../bounds/vlan-shares.ts';
import type { ShareOptions } from '../bounds/vlan-shares.ts';
import type { Config } from '../config/config.ts';
import { MAX_MESSAGE_OCTETS } from '../dns/message.ts';
import { Cookies } from '../server/replies/cookies.ts';
import { newCounters } from '../server/outcome/counters.ts';
import type { VlanCounters } from '../server/outcome/counters.ts';
import { Entrance } from '../server/entrance.ts';
import type { Log } from '../log/log.ts';
import { Observer } from '../server/observer.ts';
import { PendingQuestions } from '../server/pending-questions.ts';
import type { PendingParts } from '../server/pending-questions.ts';
import type { HandlerFor } from '../listeners/query-handler.ts';
import { QueryPath } from '../server/query-path.ts';
import type { QueryPathParts } from '../server/query-path-parts.ts';
import { RateLimit } from '../server/limits/rate-limit.ts';
import type { Serving } from '../server/serving.ts';
import { VlanHandler } from '../server/vlan-handler.ts';
import { WaitingPlaces } from '../server/limits/waiting-places.ts';
import type { WaitingLimits } from '../server/limits/waiting-places.ts';
import { AnswerCache } from '../answers/answer-cache.ts';
import { Clock } from '../time/clock.ts';

/** Sockets to upstreams over UDP at once; config/login.conf.d gives the daemon 4096 descriptors. */
const MAX_UPSTREAM_SOCKETS = 1500;

/** Two servers may be asked a question at the same time. */
const MAX_QUESTIONS = MAX_UPSTREAM_SOCKETS / 2;

function waitingLimitsOf({ limits, vlans }: Config): WaitingLimits {
  const { inFlight, inFlightPerClient, prefix } = limits;
  return {
    perClient: inFlightPerClient,
    perPrefix: prefix.inFlight,
    prefixBits: prefix.bits,
    shares: sharesOf(Math.min(inFlight === 0 ? Infinity : inFlight, MAX_QUESTIONS), vlans.length),
  };
}

/** How the sockets to upstreams are shared: among the VLANs, and one share for fetching lists. */
export function socketSharesOf({ vlans }: Config): ShareOptions {
  return sharesOf(MAX_UPSTREAM_SOCKETS, vlans.length + 1);
}

/** The query side of a service. */
export class QuerySide {
  readonly cache: AnswerCache;
  readonly handlerFor: HandlerFor;
  readonly pending: PendingQuestions;
  readonly observer: Observer;
  readonly #pathParts: QueryPathParts;
  readonly #places: WaitingPlaces;
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
      tcpRate: new RateLimit(config.limits),
      cookies: new Cookies(),
      keepaliveUnits: keepaliveOf(config),
      clock: new Clock(),
    };
    const failures = new FailureLog(log, nowMs);
    this.#places = new WaitingPlaces(waitingLimitsOf(config));
    this.pending = new PendingQuestions({
      cache: this.cache,
      nowMs,
      places: this.#places,
      onFailure: (failure) => failures.add(failure),
    });
    const path = new QueryPath(this.#pathParts);
    const late = new Uint8Array(MAX_MESSAGE_OCTETS);
    this.handlerFor = (vlan, transport) =>
      new VlanHandler(
        { path, pending: this.pending, serving, late, prefetch: config.cache.prefetch },
        new Entrance(vlan, transport, this.countersOf(vlan)),
      );
  }

  /** The counters of a VLAN, from its first query on. */
  countersOf(vlan: string): VlanCounters {
    let counters = this.#counters.get(vlan);
    if (counters === undefined) this.#counters.set(vlan, (counters = newCounters()));
    return counters;
  }

  /** Questions that are asked on behalf of a VLAN. */
  waitingOf(vlan: string): number {
    return this.#places.of(vlan);
  }

  /** Takes over the limits of a new configuration. */
  configure(config: Config): void {
    this.#pathParts.rate = new RateLimit(config.limits);
    this.#pathParts.tcpRate = new RateLimit(config.limits);
    this.#pathParts.keepaliveUnits = keepaliveOf(config);
    this.#places.configure(waitingLimitsOf(config));
  }
}

/** The idle time in units of 100 ms. */
function keepaliveOf({ limits }: Config): number {
  return Math.min(Math.floor(limits.tcpIdleMs / 100), 0xffff);
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
