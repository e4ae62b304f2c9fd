// The keys of policies.NAME: what is blocked and allowed, and how that is answered.

import { list, named, object, oneOrMany, optional, placed, withDefault } from '../schema.ts';
import type { ValueOf } from '../schema.ts';
import { blockedAnswer, durationMs, durationSeconds, nameOf, rule } from '../values/kinds.ts';
import { queryLogMode } from './querylog.ts';
import { safeSearch } from './safe-search.ts';
import { boolean, choice } from '../values/scalars.ts';
import { scheduleOf } from './schedules.ts';

const side = object('a map with lists:, services: and rules:', {
  lists: withDefault(
    oneOrMany('one or more names of lists', placed(nameOf('a list'))),
    'The lists that hold.',
    [],
  ),
  rules: withDefault(
    oneOrMany('one or more rules such as example.org', placed(rule)),
    'Rules of this house: "example.org" is it and everything below, "*.example.org" everything below it only, "/…/" a regular expression.',
    [],
  ),
  services: withDefault(
    oneOrMany('one or more names of services such as tiktok', placed(nameOf('a service'))),
    'The services that hold: those that come with the program (vlandns services), and those under services:.',
    [],
  ),
});

/** One policy. */
export const policy = object('a map, or {} to filter nothing', {
  extends: optional(
    nameOf('a policy'),
    'The policy that this one starts from: lists and rules add up, other keys override.',
  ),
  block: withDefault(side, 'What is blocked.', {}),
  allow: withDefault(side, 'What is allowed although something blocks it.', {}),
  only: withDefault(boolean, 'Whether everything that is not allowed is blocked (a walled garden).', false),
  answer: withDefault(
    blockedAnswer,
    'What is answered for a blocked name: an rcode, no records, 0.0.0.0 and ::, or the addresses given.',
    'nxdomain',
  ),
  block_ttl: withDefault(
    durationSeconds(0, 86_400),
    'The TTL of answers for blocked names, 0s to 1d.',
    '10s',
  ),
  bypass: withDefault(
    choice(['block', 'allow']),
    'What happens to names that lead around the filter, such as public DoH servers and VPN canaries.',
    'allow',
  ),
  rebind_protection: withDefault(
    boolean,
    'Whether private addresses in answers for public names are blocked.',
    false,
  ),
  inspect: withDefault(
    boolean,
    'Whether CNAME chains, HTTPS and SVCB targets and addresses in answers are judged like the question.',
    true,
  ),
  allowance: withDefault(
    named('a map of services and durations such as { youtube: 60m }', durationMs(60_000, 86_400_000)),
    'How long the role parent may grant a service, or everything, a day and VLAN, 1m to 1d; where there is one, nothing else.',
    {},
  ),
  safe_search: withDefault(
    safeSearch,
    'Search engines that show strict results only: true for all but YouTube, or a map.',
    false,
  ),
  upstream: withDefault(
    nameOf('an upstream set'),
    'The upstream set that is asked for what is allowed.',
    'default',
  ),
  when_lists_missing: withDefault(
    choice(['refuse', 'allow']),
    'What happens while a list has never been read: refuse answers SERVFAIL with EDE 14, allow goes on without it.',
    'refuse',
  ),
  schedules: withDefault(
    list('a list of schedules', scheduleOf(side)),
    'What is blocked at some times only; of several at once, all that they block is.',
    [],
  ),
  querylog: optional(
    queryLogMode,
    'What the query log keeps: full, blocked queries in full and of others their number, all but who asked, or nothing; querylog.mode unless written.',
  ),
});

/** One policy as it is written. */
export type DraftPolicy = NonNullable<ValueOf<typeof policy>>;
/** What it blocks or allows. */
export type DraftSide = NonNullable<ValueOf<typeof side>>;
