// The inputs of the query path: its parts, given once, and for each query its octets and where it came from.
import type { ClientAddress } from '../addresses/client-address.ts';
import type { AnswerCache } from '../answers/answer-cache.ts';
import type { Clock } from '../time/clock.ts';
import type { Cookies } from './replies/cookies.ts';
import type { Entrance } from './entrance.ts';
import type { Observer } from './observer.ts';
import type { Recorder } from './outcome.ts';
import type { RateLimit } from './limits/rate-limit.ts';
import type { Serving } from './serving.ts';

/** One query: its octets are query[0..length-1]. A listener's object is refilled for each; who waits holds a copy. */
export interface Incoming {
  readonly entrance: Entrance;
  query: Uint8Array;
  length: number;
  client: ClientAddress;
  /** When it came, by the clock of queries. */
  startedMs: number;
}

/** What the query path works with. */
export interface QueryPathParts {
  /** The state of the service at this moment. */
  readonly serving: () => Serving;
  readonly cache: AnswerCache;
  /** Replaced when the configuration changes. TCP has tokens of its own, since over UDP others may forge a client's address. */
  rate: RateLimit;
  tcpRate: RateLimit;
  readonly cookies: Cookies;
  /** TCP idle time as an edns-tcp-keepalive value, in units of 100 ms (RFC 7828). */
  keepaliveUnits: number;
  readonly clock: Clock;
  /** Counts what observed lists would block; default: one that does not log. */
  readonly observer?: Observer;
  /** Told of every query that has come to its end; default: nobody. */
  readonly recorder?: Recorder;
}
