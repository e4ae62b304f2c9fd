// The keys of querylog: what is kept of queries, for how long, and where else it goes. What is told of a query is a matter of
// its policy.

import { object, optional, placed, required, withDefault, withShortForm } from '../schema.ts';
import type { ValueOf } from '../schema.ts';
import { readDnstap, readStore } from '../grammar/querylog-target.ts';
import { durationMs, sizeBetween } from '../values/kinds.ts';
import { choice, text } from '../values/scalars.ts';

const MS_AN_HOUR = 3_600_000;
const MS_A_DAY = 24 * MS_AN_HOUR;
const MIN_DATABASE_OCTETS = 16 * 1024 ** 2;
const MAX_DATABASE_OCTETS = 1024 * 1024 ** 3;

/** How much of a policy's queries is logged, most of it first. */
export const queryLogMode = choice(['full', 'blocked', 'anonymous', 'off']);

const dnstap = object('a map with to:, or unix:PATH', {
  to: required(
    placed(text('a collector such as unix:/var/run/dnstap.sock or "tcp://192.0.2.10:6000"', readDnstap)),
    'The collector: unix:PATH or tcp://ADDRESS:PORT.',
  ),
});

/** The query log. */
export const querylog = object('a map of options of the query log', {
  mode: withDefault(
    queryLogMode,
    'What is logged of policies that do not say it themselves: full, blocked queries in full and of others their number, all but who asked, or nothing.',
    'full',
  ),
  keep: withDefault(
    durationMs(MS_AN_HOUR, 3650 * MS_A_DAY),
    'How long queries are kept, 1h to 3650d; the oldest go first.',
    '30d',
  ),
  max_size: withDefault(
    sizeBetween(MIN_DATABASE_OCTETS, MAX_DATABASE_OCTETS),
    'The most that the database takes on the disk, 16MiB to 1024GiB; the oldest queries go first.',
    '2GiB',
  ),
  statistics: withDefault(
    durationMs(MS_A_DAY, 3650 * MS_A_DAY),
    'How long sums by the hour are kept, 1d to 3650d.',
    '400d',
  ),
  store: optional(
    placed(text('a URL such as postgres://vlandns@192.0.2.10/vlandns, or file:PATH', readStore)),
    'The PostgreSQL database that queries are kept in, as a URL, or file:PATH of a file with the URL; SQLite in server.state unless written.',
  ),
  dnstap: optional(
    withShortForm(dnstap, 'to'),
    'A collector that is sent every query as dnstap; there is none unless written.',
  ),
});

/** The section as it is written. */
export type DraftQueryLog = NonNullable<ValueOf<typeof querylog>>;
