/** vlandns with the VLANs, policies, lists and local data that the battery's tables speak of. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { type ServerUnderTest, startServer, type UpstreamPorts } from './daemon.ts';
import { freePort } from './free-port.ts';
import type { Endpoint } from './wire-client.ts';

/** A VLAN's place on loopback: its third octet, and the policy that holds there. */
const VLANS: readonly (readonly [string, number, string])[] = [
  ['kids', 40, 'kids'],
  ['nodata', 41, 'nodata'],
  ['zero', 42, 'zero'],
  ['refused', 43, 'refused'],
  ['address', 44, 'address'],
  ['walled', 45, 'walled'],
  ['missing', 46, 'missing'],
  ['lenient', 47, 'lenient'],
  ['noinspect', 48, 'noinspect'],
];

const ADS = `! ads in AdGuard's syntax
||ads.example^
@@||ok.ads.example^
||hard.ads.example^$important
||bücher.example^
`;

const HOSTS_LIST = `# a hosts list
127.0.0.1 localhost
0.0.0.0 tracker.example
0.0.0.0 first-tracker.example second-tracker.example
`;

const LOCAL_HOSTS = `127.0.0.1 localhost
192.168.60.77 printer.home.arpa printer # in the hall
fd00:60::77 printer.home.arpa
`;

/**
 * Seconds after which the battery's servers close an idle connection. A case that takes its time over a query is done long
 * before on any machine, and one that waits for the end is not yet tired of it (CLOSED_MS).
 */
const TCP_IDLE_SECONDS = 10;

/** What the VLAN `nodata` sees of its own. */
const LOCAL_OF_VLAN = `    records:
      - "nas.home.arpa. 300 A 192.168.41.10"
      - "files.home.arpa. 120 TXT here"
      - "here.home.arpa. 120 CNAME two.home.arpa."
      - "*.dev.home.arpa. 300 A 192.168.41.20"
      - "casino.example. 60 A 192.168.41.30"
    hosts: [hosts-of-vlan]
`;

const HOSTS_OF_VLAN = '192.168.41.77 printer.home.arpa printer\n';

/** The program under test: its built entry file, and `server.io` where that matters. */
export interface Program {
  readonly main: string;
  readonly io?: 'auto' | 'plain' | 'batched';
}

/** Starts vlandns, everything it needs written into `folder`. */
export async function startVlandns(
  folder: string,
  ports: UpstreamPorts,
  { main, io = 'auto' }: Program,
): Promise<ServerUnderTest> {
  const file = path.join(folder, 'vlandns.yaml');
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
  write('ads.txt', ADS);
  write('hosts.txt', HOSTS_LIST);
  write('domains.txt', 'plain.example\n');
  write('school.txt', 'school.ads.example\nschool.example\n');
  write('hosts', LOCAL_HOSTS);
  write('hosts-of-vlan', HOSTS_OF_VLAN);
  const port = await freePort();
  const portSix = await freePort('::1');
  const endpoints: Record<string, Endpoint> = {
    servers: { address: '127.0.0.1', port, source: '127.0.0.1' },
    six: { address: '::1', port: portSix },
  };
  for (const [name, octet] of VLANS) {
    endpoints[name] = { address: `127.0.${octet}.1`, port, source: `127.0.${octet}.2` };
  }
  writeFileSync(
    file,
    configuration(port, portSix, ports).replace('{ state: state }', `{ state: state, io: ${io} }`),
  );
  return startServer({
    name: 'vlandns',
    command: process.execPath,
    args: [main, 'serve', '-c', file],
    endpoints,
    readyName: 'ready.example.net',
  });
}

function configuration(port: number, portSix: number, ports: UpstreamPorts): string {
  const servers = (to: readonly number[]): string => to.map((one) => `"127.0.0.1:${one}"`).join(', ');
  const vlans = VLANS.map(
    ([name, octet, policy]) =>
      `  ${name}:\n    listen: ["127.0.${octet}.1:${port}"]\n    subnets: [127.0.${octet}.0/24]\n    policy: ${policy}\n`,
  ).join('');
  return `vlans:
  servers:
    listen: ["127.0.0.1:${port}"]
    subnets: [127.0.0.1/32]
    policy: open
  six:
    listen: ["[::1]:${portSix}"]
    subnets: ["::1/128"]
    policy: open
${vlans
  .replace(
    'policy: kids\n',
    'policy: kids\n    clients:\n      - { name: exception, address: 127.0.40.9, policy: open }\n',
  )
  .replace('policy: nodata\n', `policy: nodata\n${LOCAL_OF_VLAN}`)}
policies:
  open: {}
  house: { block: { rules: [tie.example] } }
  kids:
    extends: house
    block:
      lists: [ads, trackers]
      rules:
        - casino.example
        - bad.good.casino.example
        - "*.game.example"
        - '/^ad[0-9]+\\./'
    allow:
      lists: [school]
      rules: [good.casino.example, tie.example, house.ads.example, house.hard.ads.example]
    answer: nxdomain
    block_ttl: 30s
    bypass: block
    rebind_protection: true
    inspect: true
  nodata: { extends: kids, answer: nodata }
  zero: { extends: kids, answer: zero }
  refused: { extends: kids, answer: refused }
  address: { extends: kids, answer: { ipv4: 192.0.2.80, ipv6: "2001:db8::80" }, block_ttl: 45s }
  noinspect: { extends: kids, inspect: false }
  walled: { only: true, allow: { lists: [school] }, block_ttl: 30s }
  missing: { block: { lists: [never] }, when_lists_missing: refuse }
  lenient: { block: { lists: [never] }, when_lists_missing: allow }

lists:
  ads: { sources: [{ file: ads.txt, format: adguard }] }
  trackers: { sources: [{ file: hosts.txt, format: hosts }, { file: domains.txt, format: domains }] }
  school: { sources: [{ file: school.txt, format: domains }] }
  never: { sources: ["http://127.0.0.1:${ports.dead[0] ?? 1}/never.txt"] }

upstreams:
  default: { servers: [${servers(ports.default)}] }
  sick: { servers: [${servers(ports.sick)}] }
  pair: { servers: [${servers(ports.pair)}], strategy: ordered }
  closed: { servers: [${servers(ports.closed)}], strategy: ordered }
  dead: { servers: [${servers(ports.dead)}] }

forward:
  - { zones: [sick.example], upstream: sick }
  - { zones: [pair.example], upstream: pair }
  - { zones: [closed.example], upstream: closed }
  - { zones: [dead.example], upstream: dead }
  - { zones: [1.30.172.in-addr.arpa, forwarded.test], upstream: default }

records:
  - "nas.home.arpa. 300 A 192.168.60.10"
  - "nas.home.arpa. 300 AAAA fd00:60::10"
  - "two.home.arpa. 60 A 192.168.60.11"
  - "two.home.arpa. 60 A 192.168.60.12"
  - 'svc.home.arpa. 60 TXT "hello there"'
  - "svc.home.arpa. 60 MX 10 nas.home.arpa."
  - "svc.home.arpa. 60 SRV 1 2 443 nas.home.arpa."
  - "files.home.arpa. 120 CNAME nas.home.arpa."
  - "outside.home.arpa. 120 CNAME ready.example.net."
  - "hidden.example.net. 60 A 192.0.2.200"
  - "mine.ads.example. 60 A 192.168.60.13"
hosts: [hosts]

cache: { size: 32MiB, max_ttl: 1d, negative_ttl: 15m, serve_stale: 1d, prefetch: false }
limits: { rate: 0, in_flight: 0, in_flight_per_client: 0, tcp: 0, tcp_per_client: 0, tcp_idle: ${TCP_IDLE_SECONDS}s }
server: { state: state }
control: { socket: vlandns.sock }
`;
}
