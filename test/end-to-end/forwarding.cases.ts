/** Group f: what goes to the upstream, and what of its answer comes back. */
import type { Case } from './case.ts';
import { fromHex } from '../support/message-writer.ts';
import type { ReadMessage } from '../support/message-reader.ts';
import {
  answer,
  byLabel,
  byTransport,
  byType,
  choose,
  eachItsAddress,
  inTurn,
  later,
  negative,
  records,
  silence,
  soa,
  spoil,
} from '../support/upstream-scripts.ts';
import type { Asked } from '../support/scripted-upstream.ts';

const A = '@ 300 A 192.0.2.1';

/** One answer of each type, the ones that nobody ever heard of among them. */
const TYPES: readonly (readonly [string, string])[] = [
  ['A', '@ 300 A 192.0.2.1'],
  ['AAAA', '@ 300 AAAA 2001:db8::1'],
  ['NS', '@ 300 NS ns.example.org.'],
  ['SOA', '@ 300 SOA ns.example.org. host.example.org. 7 7200 3600 1209600 300'],
  ['PTR', '@ 300 PTR host.example.org.'],
  ['MX', '@ 300 MX 10 mail.example.org.'],
  ['TXT', '@ 300 TXT "v=spf1 -all" "second string"'],
  ['HINFO', '@ 300 HINFO "PDP-10" "TOPS-20"'],
  ['SRV', '@ 300 SRV 1 2 5060 sip.example.org.'],
  ['AFSDB', '@ 300 AFSDB 1 afs.example.org.'],
  ['NAPTR', String.raw`@ 300 NAPTR \# 28 0064000a01530753495032443255000473697030076578616d706c6500`],
  ['LOC', String.raw`@ 300 LOC \# 16 00121613893dcc4c7c4c5e8000989a68`],
  ['CERT', String.raw`@ 300 CERT \# 9 000100020503010203`],
  ['DS', String.raw`@ 300 DS \# 24 0001050100112233445566778899aabbccddeeff00112233`],
  ['SSHFP', String.raw`@ 300 SSHFP \# 22 0101000102030405060708090a0b0c0d0e0f10111213`],
  ['DNSKEY', String.raw`@ 300 DNSKEY \# 12 0100030d0102030405060708`],
  ['TLSA', String.raw`@ 300 TLSA \# 7 03010100112233`],
  ['SMIMEA', String.raw`@ 300 SMIMEA \# 7 03010100112233`],
  ['OPENPGPKEY', String.raw`@ 300 OPENPGPKEY \# 4 99010d04`],
  ['CAA', String.raw`@ 300 CAA \# 22 000569737375656c657473656e63727970742e6f7267`],
  ['URI', String.raw`@ 300 URI \# 24 000a0001687474703a2f2f7777772e6578616d706c652f61`],
  ['SVCB', '@ 300 SVCB 1 svc.example.org. 000300020035'],
  ['HTTPS', '@ 300 HTTPS 1 . 0001000302683200030002 01bb'],
  ['SPF', String.raw`@ 300 SPF \# 7 06763d73706631`],
  ['EUI48', String.raw`@ 300 EUI48 \# 6 00005e0053aa`],
  ['NULL', String.raw`@ 300 NULL \# 5 0001020304`],
  ['TYPE731', String.raw`@ 300 TYPE731 \# 6 abcdef012345`],
  ['TYPE65280', String.raw`@ 300 TYPE65280 \# 0`],
];

/** Rdata of odd sizes that is nevertheless right. */
const ODD: readonly (readonly [string, string, readonly string[]])[] = [
  ['an empty string', 'TXT', ['@ 300 TXT ""']],
  ['a string of 255 octets', 'TXT', [`@ 300 TXT "${'y'.repeat(255)}"`]],
  ['twenty strings', 'TXT', [`@ 300 TXT ${'"abc" '.repeat(20)}`]],
  ['a null MX', 'MX', ['@ 300 MX 0 .']],
  ['a mixed-case target', 'MX', ['@ 300 MX 5 MaiL.Example.ORG.']],
  ['thirty addresses', 'A', Array.from({ length: 30 }, (_, index) => `@ 300 A 192.0.2.${index}`)],
  ['an HTTPS alias', 'HTTPS', ['@ 300 HTTPS 0 alias.example.org.']],
  ['an SRV to the root', 'SRV', ['@ 300 SRV 0 0 0 .']],
  ['a wildcard in rdata', 'NS', ['@ 300 NS *.example.org.']],
];

const RCODES = [
  'FORMERR',
  'SERVFAIL',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

/** Enough addresses that the whole is well behind 512 octets and short of 1232. */
const MIDDLE = Array.from({ length: 50 }, (_, index) => `@ 300 A 192.0.2.${index}`);
const LARGE = Array.from({ length: 95 }, (_, index) => `@ 300 A 192.0.2.${index}`);

/** A check over the queries that the upstream got. */
function every(say: (message: ReadMessage, asked: Asked) => string | undefined) {
  return (asked: readonly Asked[]): string | undefined => {
    if (asked.length === 0) return 'was not asked';
    for (const one of asked) {
      if (one.message === undefined) return 'got a query that is not well-formed';
      const fault = say(one.message, one);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

function optionCodes(message: ReadMessage): number[] {
  return message.opts.flatMap((opt) => opt.options.map(({ code }) => code));
}

export const forwardingCases: readonly Case[] = [
  ...TYPES.map(([type, line]): Case => ({
    name: `an answer of type ${type}`,
    source: 'RFC 3597, RFC 1035 section 3.3',
    script: records(line),
    steps: [
      { ask: { type }, want: { answer: [line] } },
      { ask: { type, edns: true }, want: { answer: [line] } },
    ],
  })),
  ...ODD.map(([what, type, lines]): Case => ({
    name: what,
    source: 'RFC 1035 section 3.3',
    script: records(...lines),
    steps: [{ ask: { type, edns: true }, want: { answer: lines } }],
  })),
  {
    name: 'compressed names in rdata',
    source: 'RFC 1035 section 4.1.4',
    script: records(String.raw`@ 300 MX \# 9 000a046d61696cc00c`),
    steps: [{ ask: { type: 'MX' }, want: { answer: ['@ 300 MX 10 mail'] } }],
  },
  {
    name: 'a CNAME and its address',
    source: 'RFC 1034 section 3.6.2',
    script: byLabel({
      '@': records('@ 300 CNAME target', 'target 300 A 192.0.2.9'),
      target: records('target 300 A 192.0.2.9'),
    }),
    steps: [{ ask: {}, want: { answer: ['@ 300 CNAME target', 'target 300 A 192.0.2.9'] } }],
  },
  {
    name: 'a chain of eight CNAMEs',
    source: 'RFC 1034 section 3.6.2',
    script: choose((asked, origin) => {
      const name = asked.message?.questions[0]?.name.toLowerCase() ?? '';
      const from = name === origin ? 0 : Number(/^c(\d)/.exec(name)?.[1] ?? 0);
      const links = Array.from({ length: 8 }, (_, i) => `${i === 0 ? '@' : `c${i}`} 300 CNAME c${i + 1}`);
      return records(...links.slice(from), 'c8 300 A 192.0.2.8');
    }),
    steps: [
      {
        ask: { edns: true },
        want: {
          answer: [
            ...Array.from({ length: 8 }, (_, i) => `${i === 0 ? '@' : `c${i}`} 300 CNAME c${i + 1}`),
            'c8 300 A 192.0.2.8',
          ],
        },
      },
    ],
  },
  {
    name: 'a CNAME asked for by type',
    source: 'RFC 1034 section 3.6.2',
    script: records('@ 300 CNAME target.example.org.'),
    steps: [{ ask: { type: 'CNAME' }, want: { answer: ['@ 300 CNAME target.example.org.'] } }],
  },
  {
    name: 'a CNAME to a name that does not exist',
    source: 'RFC 2308 section 2.1',
    script: byLabel({
      '@': answer({ rcode: 'NXDOMAIN', answer: ['@ 300 CNAME gone'], authority: [soa(300)] }),
    }),
    steps: [{ ask: {}, want: { rcode: 'NXDOMAIN', answer: ['@ 300 CNAME gone'], soa: true } }],
  },
  {
    name: 'a CNAME without data at its end',
    source: 'RFC 2308 section 2.2',
    script: byLabel({
      '@': answer({ answer: ['@ 300 CNAME bare'], authority: [soa(300)] }),
      bare: negative('NOERROR'),
    }),
    steps: [{ ask: { type: 'AAAA' }, want: { answer: ['@ 300 CNAME bare'], soa: true } }],
  },
  {
    name: 'a DNAME and the CNAME made of it',
    source: 'RFC 6672 section 2.2',
    script: byLabel({
      x: records(
        '@ 300 DNAME other.example.net.',
        'x 300 CNAME x.other.example.net.',
        'x.other.example.net. 300 A 192.0.2.7',
      ),
    }),
    steps: [
      {
        ask: { name: 'x' },
        want: {
          check: (reply) =>
            ['DNAME', 'CNAME'].every((type) => reply.answer.some((record) => record.type === type))
              ? undefined
              : 'no DNAME or no CNAME',
        },
      },
    ],
  },
  {
    name: 'NXDOMAIN',
    source: 'RFC 2308 section 2.1',
    script: negative('NXDOMAIN'),
    steps: [{ ask: {}, want: { rcode: 'NXDOMAIN', answer: [], soa: true } }],
  },
  {
    name: 'NODATA',
    source: 'RFC 2308 section 2.2',
    script: negative('NOERROR'),
    steps: [{ ask: {}, want: { answer: [], soa: true } }],
  },
  {
    name: 'NXDOMAIN without SOA',
    source: 'RFC 2308 section 2.1.1',
    script: answer({ rcode: 'NXDOMAIN' }),
    steps: [{ ask: {}, want: { rcode: 'NXDOMAIN', answer: [] } }],
  },
  {
    name: 'NODATA without SOA',
    source: 'RFC 2308 section 2.2.1',
    script: answer({}),
    steps: [{ ask: {}, want: { answer: [] } }],
  },
  {
    name: 'A and AAAA of one name are apart',
    source: 'RFC 1034 section 3.6',
    script: byType({ A: records(A), AAAA: records('@ 300 AAAA 2001:db8::1') }),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { type: 'AAAA' }, want: { answer: ['@ 300 AAAA 2001:db8::1'] } },
      { ask: { type: 'MX' }, want: { answer: [], soa: true } },
    ],
  },
  ...RCODES.map((rcode): Case => ({
    name: `upstream says ${rcode}`,
    source: 'RFC 8906 section 3; issue: rcodes passed on',
    zone: 'sick.example',
    script: answer({ rcode }),
    steps: [
      { ask: {}, want: { rcode: [rcode, 'SERVFAIL'], answer: [] } },
      { ask: { edns: true, name: 'with-edns' }, want: { rcode: [rcode, 'SERVFAIL'], answer: [] } },
    ],
  })),
  {
    name: 'the query to the upstream is well-formed',
    source: 'RFC 1035 section 4.1.1, RFC 6891 section 6.2.5, DESIGN 3.11',
    script: records(A),
    steps: [{ ask: {}, want: { answer: [A] } }],
    upstream: every((m) => {
      if (m.qr || m.opcode !== 0 || m.z || m.tc || m.aa || m.ra)
        return 'header bits that a query does not have';
      if (!m.rd) return 'RD is clear';
      if (m.questions.length !== 1) return 'not one question';
      return undefined;
    }),
  },
  {
    name: 'the EDNS size to the upstream is 1232',
    source: 'DESIGN 3.11 and section 11 (RFC 6891, DNS flag day 2020)',
    script: records(A),
    steps: [{ ask: { edns: { size: 4096 } }, want: { answer: [A] } }],
    upstream: every(({ opts }) =>
      opts.length === 1 && opts[0]?.size === 1232 && opts[0].version === 0
        ? undefined
        : `OPT is ${JSON.stringify(opts)}`,
    ),
  },
  {
    name: 'no client subnet to the upstream',
    source: 'RFC 7871 section 11.1, issue: no ECS sent',
    script: records(A),
    steps: [
      {
        ask: { edns: { options: [{ code: 8, value: fromHex('00011800c00002') }] } },
        want: { answer: [A] },
      },
    ],
    upstream: every((m) => (optionCodes(m).includes(8) ? 'got a client subnet' : undefined)),
  },
  {
    name: 'no option of the client to the upstream',
    source: 'RFC 6891 section 6.1.1: hop by hop; RFC 7873 section 5',
    script: records(A),
    steps: [
      {
        ask: {
          edns: {
            options: [
              { code: 10, value: fromHex('0123456789abcdef') },
              { code: 65001, value: fromHex('aabb') },
              { code: 3, value: new Uint8Array(0) },
            ],
          },
        },
        want: { answer: [A] },
      },
    ],
    upstream: every((m, asked) =>
      optionCodes(m).some((code) => code === 65001 || code === 3) ||
      Buffer.from(asked.bytes).toString('hex').includes('0123456789abcdef')
        ? 'got the options of a client'
        : undefined,
    ),
  },
  {
    name: 'DO goes to the upstream',
    source: 'RFC 3225 section 3, RFC 4035 section 3.2.1',
    script: records(A),
    steps: [{ ask: { edns: { dnssecOk: true } }, want: { answer: [A] } }],
    upstream: every((m) => (((m.opts[0]?.flags ?? 0) & 0x8000) === 0 ? 'DO is clear' : undefined)),
  },
  {
    name: 'CD goes to the upstream',
    source: 'RFC 4035 section 3.2.2',
    script: records(A),
    steps: [{ ask: { cd: true }, want: { answer: [A] } }],
    upstream: every((m) => (m.cd ? undefined : 'CD is clear')),
  },
  {
    name: 'CD clear stays clear',
    source: 'RFC 4035 section 3.2.2; DESIGN 3.8: the cache knows CD',
    ours: true,
    script: records(A),
    steps: [{ ask: {}, want: { answer: [A] } }],
    upstream: every((m) => (m.cd ? 'CD is set' : undefined)),
  },
  {
    name: 'Z and unknown EDNS flags stop here',
    source: 'RFC 6891 section 6.1.4',
    script: records(A),
    steps: [{ ask: { bits: 0x0040, edns: { flags: 0x00ff } }, want: { answer: [A] } }],
    upstream: every((m) =>
      m.z || ((m.opts[0]?.flags ?? 0) & 0x7fff) !== 0 ? 'got unknown flags' : undefined,
    ),
  },
  {
    name: 'the client its id is not the upstream its id',
    source: 'RFC 5452 section 9.2',
    script: eachItsAddress,
    run: async ({ step, asked }) => {
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await step({ ask: { name }, want: {} });
      const ids = asked().map(({ message }) => message?.id);
      return new Set(ids).size >= 7 ? [] : [`ids are ${ids.join(' ')}`];
    },
  },
  {
    name: 'ids and source ports are random',
    source: 'RFC 5452 sections 9.2 and 10',
    script: choose((asked) => records(`${asked.message?.questions[0]?.name ?? '@'} 60 A 192.0.2.1`)),
    run: async ({ step, asked }) => {
      const names = Array.from({ length: 60 }, (_, index) => `r${index}`);
      for (const name of names) await step({ ask: { name }, want: {} });
      const ids = asked().map(({ message }) => message?.id ?? 0);
      const ports = asked().map(({ port }) => port);
      const steps = ids.slice(1).map((id, index) => Math.abs(id - (ids[index] ?? 0)));
      const faults: string[] = [];
      if (new Set(ids).size < 55) faults.push(`only ${new Set(ids).size} ids in ${ids.length} queries`);
      if (new Set(ports).size < 40)
        faults.push(`only ${new Set(ports).size} ports in ${ports.length} queries`);
      if (steps.filter((one) => one < 256).length > 10) faults.push('ids go up in small steps');
      return faults;
    },
  },
  {
    name: 'ten equal queries at once are asked once',
    source: 'DESIGN 3.9, RFC 5452 section 5',
    script: later(250, records(A)),
    steps: [{ ask: { times: 10 }, want: { answer: [A] } }],
    asked: 1,
  },
  {
    name: 'equal queries of other case are asked once',
    source: 'RFC 4343, RFC 5452 section 5',
    script: later(250, records(A)),
    run: async ({ step, origin }) => {
      const want = { answer: [A] };
      const names = [origin, origin.toUpperCase(), origin.replace('f', 'F')];
      return (await Promise.all(names.map((name) => step({ ask: { name }, want })))).flat();
    },
    asked: 1,
  },
  {
    name: 'equal queries over UDP and TCP get the same',
    source: 'DESIGN 3.9',
    script: later(250, records(A)),
    run: async ({ step }) => {
      const want = { answer: [A] };
      return (
        await Promise.all([{}, { tcp: true }, { edns: true as const }].map((ask) => step({ ask, want })))
      ).flat();
    },
    asked: 1,
  },
  {
    name: 'two hundred names at once',
    source: 'issue: forwarding',
    script: choose((asked) =>
      later(50, records(`${asked.message?.questions[0]?.name ?? '@'} 60 A 192.0.2.1`)),
    ),
    run: async ({ step }) => {
      const names = Array.from({ length: 200 }, (_, index) => `many${index}`);
      const all = await Promise.all(
        names.map((name) => step({ ask: { name }, want: { answer: [`${name} 60 A 192.0.2.1`] } })),
      );
      return [...new Set(all.flat())].slice(0, 5);
    },
  },
  {
    name: 'TC from the upstream leads to TCP',
    source: 'RFC 7766 section 5, RFC 2181 section 9',
    script: records(...MIDDLE, ...LARGE.slice(50)),
    steps: [{ ask: { tcp: true }, want: { answer: LARGE } }],
    upstream: (asked) =>
      asked.some(({ transport }) => transport === 'tcp') ? undefined : 'was not asked over TCP',
  },
  {
    name: 'a truncated part is not the answer',
    source: 'RFC 2181 section 9',
    script: byTransport(
      answer({ tc: true, answer: ['@ 300 A 192.0.2.66'] }),
      records(A, '@ 300 A 192.0.2.2'),
    ),
    steps: [{ ask: {}, want: { answer: [A, '@ 300 A 192.0.2.2'] } }],
  },
  {
    name: 'an empty truncated answer',
    source: 'RFC 2181 section 9',
    script: byTransport(answer({ tc: true }), records(A)),
    steps: [{ ask: {}, want: { answer: [A] } }],
  },
  {
    name: 'TC with NXDOMAIN asks again over TCP',
    source: 'RFC 2181 section 9',
    script: byTransport(answer({ tc: true, rcode: 'NXDOMAIN' }), negative('NXDOMAIN')),
    steps: [{ ask: {}, want: { rcode: 'NXDOMAIN', soa: true } }],
  },
  {
    name: 'without EDNS more than 512 octets get TC',
    source: 'RFC 1035 section 4.2.1, RFC 2181 section 9',
    script: records(...MIDDLE),
    steps: [
      { ask: {}, want: { tc: true, octets: [12, 512] } },
      { ask: { edns: true }, want: { answer: MIDDLE, tc: false } },
      { ask: { tcp: true }, want: { answer: MIDDLE, tc: false } },
    ],
  },
  {
    name: 'an answer of just under 512 octets fits',
    source: 'RFC 1035 section 4.2.1',
    origin: 'f512.example.net.',
    script: records(...Array.from({ length: 29 }, (_, index) => `@ 300 A 192.0.2.${index}`)),
    steps: [
      {
        ask: {},
        want: { answer: Array.from({ length: 29 }, (_, index) => `@ 300 A 192.0.2.${index}`), tc: false },
      },
    ],
  },
  {
    name: 'EDNS sizes below 512 count as 512',
    source: 'RFC 6891 section 6.2.3',
    script: records(...Array.from({ length: 25 }, (_, index) => `@ 300 A 192.0.2.${index}`)),
    steps: [
      {
        ask: { edns: { size: 100 } },
        want: { answer: Array.from({ length: 25 }, (_, index) => `@ 300 A 192.0.2.${index}`), tc: false },
      },
    ],
  },
  {
    name: 'what does not fit the client EDNS size gets TC',
    source: 'RFC 6891 section 6.2.3',
    script: records(...MIDDLE),
    steps: [{ ask: { edns: { size: 600 } }, want: { tc: true, octets: [12, 600] } }],
  },
  {
    name: 'what does not fit 1232 octets gets TC',
    source: 'DESIGN 3.11',
    script: records(...LARGE),
    steps: [{ ask: { edns: { size: 1232 } }, want: { tc: true, octets: [12, 1232] } }],
    strict: [{ ask: { edns: { size: 4096 } }, want: { tc: true, octets: [12, 1232] } }],
  },
  {
    name: 'NXDOMAIN is never TC',
    source: 'RFC 2181 section 9',
    script: negative('NXDOMAIN'),
    steps: [{ ask: { edns: { size: 512 } }, want: { rcode: 'NXDOMAIN', tc: false, soa: true } }],
  },
  {
    name: 'AA from the upstream does not come through',
    source: 'RFC 1035 section 4.1.1, RFC 1034 section 4.3.1',
    script: answer({ aa: true, answer: [A] }),
    steps: [{ ask: {}, want: { answer: [A], aa: false } }],
  },
  {
    name: 'RA is ours, not the upstream its',
    source: 'RFC 1035 section 4.1.1',
    script: answer({ ra: false, answer: [A] }),
    steps: [{ ask: {}, want: { answer: [A], ra: true } }],
  },
  {
    name: 'AD of the upstream for who asks with AD',
    source: 'RFC 6840 section 5.8, DESIGN (trusted upstream)',
    ours: true,
    script: answer({ ad: true, answer: [A] }),
    steps: [
      { ask: { ad: true }, want: { answer: [A], ad: true } },
      { ask: { edns: { dnssecOk: true } }, want: { answer: [A], ad: true } },
      { ask: {}, want: { answer: [A], ad: false } },
      { ask: { edns: true }, want: { answer: [A], ad: false } },
    ],
  },
  {
    name: 'AD is not for who did not ask',
    source: 'RFC 6840 section 5.8',
    script: answer({ ad: true, answer: [A] }),
    steps: [{ ask: {}, want: { answer: [A], ad: false } }],
  },
  {
    name: 'signatures come through with DO',
    source: 'RFC 4035 section 3.2.1',
    script: records(
      A,
      String.raw`@ 300 RRSIG \# 43 00010d020000012c7fffffff5fffffff1234076578616d706c65036e65740001020304050607080900000000`,
    ),
    steps: [
      {
        ask: { edns: { dnssecOk: true } },
        want: {
          check: (reply) =>
            reply.answer.some(({ type }) => type === 'RRSIG') ? undefined : 'no RRSIG in the answer',
        },
      },
    ],
  },
  {
    name: 'the question of the reply is the client its',
    source: 'RFC 1035 section 4.1.2',
    script: spoil(records(A), (bytes) => bytes),
    steps: [
      { ask: { name: 'F-THE-question-of-THE-reply-is-the-client-its.example.NET.' }, want: { answer: [A] } },
    ],
  },
  {
    name: 'an answer after 600 ms',
    source: 'issue: per-try timeout',
    script: later(600, records(A)),
    steps: [{ ask: {}, want: { answer: [A], withinMs: 4000 } }],
  },
  {
    name: 'the first query is lost',
    source: 'RFC 1035 section 4.2.1: retransmission',
    zone: 'sick.example',
    script: inTurn(silence, records(A)),
    steps: [{ ask: {}, want: { answer: [A], withinMs: 6000 } }],
  },
  {
    name: 'the first two queries are lost',
    source: 'RFC 1035 section 4.2.1',
    zone: 'sick.example',
    script: inTurn(silence, silence, records(A)),
    steps: [{ ask: {}, want: { answer: [A], withinMs: 8000 } }],
  },
  {
    name: 'the first server is closed',
    source: 'issue: failover',
    zone: 'closed.example',
    script: records(A),
    steps: [{ ask: {}, want: { answer: [A], withinMs: 6000 } }],
  },
  {
    name: 'the first server is closed, many times',
    source: 'issue: failover',
    zone: 'closed.example',
    script: choose((asked) => records(`${asked.message?.questions[0]?.name ?? '@'} 60 A 192.0.2.1`)),
    run: async ({ step }) => {
      const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
      const want = { withinMs: 6000 };
      return (await Promise.all(names.map((name) => step({ ask: { name }, want })))).flat();
    },
  },
  {
    name: 'the first server is silent',
    source: 'issue: failover',
    zone: 'pair.example',
    script: choose(({ server }) => (server === 'first' ? silence : records(A))),
    steps: [{ ask: {}, want: { answer: [A], withinMs: 6000 } }],
  },
  ...['SERVFAIL', 'REFUSED', 'NOTIMP', 'FORMERR'].map((rcode): Case => ({
    name: `the first server says ${rcode}`,
    source: 'issue: failover over the servers of a set',
    zone: 'pair.example',
    script: choose(({ server }) => (server === 'first' ? answer({ rcode }) : records(A))),
    steps: [{ ask: {}, want: { answer: [A], withinMs: 6000 } }],
  })),
  {
    name: 'NXDOMAIN of the first server is an answer',
    source: 'RFC 2308: no failover',
    zone: 'pair.example',
    script: negative('NXDOMAIN'),
    steps: [{ ask: {}, want: { rcode: 'NXDOMAIN', soa: true } }],
    asked: 1,
  },
  {
    name: 'only a closed port',
    source: 'RFC 8906: answer everything; RFC 8914',
    zone: 'dead.example',
    steps: [{ ask: {}, want: { rcode: ['SERVFAIL', 'REFUSED'], answer: [], withinMs: 9000 } }],
    strict: [{ ask: { edns: true }, want: { rcode: 'SERVFAIL', ede: [22, 23, 13], withinMs: 9000 } }],
  },
  {
    name: 'only silence',
    source: 'RFC 8906: answer everything',
    zone: 'sick.example',
    script: silence,
    steps: [{ ask: {}, want: { rcode: 'SERVFAIL', answer: [], withinMs: 12_000 } }],
    strict: [{ ask: { edns: true }, want: { rcode: 'SERVFAIL', ede: [22, 23, 13], withinMs: 12_000 } }],
  },
  {
    name: 'authority and additional do no harm',
    source: 'RFC 2181 section 5.4.1',
    script: answer({
      answer: [A],
      authority: ['@ 300 NS ns'],
      additional: ['ns 300 A 192.0.2.53'],
    }),
    steps: [
      { ask: { edns: true }, want: { answer: [A] } },
      { ask: {}, want: { answer: [A] } },
    ],
    asked: 1,
  },
];
