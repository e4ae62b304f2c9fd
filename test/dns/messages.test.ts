import t from 'tap';
import { readU16, readU32, writeU16, writeU32 } from '../../src/dns/message.ts';
import { rcodeToText, toType, TYPE, typeToText } from '../../src/dns/numbers.ts';
import { encodeRdata } from '../../src/dns/packet.ts';
import { QueryView } from '../../src/dns/query-view.ts';
import type { QueryFault } from '../../src/dns/query-view.ts';
import { RecordCopier } from '../../src/dns/record-copy.ts';
import { RecordWalk, skipName } from '../../src/dns/record-walk.ts';
import { isWellFormedResponse, optionsFit } from '../../src/dns/response-check.ts';
import { checkQuery, DROP } from '../../src/server/query-check.ts';
import { rcodeName, typeNumber } from '../support/dns-numbers.ts';
import { readWireFiles } from '../support/hex.ts';
import { readMessage } from '../support/message-reader.ts';
import { concat, fromHex, nameToWire, optToWire, u16, u32, writeQuery } from '../support/message-writer.ts';
import { makeRandom } from '../support/rule-model.ts';

const QUESTION = { name: 'www.Example.com.', type: 'A' };
const QNAME = nameToWire('www.example.com.');
/** Where the question's name says example.com and com. */
const EXAMPLE = u16(0xc010);
const COM = u16(0xc018);
const OWNER = u16(0xc00c);

/** A response to www.example.com with records as given, counted into the sections. */
function response(...sections: readonly (readonly Uint8Array[])[]): Uint8Array {
  const [answer = [], authority = [], additional = []] = sections;
  return concat(
    u16(1, 0x8180, 1, answer.length, authority.length, additional.length),
    QNAME,
    u16(1, 1),
    ...answer,
    ...authority,
    ...additional,
  );
}

function record(type: number, rdata: Uint8Array, owner = OWNER, ttl = 300): Uint8Array {
  return concat(owner, u16(type, 1), u32(ttl), u16(rdata.length), rdata);
}

t.test('numbers are written and read in network order', (t) => {
  const octets = new Uint8Array(8);
  for (const value of [0, 1, 0x80ff, 0xffff]) {
    writeU16(octets, 1, value);
    t.equal(readU16(octets, 1), value);
  }
  for (const value of [0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0102_0304]) {
    writeU32(octets, 3, value);
    t.equal(readU32(octets, 3), value);
  }
  t.strictSame([...octets.subarray(3, 7)], [1, 2, 3, 4]);
  t.end();
});

t.test('types and rcodes have the numbers that the registry gives them', (t) => {
  for (const [name, number] of Object.entries(TYPE)) {
    t.equal(typeToText(number), name);
    t.equal(toType(name.toLowerCase()), number);
  }
  for (const name of ['A', 'AAAA', 'HTTPS', 'SVCB', 'DNAME', 'OPT', 'TKEY', 'CAA', 'NAPTR', 'SMIMEA'])
    t.equal(toType(name), typeNumber(name), name);
  t.equal(toType('TYPE65535'), 65_535);
  t.equal(toType('type1'), 1);
  for (const text of ['TYPE65536', 'TYPE', 'TYPE-1', 'NOSUCH', '', 'constructor'])
    t.equal(toType(text), undefined, text);
  t.equal(typeToText(4711), 'TYPE4711');
  for (const number of [0, 1, 2, 3, 5, 10, 16]) t.equal(rcodeToText(number), rcodeName(number));
  t.equal(rcodeToText(23), 'RCODE23');
  t.end();
});

t.test('the first thing that is wrong with a query is said', (t) => {
  const plain = writeQuery({ id: 0xabcd, questions: [QUESTION] });
  const withOpt = (opt: Uint8Array, more = 1): Uint8Array => {
    const query = concat(plain, opt);
    writeU16(query, 10, more);
    return query;
  };
  const set = (offset: number, value: number): Uint8Array => {
    const query = plain.slice();
    writeU16(query, offset, value);
    return query;
  };
  const opt = optToWire({});
  const option = (code: number, octets: number): Uint8Array =>
    optToWire({ options: [{ code, value: new Uint8Array(octets) }] });
  const a = record(1, new Uint8Array(4));
  const manyOptions = (count: number): Uint8Array =>
    optToWire({ options: Array.from({ length: count }, () => ({ code: 65_001, value: new Uint8Array(0) })) });
  const table: [what: string, query: Uint8Array, fault: QueryFault][] = [
    ['a plain query', plain, 'none'],
    ['nothing', new Uint8Array(0), 'short header'],
    ['eleven octets', plain.subarray(0, 11), 'short header'],
    ['QR', set(2, 0x8100), 'response'],
    ['QR and an opcode', set(2, 0xa800), 'response'],
    ['an opcode', set(2, 0x2800), 'opcode'],
    ['an opcode without question', set(2, 0x7800).subarray(0, 12), 'opcode'],
    ['no question', set(4, 0), 'question count'],
    ['two questions', set(4, 2), 'question count'],
    ['a question cut', plain.subarray(0, -1), 'question'],
    ['a name that does not end', plain.subarray(0, 16), 'question'],
    ['a question of a pointer', concat(u16(1, 0x0100, 1, 0, 0, 0), u16(0xc004), u16(1, 1)), 'question'],
    ['an answer count', set(6, 1), 'sections'],
    ['an authority count', set(8, 1), 'sections'],
    ['an additional count', set(10, 1), 'additional'],
    ['a record past the end', withOpt(a.subarray(0, -1)), 'additional'],
    ['an owner that is a loop', withOpt(concat(u16(0xc000 + plain.length), a.subarray(2))), 'additional'],
    ['OPT', withOpt(opt), 'none'],
    ['OPT behind a record', withOpt(concat(a, opt), 2), 'none'],
    ['OPT before a record', withOpt(concat(opt, a), 2), 'none'],
    ['OPT behind fifteen records', withOpt(concat(...Array(15).fill(a), opt), 16), 'none'],
    ['OPT behind sixteen records', withOpt(concat(...Array(16).fill(a), opt), 17), 'additional'],
    ['256 options', withOpt(manyOptions(256)), 'none'],
    ['257 options', withOpt(manyOptions(257)), 'opt options'],
    [
      'an owner whose last label looks like a pointer',
      withOpt(concat(fromHex('01c500'), a.subarray(2))),
      'none',
    ],
    ['an owner that points forward', withOpt(concat(u16(0xcfff), a.subarray(2))), 'additional'],
    ['an owner that points into the header', withOpt(concat(u16(0xc00b), a.subarray(2))), 'additional'],
    ['OPT twice', withOpt(concat(opt, opt), 2), 'opt twice'],
    ['OPT with an owner', withOpt(concat(Uint8Array.of(1, 0x61), opt)), 'opt owner'],
    [
      'an option past the rdata',
      withOpt(concat(opt.subarray(0, -1), Uint8Array.of(4), u16(10, 9))),
      'opt options',
    ],
    [
      'three octets of option',
      withOpt(concat(opt.subarray(0, -1), Uint8Array.of(3, 0, 3, 0))),
      'opt options',
    ],
    ...[0, 7, 9, 15, 41].map((octets): [string, Uint8Array, QueryFault] => [
      `a cookie of ${octets}`,
      withOpt(option(10, octets)),
      'cookie length',
    ]),
    ...[8, 16, 24, 40].map((octets): [string, Uint8Array, QueryFault] => [
      `a cookie of ${octets}`,
      withOpt(option(10, octets)),
      'none',
    ]),
    ['an unknown option', withOpt(option(65_001, 3)), 'none'],
    ['EDNS version 1', withOpt(optToWire({ version: 1 })), 'edns version'],
    [
      'EDNS version 255 with options of its own form',
      withOpt(concat(optToWire({ version: 255 }).subarray(0, -1), Uint8Array.of(2, 1, 2))),
      'edns version',
    ],
    ['an octet too many', concat(plain, Uint8Array.of(0)), 'trailing octets'],
    ['an octet too many behind OPT', concat(withOpt(opt), Uint8Array.of(0)), 'trailing octets'],
    ['OPT that is not counted', concat(plain, opt), 'trailing octets'],
  ];
  const view = new QueryView();
  for (const [what, query, fault] of table) t.equal(view.read(query, query.length), fault, what);
  for (const [what, query, fault] of table) {
    const wanted = fault === 'trailing octets' ? 'none' : fault;
    t.equal(view.read(query, query.length, true), wanted, `${what}, in a datagram`);
  }
  const spare = concat(plain, new Uint8Array(100));
  t.equal(view.read(spare, plain.length), 'none', 'octets behind the length are not read');
  t.end();
});

t.test(
  'of a query that is refused unread, the question and an OPT record at once behind it are read',
  (t) => {
    const view = new QueryView();
    const plain = writeQuery({ id: 7, questions: [QUESTION] });
    const cookie = { code: 10, value: new Uint8Array(8) };
    const table: [what: string, query: Uint8Array, fault: QueryFault, edns: boolean][] = [
      ['a plain query', plain, 'none', false],
      [
        'OPT',
        writeQuery({ questions: [QUESTION], edns: { dnssecOk: true, options: [cookie] } }),
        'none',
        true,
      ],
      ['OPT that is not counted', concat(plain, optToWire({})), 'none', false],
      ['OPT whose options do not fit', concat(plain.with(11, 1), optToWire({}).with(10, 200)), 'none', true],
      [
        'OPT behind a record',
        concat(plain.with(11, 2), record(1, new Uint8Array(4)), optToWire({})),
        'none',
        false,
      ],
      ['OPT that is cut', concat(plain.with(11, 1), optToWire({}).subarray(0, 10)), 'none', false],
      ['a record past the end', concat(plain.with(11, 1), Uint8Array.of(0xc0)), 'none', false],
      ['OPT below another owner', concat(plain.with(11, 1), optToWire({}).with(0, 1)), 'none', false],
      ['no question', plain.with(5, 0), 'question count', false],
      ['a response', plain.with(2, 0x81), 'response', false],
    ];
    for (const [what, query, fault, edns] of table) {
      t.equal(view.readBriefly(query, query.length), fault, what);
      t.equal(view.edns, edns, `${what}: OPT`);
      t.equal(view.cookieOctets, 0, `${what}: no option is read`);
    }
    t.end();
  },
);

t.test('a query view holds what the query says, and nothing of the one before', (t) => {
  const view = new QueryView();
  const full = writeQuery({
    id: 0x1234,
    cd: true,
    questions: [{ name: 'A\\.B.example.', type: 'HTTPS', class: 'CH' }],
    edns: {
      size: 4096,
      dnssecOk: true,
      options: [
        { code: 11, value: new Uint8Array(0) },
        { code: 10, value: new Uint8Array(16).fill(7) },
      ],
    },
  });
  t.equal(view.read(full, full.length), 'none');
  t.match(view, {
    id: 0x1234,
    flags: 0x0110,
    qtype: 65,
    qclass: 3,
    edns: true,
    ednsVersion: 0,
    dnssecOk: true,
    payloadOctets: 4096,
    cookieOctets: 16,
    keepalive: true,
    questionEnd: 12 + 13 + 4,
  });
  t.strictSame(full.subarray(view.cookieOffset, view.cookieOffset + 16), new Uint8Array(16).fill(7));
  t.strictSame(Buffer.from(view.name.wire.subarray(0, 5)).toString('latin1'), '\u0003a.b\u0007');
  const plain = writeQuery({ id: 1, rd: false, questions: [{ name: '.', type: 'NS' }] });
  t.equal(view.read(plain, plain.length), 'none');
  const empty = { edns: false, dnssecOk: false, payloadOctets: 0, cookieOctets: 0, cookieOffset: 0 };
  t.match(view, { id: 1, flags: 0, qtype: 2, qclass: 1, questionEnd: 17, keepalive: false, ...empty });
  t.equal(view.name.length, 1);
  view.read(full, full.length);
  view.read(full, 4);
  t.match(view, { id: 0, qtype: 0, questionEnd: 0, ...empty });
  t.end();
});

t.test('every message of test/wire has the rcode that its file expects', (t) => {
  const view = new QueryView();
  let checked = 0;
  for (const file of readWireFiles(new URL('../wire/', import.meta.url))) {
    if (file.raw || !file.transports.includes('udp')) continue;
    view.read(file.bytes, file.bytes.length, true);
    const rcode = checkQuery(view);
    t.equal(rcode === DROP ? 'silence' : rcodeName(rcode), file.expect[0], file.name);
    checked++;
  }
  t.ok(checked > 100, `${checked} messages`);
  t.end();
});

t.test('a walk steps through all records and stops at one that does not fit', (t) => {
  const message = response(
    [record(5, EXAMPLE), record(1, Uint8Array.of(192, 0, 2, 1), EXAMPLE, 7)],
    [record(2, COM, COM)],
    [optToWire({})],
  );
  const walk = new RecordWalk();
  const seen = (octets: Uint8Array): string[] => {
    const steps: string[] = [];
    walk.start(octets, octets.length);
    while (walk.next()) steps.push(`${walk.section} ${walk.type} ${walk.ttl} ${walk.rdataLength}`);
    return steps;
  };
  t.strictSame(seen(message), ['1 5 300 2', '1 1 7 4', '2 2 300 2', '3 41 0 0']);
  t.notOk(walk.fault);
  t.equal(walk.end, message.length);
  const records = seen(message);
  // RFC 9267 section 4 and 6: a length or a count that says more than there is.
  for (let octets = 0; octets < message.length; octets++) {
    t.strictSame(
      seen(message.subarray(0, octets)),
      records.slice(0, walkable(message, octets)),
      `cut at ${octets}`,
    );
    t.ok(walk.fault, `cut at ${octets} is a fault`);
  }
  t.strictSame(seen(message), records, 'a walk begins anew after a fault');
  t.notOk(walk.next(), 'and stays at its end');
  const none = concat(u16(1, 0x8180, 0, 0, 0, 0));
  t.ok(walk.start(none, 12), 'a message without question');
  t.notOk(walk.next());
  t.notOk(walk.fault);
  const asked = response();
  for (let octets = 0; octets < asked.length; octets++)
    t.notOk(walk.start(asked, octets), `a question that is cut at ${octets}, whatever lies behind`);
  t.ok(walk.fault);
  t.ok(walk.start(asked, asked.length));
  t.end();
});

/** How many records of the message above end within so many octets. */
function walkable(message: Uint8Array, octets: number): number {
  const start = 12 + QNAME.length + 4;
  const ends = [14, 14 + 16, 14 + 16 + 14, message.length - start];
  return ends.filter((end) => start + end <= octets).length;
}

t.test('a name is skipped without following it', (t) => {
  const table: [hex: string, behind: number][] = [
    ['00', 1],
    ['016100', 3],
    ['0161c000', 4],
    ['c0ff', 2],
    ['c0', -1],
    ['0161', -1],
    ['4000', -1],
    ['8000', -1],
    ['', -1],
  ];
  for (const [hex, behind] of table) {
    const octets = fromHex(hex);
    t.equal(skipName(octets, 0, octets.length), behind, hex);
  }
  t.end();
});

/** For each type with names or a fixed size: right rdata, and how it can be wrong. */
const RDATA: readonly [type: string, right: Uint8Array[], wrong: Uint8Array[]][] = [
  ...['NS', 'CNAME', 'PTR', 'DNAME', 'TYPE7', 'TYPE8', 'TYPE9'].map(
    (type): [string, Uint8Array[], Uint8Array[]] => [
      type,
      [EXAMPLE, nameToWire('a.b.'), concat(Uint8Array.of(1, 0x61), COM), Uint8Array.of(0)],
      [
        new Uint8Array(0),
        concat(EXAMPLE, Uint8Array.of(0)),
        Uint8Array.of(3, 0x61),
        Uint8Array.of(0xc0),
        u16(0xcfff),
        u16(0xc002),
        Uint8Array.of(0x40, 0),
      ],
    ],
  ),
  ...['RP', 'TYPE14'].map((type): [string, Uint8Array[], Uint8Array[]] => [
    type,
    [concat(EXAMPLE, COM)],
    [EXAMPLE, concat(EXAMPLE, COM, COM)],
  ]),
  [
    'SOA',
    [concat(EXAMPLE, COM, new Uint8Array(20))],
    [concat(EXAMPLE, COM, new Uint8Array(19)), concat(EXAMPLE, COM, new Uint8Array(21)), concat(EXAMPLE)],
  ],
  ...['MX', 'AFSDB', 'TYPE21', 'TYPE36'].map((type): [string, Uint8Array[], Uint8Array[]] => [
    type,
    [concat(u16(10), EXAMPLE)],
    [u16(10), Uint8Array.of(0), concat(u16(10), EXAMPLE, COM)],
  ]),
  ['TYPE26', [concat(u16(10), EXAMPLE, COM)], [concat(u16(10), EXAMPLE)]],
  ['SRV', [concat(u16(1, 2, 3), EXAMPLE)], [u16(1, 2, 3), u16(1, 2), concat(u16(1, 2, 3), EXAMPLE, COM)]],
  [
    'RRSIG',
    [concat(new Uint8Array(18), COM, new Uint8Array(64))],
    [new Uint8Array(17), new Uint8Array(18), concat(new Uint8Array(18), Uint8Array.of(3, 0x61))],
  ],
  ['NSEC', [concat(EXAMPLE, fromHex('0001 40'))], [new Uint8Array(0), Uint8Array.of(3, 0x61)]],
  ...['HTTPS', 'SVCB'].map((type): [string, Uint8Array[], Uint8Array[]] => [
    type,
    [
      concat(u16(1), Uint8Array.of(0)),
      concat(u16(1), Uint8Array.of(0), u16(1, 3), fromHex('026832')),
      concat(u16(0), EXAMPLE),
    ],
    [
      u16(1),
      concat(u16(1), Uint8Array.of(0), u16(1, 4), fromHex('026832')),
      concat(u16(1), Uint8Array.of(0), u16(1)),
    ],
  ]),
  ['A', [new Uint8Array(4)], [new Uint8Array(0), new Uint8Array(3), new Uint8Array(5)]],
  ['AAAA', [new Uint8Array(16)], [new Uint8Array(4), new Uint8Array(15), new Uint8Array(17)]],
  ...['TXT', 'SPF'].map((type): [string, Uint8Array[], Uint8Array[]] => [
    type,
    [Uint8Array.of(0), fromHex('0161 00 026263')],
    [new Uint8Array(0), fromHex('0261'), fromHex('016102')],
  ]),
  ['TYPE65280', [new Uint8Array(0), fromHex('c0ff 40')], []],
];

t.test('rdata is well formed where it is as its type says, in any section', (t) => {
  for (const [type, right, wrong] of RDATA) {
    for (const [rdatas, wanted] of [
      [right, true],
      [wrong, false],
    ] as const) {
      for (const rdata of rdatas) {
        for (let section = 0; section < 3; section++) {
          const sections: Uint8Array[][] = [[], [], []];
          // A record behind it, into which wrong rdata might run unnoticed.
          sections[section]?.push(record(typeNumber(type), rdata), record(1, new Uint8Array(4)));
          const message = response(...sections);
          const what = `${type} ${Buffer.from(rdata).toString('hex')} in section ${section + 1}`;
          t.equal(isWellFormedResponse(message, message.length), wanted, what);
        }
      }
    }
  }
  t.end();
});

t.test('a response is well formed through and through, or not at all', (t) => {
  const a = record(1, new Uint8Array(4));
  const opt = optToWire({});
  const good = response([a], [], [opt]);
  const set = (offset: number, value: number): Uint8Array => {
    const message = good.slice();
    writeU16(message, offset, value);
    return message;
  };
  const table: [what: string, message: Uint8Array, wanted: boolean][] = [
    ['an answer with OPT', good, true],
    ['no header', good.subarray(0, 11), false],
    ['the last octet missing', good.subarray(0, -1), false],
    ['an octet too many', concat(good, Uint8Array.of(0)), false],
    ['one record too many promised', set(6, 2), false],
    ['one record too few promised', set(6, 0), false],
    ['two questions promised', set(4, 2), false],
    ['OPT twice', response([a], [], [opt, opt]), false],
    ['OPT in the answer section', response([opt]), false],
    ['OPT with an owner', response([], [], [concat(Uint8Array.of(1, 0x61), opt)]), false],
    [
      'OPT with a cut option',
      response([], [], [concat(opt.subarray(0, -1), Uint8Array.of(3, 0, 3, 0))]),
      false,
    ],
    [
      'an owner that is a loop',
      response([record(1, new Uint8Array(4), u16(0xc000 + 12 + QNAME.length + 4))]),
      false,
    ],
    ['an owner in the header', response([record(1, new Uint8Array(4), u16(0xc004))]), false],
    [
      'an owner label of type 01',
      response([record(1, new Uint8Array(4), Uint8Array.of(0x41, 0x61, 0))]),
      false,
    ],
    ['no question and no records', u16(1, 0x8185, 0, 0, 0, 0), true],
  ];
  for (const [what, message, wanted] of table)
    t.equal(isWellFormedResponse(message, message.length), wanted, what);
  t.ok(optionsFit(fromHex('000a 0001 ff 000f 0000'), 0, 9));
  t.notOk(optionsFit(fromHex('000a 0001 ff 000f 0000'), 0, 8));
  t.end();
});

t.test('what is well formed can be read by a strict reader', (t) => {
  const random = makeRandom(5);
  const seeds = RDATA.flatMap(([type, right]) => right.map((rdata) => record(typeNumber(type), rdata)));
  let good = 0;
  for (let round = 0; round < 20_000; round++) {
    const pick = (): Uint8Array[] =>
      Array.from({ length: random(3) }, () => seeds[random(seeds.length)] ?? QNAME);
    const message = response(pick(), pick(), pick());
    for (let i = random(3); i > 0; i--) message[random(message.length)] = random(256);
    if (!isWellFormedResponse(message, message.length)) continue;
    good++;
    try {
      readMessage(message);
    } catch (error) {
      t.fail(`${Buffer.from(message).toString('hex')}: ${String(error)}`);
    }
  }
  t.ok(good > 5000, `${good} were well formed`);
  t.end();
});

t.test('records are copied with their names written out', (t) => {
  const copier = new RecordCopier();
  const message = response(
    [
      record(15, concat(u16(10), Uint8Array.of(4), Buffer.from('Mail'), EXAMPLE)),
      record(33, concat(u16(1, 2, 3), EXAMPLE)),
      record(1, Uint8Array.of(192, 0, 2, 1)),
      record(65_280, Uint8Array.of(0xc0, 0x0c)),
    ],
    [record(6, concat(COM, EXAMPLE, fromHex('00000001 00000002 00000003 00000004 00000005')), EXAMPLE, 60)],
    [record(1, Uint8Array.of(192, 0, 2, 9))],
  );
  t.ok(isWellFormedResponse(message, message.length));
  const target = concat(
    u16(1, 0x8180, 1, 0, 0, 0),
    nameToWire('alias.example.net.'),
    u16(1, 1),
    new Uint8Array(4000),
  );
  const start = 12 + nameToWire('alias.example.net.').length + 4;
  copier.begin(target, start, target.length);
  t.equal(copier.copySection(message, 1, false), 4);
  t.equal(copier.copySection(message, 2, false), 1);
  writeU16(target, 6, 4);
  writeU16(target, 8, 1);
  const read = readMessage(target.subarray(0, copier.end));
  t.strictSame(
    read.answer.map(({ owner, type, ttl, rdata }) => [owner, type, ttl, rdata]),
    readMessage(message).answer.map(({ owner, type, ttl, rdata }) => [owner, type, ttl, rdata]),
  );
  t.equal(read.answer[0]?.rdata, '000a046d61696c076578616d706c6503636f6d00');
  t.equal(read.answer[3]?.rdata, 'c00c', 'rdata of an unknown type stays as it is');
  t.strictSame(read.authority, readMessage(message).authority);
  const { length } = target;
  copier.begin(target, length - 100, length);
  t.equal(copier.copySection(message, 1, false), 0, 'no room');
  t.ok(copier.isFull);
  copier.begin(target, start, start + 20);
  t.equal(copier.copySection(message, 1, false), 1, 'behind what is wanted nothing is copied');
  t.ok(copier.isFull);
  copier.begin(target, start, length);
  t.equal(copier.copySection(message.subarray(0, 20), 1, false), 0, 'no message');
  t.end();
});

t.test('ech is taken out of HTTPS and SVCB records, and nothing else', (t) => {
  const alpn = concat(u16(1, 3), fromHex('026832'));
  const ech = concat(u16(5, 2), fromHex('c00c'));
  const hint = concat(u16(4, 4), Uint8Array.of(192, 0, 2, 1));
  const rdata = (...parameters: Uint8Array[]): Uint8Array => concat(u16(1), EXAMPLE, ...parameters);
  const copy = (record: Uint8Array, withoutEch: boolean): string | undefined => {
    const copier = new RecordCopier();
    const message = response([record]);
    const target = concat(message.subarray(0, 12 + QNAME.length + 4), new Uint8Array(2000));
    copier.begin(target, 12 + QNAME.length + 4, target.length);
    t.equal(copier.copySection(message, 1, withoutEch), 1);
    const [copied] = readMessage(target.subarray(0, copier.end)).answer;
    return copied?.rdata;
  };
  const hex = (...parameters: Uint8Array[]): string =>
    Buffer.from(concat(u16(1), nameToWire('example.com.'), ...parameters)).toString('hex');
  t.equal(copy(record(65, rdata(alpn, ech, hint)), true), hex(alpn, hint));
  t.equal(copy(record(64, rdata(ech)), true), hex());
  t.equal(copy(record(65, rdata(alpn, ech, hint)), false), hex(alpn, ech, hint), 'unless asked to');
  const mx = concat(u16(10), Uint8Array.of(0));
  t.equal(copy(record(15, mx), true), Buffer.from(mx).toString('hex'), 'another type');
  const mandatory = (...keys: number[]): Uint8Array => concat(u16(0, 2 * keys.length), u16(...keys));
  t.equal(
    copy(record(65, rdata(mandatory(1, 5), alpn, ech)), true),
    hex(mandatory(1), alpn),
    'a key that is gone is not mandatory',
  );
  t.equal(copy(record(65, rdata(mandatory(5), ech)), true), hex(), 'an empty list of mandatory keys goes');
  t.end();
});

t.test('rdata is encoded for the types of local data', (t) => {
  const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
  t.equal(hex(encodeRdata({ type: 'A', data: '192.0.2.1' })), 'c0000201');
  t.equal(hex(encodeRdata({ type: 'AAAA', data: '2001:db8::1' })), `20010db8${'0'.repeat(23)}1`);
  t.end();
});
