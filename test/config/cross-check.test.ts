// What no key can know alone: names that must exist, things that exclude each other.

import t from 'tap';
import { FaultLog, formatFault } from '../../src/config/config-error.ts';
import { reportPledge } from '../../src/config/sections/server.ts';
import { faultLines, MINIMAL } from './reading.ts';

/** One VLAN "kids" as written, and policies. */
const vlan = (text: string, policies = '  open: {}\n'): string =>
  `vlans:\n  kids: ${text}\npolicies:\n${policies}`;

/** One policy "open" as written, and what follows it. */
const policy = (text: string, rest = ''): string =>
  `vlans:\n  lan: { interface: em0, policy: open }\npolicies:\n  open: ${text}\n${rest}`;

const FAULTS: readonly (readonly [when: string, text: string, faults: readonly string[]])[] = [
  [
    'an unknown policy, near a known one',
    vlan('{ interface: em0, policy: opne }', '  open: {}\n  other: { extends: open }\n'),
    [
      '2:35: error: vlans.kids.policy: there is no policy "opne"; write "open" (there are: open, other)',
      '5:3: error: policies.other: no VLAN, client or policy uses it; name it somewhere, or take it out',
    ],
  ],
  [
    'an unknown policy, near none',
    vlan('{ interface: em0, policy: strict }', '  {}\n'),
    [
      '2:35: error: vlans.kids.policy: there is no policy "strict"; write it under "policies", where there are none yet',
    ],
  ],
  [
    'an unknown policy of a client',
    vlan('{ interface: em0, policy: open, clients: [{ address: 192.0.2.7, policy: homework }] }'),
    [
      '2:81: error: vlans.kids.clients[0].policy: there is no policy "homework"; write one of those that are there: open',
    ],
  ],
  [
    'an unknown list',
    policy(
      '{ block: { lists: [ads] } , allow: { lists: school } }',
      'lists: { adds: "https://lists.example/a" }\n',
    ),
    [
      '4:28: error: policies.open.block.lists[0]: there is no list "ads"; write "adds" (there are: adds)',
      '4:53: error: policies.open.allow.lists: there is no list "school"; write one of those that are there: adds',
      '5:10: warning: lists.adds: no policy uses it; name it in a policy, or take it out',
    ],
  ],
  [
    'an unknown upstream set in a policy',
    policy('{ upstream: family }'),
    [
      '4:21: error: policies.open.upstream: there is no upstream set "family"; write one of those that are there: default',
    ],
  ],
  [
    'an unknown upstream set in forward',
    MINIMAL + 'upstreams: { router: 192.0.2.1 }\nforward: [{ zones: lan, upstream: ruoter }]\n',
    [
      '5:14: warning: upstreams.router: no policy or forward uses it; name it in one, or take it out',
      '6:35: error: forward[0].upstream: there is no upstream set "ruoter"; write "router" (there are: default, router)',
    ],
  ],
  [
    'an unknown policy to extend',
    policy('{ extends: family }'),
    [
      '4:20: error: policies.open.extends: there is no policy "family"; write one of those that are there: open',
    ],
  ],
  [
    'an unknown VLAN in an expectation',
    MINIMAL + 'expect: [{ vlan: lna, name: example.org, is: allowed }]\n',
    ['5:18: error: expect[0].vlan: there is no VLAN "lna"; write "lan" (there are: lan)'],
  ],
  [
    'a policy that nothing uses',
    MINIMAL.replace('open: {}', 'open: {}\n  spare: {}'),
    ['5:3: error: policies.spare: no VLAN, client or policy uses it; name it somewhere, or take it out'],
  ],
  [
    'a list and an upstream set that nothing uses',
    MINIMAL +
      'lists: { ads: "https://lists.example/a" }\nupstreams: { spare: 192.0.2.53, default: 192.0.2.54 }\n',
    [
      '5:10: warning: lists.ads: no policy uses it; name it in a policy, or take it out',
      '6:14: warning: upstreams.spare: no policy or forward uses it; name it in one, or take it out',
    ],
  ],
  [
    'a policy that extends itself',
    policy('{ extends: open }'),
    [
      '4:20: error: policies.open.extends: policies extend each other in a circle: open → open; take one "extends" out',
    ],
  ],
  [
    'policies that extend each other in a circle',
    policy('{ extends: b }', '  b: { extends: c }\n  c: { extends: b }\n'),
    [
      '5:17: error: policies.b.extends: policies extend each other in a circle: b → c → b; take one "extends" out',
    ],
  ],
  [
    'the same rule blocked and allowed',
    policy('{ block: { rules: [Example.ORG.] }, allow: { rules: [example.org] } }'),
    [
      '4:62: error: policies.open.allow.rules[0]: "example.org" is blocked by the same policy in line 4; keep it on one side',
    ],
  ],
  [
    'the same list blocked and allowed',
    policy(
      '{ block: { lists: ads }, allow: { lists: [ads] } }',
      'lists: { ads: "https://lists.example/a" }\n',
    ),
    [
      '4:51: error: policies.open.allow.lists[0]: list "ads" is blocked by the same policy in line 4; keep it on one side',
    ],
  ],
  [
    'an answer without an address',
    policy('{ answer: {} }'),
    [
      '4:19: error: policies.open.answer: has no address; write { ipv4: ADDRESS, ipv6: ADDRESS }, one or both',
    ],
  ],
  [
    'interface and listen together',
    vlan('{ interface: em0, listen: 127.0.0.1, policy: open }'),
    ['2:35: error: vlans.kids.listen: stands beside "interface"; keep one of them'],
  ],
  [
    'neither interface nor listen',
    vlan('{ policy: open }'),
    ['2:3: error: vlans.kids: has nothing to listen on; write interface: NAME, or listen: [ADDRESS:PORT]'],
  ],
  [
    'addresses without subnets',
    vlan('{ listen: 127.0.0.1, policy: open }'),
    ['2:3: error: vlans.kids.subnets: is missing; write the prefixes of the clients, such as [192.0.2.0/24]'],
  ],
  [
    'addresses with the subnets of an interface',
    vlan('{ listen: 127.0.0.1, subnets: interface, policy: open }'),
    [
      '2:39: error: vlans.kids.subnets: there is no interface to take them from; write the prefixes of the clients',
    ],
  ],
  [
    'a tag and an interface in two VLANs',
    'vlans:\n  a: { id: 40, interface: em0, policy: open }\n  b: { id: 40, interface: em0, policy: open }\npolicies:\n  open: {}\n',
    [
      '3:12: error: vlans.b.id: 40 belongs to VLAN a already; write that of this VLAN',
      '3:27: error: vlans.b.interface: em0 belongs to VLAN a already; write that of this VLAN',
    ],
  ],
  [
    'an address and port in two VLANs, one by default',
    'vlans:\n  a: { listen: "127.0.0.1", subnets: [127.0.0.0/8], policy: open }\n  b: { listen: ["127.0.0.1:5340", "127.0.0.1:53"], subnets: [127.0.0.0/8], policy: open }\npolicies:\n  open: {}\n',
    ['3:35: error: vlans.b.listen: VLAN a listens on 127.0.0.1:53 already; write another address or port'],
  ],
  [
    'an address twice in one VLAN, written differently',
    vlan('{ listen: ["[::1]", "[0:0::1]:53"], subnets: ["::1"], policy: open }'),
    ['2:29: error: vlans.kids.listen: VLAN kids listens on [::1]:53 already; write another address or port'],
  ],
  [
    'subnets of two interfaces that overlap',
    'vlans:\n  a: { interface: em0, subnets: [192.0.2.0/24], policy: open }\n  b: { interface: em1, subnets: [198.51.100.0/24, 192.0.2.128/25], policy: open }\npolicies:\n  open: {}\n',
    [
      '3:51: error: vlans.b.subnets: 192.0.2.128/25 overlaps 192.0.2.0/24 of VLAN a (line 2); give every client to one subnet',
    ],
  ],
  [
    'a subnet of addresses that overlaps one of an interface',
    'vlans:\n  a: { listen: 127.0.0.1, subnets: ["2001:db8::/32"], policy: open }\n  b: { interface: em1, subnets: ["2001:db8:1::/48"], policy: open }\npolicies:\n  open: {}\n',
    [
      '3:34: error: vlans.b.subnets: 2001:db8:1::/48 overlaps 2001:db8::/32 of VLAN a (line 2); give every client to one subnet',
    ],
  ],
  [
    'subnets that overlap within one VLAN',
    vlan('{ interface: em0, subnets: [192.0.2.0/24, "::ffff:192.0.2.0/120"], policy: open }'),
    [
      '2:51: error: vlans.kids.subnets: 192.0.2.0/24 overlaps 192.0.2.0/24 of this VLAN (line 2); give every client to one subnet',
    ],
  ],
  [
    'a client outside the subnets',
    vlan(
      '{ interface: em0, subnets: [192.0.2.0/24], policy: open, clients: [{ address: 198.51.100.7, policy: open }] }',
    ),
    [
      '2:87: error: vlans.kids.clients[0].address: 198.51.100.7/32 lies outside the subnets of this VLAN; write one inside 192.0.2.0/24',
    ],
  ],
  [
    'a client twice by address and by name',
    vlan(
      '{ interface: em0, policy: open, clients: [{ name: a, address: 192.0.2.7, policy: open }, { name: a, address: 192.0.2.7/32, policy: open }] }',
    ),
    [
      '2:106: error: vlans.kids.clients[1].name: "a" is a client in line 2 already; write another name, or all its addresses in one: address: [ADDRESS, ADDRESS]',
      '2:118: error: vlans.kids.clients[1].address: 192.0.2.7/32 is a client in line 2 already; keep one of them',
    ],
  ],
  [
    'the path of a client after a faulty one',
    vlan('{ interface: em0, policy: open, clients: [x, { address: 192.0.2.7, policy: nobody }] }'),
    [
      '2:51: error: vlans.kids.clients[0]: is "x"; write an exception such as { address: 192.0.2.7, policy: NAME }',
      '2:84: error: vlans.kids.clients[1].policy: there is no policy "nobody"; write one of those that are there: open',
    ],
  ],
  [
    'a source with both a file and a URL, and one with neither',
    policy(
      '{ block: { lists: ads } }',
      'lists:\n  ads:\n    - { file: a, url: "https://lists.example/a" }\n    - { format: hosts }\n',
    ),
    [
      '7:7: error: lists.ads.sources[0]: has both file: and url:; write one of them',
      '8:7: error: lists.ads.sources[1]: has neither file: nor url:; write one of them',
    ],
  ],
  [
    'an upstream that is a listener of ours',
    vlan('{ listen: "127.0.0.1:5340", subnets: [127.0.0.0/8], policy: open }') +
      'upstreams: { default: ["::ffff:127.0.0.1", "tcp://127.0.0.1:5340"] }\n',
    [
      '5:44: error: upstreams.default.servers[1]: 127.0.0.1:5340 is where VLAN kids listens, so queries would go round for ever; write another server',
    ],
  ],
  [
    'a zone that is forwarded twice',
    MINIMAL + 'forward:\n  - { zones: [lan, LAN.], upstream: default }\n',
    ['6:20: error: forward[0].zones[1]: zone "lan" is forwarded in line 6 already; keep one of them'],
  ],
  [
    'the root as a zone',
    MINIMAL + 'forward: [{ zones: ".", upstream: default }]\n',
    ['5:20: error: forward[0].zones: the root is every name; write the servers for it as upstreams.default'],
  ],
  [
    'an expectation about nobody',
    MINIMAL + 'expect: [{ name: example.org, is: allowed }]\n',
    ['5:10: error: expect[0]: says nobody; write vlan: NAME, client: ADDRESS, or both'],
  ],
  [
    'an expectation about a client outside the VLAN',
    vlan('{ interface: em0, subnets: [192.0.2.0/24], policy: open }') +
      'expect:\n  - { vlan: kids, client: 198.51.100.7, name: example.org, is: allowed }\n  - { client: 198.51.100.7, name: example.org, is: allowed }\n',
    [
      '6:27: error: expect[0].client: 198.51.100.7 lies outside the subnets of VLAN kids; write the address of a client',
      '7:15: error: expect[1].client: 198.51.100.7 lies outside the subnets of every VLAN; write the address of a client',
    ],
  ],
  [
    'an expectation about a client that two VLANs may have',
    'vlans:\n  a: { listen: "127.0.0.1:5340", subnets: [127.0.0.0/8], policy: open }\n  b: { listen: "127.0.0.1:5360", subnets: [127.0.0.0/8], policy: open }\npolicies:\n  open: {}\nexpect: [{ client: 127.0.0.2, name: example.org, is: allowed }]\n',
    ['6:20: error: expect[0].client: 127.0.0.2 may be in VLANs a and b; write vlan: NAME beside it'],
  ],
  [
    'a shortest TTL above the longest',
    MINIMAL + 'cache: { min_ttl: 1h, max_ttl: 5m }\n',
    ['5:19: error: cache.min_ttl: is longer than max_ttl (5m); write a shorter one, or raise max_ttl'],
  ],
  [
    'a burst below the rate',
    MINIMAL + 'limits: { burst: 50 }\n',
    ['5:18: error: limits.burst: is smaller than rate; write at least 100, or 0 for no limit'],
  ],
  [
    'a burst of a prefix below its rate',
    MINIMAL + 'limits: { ipv6_prefix_rate: 3000 }\n',
    [
      '5:29: error: limits.ipv6_prefix_burst: is smaller than ipv6_prefix_rate; write at least 3000, or 0 for no limit',
    ],
  ],
];

t.test('each fault between keys is reported where it stands, with what to write instead', (t) => {
  const folder = t.testdir();
  for (const [when, text, faults] of FAULTS) t.strictSame(faultLines(folder, text), faults, when);
  t.end();
});

t.test('what only OpenBSD has is refused elsewhere', (t) => {
  const told = (platform: NodeJS.Platform, pledge: boolean): string[] => {
    const faults = new FaultLog('vlandns.yaml');
    const at = { line: 5, column: 19 };
    const written = { setting: 'server', at: { line: 5, column: 11 }, keys: { pledge: at } };
    const server = {
      user: undefined,
      carrier: 'heal',
      port: 53,
      io: 'auto',
      state: 'state',
      pledge,
      written,
    } as const;
    reportPledge(server, faults, platform);
    return faults.inOrder().map(formatFault);
  };
  t.strictSame(told('openbsd', true), []);
  t.strictSame(told('linux', false), []);
  t.strictSame(told('linux', true), [
    'vlandns.yaml:5:19: error: server.pledge: pledge(2) and unveil(2) are calls of OpenBSD, and this is linux; take it out',
  ]);
  t.end();
});
