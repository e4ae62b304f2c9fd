/**
 * Group u: an upstream, or somebody who plays it, that misbehaves. Where a wrong answer is followed by the right one the
 * right one must come through (RFC 5452, and "wait on for a valid one" against malformed packets that end the wait);
 * where only wrong ones come the client gets SERVFAIL and nothing of them.
 */
import type { Case } from './case.ts';
import { concat, fromHex, nameToWire, u16, u32 } from '../support/message-writer.ts';
import {
  answer,
  atOnce,
  type Behaviour,
  byLabel,
  byTransport,
  choose,
  edit,
  inTurn,
  later,
  negative,
  questionEnd,
  records,
  silence,
  spoil,
  together,
} from '../support/upstream-scripts.ts';

const A = '@ 300 A 192.0.2.1';
const RIGHT = records(A);
/** What a forger or a broken upstream says; it must never reach a client. */
const WRONG = records('@ 300 A 192.0.2.66');

function poke(bytes: Uint8Array, offset: number, ...octets: readonly number[]): Uint8Array {
  bytes.set(octets, offset);
  return bytes;
}

/** A right answer of each type that a spoilt one is of. */
const RIGHT_OF_TYPE: Readonly<Record<string, string>> = {
  A,
  AAAA: '@ 300 AAAA 2001:db8::1',
  CNAME: '@ 300 CNAME right.example.org.',
  MX: '@ 300 MX 10 right.example.org.',
  SOA: '@ 300 SOA ns.example.org. host.example.org. 7 7200 3600 1209600 300',
  TXT: '@ 300 TXT "right"',
  SRV: '@ 300 SRV 1 2 53 right.example.org.',
};

/** The type that a malformed answer is asked for by, which its name says. */
function typeIn(what: string): string {
  return Object.keys(RIGHT_OF_TYPE).find((type) => new RegExp(`^an? ${type} `).test(what)) ?? 'A';
}

/** Replaces everything behind the question section; the counts are answer, authority, additional. */
function behindQuestion(bytes: Uint8Array, counts: readonly number[], rest: Uint8Array): Uint8Array {
  const end = questionEnd(bytes);
  return concat(bytes.subarray(0, 6), u16(...counts), bytes.subarray(12, end), rest);
}

/** One answer record written by hand: owner, type and rdata as given, class IN, TTL 300. */
function oneRecord(owner: string, type: number, rdata: string, length?: number): Uint8Array {
  const bytes = fromHex(rdata);
  return concat(fromHex(owner), u16(type, 1), u32(300), u16(length ?? bytes.length), bytes);
}

function withRecord(owner: string, type: number, rdata: string, length?: number): Behaviour {
  return spoil(WRONG, (bytes) => behindQuestion(bytes, [1, 0, 0], oneRecord(owner, type, rdata, length)));
}

/** Answers that do not fit the question: not malformed, but not an answer to what was asked. */
const FOREIGN: readonly (readonly [string, Behaviour])[] = [
  ['another id', spoil(WRONG, (bytes) => poke(bytes, 0, (bytes[0] ?? 0) ^ 0x55))],
  ['the id off by one', spoil(WRONG, (bytes) => poke(bytes, 1, ((bytes[1] ?? 0) + 1) & 255))],
  ['QR clear', spoil(WRONG, (bytes) => poke(bytes, 2, (bytes[2] ?? 0) & 0x7f))],
  ['another opcode', spoil(WRONG, (bytes) => poke(bytes, 2, (bytes[2] ?? 0) | 0x20))],
  ['another name', spoil(WRONG, (bytes) => poke(bytes, 13, (bytes[13] ?? 0) ^ 1))],
  ['another type in the question', spoil(WRONG, (bytes) => poke(bytes, questionEnd(bytes) - 3, 16))],
  ['another class in the question', spoil(WRONG, (bytes) => poke(bytes, questionEnd(bytes) - 1, 3))],
  [
    'a name one label shorter',
    spoil(WRONG, (bytes) => {
      const cut = 13 + (bytes[12] ?? 0);
      return concat(bytes.subarray(0, 12), bytes.subarray(cut));
    }),
  ],
  [
    'two questions',
    spoil(WRONG, (bytes) => {
      const end = questionEnd(bytes);
      const question = bytes.subarray(12, end);
      return concat(bytes.subarray(0, 4), u16(2), bytes.subarray(6, end), question, bytes.subarray(end));
    }),
  ],
  [
    'no question',
    spoil(WRONG, (bytes) =>
      concat(
        bytes.subarray(0, 4),
        u16(0, 1, 0, 0),
        nameToWire('x.example.'),
        u16(1, 1),
        u32(300),
        u16(4),
        fromHex('c0000242'),
      ),
    ),
  ],
  ['another port', edit(WRONG, (act) => ({ ...act, elsewhere: true }))],
];

/** Answers whose bytes are wrong: the patterns of RFC 9267 and their kin. */
const MALFORMED: readonly (readonly [string, Behaviour])[] = [
  ['an empty datagram', spoil(WRONG, () => new Uint8Array(0))],
  ['two octets', spoil(WRONG, (bytes) => bytes.subarray(0, 2))],
  ['eleven octets', spoil(WRONG, (bytes) => bytes.subarray(0, 11))],
  ['a header alone that promises more', spoil(WRONG, (bytes) => bytes.subarray(0, 12))],
  ['cut in the question', spoil(WRONG, (bytes) => bytes.subarray(0, 20))],
  ['cut in the answer', spoil(WRONG, (bytes) => bytes.subarray(0, questionEnd(bytes) + 6))],
  [
    'cut in the rdata',
    spoil(WRONG, (bytes) => behindQuestion(bytes, [1, 0, 0], oneRecord('c00c', 1, 'c00002', 4))),
  ],
  [
    'an owner that points at itself',
    spoil(WRONG, (bytes) => {
      const at = questionEnd(bytes);
      return behindQuestion(bytes, [1, 0, 0], concat(u16(0xc000 | at), oneRecord('', 1, 'c0000242')));
    }),
  ],
  [
    'two pointers that point at each other',
    spoil(WRONG, (bytes) => {
      const at = questionEnd(bytes);
      return behindQuestion(
        bytes,
        [1, 0, 0],
        concat(u16(0xc000 | (at + 2), 0xc000 | at), oneRecord('', 1, 'c0000242')),
      );
    }),
  ],
  [
    'a pointer forward',
    spoil(WRONG, (bytes) => {
      const at = questionEnd(bytes);
      return behindQuestion(bytes, [1, 0, 0], concat(u16(0xc000 | (at + 2)), oneRecord('', 1, 'c0000242')));
    }),
  ],
  ['a pointer past the end', withRecord('ffff', 1, 'c0000242')],
  ['a pointer into the header', withRecord('c000', 1, 'c0000242')],
  ['a label of type 01', withRecord('4161', 1, 'c0000242')],
  ['a label of type 10', withRecord('8161', 1, 'c0000242')],
  ['a label of 64 octets', withRecord(`40${'61'.repeat(64)}00`, 1, 'c0000242')],
  [
    'a name of 256 octets',
    withRecord(`${`3f${'61'.repeat(63)}`.repeat(3)}3e${'61'.repeat(62)}00`, 1, 'c0000242'),
  ],
  ['a name without an end', withRecord('3f61626364', 1, 'c0000242')],
  ['an A record of 5 octets', withRecord('c00c', 1, 'c000024201')],
  ['an A record of 3 octets', withRecord('c00c', 1, 'c00002')],
  ['an A record of none', withRecord('c00c', 1, '')],
  ['an AAAA record of 4 octets', withRecord('c00c', 28, 'c0000242')],
  ['an AAAA record of 17 octets', withRecord('c00c', 28, '20010db8000000000000000000000066ff')],
  ['an RDLENGTH past the end', withRecord('c00c', 1, 'c0000242', 400)],
  ['an RDLENGTH of 65535', withRecord('c00c', 1, 'c0000242', 65535)],
  ['an RDLENGTH that is short', withRecord('c00c', 1, 'c0000242', 2)],
  ['a CNAME of no octets', withRecord('c00c', 5, '')],
  ['a CNAME that runs out of its rdata', withRecord('c00c', 5, '0161c00c', 3)],
  ['a CNAME shorter than its rdata', withRecord('c00c', 5, '016100ffff')],
  [
    'a CNAME that points at itself',
    spoil(WRONG, (bytes) => {
      const at = questionEnd(bytes) + 12;
      return behindQuestion(bytes, [1, 0, 0], concat(oneRecord('c00c', 5, '', 2), u16(0xc000 | at)));
    }),
  ],
  ['an MX of 2 octets', withRecord('c00c', 15, '000a')],
  ['an SOA that is cut', withRecord('c00c', 6, '0161000162000000000100000002')],
  ['a TXT string past its rdata', withRecord('c00c', 16, '0a616263')],
  ['an SRV of 6 octets', withRecord('c00c', 33, '000100020035')],
  ['an ANCOUNT that promises too much', spoil(WRONG, (bytes) => poke(bytes, 6, 0, 9))],
  ['an ANCOUNT of 65535', spoil(WRONG, (bytes) => poke(bytes, 6, 255, 255))],
  ['an NSCOUNT that promises too much', spoil(WRONG, (bytes) => poke(bytes, 8, 0, 3))],
  ['an ARCOUNT that promises too much', spoil(WRONG, (bytes) => poke(bytes, 10, 0, 7))],
  [
    'random octets behind a right header',
    spoil(WRONG, (bytes) => concat(bytes.subarray(0, questionEnd(bytes)), fromHex('de'.repeat(40)))),
  ],
];

/** Wrong but perhaps harmless: either the sender's meaning or SERVFAIL; by the design SERVFAIL. */
const DOUBTFUL: readonly (readonly [string, Behaviour])[] = [
  [
    'two OPT records',
    spoil(answer({ answer: [A], edns: 'none' }), (bytes) =>
      concat(poke(bytes, 10, 0, 2), fromHex('0000290200000000000000'), fromHex('0000290200000000000000')),
    ),
  ],
  [
    'an OPT with an owner',
    spoil(answer({ answer: [A], edns: 'none' }), (bytes) =>
      concat(poke(bytes, 10, 0, 1), fromHex('0161000029020000000000 0000')),
    ),
  ],
  [
    'an OPT in the answer section',
    spoil(answer({ answer: [A], edns: 'none' }), (bytes) =>
      concat(poke(bytes, 6, 0, 2), fromHex('0000290200000000000000')),
    ),
  ],
  [
    'an EDNS option past its OPT',
    spoil(answer({ answer: [A], edns: 'none' }), (bytes) =>
      concat(poke(bytes, 10, 0, 1), fromHex('00002902000000000000050003 00ff00')),
    ),
  ],
];

/** Strange, but right: must be passed on. */
const STRANGE: readonly (readonly [string, Behaviour])[] = [
  ['octets behind the last record', spoil(RIGHT, (bytes) => concat(bytes, fromHex('00010203')))],
  [
    'an ANCOUNT that hides a record',
    spoil(records(A, A.replace('.1', '.2')), (bytes) => poke(bytes, 6, 0, 1)),
  ],
  ['an address before its alias', records('b.example.org. 300 A 192.0.2.1', '@ 300 CNAME b.example.org.')],
  ['a record twice', records(A, A)],
  ['no OPT in the answer', answer({ answer: [A], edns: 'none' })],
  [
    'OPT before other additional records',
    answer({ answer: [A], additional: ['ns 300 A 192.0.2.53'], optFirst: true }),
  ],
  ['an OPT of size 0', answer({ answer: [A], edns: { size: 0 } })],
  ['an OPT of size 65535', answer({ answer: [A], edns: { size: 65535 } })],
  ['unknown EDNS flags', answer({ answer: [A], edns: { flags: 0x00ff } })],
  [
    'unknown EDNS options',
    answer({ answer: [A], edns: { options: [{ code: 65001, value: fromHex('0102') }] } }),
  ],
  [
    'a cookie nobody asked for',
    answer({
      answer: [A],
      edns: { options: [{ code: 10, value: fromHex('0123456789abcdef0011223344556677') }] },
    }),
  ],
  [
    'a client subnet nobody asked for',
    answer({ answer: [A], edns: { options: [{ code: 8, value: fromHex('00011818c00002') }] } }),
  ],
  ['the bit Z', spoil(RIGHT, (bytes) => poke(bytes, 3, (bytes[3] ?? 0) | 0x40))],
  ['RD clear', spoil(RIGHT, (bytes) => poke(bytes, 2, (bytes[2] ?? 0) & 0xfe))],
  ['RA clear', answer({ answer: [A], ra: false })],
  ['AA set', answer({ answer: [A], aa: true })],
  ['CD turned round', spoil(RIGHT, (bytes) => poke(bytes, 3, (bytes[3] ?? 0) ^ 0x10))],
  [
    'the question in upper case',
    spoil(RIGHT, (bytes) => {
      for (let at = 13; at < questionEnd(bytes) - 5; at++) {
        const octet = bytes[at] ?? 0;
        if (octet >= 0x61 && octet <= 0x7a) bytes[at] = octet - 32;
      }
      return bytes;
    }),
  ],
  [
    'owners without compression',
    spoil(RIGHT, (bytes) => {
      const end = questionEnd(bytes);
      return concat(bytes.subarray(0, end), bytes.subarray(12, end - 4), bytes.subarray(end + 2));
    }),
  ],
  [
    'owners that point at pointers',
    spoil(records(A, '@ 300 A 192.0.2.1'), (bytes) => {
      const end = questionEnd(bytes);
      const rdata = 'c0000201';
      const first = oneRecord('c00c', 1, rdata);
      return behindQuestion(bytes, [2, 0, 0], concat(first, u16(0xc000 | end), oneRecord('', 1, 'c0000202')));
    }),
  ],
];

/** What of a strange answer comes through. */
function strangeAnswer(what: string): readonly string[] {
  if (what.includes('pointers')) return [A, A.replace(/1$/, '2')];
  return what.includes('alias') ? ['@ 300 CNAME b.example.org.', 'b.example.org. 300 A 192.0.2.1'] : [A];
}

export const upstreamCases: readonly Case[] = [
  ...FOREIGN.map(([what, wrong]): Case => ({
    name: `${what}, then the right answer`,
    source: 'RFC 5452 section 9.1',
    zone: 'sick.example',
    script: together(wrong, RIGHT),
    steps: [{ ask: {}, want: { answer: [A], withinMs: 8000 } }],
  })),
  ...FOREIGN.map(([what, wrong]): Case => ({
    name: `${what} and nothing else`,
    source: 'RFC 5452 section 9.1',
    zone: 'sick.example',
    script: wrong,
    steps: [{ ask: { edns: true }, want: { rcode: 'SERVFAIL', answer: [], withinMs: 12_000 } }],
  })),
  ...MALFORMED.map(([what, wrong]): Case => {
    const type = typeIn(what);
    const right = RIGHT_OF_TYPE[type] ?? A;
    return {
      name: `${what}, then the right answer`,
      source: 'RFC 9267; draft-li-dnsop-response-preprocessing: wait on for a valid one',
      zone: 'sick.example',
      script: together(wrong, records(right)),
      steps: [{ ask: { type }, want: { answer: [right], withinMs: 8000 } }],
    };
  }),
  ...MALFORMED.map(([what, wrong]): Case => ({
    name: `${what} and nothing else`,
    source: 'RFC 9267, RFC 8906 section 3: SERVFAIL for what cannot be had',
    zone: 'sick.example',
    script: wrong,
    steps: [{ ask: { type: typeIn(what) }, want: { rcode: 'SERVFAIL', answer: [], withinMs: 12_000 } }],
  })),
  ...DOUBTFUL.map(([what, wrong]): Case => ({
    name: what,
    source: 'RFC 9267 section 6, RFC 6891 section 6.1.1; DESIGN: well-formed through and through',
    zone: 'sick.example',
    script: wrong,
    steps: [{ ask: { edns: true }, want: { rcode: ['NOERROR', 'SERVFAIL'], withinMs: 12_000 } }],
    strict: [
      { ask: { edns: true, name: 'strict' }, want: { rcode: 'SERVFAIL', answer: [], withinMs: 12_000 } },
    ],
  })),
  ...STRANGE.map(([what, strange]): Case => ({
    name: `${what} is let pass`,
    source: 'RFC 6891 section 6.1, RFC 1035 section 4.1.4, RFC 4343',
    script: strange,
    steps: [{ ask: { edns: true }, want: { answer: strangeAnswer(what) } }],
  })),
  {
    name: 'the answer comes twice',
    source: 'RFC 5452: one answer to one query',
    script: together(RIGHT, RIGHT),
    steps: [
      { ask: { lingerMs: 200 }, want: { answer: [A] } },
      { ask: {}, want: { answer: [A] } },
    ],
  },
  {
    name: 'the second answer differs',
    source: 'RFC 5452: the first that fits counts',
    script: together(RIGHT, WRONG),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { afterMs: 100 }, want: { answer: [A] } },
    ],
    asked: 1,
  },
  {
    name: 'one hundred forged ids before the right one',
    source: 'RFC 5452 section 9.1',
    zone: 'sick.example',
    script: atOnce(
      ...Array.from({ length: 100 }, (_, index) =>
        spoil(WRONG, (bytes) => poke(bytes, 1, ((bytes[1] ?? 0) + 1 + index) & 255)),
      ),
      RIGHT,
    ),
    steps: [{ ask: {}, want: { answer: [A], withinMs: 10_000 } }],
  },
  {
    name: 'an answer that comes too late is nobody its',
    source: 'RFC 5452 section 9.1',
    zone: 'sick.example',
    script: byLabel({ late: later(300, RIGHT), other: records('other 300 A 192.0.2.2') }),
    run: async ({ step }) => {
      const late = step({
        ask: { name: 'late' },
        want: { rcode: ['NOERROR', 'SERVFAIL'], withinMs: 12_000 },
      });
      const other = await step({ ask: { name: 'other' }, want: { answer: ['other 300 A 192.0.2.2'] } });
      return [...other, ...(await late)];
    },
  },
  ...(['FORMERR', 'NOTIMP', 'SERVFAIL'] as const).map((rcode): Case => ({
    name: `${rcode} to EDNS, an answer without`,
    source: 'RFC 6891 section 6.2.2',
    zone: 'sick.example',
    script: choose((asked) => (asked.message?.opts.length === 0 ? RIGHT : answer({ rcode, edns: 'none' }))),
    steps: [
      {
        ask: { edns: true },
        want:
          rcode === 'SERVFAIL'
            ? { rcode: ['NOERROR', 'SERVFAIL'], withinMs: 9000 }
            : { answer: [A], withinMs: 9000 },
      },
    ],
  })),
  {
    name: 'FORMERR of a header alone to EDNS',
    source: 'RFC 6891 section 7, RFC 8906 section 3.2',
    zone: 'sick.example',
    script: choose((asked) =>
      asked.message?.opts.length === 0
        ? RIGHT
        : spoil(answer({ rcode: 'FORMERR', edns: 'none' }), (bytes) =>
            concat(bytes.subarray(0, 4), new Uint8Array(8)),
          ),
    ),
    steps: [{ ask: { edns: true }, want: { answer: [A], withinMs: 9000 } }],
  },
  {
    name: 'BADVERS to EDNS 0',
    source: 'RFC 6891 section 6.1.3: nonsense for version 0; asked again without EDNS or given up',
    zone: 'sick.example',
    script: choose((asked) => (asked.message?.opts.length === 0 ? RIGHT : answer({ rcode: 'BADVERS' }))),
    steps: [{ ask: { edns: true }, want: { rcode: ['NOERROR', 'SERVFAIL'], withinMs: 12_000 } }],
  },
  {
    name: 'silence to EDNS, an answer without',
    source: 'RFC 6891 section 6.2.2; DNS flag day 2019: no longer worked around, answered all the same',
    zone: 'sick.example',
    script: choose((asked) => (asked.message?.opts.length === 0 ? RIGHT : silence)),
    steps: [{ ask: { edns: true }, want: { rcode: ['NOERROR', 'SERVFAIL'], withinMs: 12_000 } }],
  },
  {
    name: 'TC and a TCP port that closes at once',
    source: 'RFC 7766 section 6.2.4; issue: SERVFAIL, never the truncated part',
    zone: 'sick.example',
    script: byTransport(answer({ tc: true, answer: ['@ 300 A 192.0.2.66'] }), () => () => [{ close: true }]),
    steps: [{ ask: { tcp: true }, want: { rcode: 'SERVFAIL', answer: [], withinMs: 12_000 } }],
  },
  {
    name: 'TC and TCP that is silent',
    source: 'RFC 7766',
    zone: 'sick.example',
    script: byTransport(answer({ tc: true }), silence),
    steps: [{ ask: { tcp: true }, want: { rcode: 'SERVFAIL', answer: [], withinMs: 20_000 } }],
  },
  {
    name: 'TC over TCP too',
    source: 'RFC 2181 section 9',
    zone: 'sick.example',
    script: answer({ tc: true, answer: ['@ 300 A 192.0.2.66'] }),
    steps: [
      {
        ask: { tcp: true },
        want: { rcode: 'SERVFAIL', answer: [], withinMs: 12_000 },
      },
    ],
  },
  {
    name: 'TCP in two segments',
    source: 'RFC 7766 section 8',
    script: byTransport(
      answer({ tc: true }),
      edit(RIGHT, (act) => ({ ...act, splitAt: 1 })),
    ),
    steps: [{ ask: {}, want: { answer: [A] } }],
  },
  {
    name: 'TCP cut in the message',
    source: 'RFC 7766 section 8',
    script: byTransport(
      answer({ tc: true }),
      edit(RIGHT, (act) => ({ ...act, splitAt: 17 })),
    ),
    steps: [{ ask: {}, want: { answer: [A] } }],
  },
  {
    name: 'TCP with another id and then the right one',
    source: 'RFC 5452 section 9.1',
    zone: 'sick.example',
    script: byTransport(
      answer({ tc: true }),
      together(
        spoil(WRONG, (bytes) => poke(bytes, 0, (bytes[0] ?? 0) ^ 1)),
        RIGHT,
      ),
    ),
    steps: [
      {
        ask: {},
        want: {
          rcode: ['NOERROR', 'SERVFAIL'],
          withinMs: 12_000,
          check: (reply) =>
            reply.answer.some(({ rdata }) => rdata === 'c0000242') ? 'the forged address' : undefined,
        },
      },
    ],
  },
  {
    name: 'TCP with another question',
    source: 'RFC 5452 section 9.1',
    zone: 'sick.example',
    script: byTransport(
      answer({ tc: true }),
      spoil(WRONG, (bytes) => poke(bytes, 13, (bytes[13] ?? 0) ^ 1)),
    ),
    steps: [{ ask: {}, want: { rcode: 'SERVFAIL', answer: [], withinMs: 20_000 } }],
  },
  {
    name: 'TCP with a malformed answer',
    source: 'RFC 9267',
    zone: 'sick.example',
    script: byTransport(answer({ tc: true }), withRecord('ffff', 1, 'c0000242')),
    steps: [{ ask: {}, want: { rcode: 'SERVFAIL', answer: [], withinMs: 20_000 } }],
  },
  {
    name: 'TCP that closes in the middle of an answer',
    source: 'RFC 7766 section 6.2.4',
    zone: 'sick.example',
    script: byTransport(
      answer({ tc: true }),
      edit(RIGHT, (act) => ({
        bytes: concat(u16(act.bytes?.length ?? 0), (act.bytes ?? new Uint8Array(0)).subarray(0, 15)),
        unframed: true,
        close: true,
      })),
    ),
    steps: [{ ask: {}, want: { rcode: 'SERVFAIL', answer: [], withinMs: 20_000 } }],
  },
  {
    name: 'TCP that closes behind its answer',
    source: 'RFC 7766 section 6.2.3',
    script: byTransport(
      answer({ tc: true }),
      edit(RIGHT, (act) => ({ ...act, close: true })),
    ),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { type: 'A', edns: { dnssecOk: true } }, want: { answer: [A] } },
    ],
  },
  {
    name: 'TCP that closes with questions under way',
    source: 'RFC 7766 section 6.2.4: what was not answered is asked again',
    zone: 'sick.example',
    script: byTransport(
      answer({ tc: true }),
      choose((asked) => {
        const name = asked.message?.questions[0]?.name ?? '@';
        const right = records(`${name} 300 A 192.0.2.1`);
        return name.startsWith('quick') ? edit(right, (act) => ({ ...act, close: true })) : later(300, right);
      }),
    ),
    run: async ({ step }) => {
      const names = ['quick', 'slow1', 'slow2', 'slow3', 'slow4', 'slow5', 'slow6'];
      const want = (name: string) => ({ answer: [`${name} 300 A 192.0.2.1`], withinMs: 9000 });
      const first = await Promise.all(names.map((name) => step({ ask: { name }, want: want(name) })));
      // Once more over a connection that is open already.
      const again = names.map((name) => `${name}b`);
      const second = await Promise.all(again.map((name) => step({ ask: { name }, want: want(name) })));
      return [...first, ...second].flat();
    },
  },
  {
    name: 'TCP that closes the first time',
    source: 'RFC 7766 section 6.2.4: retry',
    zone: 'sick.example',
    script: choose((asked) => {
      if (asked.transport === 'udp') return answer({ tc: true });
      return asked.before < 2 ? () => () => [{ close: true }] : RIGHT;
    }),
    steps: [{ ask: {}, want: { rcode: ['NOERROR', 'SERVFAIL'], withinMs: 12_000 } }],
  },
  {
    name: 'TCP answers out of order',
    source: 'RFC 7766 section 7',
    script: byTransport(
      answer({ tc: true }),
      choose((asked) => {
        const name = asked.message?.questions[0]?.name ?? '@';
        const number = Number(/^o(\d)/i.exec(name)?.[1] ?? 0);
        return later(200 - 40 * number, records(`${name} 300 A 192.0.2.${number}`));
      }),
    ),
    run: async ({ step }) => {
      const names = ['o0', 'o1', 'o2', 'o3', 'o4'];
      const all = names.map((name, i) =>
        step({ ask: { name }, want: { answer: [`${name} 300 A 192.0.2.${i}`] } }),
      );
      return (await Promise.all(all)).flat();
    },
  },
  {
    name: 'a CNAME loop',
    source: 'RFC 1034 section 3.6.2',
    zone: 'sick.example',
    script: byLabel({
      '@': records('@ 300 CNAME two', 'two 300 CNAME @'),
      two: records('two 300 CNAME @', '@ 300 CNAME two'),
    }),
    steps: [{ ask: {}, want: { rcode: ['NOERROR', 'SERVFAIL'], withinMs: 12_000 } }],
  },
  {
    name: 'a CNAME to itself',
    source: 'RFC 1034 section 3.6.2',
    zone: 'sick.example',
    script: records('@ 300 CNAME @'),
    steps: [{ ask: {}, want: { rcode: ['NOERROR', 'SERVFAIL'], withinMs: 12_000 } }],
  },
  {
    name: 'a record of class CH among the answers',
    source: 'RFC 2181 section 5.1',
    zone: 'sick.example',
    script: records(A, '@ 300 CH A 192.0.2.66'),
    steps: [
      {
        ask: {},
        want: {
          rcode: ['NOERROR', 'SERVFAIL'],
          withinMs: 12_000,
        },
      },
    ],
  },
  {
    name: 'only somebody else its address',
    source: 'RFC 5452 section 6, RFC 1034 section 5.3.3: the answer must be for the question',
    zone: 'sick.example',
    script: records('stranger.example.org. 300 A 192.0.2.66'),
    steps: [
      {
        ask: {},
        want: {
          rcode: ['NOERROR', 'SERVFAIL'],
          withinMs: 12_000,
          check: (reply) => (reply.answer.length > 0 ? 'an address of somebody else' : undefined),
        },
      },
    ],
  },
  {
    name: 'NXDOMAIN with an address',
    source: 'RFC 2308 section 2.1',
    zone: 'sick.example',
    script: answer({ rcode: 'NXDOMAIN', answer: [A] }),
    steps: [{ ask: {}, want: { rcode: ['NXDOMAIN', 'SERVFAIL', 'NOERROR'], withinMs: 12_000 } }],
  },
  {
    name: 'NXDOMAIN and then others are served',
    source: 'DESIGN: a wrong upstream never loses a query',
    zone: 'sick.example',
    script: byLabel({ '@': RIGHT, gone: negative('NXDOMAIN') }),
    steps: [
      { ask: { name: 'gone' }, want: { rcode: 'NXDOMAIN' } },
      { ask: {}, want: { answer: [A] } },
    ],
  },
  {
    name: 'an upstream that fails for one name is asked for others',
    source: 'DESIGN: failures are of names before they are of servers (RFC 9520 section 3.2)',
    zone: 'sick.example',
    script: byLabel({ '@': RIGHT, bad: answer({ rcode: 'SERVFAIL' }), mute: silence }),
    run: async ({ step }) => {
      const any = { rcode: ['SERVFAIL', 'NOERROR'], withinMs: 15_000 };
      const faults = await Promise.all([
        ...Array.from({ length: 5 }, () => step({ ask: { name: 'bad' }, want: any })),
        step({ ask: { name: 'mute' }, want: any }),
      ]);
      return [...faults.flat(), ...(await step({ ask: {}, want: { answer: [A] } }))];
    },
  },
  {
    name: 'an error is not a cure for a lost answer',
    source: 'issue: failover',
    zone: 'sick.example',
    script: inTurn(
      spoil(WRONG, (bytes) => bytes.subarray(0, 30)),
      silence,
      RIGHT,
    ),
    steps: [{ ask: {}, want: { rcode: ['NOERROR', 'SERVFAIL'], withinMs: 12_000 } }],
  },
];
