// How much everybody may have, as the configuration says. The rule: the tokens that clients have left are kept where the rates
// are as they were, so that a reload hands out no new ones.
import { isDeepStrictEqual } from 'node:util';
import { sharesOf } from '../bounds/vlan-shares.ts';
import type { ShareOptions } from '../bounds/vlan-shares.ts';
import type { Config } from '../config/config.ts';
import type { TcpLimits } from '../listeners/stream/tcp-connections.ts';
import { RateLimit } from '../server/limits/rate-limit.ts';
import type { RateLimitOptions } from '../server/limits/rate-limit.ts';
import type { WaitingLimits } from '../server/limits/waiting-places.ts';

/** The limits of one state of the service. */
export interface Limits {
  /** The rates of clients over UDP, and over TCP, with the tokens that each has left. */
  readonly rate: RateLimit;
  readonly tcpRate: RateLimit;
  /** What both were made from. */
  readonly rates: RateLimitOptions;
  /** TCP idle time as an edns-tcp-keepalive value, in units of 100 ms (RFC 7828). */
  readonly keepaliveUnits: number;
  /** Questions that wait for an upstream. */
  readonly waiting: WaitingLimits;
  /** Sockets to upstreams over UDP: besides the VLANs, lists are fetched for nobody in particular. */
  readonly sockets: ShareOptions;
  /** Connections of clients over TCP. */
  readonly tcp: TcpLimits;
}

/** Sockets to upstreams over UDP at once; config/login.conf.d gives the daemon 4096 descriptors. */
const MAX_UPSTREAM_SOCKETS = 1500;

/** A question may have two servers asked at a time. */
const MAX_QUESTIONS = MAX_UPSTREAM_SOCKETS / 2;

/** The limits of a configuration; rates that are as before go on with the tokens that are left. */
export function limitsOf({ limits, vlans }: Pick<Config, 'limits' | 'vlans'>, before?: Limits): Limits {
  const { rate, burst, prefix, inFlight, inFlightPerClient, tcpIdleMs } = limits;
  const { bits } = prefix;
  const rates = { rate, burst, prefix: { bits, rate: prefix.rate, burst: prefix.burst } };
  const kept = before !== undefined && isDeepStrictEqual(before.rates, rates) ? before : undefined;
  const now = {
    rate: kept?.rate ?? new RateLimit(rates),
    tcpRate: kept?.tcpRate ?? new RateLimit(rates),
    rates,
    keepaliveUnits: Math.min(Math.floor(tcpIdleMs / 100), 0xffff),
    waiting: {
      perClient: inFlightPerClient,
      perPrefix: prefix.inFlight,
      prefixBits: bits,
      shares: sharesOf(Math.min(inFlight === 0 ? Infinity : inFlight, MAX_QUESTIONS), vlans.length),
    },
    sockets: sharesOf(MAX_UPSTREAM_SOCKETS, vlans.length + 1),
    tcp: {
      shares: sharesOf(limits.tcp, vlans.length),
      perClient: limits.tcpPerClient,
      perPrefix: prefix.tcp,
      prefixBits: bits,
      idleMs: tcpIdleMs,
    },
  };
  return kept !== undefined && isDeepStrictEqual(kept, now) ? kept : now;
}
