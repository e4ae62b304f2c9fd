// What the query path works with.
import type { AnswerCache } from '../answers/answer-cache.ts';
import type { Clock } from '../time/clock.ts';
import type { Cookies } from './replies/cookies.ts';
import type { Observer } from './observer.ts';
import type { Recorder } from './outcome/outcome.ts';
import type { RateLimit } from './limits/rate-limit.ts';
import type { Serving } from './serving.ts';

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
