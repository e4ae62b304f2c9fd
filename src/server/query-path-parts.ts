// What the query path works with.
import type { ClientAddress } from '../addresses/client-address.ts';
import type { AnswerCache } from '../answers/answer-cache.ts';
import type { Clock } from '../time/clock.ts';
import type { Cookies } from './replies/cookies.ts';
import type { Observer } from './observer.ts';
import type { Recorder } from './outcome/outcome.ts';
import type { RateLimit } from './limits/rate-limit.ts';
import type { Serving } from './serving.ts';
import type { Strangers } from './strangers.ts';

/** What the configuration grants clients. */
export interface ClientLimits {
  /** TCP has tokens of its own, since over UDP others may forge a client's address. */
  readonly rate: RateLimit;
  readonly tcpRate: RateLimit;
  /** TCP idle time as an edns-tcp-keepalive value, in units of 100 ms (RFC 7828). */
  readonly keepaliveUnits: number;
}

/** Who asks why a name is answered as it is. */
export interface WhyQuestion {
  readonly vlan: string;
  readonly client: ClientAddress;
  /** In wire form. */
  readonly name: Uint8Array;
}

/** Tells a client, in strings of at most 255 octets; about itself only. */
export type TellWhy = (question: WhyQuestion) => Promise<readonly string[]>;

/** What the query path works with. A plain object: accessors in it would make each look at it slow. */
export interface QueryPathParts {
  /** The state of the service at this moment. */
  readonly serving: () => Serving;
  /** Has the state renewed whose time is over; default: it has no end. */
  readonly renew?: () => void;
  /** How much clients may have at this moment. */
  readonly limits: () => ClientLimits;
  readonly cache: AnswerCache;
  readonly cookies: Cookies;
  readonly clock: Clock;
  /** Counts what observed lists would block; default: one that does not log. */
  readonly observer?: Observer;
  /** Whether clients that ask why are told; default: no. */
  readonly tellsWhy?: boolean;
  /** Notes clients without a policy of their own, in VLANs where devices have one by their MACs; default: nobody does. */
  readonly strangers?: Strangers;
  /** Told of every query that has come to its end; default: nobody. */
  readonly recorder?: Recorder;
}
