/** Group l: `records` and `hosts` of the configuration in test/support/vlandns.ts. */
import type { Case } from './case.ts';
import { records } from '../support/upstream-scripts.ts';

const LEAK = records('@ 300 A 192.0.2.66');

export const localCases: readonly Case[] = [
  {
    name: 'an address',
    source: 'DESIGN 3.5',
    origin: 'nas.home.arpa.',
    script: LEAK,
    steps: [
      { ask: {}, want: { answer: ['@ 300 A 192.168.60.10'], ttl: [300, 300], aa: true } },
      { ask: { edns: true }, want: { answer: ['@ 300 A 192.168.60.10'], aa: true } },
      { ask: { tcp: true }, want: { answer: ['@ 300 A 192.168.60.10'], aa: true } },
      { ask: { name: 'NaS.hOmE.aRpA.' }, want: { answer: ['@ 300 A 192.168.60.10'], aa: true } },
      { ask: { type: 'AAAA' }, want: { answer: ['@ 300 AAAA fd00:60::10'], aa: true } },
      { ask: { vlan: 'kids' }, want: { answer: ['@ 300 A 192.168.60.10'], aa: true } },
    ],
    asked: 0,
  },
  {
    name: 'no data of another type',
    source: 'RFC 2308 section 2.2, DESIGN 3.5',
    origin: 'nas.home.arpa.',
    steps: [{ ask: { type: 'MX' }, want: { answer: [], soa: true } }],
    asked: 0,
  },
  {
    name: 'nothing below a local name',
    source: 'RFC 8375: home.arpa ends here',
    origin: 'below.nas.home.arpa.',
    script: LEAK,
    steps: [{ ask: {}, want: { rcode: 'NXDOMAIN', answer: [], soa: true } }],
    asked: 0,
  },
  {
    name: 'the reverse of a record is made',
    source: 'DESIGN section 2: PTR made automatically',
    origin: '10.60.168.192.in-addr.arpa.',
    script: LEAK,
    steps: [{ ask: { type: 'PTR' }, want: { answer: ['@ 300 PTR nas.home.arpa.'], aa: true } }],
    asked: 0,
  },
  {
    name: 'the reverse of an IPv6 record is made',
    source: 'DESIGN section 2',
    origin: `0.1.${'0.'.repeat(22)}0.6.0.0.0.0.d.f.ip6.arpa.`,
    script: LEAK,
    steps: [{ ask: { type: 'PTR' }, want: { answer: ['@ 300 PTR nas.home.arpa.'], aa: true } }],
    asked: 0,
  },
  {
    name: 'two addresses of one name',
    source: 'DESIGN section 2',
    origin: 'two.home.arpa.',
    steps: [{ ask: {}, want: { answer: ['@ 60 A 192.168.60.11', '@ 60 A 192.168.60.12'], aa: true } }],
  },
  {
    name: 'TXT, MX and SRV',
    source: 'DESIGN section 2: zone-file syntax',
    origin: 'svc.home.arpa.',
    steps: [
      { ask: { type: 'TXT' }, want: { answer: ['@ 60 TXT "hello there"'], aa: true } },
      { ask: { type: 'MX' }, want: { answer: ['@ 60 MX 10 nas.home.arpa.'], aa: true } },
      { ask: { type: 'SRV' }, want: { answer: ['@ 60 SRV 1 2 443 nas.home.arpa.'], aa: true } },
    ],
  },
  {
    name: 'a CNAME to a local name',
    source: 'RFC 1034 section 3.6.2',
    origin: 'files.home.arpa.',
    steps: [
      {
        ask: {},
        want: { answer: ['@ 120 CNAME nas.home.arpa.', 'nas.home.arpa. 300 A 192.168.60.10'], aa: true },
      },
      { ask: { type: 'CNAME' }, want: { answer: ['@ 120 CNAME nas.home.arpa.'], aa: true } },
    ],
  },
  {
    name: 'a CNAME to a name outside',
    source: 'RFC 1034 section 3.6.2',
    origin: 'outside.home.arpa.',
    steps: [
      {
        ask: {},
        want: {
          check: (reply) => (reply.answer.some(({ type }) => type === 'CNAME') ? undefined : 'no CNAME'),
        },
      },
    ],
  },
  {
    name: 'a record hides a public name',
    source: 'DESIGN 3.5: before verdict and upstream',
    origin: 'hidden.example.net.',
    script: LEAK,
    steps: [{ ask: {}, want: { answer: ['@ 60 A 192.0.2.200'], aa: true } }],
    asked: 0,
  },
  {
    name: 'the other names of that zone go out',
    source: 'DESIGN 3.5',
    origin: 'other.example.net.',
    script: records('@ 300 A 192.0.2.1'),
    steps: [{ ask: {}, want: { answer: ['@ 300 A 192.0.2.1'] } }],
    asked: 1,
  },
  {
    name: 'a record comes before a blocklist',
    source: 'DESIGN section 3: 5 before 6',
    origin: 'mine.ads.example.',
    steps: [{ ask: { vlan: 'kids' }, want: { answer: ['@ 60 A 192.168.60.13'], aa: true } }],
  },
  {
    name: 'a hosts file',
    source: 'DESIGN section 2: hosts',
    origin: 'printer.home.arpa.',
    script: LEAK,
    steps: [
      { ask: {}, want: { answer: ['@ 86400 A 192.168.60.77'], ttl: [0, 86_400], aa: true } },
      { ask: { type: 'AAAA' }, want: { answer: ['@ 86400 AAAA fd00:60::77'], ttl: [0, 86_400], aa: true } },
      { ask: { type: 'TXT' }, want: { answer: [] } },
    ],
    asked: 0,
  },
  {
    name: 'another name on a line of hosts',
    source: 'hosts(5)',
    origin: 'printer.',
    script: LEAK,
    steps: [{ ask: {}, want: { answer: ['@ 86400 A 192.168.60.77'], ttl: [0, 86_400], aa: true } }],
    asked: 0,
  },
  {
    name: 'the reverse of a hosts line',
    source: 'hosts(5): the first name is the canonical one',
    origin: '77.60.168.192.in-addr.arpa.',
    script: LEAK,
    steps: [
      {
        ask: { type: 'PTR' },
        want: { answer: ['@ 86400 PTR printer.home.arpa.'], ttl: [0, 86_400], aa: true },
      },
    ],
    asked: 0,
  },
  {
    name: 'a name of a VLAN of its own hides that of all VLANs, with all its types',
    source: 'records: of a VLAN come before those for all, name by name',
    origin: 'nas.home.arpa.',
    script: LEAK,
    steps: [
      { ask: { vlan: 'nodata' }, want: { answer: ['@ 300 A 192.168.41.10'], aa: true } },
      { ask: { vlan: 'nodata', type: 'AAAA' }, want: { answer: [], soa: true } },
      { ask: { vlan: 'zero', type: 'AAAA' }, want: { answer: ['@ 300 AAAA fd00:60::10'], aa: true } },
    ],
    asked: 0,
  },
  {
    name: 'a name for all VLANs that one has not written anew',
    source: 'records: of a VLAN come before those for all, name by name',
    origin: 'here.home.arpa.',
    script: LEAK,
    steps: [
      {
        ask: { vlan: 'nodata' },
        want: {
          answer: [
            '@ 120 CNAME two.home.arpa.',
            'two.home.arpa. 60 A 192.168.60.11',
            'two.home.arpa. 60 A 192.168.60.12',
          ],
          aa: true,
        },
      },
      { ask: { vlan: 'zero' }, want: { rcode: 'NXDOMAIN', answer: [], soa: true } },
    ],
    asked: 0,
  },
  {
    name: 'a wildcard of one VLAN',
    source: 'RFC 4592 section 2.2.1',
    origin: 'dev.home.arpa.',
    script: LEAK,
    steps: [
      { ask: { vlan: 'nodata', name: 'a.b.@' }, want: { answer: ['a.b.@ 300 A 192.168.41.20'], aa: true } },
      { ask: { vlan: 'nodata' }, want: { answer: [], soa: true } },
      { ask: { vlan: 'zero', name: 'a.b.@' }, want: { rcode: 'NXDOMAIN', answer: [], soa: true } },
    ],
    asked: 0,
  },
  {
    name: 'hosts of a VLAN, and the reverse of them',
    source: 'vlans.NAME.hosts; PTR made automatically',
    origin: 'printer.home.arpa.',
    script: LEAK,
    steps: [
      {
        ask: { vlan: 'nodata' },
        want: { answer: ['@ 86400 A 192.168.41.77'], ttl: [0, 86_400], aa: true },
      },
      {
        ask: { vlan: 'nodata', name: '77.41.168.192.in-addr.arpa.', type: 'PTR' },
        want: { answer: ['77.41.168.192.in-addr.arpa. 86400 PTR @'], ttl: [0, 86_400], aa: true },
      },
      { ask: { vlan: 'zero' }, want: { answer: ['@ 86400 A 192.168.60.77'], ttl: [0, 86_400], aa: true } },
      {
        ask: { vlan: 'zero', name: '77.41.168.192.in-addr.arpa.', type: 'PTR' },
        want: { rcode: 'NXDOMAIN', answer: [], soa: true },
      },
    ],
    asked: 0,
  },
  {
    name: 'a record of a VLAN comes before the verdict of its policy only there',
    source: 'DESIGN section 3: 5 before 6',
    origin: 'casino.example.',
    script: LEAK,
    steps: [
      { ask: { vlan: 'nodata' }, want: { answer: ['@ 60 A 192.168.41.30'], aa: true } },
      { ask: { vlan: 'kids' }, want: { rcode: 'NXDOMAIN', answer: [], soa: true } },
    ],
    asked: 0,
  },
];
