/** Group s: names that are answered here and never leave the house. */
import type { Case } from './case.ts';
import { negative, records } from '../support/upstream-scripts.ts';

/** A script that would answer, so that a query which leaves is seen. */
const LEAK = records('@ 300 A 192.0.2.66');

/** A name that does not exist here and is not asked for elsewhere. */
function absent(name: string, source: string, type = 'A'): Case {
  return {
    name: `${name} ${type}`,
    source,
    origin: name,
    script: LEAK,
    steps: [
      { ask: { type }, want: { rcode: 'NXDOMAIN', answer: [], soa: true } },
      { ask: { type, edns: true, tcp: true }, want: { rcode: 'NXDOMAIN', answer: [], soa: true } },
    ],
    asked: 0,
  };
}

/** Reverse zones of RFC 6303 sections 4.1 to 4.6, and a name in each. */
const REVERSE: readonly string[] = [
  '7.0.0.10.in-addr.arpa.',
  '7.1.16.172.in-addr.arpa.',
  '7.1.20.172.in-addr.arpa.',
  '7.1.31.172.in-addr.arpa.',
  '7.1.168.192.in-addr.arpa.',
  '7.0.0.0.in-addr.arpa.',
  '7.1.254.169.in-addr.arpa.',
  '7.2.0.192.in-addr.arpa.',
  '7.100.51.198.in-addr.arpa.',
  '7.113.0.203.in-addr.arpa.',
  `7.${'0.'.repeat(29)}d.f.ip6.arpa.`,
  `7.${'0.'.repeat(28)}8.e.f.ip6.arpa.`,
  `7.${'0.'.repeat(28)}9.e.f.ip6.arpa.`,
  `7.${'0.'.repeat(28)}a.e.f.ip6.arpa.`,
  `7.${'0.'.repeat(28)}b.e.f.ip6.arpa.`,
  `7.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa.`,
];

export const specialNameCases: readonly Case[] = [
  ...['localhost.', 'LOCALHOST.', 'a.localhost.', 'x.y.localhost.'].map((origin): Case => ({
    name: `${origin} is this machine`,
    source: 'RFC 6761 section 6.3',
    origin,
    script: LEAK,
    steps: [
      { ask: {}, want: { answer: ['@ 604800 A 127.0.0.1'], ttl: [0, 604_800] } },
      { ask: { type: 'AAAA', edns: true }, want: { answer: ['@ 604800 AAAA ::1'], ttl: [0, 604_800] } },
      { ask: { type: 'MX' }, want: { answer: [] } },
      { ask: { vlan: 'kids' }, want: { answer: ['@ 604800 A 127.0.0.1'], ttl: [0, 604_800] } },
    ],
    asked: 0,
  })),
  absent('invalid.', 'RFC 6761 section 6.4'),
  absent('host.invalid.', 'RFC 6761 section 6.4'),
  absent('host.invalid.', 'RFC 6761 section 6.4', 'MX'),
  absent('HoSt.InVaLiD.', 'RFC 6761 section 6.4, RFC 4343'),
  absent('test.', 'RFC 6761 section 6.2'),
  absent('www.test.', 'RFC 6761 section 6.2', 'AAAA'),
  absent('onion.', 'RFC 7686 section 2'),
  absent('expyuzz4wqqyqhjn.onion.', 'RFC 7686 section 2'),
  absent('expyuzz4wqqyqhjn.onion.', 'RFC 7686 section 2', 'HTTPS'),
  absent('local.', 'RFC 6762 section 22.1'),
  absent('printer.local.', 'RFC 6762 section 22.1'),
  absent('_ipp._tcp.local.', 'RFC 6762 section 22.1', 'PTR'),
  absent('unknown.home.arpa.', 'RFC 8375 section 4'),
  ...REVERSE.map((name) => absent(name, 'RFC 6303 section 4', 'PTR')),
  {
    name: 'home.arpa itself has no address',
    source: 'RFC 8375 section 4',
    origin: 'home.arpa.',
    script: LEAK,
    steps: [{ ask: {}, want: { rcode: ['NOERROR', 'NXDOMAIN'], answer: [], soa: true } }],
    asked: 0,
  },
  {
    name: 'home.arpa DS goes to the parent or nowhere',
    source: 'RFC 8375 section 4',
    origin: 'ds.home.arpa.',
    steps: [{ ask: { type: 'DS' }, want: { rcode: ['NOERROR', 'NXDOMAIN'] } }],
  },
  {
    name: 'the reverse of 127.0.0.1',
    source: 'RFC 6303 section 4.2, RFC 6761 section 6.3',
    origin: '1.0.0.127.in-addr.arpa.',
    script: LEAK,
    steps: [{ ask: { type: 'PTR' }, want: { rcode: ['NOERROR', 'NXDOMAIN'] } }],
    asked: 0,
  },
  {
    name: 'the reverse of ::1',
    source: 'RFC 6303 section 4.3',
    origin: `1.${'0.'.repeat(31)}ip6.arpa.`,
    script: LEAK,
    steps: [{ ask: { type: 'PTR' }, want: { rcode: ['NOERROR', 'NXDOMAIN'] } }],
    asked: 0,
  },
  {
    name: 'the reverse of ::',
    source: 'RFC 6303 section 4.3',
    origin: `${'0.'.repeat(32)}ip6.arpa.`,
    script: LEAK,
    steps: [{ ask: { type: 'PTR' }, want: { rcode: ['NOERROR', 'NXDOMAIN'], answer: [] } }],
    asked: 0,
  },
  {
    name: 'the reverse of 255.255.255.255',
    source: 'RFC 6303 section 4.2',
    origin: '255.255.255.255.in-addr.arpa.',
    script: LEAK,
    steps: [{ ask: { type: 'PTR' }, want: { rcode: ['NOERROR', 'NXDOMAIN'], answer: [] } }],
    asked: 0,
  },
  {
    name: 'a public reverse name goes out',
    source: 'RFC 6303: only the zones listed',
    origin: '1.1.15.172.in-addr.arpa.',
    script: records('@ 300 PTR host.example.org.'),
    steps: [{ ask: { type: 'PTR' }, want: { answer: ['@ 300 PTR host.example.org.'] } }],
    asked: 1,
  },
  {
    name: '172.32 goes out',
    source: 'RFC 6303 section 4.1: 16 to 31 only',
    origin: '1.1.32.172.in-addr.arpa.',
    script: records('@ 300 PTR host.example.org.'),
    steps: [{ ask: { type: 'PTR' }, want: { answer: ['@ 300 PTR host.example.org.'] } }],
    asked: 1,
  },
  ...['mylocalhost.', 'contest.', 'xinvalid.', 'nonlocal.', 'xhome.arpa.'].map((origin): Case => ({
    name: `${origin} only looks special`,
    source: 'RFC 6761: whole labels',
    origin,
    script: records('@ 300 A 192.0.2.1'),
    steps: [{ ask: {}, want: { answer: ['@ 300 A 192.0.2.1'] } }],
    asked: 1,
  })),
  ...['test.example.net.', 'localhost.example.net.', 'local.example.net.'].map((origin): Case => ({
    name: `${origin} is special only at its end`,
    source: 'RFC 6761',
    origin,
    script: records('@ 300 A 192.0.2.1'),
    steps: [{ ask: {}, want: { answer: ['@ 300 A 192.0.2.1'] } }],
    asked: 1,
  })),
  {
    name: 'resolver.arpa stays here',
    source: 'RFC 9462 section 4',
    origin: 'resolver.arpa.',
    script: LEAK,
    steps: [
      { ask: { name: '_dns', type: 'SVCB' }, want: { rcode: ['NOERROR', 'NXDOMAIN'], answer: [] } },
      {
        ask: { name: '_dns', type: 'SVCB', vlan: 'kids' },
        want: { rcode: ['NOERROR', 'NXDOMAIN'], answer: [] },
      },
    ],
    asked: 0,
  },
  ...['use-application-dns.net.', 'mask.icloud.com.', 'mask-h2.icloud.com.'].flatMap((origin): Case[] => [
    {
      name: `${origin} under bypass: block`,
      source: 'DESIGN 3.4: NXDOMAIN or NODATA, whatever answer says',
      origin,
      script: LEAK,
      steps: ['kids', 'zero', 'refused', 'address'].map((vlan) => ({
        ask: { vlan },
        want: { rcode: ['NXDOMAIN', 'NOERROR'], answer: [] },
      })),
      asked: 0,
    },
  ]),
  {
    name: 'a zone that forward takes is not ours',
    source: 'DESIGN 3.4: unless forward/records take them',
    origin: '7.1.30.172.in-addr.arpa.',
    script: records('@ 300 PTR printer.example.org.'),
    steps: [{ ask: { type: 'PTR' }, want: { answer: ['@ 300 PTR printer.example.org.'] } }],
    asked: 1,
  },
  {
    name: 'a special name that forward takes is not ours',
    source: 'DESIGN 3.4: unless forward/records take them',
    origin: 'forwarded.test.',
    script: negative('NOERROR'),
    steps: [{ ask: { name: 'x' }, want: { answer: [], soa: true } }],
    asked: 1,
  },
];
