// The whole configuration, once: every key with its kind, its default and a sentence. The reader, the JSON Schema in
// config/vlandns.schema.json and the test of config/vlandns.yaml all follow from this file.

import { client } from './definition-clients.ts';
import { forward, upstreamSet } from './definition-upstreams.ts';
import {
  anyAddress,
  blockedAnswer,
  cacheSize,
  durationMs,
  durationSeconds,
  fraction,
  interfaceName,
  listenAddress,
  listLocation,
  listUrl,
  lookupName,
  nameOf,
  ownSubnets,
  path,
  port,
  prefix,
  recordText,
  recordType,
  rule,
  subtreeName,
  userName,
} from './values/kinds.ts';
import { control, log, metrics } from './outlets.ts';
import { boolean, choice, integer } from './values/scalars.ts';
import { limits } from './sections/limits.ts';
import {
  byShape,
  list,
  named,
  object,
  oneOrMany,
  optional,
  placed,
  required,
  withDefault,
  withShortForm,
} from './schema.ts';
import type { Named, ValueOf } from './schema.ts';

const MAX_REFRESH_MS = 365 * 86_400_000;

const vlan = object('a map with interface: or listen:, and policy:', {
  id: optional(
    integer(1, 4094),
    'The VLAN tag, for people and for the cures that are told; frames arrive without it.',
  ),
  interface: optional(
    interfaceName,
    'The interface to listen on: every address of it is bound, and changes are followed.',
  ),
  listen: optional(
    oneOrMany('one or more addresses such as 127.0.0.1:5340', placed(listenAddress), 1),
    'The addresses to listen on, instead of an interface; the port is server.port unless written.',
  ),
  subnets: optional(
    byShape(ownSubnets.expects, {
      scalar: placed(ownSubnets),
      list: list('one or more prefixes such as [192.0.2.0/24]', placed(prefix), 1),
    }),
    "The subnets whose queries are answered; interface means the interface's own prefixes, followed, and is the default where there is an interface.",
  ),
  policy: required(nameOf('a policy'), 'The policy that holds for the clients of this VLAN.'),
  clients: withDefault(list('a list of exceptions', client), 'Exceptions inside the VLAN.', []),
});

const side = object(
  'a map with lists: and rules:',
  {
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
  },
  ['services'],
);

const policy = object(
  'a map, or {} to filter nothing',
  {
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
  },
  ['schedules', 'safe_search', 'querylog'],
);

const formats = choice([
  'auto',
  'hosts',
  'domains',
  'wildcard',
  'adguard',
  'dnsmasq',
  'rpz',
  'unbound',
  'ip',
]);

const source = byShape('a path, an https URL, or { file: or url:, format:, zone: }', {
  scalar: listLocation,
  map: object('a map with file: or url:, and format: and zone: if wanted', {
    file: optional(path, 'A file, from the folder of the configuration unless absolute.'),
    url: optional(listUrl, 'An https URL (http to loopback only).'),
    format: withDefault(formats, 'The format of the source; auto finds out.', 'auto'),
    zone: optional(
      lookupName,
      'The name of the zone that the source is, for rpz where the file does not say it.',
    ),
  }),
});

const blocklist = withShortForm(
  object('one or more sources, or a map with sources:', {
    sources: required(
      oneOrMany('one or more paths or https URLs', placed(source), 1),
      'Where the list is read from; the sources add up.',
    ),
    mode: withDefault(
      choice(['enforce', 'observe']),
      'Whether the list is in force, or what it would block is only counted and logged.',
      'enforce',
    ),
    refresh: withDefault(
      durationMs(60_000, MAX_REFRESH_MS),
      'The time between two refreshes, 1m to 365d.',
      '12h',
    ),
    guard: withDefault(
      object('a map with max_shrink:, max_growth:, max_errors: and may_block:', {
        max_shrink: withDefault(
          fraction,
          'The part of its names that the list may lose in one update.',
          '50%',
        ),
        max_growth: withDefault(
          integer(2, 1000),
          'How many times as many names as before the list may have after one update, 2 to 1000; up to 10,000 names it may grow as it likes.',
          10,
        ),
        max_errors: withDefault(fraction, 'The part of its lines that may be errors.', '5%'),
        may_block: withDefault(
          oneOrMany('one or more names such as update.example.org', subtreeName),
          'Names that the list may block although devices need them (config/never-block/names.txt), each with everything below it.',
          [],
        ),
      }),
      'The bounds past which an update is held back and the last good copy kept.',
      {},
    ),
  }),
  'sources',
  ['file', 'url'],
);

const expectation = object(
  'an expectation such as { vlan: NAME, name: example.org, is: blocked }',
  {
    vlan: optional(nameOf('a VLAN'), 'The VLAN whose policy is asked; needed unless client says which.'),
    client: optional(anyAddress, 'The address of a client, for the exceptions of a VLAN.'),
    name: required(lookupName, 'The name that is looked up.'),
    type: optional(recordType, 'The record type that is looked up; A unless written.'),
    is: required(choice(['blocked', 'allowed']), 'What must come out.'),
  },
  ['at'],
);

const cache = object('a map of cache options', {
  size: withDefault(cacheSize, 'Memory for answers, 64KiB to 4GiB.', '32MiB'),
  min_ttl: withDefault(
    durationSeconds(0, 86_400),
    'Shorter TTLs are raised to this, 0s to 1d; a TTL of 0 is never kept.',
    '0s',
  ),
  max_ttl: withDefault(durationSeconds(0, 7 * 86_400), 'Longer TTLs are lowered to this, 0s to 7d.', '1d'),
  negative_ttl: withDefault(
    durationSeconds(0, 86_400),
    'The longest time a negative answer is kept, 0s to 1d (RFC 2308).',
    '15m',
  ),
  serve_stale: withDefault(
    durationSeconds(0, 7 * 86_400),
    'How long past its end an answer may be served when no upstream answers, 0s to 7d; 0s is never (RFC 8767).',
    '1d',
  ),
  prefetch: withDefault(
    boolean,
    'Whether answers that are asked for are fetched anew shortly before their end.',
    true,
  ),
});

const server = object(
  'a map of server options',
  {
    user: optional(userName, 'The user to become when started as root, once the ports are bound.'),
    carrier: withDefault(
      choice(['heal', 'strict']),
      'What an interface without carrier means: heal serves the other VLANs and binds this one when it can, strict refuses to start.',
      'heal',
    ),
    port: withDefault(port, 'The port that VLANs listen on unless their addresses say another.', 53),
    io: withDefault(
      choice(['auto', 'plain', 'batched']),
      'How datagrams are read and sent: auto in batches where that works, plain one at a time, batched refuses to start where it does not work.',
      'auto',
    ),
    ca: withDefault(
      oneOrMany('one or more paths of files with certificates', placed(path)),
      "Files in PEM form with the certificates of CAs of one's own, trusted for lists over https and upstreams over TLS beside those of the system.",
      [],
    ),
    state: withDefault(path, 'The folder for what survives a restart: lists, snapshots.', '/var/vlandns'),
    pledge: withDefault(
      boolean,
      'Experimental, for OpenBSD: whether pledge(2) and unveil(2) take from the process what it does not need, such as writing outside of its state.',
      false,
    ),
  },
  ['time_zone'],
);

/** The whole file. */
export const configuration = object(
  'a map with vlans: and policies:',
  {
    vlans: required(
      named('at least one VLAN', vlan, 1),
      'The VLANs by name: who listens, whose queries, which policy.',
    ),
    policies: required(named('a map of policies', policy), 'The policies by name: what is blocked and how.'),
    lists: withDefault(
      named('a map of lists', blocklist),
      'The lists by name: where sets of names are read from.',
      {},
    ),
    upstreams: withDefault(
      named('a map of upstream sets', upstreamSet),
      'The upstream sets by name: the servers that are asked; default is system unless written.',
      {},
    ),
    forward: withDefault(
      list('a list of zones and their upstreams', forward),
      'Zones that are asked elsewhere.',
      [],
    ),
    records: withDefault(
      list('a list of records', placed(recordText)),
      'Local records in zone-file syntax: NAME [TTL] [IN] TYPE RDATA.',
      [],
    ),
    hosts: withDefault(
      list('a list of paths', placed(path)),
      'Files in the format of /etc/hosts; they are watched.',
      [],
    ),
    expect: withDefault(
      list('a list of expectations', expectation),
      'What must be so; check, reload and list updates hold to it.',
      [],
    ),
    cache: withDefault(cache, 'The answer cache.', {}),
    limits: withDefault(limits, 'Bounds on what clients may use.', {}),
    server: withDefault(server, 'The process.', {}),
    log: withDefault(log, 'The log.', {}),
    control: withDefault(control, 'The control socket.', {}),
    metrics: withDefault(metrics, 'Figures for a Prometheus that asks over TCP.', {}),
  },
  ['bootstrap'],
);

/** What the file says, key by key, before names are looked up and defaults of one key follow from another. */
export type Draft = NonNullable<ValueOf<typeof configuration>>;

/** One VLAN of the draft. */
export type DraftVlan = NonNullable<ValueOf<typeof vlan>>;
/** One policy of the draft. */
export type DraftPolicy = NonNullable<ValueOf<typeof policy>>;
/** What a policy of the draft blocks or allows. */
export type DraftSide = NonNullable<ValueOf<typeof side>>;
/** One list of the draft. */
export type DraftList = NonNullable<ValueOf<typeof blocklist>>;
/** One upstream set of the draft. */
export type DraftUpstreamSet = NonNullable<ValueOf<typeof upstreamSet>>;
/** The names that one section of the draft defines. */
export type Section<T> = readonly Named<T>[];
