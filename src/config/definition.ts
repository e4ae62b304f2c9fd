// The whole configuration, put together from the sections in keys/: every key with its kind, its default and a sentence. The
// reader, the JSON Schema in config/vlandns.schema.json and the test of config/vlandns.yaml all follow from it.

import { cache } from './keys/cache.ts';
import { expectation } from './keys/expectations.ts';
import { leaseFile } from './keys/leases.ts';
import { limits } from './keys/limits.ts';
import { blocklist } from './keys/lists.ts';
import { policy } from './keys/policies.ts';
import { querylog } from './keys/querylog.ts';
import { service } from './keys/services.ts';
import { control, log, metrics, server } from './keys/process.ts';
import { forward, upstreamSet } from './keys/upstreams.ts';
import { vlan } from './keys/vlans.ts';
import { web } from './keys/web.ts';
import { list, named, object, optional, placed, required, withDefault } from './schema.ts';
import type { Named, ValueOf } from './schema.ts';
import { path, recordText } from './values/kinds.ts';

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
    services: withDefault(
      named('a map of services', service),
      'The services of this house by name, beside those that come with the program.',
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
    leases: withDefault(
      list('a list of paths, or of { file: PATH, format: FORMAT }', leaseFile),
      'Files of leases of DHCP servers: who has which address, and what it calls itself; they are watched.',
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
    querylog: withDefault(querylog, 'The query log.', {}),
    control: withDefault(control, 'The control socket.', {}),
    metrics: withDefault(metrics, 'Figures for a Prometheus that asks over TCP.', {}),
    web: optional(web, 'The page and the API; there are none unless written.'),
  },
  ['bootstrap'],
);

/** What the file says, key by key, before names are looked up and defaults of one key follow from another. */
export type Draft = NonNullable<ValueOf<typeof configuration>>;

/** The names that one section of the draft defines. */
export type Section<T> = readonly Named<T>[];
