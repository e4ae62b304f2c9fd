// The inputs of the query path: its parts, given once, and for each query its octets and where it came from.
import type { ClientAddress } from '../addresses/client-address.ts';
import type { Transport } from '../listeners/query-handler.ts';
import type { AnswerCache } from '../answers/answer-cache.ts';
import type { Clock } from '../time/clock.ts';
import type { Cookies } from './replies/cookies.ts';
import type { VlanCounters } from './counters.ts';
import type { Observer } from './observer.ts';
import type { RateLimit } from './limits/rate-limit.ts';
import type { Serving } from './serving.ts';

/** The listener that queries come in on. */
export interface Entrance {
  readonly vlan: string;
  readonly transport: Transport;
  readonly counters: VlanCounters;
}

/** One query: its octets are query[0..length-1]. A listener refills one object for each; a query that waits has a copy. */
export interface Incoming {
  readonly entrance: Entrance;
  query: Uint8Array;
  length: number;
  client: ClientAddress;
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
}
