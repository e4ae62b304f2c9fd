// The keys of limits: what one client, one IPv6 prefix and one VLAN may use. In each number, 0 is no limit.

import { object, withDefault } from '../schema.ts';
import type { ValueOf } from '../schema.ts';
import { count, durationMs } from '../values/kinds.ts';
import { integer } from '../values/scalars.ts';

/** The bits of an address: a prefix of so many is that address alone. */
export const ADDRESS_BITS = 128;

/** The bounds. */
export const limits = object('a map of limits', {
  rate: withDefault(
    count,
    'Queries a second that one client may send in the long run, over UDP and over TCP each; 0 is no limit. What a verdict answers at once is not counted, up to 20 times as many.',
    100,
  ),
  burst: withDefault(
    count,
    'Queries that one client may send at once before rate holds; 0 is no limit.',
    300,
  ),
  in_flight: withDefault(
    count,
    'Queries that may wait for upstreams at once, half of them shared out to the VLANs; 0 is no limit.',
    2000,
  ),
  in_flight_per_client: withDefault(
    count,
    'Queries of one client that may wait for upstreams at once; 0 is no limit.',
    200,
  ),
  tcp: withDefault(
    count,
    'TCP connections at once, half of them shared out to the VLANs; 0 is no limit.',
    256,
  ),
  tcp_per_client: withDefault(count, 'TCP connections of one client at once; 0 is no limit.', 16),
  tcp_idle: withDefault(
    durationMs(100, 3_600_000),
    'How long a TCP connection may be silent, 100ms to 1h.',
    '10s',
  ),
  ipv6_prefix: withDefault(
    integer(16, ADDRESS_BITS),
    'The length of the IPv6 prefixes whose clients share the limits below, 16 to 128; 128 is no such limit.',
    64,
  ),
  ipv6_prefix_rate: withDefault(
    count,
    'Like rate, for all clients of one IPv6 prefix together; 0 is no limit.',
    800,
  ),
  ipv6_prefix_burst: withDefault(
    count,
    'Like burst, for all clients of one IPv6 prefix together; 0 is no limit.',
    2400,
  ),
  ipv6_prefix_in_flight: withDefault(
    count,
    'Like in_flight_per_client, for all clients of one IPv6 prefix together; 0 is no limit.',
    400,
  ),
  ipv6_prefix_tcp: withDefault(
    count,
    'Like tcp_per_client, for all clients of one IPv6 prefix together; 0 is no limit.',
    64,
  ),
});

/** The bounds as they are written. */
export type DraftLimits = NonNullable<ValueOf<typeof limits>>;
