/** Group w: the tests of RFC 8906 section 8, and every other query that is well-formed and must be answered so. */
import type { Ask, Case, Want } from './case.ts';
import { fromHex, type Option, writeQuery } from '../support/message-writer.ts';
import { negative, records } from '../support/upstream-scripts.ts';
import { askUdp } from '../support/wire-client.ts';

const A = '@ 300 A 192.0.2.1';

/** A case that asks for a name with one address and gets it. */
function plain(name: string, source: string, ask: Ask, want: Want = {}): Case {
  return {
    name,
    source,
    script: records(A),
    steps: [{ ask, want: { answer: [A], ...want } }],
  };
}

function option(code: number, hex = ''): Option {
  return { code, value: fromHex(hex) };
}

/** Every option code assigned when this was written, one that is not, and values that are odd but well-formed. */
const OPTIONS: readonly (readonly [string, Option])[] = [
  ['LLQ', option(1, '00010001000000000000000000000000003c')],
  ['update lease', option(2, '00000e10')],
  ['NSID', option(3)],
  ['DAU', option(5, '0508')],
  ['DHU', option(6, '0102')],
  ['N3U', option(7, '01')],
  ['client subnet', option(8, '00011800c00002')],
  ['client subnet of no bits', option(8, '00010000')],
  ['expire', option(9)],
  ['client cookie', option(10, '0123456789abcdef')],
  ['client and server cookie', option(10, '0123456789abcdef0123456789abcdef')],
  ['cookie of 40 octets', option(10, `0123456789abcdef${'55'.repeat(32)}`)],
  ['tcp keepalive in UDP', option(11)],
  ['padding', option(12, '00'.repeat(64))],
  ['padding that is not zero', option(12, 'ff'.repeat(8))],
  ['chain', option(13, '00')],
  ['key tag', option(14, '4a5c')],
  ['extended error in a query', option(15, '0000')],
  ['client tag', option(16, '0001')],
  ['report channel', option(18, '00')],
  ['zone version', option(19)],
  ['unassigned 100', option(100)],
  ['unassigned 100 with a value', option(100, '0102030405')],
  ['local use 65001', option(65001, 'aa')],
  ['reserved 65535', option(65535)],
];

const QTYPES: readonly string[] = [
  'NS',
  'CNAME',
  'SOA',
  'PTR',
  'MX',
  'TXT',
  'AAAA',
  'SRV',
  'DS',
  'DNSKEY',
  'HTTPS',
  'CAA',
  'TYPE1000',
  'TYPE65280',
  'NULL',
];

/** Types that are no types of data: answered with something, whatever the something. */
const META_TYPES: readonly (readonly [string, readonly string[]])[] = [
  ['TYPE0', ['NOERROR', 'FORMERR', 'REFUSED', 'NOTIMP']],
  ['OPT', ['NOERROR', 'FORMERR', 'REFUSED', 'NOTIMP']],
  ['TKEY', ['NOERROR', 'FORMERR', 'REFUSED', 'NOTIMP']],
  ['TSIG', ['NOERROR', 'FORMERR', 'REFUSED', 'NOTIMP']],
  ['MAILB', ['NOERROR', 'NOTIMP', 'REFUSED']],
  ['MAILA', ['NOERROR', 'NOTIMP', 'REFUSED']],
  ['TYPE128', ['NOERROR', 'NOTIMP', 'REFUSED', 'FORMERR']],
  ['TYPE65535', ['NOERROR', 'NOTIMP', 'REFUSED', 'FORMERR']],
];

const noOptions = (code: number) => (reply: { opts: readonly { options: readonly Option[] }[] }) =>
  reply.opts.some((opt) => opt.options.some((one) => one.code === code))
    ? `option ${code} in the reply`
    : undefined;

export const wellFormedCases: readonly Case[] = [
  plain('a plain query', 'RFC 8906 section 8.1.1', {}),
  plain('AD in the query', 'RFC 8906 section 8.1.3.2', { ad: true }),
  plain('CD in the query', 'RFC 8906 section 8.1.3.1', { cd: true }),
  plain('AD and CD', 'RFC 8906 section 8.1.3', { ad: true, cd: true }),
  plain('the reserved bit Z', 'RFC 8906 section 8.1.3.3', { bits: 0x0040 }),
  plain('AA in a query is ignored', 'RFC 1035 section 4.1.1', { bits: 0x0400 }, { aa: false }),
  plain('TC in a query is ignored', 'RFC 1035 section 4.1.1', { bits: 0x0200 }),
  plain('RA in a query is ignored', 'RFC 1035 section 4.1.1', { bits: 0x0080 }),
  plain('an rcode in a query is ignored', 'RFC 1035 section 4.1.1', { bits: 0x0003 }),
  plain('recursion is available', 'RFC 8906 section 8.1.3.4', {}, { ra: true }),
  plain('TCP', 'RFC 8906 section 8.1.5', { tcp: true }),
  plain('minimal EDNS', 'RFC 8906 section 8.2.1', { edns: true }),
  plain('minimal EDNS over TCP', 'RFC 8906 section 8.2.1', { edns: true, tcp: true }),
  plain('DO', 'RFC 8906 section 8.2.8', { edns: { dnssecOk: true } }),
  plain('EDNS flags that nobody knows', 'RFC 8906 section 8.2.4', { edns: { flags: 0x0080 } }),
  plain('all EDNS flags', 'RFC 8906 section 8.2.4', { edns: { flags: 0x7fff } }),
  plain('EDNS size 0', 'RFC 6891 section 6.2.3', { edns: { size: 0 } }),
  plain('EDNS size 100', 'RFC 6891 section 6.2.3', { edns: { size: 100 } }),
  plain('EDNS size 512', 'RFC 6891 section 6.2.3', { edns: { size: 512 } }),
  plain('EDNS size 4096', 'RFC 6891 section 6.2.3', { edns: { size: 4096 } }),
  plain('EDNS size 65535', 'RFC 6891 section 6.2.3', { edns: { size: 65535 } }),
  plain('AA is clear on a forwarded answer', 'RFC 1035 section 4.1.1', {}, { aa: false }),
  plain('AD is clear where nothing is validated', 'RFC 6840 section 5.8', { ad: true }, { ad: false }),
  {
    name: 'RD clear is answered',
    source: 'RFC 8906 section 3.1.4; what is answered is each server its own affair',
    script: records(A),
    steps: [{ ask: { rd: false }, want: { rcode: ['NOERROR', 'REFUSED', 'SERVFAIL'] } }],
  },
  ...[1, 2, 100, 255].map((version): Case => ({
    name: `EDNS version ${version}`,
    source: 'RFC 8906 section 8.2.2, RFC 6891 section 6.1.3',
    script: records(A),
    steps: [{ ask: { edns: { version } }, want: { rcode: 'BADVERS', answer: [] } }],
    asked: 0,
  })),
  {
    name: 'EDNS version 1 over TCP',
    source: 'RFC 6891 section 6.1.3',
    script: records(A),
    steps: [{ ask: { edns: { version: 1 }, tcp: true }, want: { rcode: 'BADVERS', answer: [] } }],
  },
  {
    name: 'EDNS version 1 with unknown flags',
    source: 'RFC 8906 section 8.2.5',
    script: records(A),
    steps: [{ ask: { edns: { version: 1, flags: 0x0080 } }, want: { rcode: 'BADVERS', answer: [] } }],
  },
  {
    name: 'EDNS version 1 with an unknown option',
    source: 'RFC 8906 section 8.2.6',
    script: records(A),
    steps: [
      {
        ask: { edns: { version: 1, options: [option(100)] } },
        want: { rcode: 'BADVERS', answer: [], check: noOptions(100) },
      },
    ],
  },
  {
    name: 'EDNS version 1 with DO',
    source: 'RFC 8906 section 8.2.9',
    script: records(A),
    steps: [{ ask: { edns: { version: 1, dnssecOk: true } }, want: { rcode: 'BADVERS', answer: [] } }],
  },
  ...OPTIONS.map(([name, one]): Case =>
    plain(
      `EDNS option ${name}`,
      'RFC 8906 section 8.2.3, RFC 6891 section 6.1.2',
      { edns: { options: [one] } },
      one.code === 10 || one.code === 3 || one.code === 8 || one.code === 9
        ? {}
        : { check: noOptions(one.code) },
    ),
  ),
  plain('many options at once', 'RFC 8906 section 8.2.10', {
    edns: { options: [option(3), option(8, '00011800c00002'), option(9), option(10, '0123456789abcdef')] },
  }),
  plain('the same unknown option twice', 'RFC 6891 section 6.1.2', {
    edns: { options: [option(100, '01'), option(100, '02')] },
  }),
  plain('forty unknown options', 'RFC 6891 section 6.1.2', {
    edns: { options: Array.from({ length: 40 }, (_, index) => option(100 + index, '00')) },
  }),
  ...QTYPES.map((type): Case => ({
    name: `no data of type ${type}`,
    source: 'RFC 8906 sections 3.1.2 and 8.1.2',
    script: negative('NOERROR'),
    steps: [{ ask: { type }, want: { answer: [], soa: true } }],
  })),
  ...META_TYPES.map(([type, rcode]): Case => ({
    name: `a query of meta type ${type} is answered`,
    source: 'RFC 8906 section 3.1.2',
    script: negative('NOERROR'),
    steps: [{ ask: { type, edns: true }, want: { rcode } }],
  })),
  {
    name: 'ANY gets HINFO',
    source: 'RFC 8482 section 4.2, DESIGN 3.3',
    ours: true,
    script: records(A),
    steps: [
      {
        ask: { type: 'ANY' },
        want: {
          check: (reply) =>
            reply.answer.length === 1 &&
            reply.answer[0]?.type === 'HINFO' &&
            reply.answer[0].rdata === '075246433834383200'
              ? undefined
              : `the answer is ${JSON.stringify(reply.answer)}`,
        },
      },
    ],
    asked: 0,
  },
  {
    name: 'ANY is answered somehow',
    source: 'RFC 8482, RFC 8906 section 3.1.2',
    script: records(A),
    steps: [{ ask: { type: 'ANY' }, want: { rcode: ['NOERROR', 'NOTIMP', 'REFUSED'] } }],
  },
  {
    name: 'ANY over TCP',
    source: 'RFC 8482',
    script: records(A),
    steps: [{ ask: { type: 'ANY', tcp: true }, want: {} }],
  },
  ...['AXFR', 'IXFR'].flatMap((type) =>
    [false, true].map((tcp): Case => ({
      name: `${type} over ${tcp ? 'TCP' : 'UDP'} is refused`,
      source: 'DESIGN 3.3; RFC 5936 section 2.2.1, RFC 1995 section 2',
      script: records(A),
      steps: [
        { ask: { type, tcp }, want: { rcode: ['REFUSED', 'NOTIMP', 'FORMERR', 'NOTAUTH'], answer: [] } },
      ],
      strict: [{ ask: { type, tcp }, want: { rcode: 'REFUSED' } }],
      asked: 0,
    })),
  ),
  ...['CH', 'HS', 'NONE', 'ANY', 'CS'].map((inClass): Case => ({
    name: `class ${inClass} is answered`,
    source: 'RFC 8906 section 3.1.2, DESIGN 3.3',
    script: records(A),
    steps: [
      {
        ask: { class: inClass },
        want: { rcode: ['REFUSED', 'NOTIMP', 'FORMERR', 'SERVFAIL', 'NOERROR', 'NXDOMAIN'] },
      },
    ],
    strict: [{ ask: { class: inClass, edns: true }, want: { rcode: 'REFUSED', answer: [] } }],
  })),
  ...['version.bind.', 'hostname.bind.', 'id.server.'].map((name): Case => ({
    name: `CH TXT ${name}`,
    source: 'RFC 4892, DESIGN 3.3: class other than IN is refused',
    ours: true,
    origin: name,
    steps: [{ ask: { type: 'TXT', class: 'CH' }, want: { rcode: 'REFUSED', answer: [] } }],
  })),
  plain('letters of both cases come back as sent', 'RFC 4343 section 4, RFC 1035 section 2.3.3', {
    name: 'W-LeTTers-Of-BOTH-cases-come-back-as-sent.eXaMpLe.NET.',
  }),
  {
    name: 'both cases from the cache',
    source: 'RFC 4343 section 4',
    script: records(A),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { name: 'w-BOTH-cases-from-the-cache.Example.Net.' }, want: { answer: [A] } },
      { ask: { name: 'W-both-CASES-from-the-cache.example.net.', edns: true }, want: { answer: [A] } },
    ],
    asked: 1,
  },
  ...(
    [
      ['a label of 63 octets', `${'a'.repeat(63)}.@`],
      ['a name with an underscore', '_dmarc.@'],
      ['a name with a space', String.raw`with\032space.@`],
      ['a name with a dot in a label', String.raw`dot\.ted.@`],
      ['a name with a zero octet', String.raw`nul\000l.@`],
      ['a name with octets above 127', String.raw`caf\195\169.@`],
      ['a name with a backslash', String.raw`back\\slash.@`],
      ['a label of digits', '12345.@'],
      ['a label of one hyphen', '-.@'],
      ['a wildcard label', '*.@'],
      ['a label with @ and $', String.raw`a\@b$c.@`],
      ['a punycode label', 'xn--bcher-kva.@'],
      ['a name of one hundred labels', `${'a.'.repeat(100)}@`],
    ] as const
  ).map(([what, name]): Case => {
    const local = name.slice(0, -2);
    return {
      name: what,
      source: 'RFC 2181 section 11, RFC 1035 section 2.3.4',
      script: records(`${local} 300 A 192.0.2.1`),
      steps: [
        { ask: { name: local }, want: { answer: [`${local} 300 A 192.0.2.1`] } },
        { ask: { name: local, edns: true }, want: { answer: [`${local} 300 A 192.0.2.1`] } },
      ],
      asked: 1,
    };
  }),
  {
    name: 'a name of 255 octets',
    source: 'RFC 1035 section 2.3.4',
    origin: `${`${'n'.repeat(59)}.`.repeat(4)}longestxx.net.`,
    script: records(A),
    steps: [{ ask: {}, want: { answer: [A] } }],
    asked: 1,
  },
  {
    name: 'the root',
    source: 'RFC 1034 section 3.1',
    origin: '.',
    script: records('. 300 NS a.root.example.'),
    steps: [{ ask: { name: '.', type: 'NS', edns: true }, want: { answer: ['. 300 NS a.root.example.'] } }],
  },
  {
    name: 'a name of one label',
    source: 'RFC 1034 section 3.1',
    origin: 'singlelabel.',
    script: records(A),
    steps: [{ ask: {}, want: { rcode: ['NOERROR', 'NXDOMAIN', 'REFUSED'] } }],
    strict: [{ ask: {}, want: { answer: [A] } }],
  },
  ...[0, 1, 2, 65535].map((id): Case => ({
    name: `the id ${id} comes back`,
    source: 'RFC 1035 section 4.1.1',
    script: records(A),
    run: async ({ endpoint, origin }) => {
      const query = writeQuery({ id, questions: [{ name: origin, type: 'A' }] });
      const [reply] = await askUdp(endpoint(), [query], { waitMs: 3000 });
      if (reply === undefined) return ['no reply'];
      const got = ((reply[0] ?? 0) << 8) | (reply[1] ?? 0);
      return got === id ? [] : [`the id is ${got}`];
    },
  })),
  {
    name: 'IPv6',
    source: 'DESIGN 3.1',
    script: records(A),
    steps: [
      { ask: { vlan: 'six' }, want: { answer: [A] } },
      { ask: { vlan: 'six', edns: true, tcp: true }, want: { answer: [A] } },
    ],
    asked: 1,
  },
];
