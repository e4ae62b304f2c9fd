import t from 'tap';
import { FACT } from '../../src/answers/answer-facts.ts';
import { AnswerView } from '../../src/answers/answer-view.ts';
import type { UpstreamQuestion } from '../../src/answers/asked-question.ts';
import { toFailureAnswer, toStoredAnswer } from '../../src/answers/stored-answer.ts';
import type { StoredAnswer, TtlLimits } from '../../src/answers/stored-answer.ts';
import { readMessage } from '../support/message-reader.ts';
import {
  concat,
  fromHex,
  nameToWire,
  optToWire,
  parseRecord,
  recordToWire,
  u16,
} from '../support/message-writer.ts';
import type { Edns } from '../support/message-writer.ts';
import { rcodeNumber, typeNumber } from '../support/dns-numbers.ts';

const ORIGIN = 'www.example.net.';
const WIDE: TtlLimits = { minSeconds: 0, maxSeconds: 86_400, negativeSeconds: 86_400 };

interface Response {
  readonly type?: string;
  readonly rcode?: string;
  readonly flags?: number;
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
  readonly edns?: Edns;
  readonly behindOpt?: readonly Uint8Array[];
}

function questionOf(type = 'A'): UpstreamQuestion {
  return { name: nameToWire(ORIGIN), qtype: typeNumber(type), dnssecOk: false, checkingDisabled: false };
}

/** A response to www.example.net whose question is written in another case than it was asked in. */
function write(response: Response): Uint8Array {
  const { type = 'A', rcode = 'NOERROR', flags = 0x8580, behindOpt = [] } = response;
  const section = (lines: readonly string[] = []): Uint8Array[] =>
    lines.map((line) => recordToWire(parseRecord(line, ORIGIN), nameToWire(ORIGIN)));
  const [answer, authority, additional] = [response.answer, response.authority, response.additional].map(
    section,
  );
  if (response.edns !== undefined) additional?.push(optToWire(response.edns));
  additional?.push(...behindOpt);
  const counts = [answer, authority, additional].map((records) => records?.length ?? 0);
  return concat(
    u16(0x1234, flags | (rcodeNumber(rcode) & 15), 1, ...counts),
    nameToWire('wWw.Example.NET.'),
    u16(typeNumber(type), 1),
    ...[answer, authority, additional].flatMap((records) => records ?? []),
  );
}

function store(response: Response, limits = WIDE): StoredAnswer {
  return toStoredAnswer(write(response), questionOf(response.type), limits);
}

function shown(answer: StoredAnswer): Uint8Array {
  const view = new AnswerView();
  view.show(answer);
  const target = new Uint8Array(view.messageLength);
  view.copyTo(target);
  return target;
}

function edeOf(answer: StoredAnswer): Uint8Array {
  const view = new AnswerView();
  view.show(answer);
  return view.octets.subarray(view.edeStart, view.edeStart + view.edeLength);
}

const SOA = (ttl: number, minimum: number): string => `example.net. ${ttl} SOA ns host 1 2 3 4 ${minimum}`;

t.test('an answer lives as long as RFC 2308 and the limits say', (t) => {
  const narrow: TtlLimits = { minSeconds: 60, maxSeconds: 3600, negativeSeconds: 900 };
  const table: [what: string, response: Response, negative: string, wide: number, narrow: number][] = [
    ['one address', { answer: ['@ 300 A 192.0.2.1'] }, 'no', 300, 300],
    ['the lowest of two', { answer: ['@ 300 A 192.0.2.1', '@ 200 A 192.0.2.2'] }, 'no', 200, 200],
    ['a TTL under the minimum', { answer: ['@ 5 A 192.0.2.1'] }, 'no', 5, 60],
    ['a TTL over the maximum', { answer: ['@ 9999 A 192.0.2.1'] }, 'no', 9999, 3600],
    ['TTL 0', { answer: ['@ 0 A 192.0.2.1'] }, 'no', 0, 0],
    ['one TTL of 0 among others', { answer: ['@ 300 A 192.0.2.1', '@ 0 A 192.0.2.2'] }, 'no', 0, 0],
    ['a TTL with the top bit', { answer: ['@ 2147483648 A 192.0.2.1'] }, 'no', 0, 0],
    ['the largest TTL', { answer: ['@ 2147483647 A 192.0.2.1'] }, 'no', 86_400, 3600],
    [
      'authority counts, and additional, which is left out, does not',
      { answer: ['@ 300 A 192.0.2.1'], authority: ['@ 250 NS ns'], additional: ['ns 240 A 192.0.2.53'] },
      'no',
      250,
      250,
    ],
    ['OPT does not count', { answer: ['@ 300 A 192.0.2.1'], edns: { dnssecOk: true } }, 'no', 300, 300],
    ['NXDOMAIN: SOA minimum', { rcode: 'NXDOMAIN', authority: [SOA(3600, 120)] }, 'nxdomain', 120, 120],
    ['NXDOMAIN: SOA TTL', { rcode: 'NXDOMAIN', authority: [SOA(100, 3600)] }, 'nxdomain', 100, 100],
    [
      'NXDOMAIN: over the negative limit',
      { rcode: 'NXDOMAIN', authority: [SOA(7200, 7200)] },
      'nxdomain',
      7200,
      900,
    ],
    ['NXDOMAIN: minimum 0', { rcode: 'NXDOMAIN', authority: [SOA(7200, 0)] }, 'nxdomain', 0, 0],
    ['NXDOMAIN without SOA', { rcode: 'NXDOMAIN' }, 'nxdomain', 0, 0],
    ['NODATA', { authority: [SOA(300, 60)] }, 'nodata', 60, 60],
    ['NODATA without SOA', {}, 'nodata', 0, 0],
    ['NODATA with NS alone', { authority: ['@ 300 NS ns'] }, 'nodata', 0, 0],
    [
      'a CNAME without data at its end',
      { answer: ['@ 200 CNAME bare'], authority: [SOA(300, 280)] },
      'nodata',
      200,
      200,
    ],
    [
      'a CNAME without data, SOA lower',
      { answer: ['@ 200 CNAME bare'], authority: [SOA(300, 70)] },
      'nodata',
      70,
      70,
    ],
    ['a CNAME alone: what it leads to is asked for', { answer: ['@ 200 CNAME bare'] }, 'no', 200, 200],
    [
      'a CNAME to nowhere',
      { rcode: 'NXDOMAIN', answer: ['@ 90 CNAME gone'], authority: [SOA(300, 80)] },
      'nxdomain',
      80,
      80,
    ],
    ['a CNAME asked for', { type: 'CNAME', answer: ['@ 200 CNAME other'] }, 'no', 200, 200],
    ['a CNAME and its address', { answer: ['@ 200 CNAME a', 'a 90 A 192.0.2.1'] }, 'no', 90, 90],
    ['SERVFAIL', { rcode: 'SERVFAIL', authority: [SOA(300, 300)] }, 'no', 0, 0],
    ['REFUSED', { rcode: 'REFUSED' }, 'no', 0, 0],
    ['an extended rcode', { rcode: 'BADVERS', edns: { extendedRcode: 1 } }, 'no', 0, 0],
  ];
  for (const [what, response, negative, wideTtl, narrowTtl] of table) {
    const answer = store(response);
    t.equal(answer.negative, negative, `${what}: kind`);
    t.equal(answer.ttlSeconds, wideTtl, `${what}: TTL`);
    t.equal(store(response, narrow).ttlSeconds, narrowTtl, `${what}: TTL within limits`);
  }
  t.end();
});

t.test('the TTLs shown are those within the limits, and a negative SOA shows its own life', (t) => {
  const limits: TtlLimits = { minSeconds: 60, maxSeconds: 3600, negativeSeconds: 900 };
  const positive = readMessage(
    shown(store({ answer: ['@ 5 A 192.0.2.1', '@ 99999 A 192.0.2.2', '@ 0 A 192.0.2.3'] }, limits)),
  );
  t.strictSame(
    positive.answer.map(({ ttl }) => ttl),
    [60, 3600, 0],
  );
  const negative = readMessage(shown(store({ rcode: 'NXDOMAIN', authority: [SOA(86_400, 7200)] }, limits)));
  t.equal(negative.authority[0]?.ttl, 900);
  t.end();
});

t.test('only the word on the records stays in the header', (t) => {
  const table: [what: string, flags: number, kept: number][] = [
    ['AA, RD, RA', 0x8580, 0x8080],
    ['TC', 0x8380, 0x8080],
    ['no RA', 0x8000, 0x8080],
    ['AD stays', 0x81a0, 0x80a0],
    ['CD and Z', 0x81d0, 0x8080],
  ];
  for (const [what, flags, kept] of table) {
    const message = shown(store({ flags, answer: ['@ 300 A 192.0.2.1'] }));
    t.equal(((message[2] ?? 0) << 8) | (message[3] ?? 0), kept, what);
    t.equal(((message[0] ?? 0) << 8) | (message[1] ?? 0), 0, `${what}: id`);
    t.equal(readMessage(message).questions[0]?.name, ORIGIN, `${what}: question`);
  }
  const response = write({ answer: ['@ 300 A 192.0.2.1'] });
  const before = Buffer.from(response);
  toStoredAnswer(before, questionOf(), WIDE);
  t.equal(before.compare(response), 0, 'the response itself is left as it is');
  t.end();
});

t.test('OPT and the additional section go, wherever OPT stands', (t) => {
  const edns = { options: [{ code: 10, value: fromHex('0011223344556677') }] };
  const behindOpt = [recordToWire(parseRecord('ns 300 A 192.0.2.2', ORIGIN))];
  const additional = ['ns 300 AAAA 2001:db8::1', 'tracker.example. 300 A 10.0.0.1'];
  const stored = store({ answer: ['@ 300 A 192.0.2.1'], additional, edns, behindOpt });
  const message = readMessage(shown(stored));
  t.strictSame([message.answer.length, message.additional.length, message.opts.length], [1, 0, 0]);
  t.equal(stored.facts, 0, 'and nothing of it is a fact of the answer');
  const inAuthority = ['@ 300 A 10.0.0.1', 'x.example. 300 CNAME y.example.', '@ 300 NS ns'];
  const { authority } = readMessage(shown(store({ answer: ['@ 300 A 192.0.2.1'], authority: inAuthority })));
  t.strictSame(
    authority.map(({ type }) => type),
    ['NS'],
    'nor is authority the place for answers',
  );
  t.end();
});

t.test('the first EDE is kept, cut to whole characters', (t) => {
  const ede = (code: number, text: string) => ({ code: 15, value: concat(u16(code), Buffer.from(text)) });
  const table: [what: string, options: Edns['options'], kept: string][] = [
    ['none', [], ''],
    ['one', [ede(6, 'bogus')], '0006626f677573'],
    ['without text', [ede(22, '')], '0016'],
    ['the first of two', [ede(9, 'a'), ede(6, 'b')], '000961'],
    ['behind another option', [{ code: 3, value: fromHex('aabb') }, ede(3, 'x')], '000378'],
    ['one octet is no code', [{ code: 15, value: fromHex('00') }], ''],
    ['128 octets', [ede(1, 'y'.repeat(128))], `0001${'79'.repeat(128)}`],
    ['129 octets', [ede(1, 'y'.repeat(129))], `0001${'79'.repeat(128)}`],
    ['cut before a character', [ede(1, `${'y'.repeat(127)}é`)], `0001${'79'.repeat(127)}`],
  ];
  for (const [what, options, kept] of table) {
    const answer = store({ rcode: 'SERVFAIL', edns: { options: options ?? [] } });
    t.equal(Buffer.from(edeOf(answer)).toString('hex'), kept, what);
  }
  t.end();
});

t.test('the rcode has all twelve bits', (t) => {
  t.equal(store({ rcode: 'BADVERS', edns: { extendedRcode: 1 } }).rcode, 16);
  t.equal(store({ rcode: 'REFUSED', edns: {} }).rcode, 5);
  t.end();
});

t.test('facts are what inspection must look at', (t) => {
  const hint4 = (address: string): string => `00040004${address}`;
  const table: [what: string, type: string, line: string, facts: number][] = [
    ['a public address', 'A', '@ 300 A 192.0.2.1', 0],
    ['10/8', 'A', '@ 300 A 10.1.2.3', FACT.privateAddress],
    ['127/8', 'A', '@ 300 A 127.9.9.9', FACT.privateAddress],
    ['0/8', 'A', '@ 300 A 0.0.0.0', FACT.privateAddress],
    ['169.254/16', 'A', '@ 300 A 169.254.0.1', FACT.privateAddress],
    ['169.253', 'A', '@ 300 A 169.253.0.1', 0],
    ['172.15', 'A', '@ 300 A 172.15.255.255', 0],
    ['172.16', 'A', '@ 300 A 172.16.0.0', FACT.privateAddress],
    ['172.31', 'A', '@ 300 A 172.31.255.255', FACT.privateAddress],
    ['172.32', 'A', '@ 300 A 172.32.0.0', 0],
    ['192.168/16', 'A', '@ 300 A 192.168.40.1', FACT.privateAddress],
    ['192.167', 'A', '@ 300 A 192.167.40.1', 0],
    ["a carrier's address", 'A', '@ 300 A 100.64.0.1', FACT.privateAddress],
    ['a public IPv6 address', 'AAAA', '@ 300 AAAA 2001:db8::1', 0],
    ['::', 'AAAA', '@ 300 AAAA ::', FACT.privateAddress],
    ['::1', 'AAAA', '@ 300 AAAA ::1', FACT.privateAddress],
    ['ULA', 'AAAA', '@ 300 AAAA fd00:40::1', FACT.privateAddress],
    ['fc00', 'AAAA', '@ 300 AAAA fc00::1', FACT.privateAddress],
    ['link-local', 'AAAA', '@ 300 AAAA fe80::1', FACT.privateAddress],
    ['site-local', 'AAAA', '@ 300 AAAA fec0::1', FACT.privateAddress],
    ['fe00', 'AAAA', '@ 300 AAAA fe00::1', 0],
    ['mapped private', 'AAAA', '@ 300 AAAA ::ffff:c0a8:2801', FACT.privateAddress],
    ['mapped public', 'AAAA', '@ 300 AAAA ::ffff:c000:0201', 0],
    ['NAT64 private', 'AAAA', '@ 300 AAAA 64:ff9b::c0a8:2801', FACT.privateAddress],
    ['NAT64 public', 'AAAA', '@ 300 AAAA 64:ff9b::c000:0201', 0],
    ['local-use NAT64 private', 'AAAA', '@ 300 AAAA 64:ff9b:1::c0a8:2801', FACT.privateAddress],
    ['local-use NAT64 public', 'AAAA', '@ 300 AAAA 64:ff9b:1::c000:0201', 0],
    ['6to4 private', 'AAAA', '@ 300 AAAA 2002:c0a8:2801::1', FACT.privateAddress],
    ['a CNAME', 'A', '@ 300 CNAME other', FACT.chain | FACT.leadsOn],
    ['a CNAME asked for', 'CNAME', '@ 300 CNAME other', FACT.chain],
    ['a DNAME', 'A', 'example.net. 300 DNAME example.org.', FACT.chain],
    ['a service here', 'HTTPS', '@ 300 HTTPS 1 . 0001000302683200030002 01bb', 0],
    ['a service under its own name', 'HTTPS', `@ 300 HTTPS 1 WWW.example.net.`, 0],
    ['a service elsewhere', 'HTTPS', '@ 300 HTTPS 1 other.example.org.', FACT.chain],
    ['a service alias', 'SVCB', '@ 300 SVCB 0 other.example.org.', FACT.chain],
    ['a public hint', 'HTTPS', `@ 300 HTTPS 1 . ${hint4('c0000201')}`, 0],
    ['a private hint', 'HTTPS', `@ 300 HTTPS 1 . ${hint4('0a000001')}`, FACT.privateAddress],
    ['the second hint private', 'HTTPS', '@ 300 HTTPS 1 . 00040008c00002010a000001', FACT.privateAddress],
    ['an IPv6 hint', 'HTTPS', `@ 300 HTTPS 1 . 00060010fd${'00'.repeat(15)}`, FACT.privateAddress],
    ['a 6to4 hint', 'HTTPS', '@ 300 HTTPS 1 . 0006001020020a00000100000000000000000001', FACT.privateAddress],
    ['ECH', 'HTTPS', '@ 300 HTTPS 1 . 000500020000', FACT.ech],
    [
      'all at once',
      'HTTPS',
      '@ 300 HTTPS 1 x.example. 000400040a000001 00050001ff',
      FACT.ech | FACT.chain | FACT.privateAddress,
    ],
  ];
  for (const [what, type, line, facts] of table) t.equal(store({ type, answer: [line] }).facts, facts, what);
  t.end();
});

t.test('a failure is an answer without records', (t) => {
  const answer = toFailureAnswer(questionOf(), 2, { code: 22, text: 'no server answered' });
  const message = readMessage(shown(answer));
  t.equal(message.rcode, 'SERVFAIL');
  t.equal(message.questions[0]?.name, ORIGIN);
  t.equal(message.qr && message.ra, true);
  t.equal(Buffer.from(edeOf(answer)).toString(), '\0\u0016no server answered');
  t.equal(toFailureAnswer(questionOf(), 2).edeLength, 0);
  t.equal(toFailureAnswer(questionOf(), 2, { code: 22, text: 'é'.repeat(100) }).edeLength, 130);
  t.end();
});
