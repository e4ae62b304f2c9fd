import t from 'tap';
import { FLAG, HEADER } from '../../../src/dns/message.ts';
import { nameToText, parseName } from '../../../src/dns/name-text.ts';
import { NameView } from '../../../src/dns/name-view.ts';
import { TYPE } from '../../../src/dns/numbers.ts';
import { QueryView } from '../../../src/dns/query-view.ts';
import { CHAIN, LocalChain } from '../../../src/local/local-chain.ts';
import { LocalData } from '../../../src/local/local-data.ts';
import { parseZoneLine } from '../../../src/local/zone-line.ts';
import { ClientAddress } from '../../../src/addresses/client-address.ts';
import type { BlockedAnswer } from '../../../src/policy/policy-settings.ts';
import { SPECIAL } from '../../../src/policy/special-names.ts';
import type { Special } from '../../../src/policy/special-names.ts';
import { Judge } from '../../../src/policy/judge.ts';
import {
  answerAny,
  answerBlocked,
  answerCanary,
  answerLocal,
  answerSpecial,
  toBlockedReply,
} from '../../../src/server/replies/answers.ts';
import { Cookies } from '../../../src/server/replies/cookies.ts';
import { checkQuery, DROP } from '../../../src/server/query-check.ts';
import { ADMIT, RateLimit } from '../../../src/server/limits/rate-limit.ts';
import { Refusals } from '../../../src/server/replies/refusals.ts';
import { Reply, toExtendedError } from '../../../src/server/replies/reply.ts';
import type { OptOptions } from '../../../src/server/replies/reply.ts';
import { Splicer } from '../../../src/server/replies/splicer.ts';
import { AnswerView } from '../../../src/answers/answer-view.ts';
import { toStoredAnswer } from '../../../src/answers/stored-answer.ts';
import { readMessage } from '../../support/message-reader.ts';
import type { ReadMessage } from '../../support/message-reader.ts';
import {
  concat,
  fromHex,
  nameToWire,
  parseRecord,
  recordToWire,
  u16,
  writeQuery,
} from '../../support/message-writer.ts';
import type { QueryFields } from '../../support/message-writer.ts';
import { compileLines } from '../../support/serving.ts';

const NO_OPTIONS: OptOptions = {
  rcode: 0,
  cookie: undefined,
  keepalive: undefined,
  error: undefined,
  note: undefined,
};

/** A query with a reply begun for it. */
class Begun {
  readonly reply = new Reply();
  readonly view = new QueryView();
  readonly query: Uint8Array;
  readonly target = new Uint8Array(65_535).fill(0xee);

  constructor(fields: Partial<QueryFields> & { name?: string; type?: string } = {}, limit = 1232) {
    const { name = 'Www.example.com.', type = 'A' } = fields;
    this.query = writeQuery({ id: 0xabcd, questions: [{ name, type }], ...fields });
    this.view.read(this.query, this.query.length);
    this.reply.begin(this.query, this.view, this.target, limit);
  }

  finish(options: Partial<OptOptions> = {}): ReadMessage {
    const octets = this.reply.finish(this.view, { ...NO_OPTIONS, ...options });
    return readMessage(this.target.slice(0, octets));
  }
}

/** An upstream's answer to www.example.com, shown; sections are lines in zone-file syntax. */
function answered(
  sections: { answer?: string[]; authority?: string[]; additional?: string[]; flags?: number; type?: number },
  name = 'www.example.com.',
): AnswerView {
  const qname = nameToWire(name);
  const { answer = [], authority = [], additional = [], flags = 0x8180, type = 1 } = sections;
  const records = [answer, authority, additional].map((lines) =>
    lines.map((line) => recordToWire(parseRecord(line, 'example.com.'), qname)),
  );
  const response = concat(
    u16(1, flags, 1, ...records.map(({ length }) => length)),
    qname,
    u16(type, 1),
    ...records.flat(),
  );
  const question = { name: qname, qtype: type, dnssecOk: false, checkingDisabled: false };
  const limits = { minSeconds: 0, maxSeconds: 86_400, negativeSeconds: 900 };
  const view = new AnswerView();
  view.show(toStoredAnswer(response, question, limits));
  return view;
}

function lines(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `www 300 A 192.0.2.${i}`);
}

/** Records as type, TTL and rdata. */
function told(records: ReadMessage['answer']): [string, number, string][] {
  return records.map(({ type, ttl, rdata }) => [type, ttl, rdata]);
}

t.test('a reply has the id, question and flags of its query', (t) => {
  const reply = new Begun({ rd: false, cd: true, ad: true, bits: 0x0640 }).finish();
  t.match(reply, { id: 0xabcd, qr: true, opcode: 0, aa: false, tc: false, rd: false, ra: true, z: false });
  t.match(reply, { ad: false, cd: true, rcode: 'NOERROR', opts: [] });
  t.equal(reply.questions[0]?.name, 'Www.example.com.', 'the case is the client’s');
  t.match(new Begun({ opcode: 5, questions: [] }).finish(), { opcode: 5, questions: [], rd: true });
  t.end();
});

t.test('records are counted into their sections, and can be taken back', (t) => {
  const begun = new Begun({ edns: {} });
  const { reply } = begun;
  reply.setFlags(FLAG.AA);
  reply.setRcode(3);
  reply.addRecord(HEADER.ANCOUNT, { type: 1, ttl: 7, rdata: Uint8Array.of(192, 0, 2, 1) });
  reply.addRecord(HEADER.ANCOUNT, { type: 1, ttl: 7, rdata: Uint8Array.of(192, 0, 2, 2) }, nameToWire('b.'));
  reply.addRecord(HEADER.NSCOUNT, { type: 2, ttl: 8, rdata: nameToWire('ns.') });
  const read = begun.finish();
  t.match(read, { aa: true, rcode: 'NXDOMAIN' });
  t.strictSame(
    read.answer.map(({ owner }) => owner),
    ['Www.example.com.', 'b.'],
  );
  t.strictSame(told(read.authority), [['NS', 8, '026e7300']]);
  reply.restart();
  t.match(begun.finish(), { aa: false, rcode: 'NOERROR', answer: [], authority: [], additional: [] });
  t.end();
});

t.test('OPT is in the reply where it was in the query', (t) => {
  const plain = new Begun();
  plain.reply.setRcode(2);
  t.strictSame(
    plain.finish({ rcode: 2, error: toExtendedError(22, 'x'), cookie: new Uint8Array(24) }).opts,
    [],
  );
  const begun = new Begun({ edns: { size: 4096, dnssecOk: true, flags: 0xffff } });
  const options = {
    rcode: 16,
    cookie: new Uint8Array(24).fill(1),
    keepalive: u16(100),
    error: toExtendedError(15, 'list ads'),
  };
  const [opt] = begun.finish(options).opts;
  t.match(opt, { size: 1232, version: 0, extendedRcode: 1, flags: 0x8000 });
  t.strictSame(
    opt?.options.map(({ code, value }) => [code, value.length]),
    [
      [10, 24],
      [11, 2],
      [15, 10],
    ],
  );
  t.equal(Buffer.from(opt?.options[2]?.value ?? []).toString('latin1'), '\0\u000flist ads');
  t.match(new Begun({ edns: {} }).finish().opts[0], { flags: 0, extendedRcode: 0, options: [] });
  t.end();
});

t.test('a long text of an error is cut between characters', (t) => {
  t.equal(toExtendedError(15, 'x'.repeat(500)).length, 122);
  const text = Buffer.from(toExtendedError(15, `x${'ü'.repeat(200)}`).subarray(2)).toString('utf8');
  t.match(text, /^xü+$/);
  t.end();
});

t.test('what does not fit is cut as RFC 2181 section 9 says', (t) => {
  const answer = lines(20);
  const many = lines(40);
  const additional = lines(30).map((line) => line.replace('www', 'ns'));
  const ede = toExtendedError(15, 'x'.repeat(100));
  const cookie = new Uint8Array(24);
  const edns = {};
  // Header 12, question 21, 16 octets a record with a pointer for its owner, else 30; OPT 11.
  const table: [
    what: string,
    sections: Parameters<typeof answered>[0],
    limit: number,
    edns: object | undefined,
    wanted: [answer: number, additional: number, tc: boolean, options: number],
  ][] = [
    ['all fits', { answer }, 12 + 21 + 20 * 16, undefined, [20, 0, false, 0]],
    ['an octet too many', { answer }, 12 + 21 + 20 * 16 - 1, undefined, [19, 0, true, 0]],
    ['all fits with OPT', { answer }, 12 + 21 + 20 * 16 + 11, edns, [20, 0, false, 0]],
    ['an octet too many with OPT', { answer }, 12 + 21 + 20 * 16 + 10, edns, [19, 0, true, 0]],
    ['the additional section is left out', { answer, additional }, 1232, edns, [20, 0, false, 0]],
    ['as many as fit', { answer: many }, 512, edns, [29, 0, true, 0]],
    [
      'records in order, none behind one that does not fit',
      { answer: ['www 300 A 192.0.2.1', `www 300 TXT ${'x'.repeat(200)}`, 'www 300 A 192.0.2.2'] },
      12 + 21 + 16 + 40,
      undefined,
      [1, 0, true, 0],
    ],
  ];
  for (const [what, sections, limit, opt, [answers, additionals, tc, options]] of table) {
    const begun = new Begun(opt === undefined ? {} : { edns: opt }, limit);
    begun.reply.copyAnswer(answered(sections), begun.view);
    const read = begun.finish();
    t.match(read, { tc, questions: [{ name: 'Www.example.com.' }] }, what);
    t.strictSame([read.answer.length, read.additional.length], [answers, additionals], what);
    t.equal(read.opts[0]?.options.length ?? 0, options, what);
    t.equal(read.opts.length, opt === undefined ? 0 : 1, `${what}: OPT`);
    t.ok(read.octets <= limit, `${what}: ${read.octets} octets`);
  }
  const full = 12 + 21 + 20 * 16 + 11 + 28;
  for (const [limit, options, tc] of [
    [full + 4 + 102, [10, 15], false],
    [full + 4 + 101, [10], false],
    [full, [10], false],
    [full - 1, [10], true],
  ] as const) {
    const begun = new Begun({ edns }, limit);
    begun.reply.copyAnswer(answered({ answer }), begun.view);
    const read = begun.finish({ cookie, error: ede });
    t.equal(read.tc, tc, `limit ${limit}`);
    t.strictSame(
      read.opts[0]?.options.map(({ code }) => code),
      options,
      `limit ${limit}: an error gives way to records`,
    );
  }
  t.end();
});

t.test('an answer is taken over under the flags of the query', (t) => {
  const flagsOf = (fields: Partial<QueryFields>, upstream: number): ReadMessage => {
    const begun = new Begun(fields);
    begun.reply.copyAnswer(answered({ answer: lines(1), flags: upstream }), begun.view);
    return begun.finish();
  };
  t.match(flagsOf({}, 0x85b3), { aa: false, ad: false, cd: false, tc: false, rcode: 'NXDOMAIN', z: false });
  t.match(flagsOf({ ad: true }, 0x81a0), { ad: true, rd: true, ra: true });
  t.match(flagsOf({ ad: true }, 0x8180), { ad: false });
  t.match(flagsOf({ edns: { dnssecOk: true } }, 0x81a0), { ad: true });
  t.match(flagsOf({ edns: {}, rd: false }, 0x81a0), { ad: false, rd: false });
  const read = flagsOf({ cd: true }, 0x8180);
  t.match(read, { cd: true, id: 0xabcd, questions: [{ name: 'Www.example.com.' }] });
  t.equal(read.answer[0]?.owner, 'Www.example.com.');
  t.end();
});

t.test('blocked names are answered as the policy says', (t) => {
  const custom = { ipv4: '192.0.2.7', ipv6: '2001:db8::7' };
  const v6 = '20010db8000000000000000000000007';
  const table: [
    answer: BlockedAnswer,
    type: string,
    rcode: string,
    rdata: string | undefined,
    soa: boolean,
  ][] = [
    ['nxdomain', 'A', 'NXDOMAIN', undefined, true],
    ['nodata', 'A', 'NOERROR', undefined, true],
    ['refused', 'A', 'REFUSED', undefined, false],
    ['zero', 'A', 'NOERROR', '00000000', false],
    ['zero', 'AAAA', 'NOERROR', '0'.repeat(32), false],
    ['zero', 'HTTPS', 'NOERROR', undefined, true],
    [custom, 'A', 'NOERROR', 'c0000207', false],
    [custom, 'AAAA', 'NOERROR', v6, false],
    [{ ipv4: '192.0.2.7' }, 'AAAA', 'NOERROR', undefined, true],
    [{ ipv6: '2001:db8::7' }, 'A', 'NOERROR', undefined, true],
    [custom, 'TXT', 'NOERROR', undefined, true],
  ];
  for (const [answer, type, rcode, rdata, soa] of table) {
    const begun = new Begun({ type });
    answerBlocked(begun.reply, begun.view, toBlockedReply(answer), 42);
    const read = begun.finish();
    const what = `${JSON.stringify(answer)} for ${type}`;
    t.equal(read.rcode, rcode, what);
    t.strictSame(told(read.answer), rdata === undefined ? [] : [[type, 42, rdata]], what);
    t.strictSame(
      read.authority.map((record) => [record.type, record.ttl, parseInt(record.rdata.slice(-8), 16)]),
      soa ? [['SOA', 42, 42]] : [],
      `${what}: negative for block_ttl (RFC 2308)`,
    );
  }
  t.end();
});

t.test('ANY and canaries have one answer each', (t) => {
  const any = new Begun({ type: 'ANY' });
  answerAny(any.reply);
  t.strictSame(told(any.finish().answer), [['HINFO', 3600, '075246433834383200']]);
  const canary = new Begun();
  answerCanary(canary.reply);
  t.match(canary.finish(), { aa: true, rcode: 'NXDOMAIN', answer: [], authority: [{ type: 'SOA' }] });
  t.end();
});

t.test('special names are answered by their kind', (t) => {
  const { LOOPBACK, EMPTY_ZONE, ABSENT, NODATA } = SPECIAL;
  const six = `${'0'.repeat(31)}1`;
  const table: [name: string, zone: number, special: Special, type: string, wanted: object][] = [
    ['localhost.', 0, LOOPBACK, 'A', { rcode: 'NOERROR', answer: [{ type: 'A', rdata: '7f000001' }] }],
    ['a.localhost.', 1, LOOPBACK, 'AAAA', { rcode: 'NOERROR', answer: [{ type: 'AAAA', rdata: six }] }],
    ['localhost.', 0, LOOPBACK, 'MX', { rcode: 'NOERROR', authority: [{ owner: 'localhost.' }] }],
    ['home.arpa.', 0, EMPTY_ZONE, 'A', { rcode: 'NOERROR', authority: [{ owner: 'home.arpa.' }] }],
    ['home.arpa.', 0, EMPTY_ZONE, 'SOA', { rcode: 'NOERROR', answer: [{ type: 'SOA' }] }],
    ['home.arpa.', 0, EMPTY_ZONE, 'NS', { rcode: 'NOERROR', answer: [{ type: 'NS' }] }],
    ['b.a.Home.arpa.', 2, EMPTY_ZONE, 'NS', { rcode: 'NXDOMAIN', authority: [{ owner: 'home.arpa.' }] }],
    ['test.', 0, ABSENT, 'A', { rcode: 'NXDOMAIN', authority: [{ owner: '.' }] }],
    ['a.test.', 1, ABSENT, 'A', { rcode: 'NXDOMAIN', authority: [{ owner: 'test.' }] }],
    [
      '_dns.resolver.arpa.',
      1,
      NODATA,
      'SVCB',
      { rcode: 'NOERROR', authority: [{ owner: 'resolver.arpa.' }] },
    ],
  ];
  for (const [name, zone, special, type, wanted] of table) {
    const begun = new Begun({ name, type });
    answerSpecial(begun.reply, begun.view, { name: begun.view.name, special, zone, exists: false });
    const read = begun.finish();
    t.match(read, { aa: true, ...wanted }, `${name} ${type}`);
    t.equal(read.answer.length + read.authority.length, 1, `${name} ${type}: one record`);
  }
  for (const [name, zone, special, type, rcode] of [
    ['a.home.arpa.', 1, EMPTY_ZONE, 'A', 'NOERROR'],
    ['a.test.', 1, ABSENT, 'A', 'NOERROR'],
    ['localhost.', 0, LOOPBACK, 'A', 'NOERROR'],
  ] as const) {
    const begun = new Begun({ name, type });
    answerSpecial(begun.reply, begun.view, { name: begun.view.name, special, zone, exists: true });
    const read = begun.finish();
    t.equal(read.rcode, rcode, `${name} with a record of ours below it exists`);
    t.equal(read.answer.length, special === LOOPBACK ? 1 : 0, 'but is what it was');
  }
  t.end();
});

t.test('local data answers with what the name has, along its own aliases', (t) => {
  const data = new LocalData(
    [
      'nas.example.com. 60 A 192.0.2.1',
      'nas.example.com. 60 A 192.0.2.2',
      'www.example.com. 70 CNAME nas.example.com.',
      'far.example.com. 80 CNAME www.example.com.',
      'out.example.com. CNAME elsewhere.example.org.',
      'loop.example.com. CNAME loop.example.com.',
      '*.wild.example.com. A 192.0.2.3',
      'to-wild.example.com. CNAME a.b.wild.example.com.',
    ].map(parseZoneLine),
  );
  const table: [name: string, type: string, answer: [string, number, string][], leadsTo?: string][] = [
    [
      'NAS.example.com.',
      'A',
      [
        ['A', 60, 'c0000201'],
        ['A', 60, 'c0000202'],
      ],
    ],
    ['nas.example.com.', 'AAAA', []],
    [
      'www.example.com.',
      'A',
      [
        ['CNAME', 70, 'nas'],
        ['A', 60, 'c0000201'],
        ['A', 60, 'c0000202'],
      ],
    ],
    ['www.example.com.', 'TXT', [['CNAME', 70, 'nas']]],
    ['www.example.com.', 'CNAME', [['CNAME', 70, 'nas']]],
    [
      'far.example.com.',
      'A',
      [
        ['CNAME', 80, 'www'],
        ['CNAME', 70, 'nas'],
        ['A', 60, 'c0000201'],
        ['A', 60, 'c0000202'],
      ],
    ],
    ['out.example.com.', 'A', [['CNAME', 300, 'elsewhere']], 'elsewhere.example.org'],
    ['out.example.com.', 'CNAME', [['CNAME', 300, 'elsewhere']]],
    ['x.y.wild.example.com.', 'A', [['A', 300, 'c0000203']]],
    [
      'to-wild.example.com.',
      'A',
      [
        ['CNAME', 300, 'a'],
        ['A', 300, 'c0000203'],
      ],
    ],
  ];
  const chain = new LocalChain();
  for (const [name, type, answer, leadsTo] of table) {
    const begun = new Begun({ name, type });
    const target = new NameView();
    const led = chain.follow(data, begun.view.name, begun.view.qtype, target);
    answerLocal(begun.reply, chain);
    const read = begun.finish();
    const firstLabel = (hex: string): string => nameToText(fromHex(hex)).split('.')[0] ?? '';
    t.strictSame(
      told(read.answer).map(([kind, ttl, rdata]) => [
        kind,
        ttl,
        kind === 'CNAME' ? firstLabel(rdata) : rdata,
      ]),
      answer,
      `${name} ${type}`,
    );
    t.equal(led, leadsTo === undefined ? CHAIN.ENDS : CHAIN.LEADS_OUT, `${name} ${type}`);
    if (leadsTo !== undefined) t.equal(nameToText(target.wire), leadsTo);
    const hasData = answer.some(([kind]) => kind === type) || leadsTo !== undefined;
    t.strictSame(
      read.authority.map((record) => record.type),
      hasData ? [] : ['SOA'],
      `${name} ${type}: NODATA`,
    );
    t.match(read, { aa: true, rcode: 'NOERROR' });
    const owners = read.answer.map(({ owner }) => owner);
    t.equal(owners[0] ?? name, name, 'it begins at the question');
    read.answer.slice(1).forEach(({ owner }, i) => {
      const before = read.answer[i];
      if (before?.type === 'CNAME')
        t.equal(owner, `${nameToText(fromHex(before.rdata))}.`, 'and each follows');
    });
  }
  const loop = new Begun({ name: 'loop.example.com.' });
  t.equal(chain.follow(data, loop.view.name, TYPE.A, new NameView()), CHAIN.ENDS, 'a loop ends');
  answerLocal(loop.reply, chain);
  t.equal(loop.finish().answer.length, 8);
  t.equal(
    chain.follow(data, new Begun({ name: 'no.example.' }).view.name, TYPE.A, new NameView()),
    CHAIN.NONE,
  );
  t.end();
});

t.test('an answer is spliced behind an alias, or without ech', (t) => {
  const splicer = new Splicer();
  const begun = new Begun({ name: 'alias.example.net.' });
  begun.reply.addRecord(HEADER.ANCOUNT, { type: 5, ttl: 9, rdata: nameToWire('www.example.com.') });
  const spliced = answered({
    answer: ['www 300 CNAME b', 'b 200 A 192.0.2.1'],
    authority: ['@ 100 NS ns'],
    additional: ['ns 50 A 192.0.2.2'],
  });
  spliced.ageSeconds = 20;
  splicer.splice(begun.reply, spliced, false, true);
  const read = begun.finish();
  t.strictSame(
    [...read.answer, ...read.authority].map(({ owner, type, ttl }) => `${owner} ${ttl} ${type}`),
    [
      'alias.example.net. 9 CNAME',
      'www.example.com. 280 CNAME',
      'b.example.com. 180 A',
      'example.com. 80 NS',
    ],
  );
  t.strictSame(read.additional, []);
  const https = new Begun({ type: 'HTTPS', edns: {} });
  splicer.splice(
    https.reply,
    answered({ answer: ['www 300 HTTPS 1 . 00010003026832 00050002ffff'], type: 65 }),
    true,
    true,
  );
  t.strictSame(told(https.finish().answer), [['HTTPS', 300, '00010000010003026832']]);
  const small = new Begun({}, 512);
  splicer.splice(small.reply, answered({ answer: lines(100) }), false, true);
  const cut = small.finish();
  t.match(cut, { tc: true, questions: [{}] });
  // Owners are written out here: 17 octets, and 14 behind each.
  t.equal(cut.answer.length, Math.floor((512 - 12 - 21) / 31), 'what fits is there');
  const huge = new Begun({}, 65_535);
  const long = Array.from({ length: 700 }, (_, i) => `www 300 TXT ${String(i).padStart(60, 'x')}`);
  for (let i = 0; i < 2; i++) splicer.splice(huge.reply, answered({ answer: long, type: 16 }), false, true);
  const full = huge.finish();
  t.ok(full.tc && full.answer.length > 700, `more than a message can hold: ${full.answer.length} of 1400`);
  t.ok(full.octets <= 65_535);
  t.end();
});

// RFC 9018 appendix A.
t.test('server cookies are those of the examples of RFC 9018', (t) => {
  const table: [secret: string, cookie: string, client: string, seconds: number, wanted: string][] = [
    [
      'e5e973e5a6b2a43f48e7dc849e37bfcf',
      '2464c4abcf10c957',
      '198.51.100.100',
      1_559_731_985,
      '2464c4abcf10c957010000005cf79f111f8130c3eee29480',
    ],
    [
      '445536bcd2513298075a5d379663c962',
      '22681ab97d52c298',
      '2001:db8:220:1:59de:d0f4:8769:82b8',
      1_559_741_961,
      '22681ab97d52c298010000005cf7c609a6bb79d16625507a',
    ],
  ];
  for (const [secret, cookie, address, seconds, wanted] of table) {
    const octets = Buffer.from(secret, 'hex');
    const words = Uint32Array.from({ length: 4 }, (_, i) => octets.readUInt32LE(4 * i));
    const client = new ClientAddress();
    client.set(address);
    const query = concat(new Uint8Array(3), fromHex(cookie), new Uint8Array(9).fill(0xff));
    const value = new Cookies(words).make(query, 3, client, seconds);
    t.equal(Buffer.from(value).toString('hex'), wanted, address);
  }
  const client = new ClientAddress();
  const make = (): string => Buffer.from(new Cookies().make(new Uint8Array(8), 0, client, 1)).toString('hex');
  t.not(make(), make(), 'each start has a secret of its own');
  t.end();
});

t.test('questions that are none of ours have their rcode', (t) => {
  const table: [type: string, inClass: string, rcode: number][] = [
    ['A', 'IN', 0],
    ['ANY', 'IN', 0],
    ['TYPE65535', 'IN', 0],
    ['TXT', 'CH', 5],
    ['A', 'ANY', 5],
    ['A', 'NONE', 5],
    ['TYPE0', 'IN', 1],
    ['OPT', 'IN', 1],
    ['TSIG', 'IN', 1],
    ['TKEY', 'IN', 4],
    ['MAILA', 'IN', 4],
    ['MAILB', 'IN', 4],
    ['AXFR', 'IN', 5],
    ['IXFR', 'IN', 5],
  ];
  const view = new QueryView();
  for (const [type, inClass, rcode] of table) {
    const query = writeQuery({ questions: [{ name: 'a.', type, class: inClass }] });
    view.read(query, query.length);
    t.equal(checkQuery(view), rcode, `${type} ${inClass}`);
  }
  for (const [fault, answer] of [
    ['response', DROP],
    ['short header', DROP],
    ['edns version', 16],
  ] as const) {
    view.fault = fault;
    t.equal(checkQuery(view), answer, fault);
  }
  t.end();
});

t.test('a client may burst, then has its rate; every second refusal says to come by TCP', (t) => {
  const one = new ClientAddress();
  one.set('192.0.2.1');
  const rate = new RateLimit({ rate: 10, burst: 3 });
  const admit = (nowMs: number, count: number): number[] =>
    Array.from({ length: count }, () => {
      const admitted = rate.admit(one, { ms: nowMs });
      return admitted === ADMIT.YES && !rate.pay() ? rate.refuse() : admitted;
    });
  const { YES, TRUNCATE, DROP: drop } = ADMIT;
  t.strictSame(admit(1000, 6), [YES, YES, YES, TRUNCATE, drop, TRUNCATE]);
  t.strictSame(admit(1099, 1), [drop]);
  t.strictSame(admit(1100, 2), [YES, TRUNCATE], 'a tenth of a second is one query more');
  t.strictSame(
    admit(60_000, 5).filter((admitted) => admitted === YES).length,
    3,
    'never more than the burst',
  );
  const others = Array.from({ length: 200 }, (_, i) => {
    const client = new ClientAddress();
    client.set(i % 2 === 0 ? `198.51.100.${i}` : `2001:db8::${i.toString(16)}`);
    return rate.admit(client, { ms: 60_000 });
  });
  t.ok(others.filter((admitted) => admitted === YES).length > 190, 'others are not held back');
  const unlimited = new RateLimit({ rate: 0, burst: 0 });
  t.ok(
    Array.from({ length: 1000 }, () => unlimited.admit(one, { ms: 1 })).every((admitted) => admitted === YES),
  );
  t.equal(
    new RateLimit({ rate: 1, burst: 0 }).admit(one, { ms: 5000 }),
    YES,
    'a burst of 0 lets one through',
  );
  t.end();
});

t.test('the error of a verdict names the list or rule that decided', (t) => {
  const { book, listSources, house, policies } = compileLines({
    policies: {
      kids: { blockLists: ['ads', 'exact', 'strong', 'allows'], block: ['x.example', '/^re/'] },
      heir: { extends: 'kids' },
      one: { blockLists: ['exact'] },
      only: { only: true },
      waits: { blockLists: ['late', 'later'] },
      noGames: { blockServices: ['game', 'shop'], block: ['*.own.example'] },
      noShop: { blockServices: ['shop'], allowServices: ['game'], block: ['own.example'] },
    },
    lists: {
      ads: ['||ads.example^', '||both.example^'],
      exact: ['ads.example', 'both.example', '||shared.example^'],
      strong: ['||both.example^$important', '*.shared.example'],
      allows: ['@@||both.example^'],
      late: [],
      later: [],
    },
    missing: ['late', 'later'],
    services: { game: ['game.example', 'shared.test'], shop: ['shared.test', 'own.example'] },
  });
  const judge = new Judge(book);
  const refusals = new Refusals({ book, listSources, ruleSources: house.sources }, policies);
  const errorOf = (policyName: string, name: string): string => {
    const policy = policies.find((candidate) => candidate.name === policyName);
    if (policy === undefined) throw new Error(policyName);
    const view = new NameView();
    view.setWire(parseName(name));
    const { error } = refusals.of(policy, judge.judge(policy, view), judge, view);
    return `${(error[0] ?? 0) * 256 + (error[1] ?? 0)} ${Buffer.from(error.subarray(2)).toString('utf8')}`;
  };
  const table: [policy: string, name: string, error: string][] = [
    ['kids', 'ads.example', '15 list ads, exact'],
    ['kids', 'a.ads.example', '15 list ads'],
    ['kids', 'ads.example', '15 list ads, exact'],
    ['kids', 'both.example', '15 list strong'],
    ['one', 'both.example', '15 list exact'],
    ['kids', 'shared.example', '15 list exact'],
    ['kids', 'a.shared.example', '15 list exact, strong'],
    ['kids', 'a.x.example', '16 rule x.example'],
    ['heir', 'b.x.example', '16 rule x.example'],
    ['kids', 'regular.example', '16 rule /^re/'],
    ['only', 'any.example', '16 policy only allows only what it names'],
    ['noGames', 'www.game.example', '16 service game'],
    ['noGames', 'shared.test', '16 service game, shop'],
    ['noGames', 'own.example', '16 service shop'],
    ['noGames', 'a.own.example', '16 rule own.example'],
    ['noGames', 'own.example', '16 service shop'],
    ['noShop', 'own.example', '16 rule own.example'],
    ['waits', 'any.example', '14 list late, later has not been read yet'],
  ];
  for (const [policy, name, error] of table) t.equal(errorOf(policy, name), error, `${policy}: ${name}`);
  t.throws(() => errorOf('kids', 'free.example'), /not blocked/);
  t.end();
});
