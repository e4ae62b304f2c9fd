// Sets of upstream servers over UDP: what is an answer, which server is asked, what gives way to what.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { ServerOptions } from '../../src/upstream/server-options.ts';
import { SocketBudget } from '../../src/upstream/socket-budget.ts';
import type { UpstreamSetOptions } from '../../src/upstream/upstream-set.ts';
import { concat, u16 } from '../support/message-writer.ts';
import {
  answer,
  byTransport,
  choose,
  eachItsAddress,
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
import type { Behaviour } from '../support/upstream-scripts.ts';
import { NAME, A, openStand, openSet, questionFor, say, messageOf, GOOD } from '../support/upstream-stand.ts';

const WRONG = '@ 300 A 192.0.2.66';

/** Gives a change of a message: these octets at this offset. */
function put(offset: number, ...octets: number[]): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    bytes.set(octets, offset);
    return bytes;
  };
}

function upperCaseQuestion(bytes: Uint8Array): Uint8Array {
  return bytes.map((octet, i) =>
    i > 12 && i < questionEnd(bytes) - 5 && octet >= 0x61 ? octet ^ 0x20 : octet,
  );
}

/** One behaviour for the first server, another for the second. */
function byServer(first: Behaviour, second: Behaviour): Behaviour {
  return choose(({ server }) => (server === 'first' ? first : second));
}

/** A server that knows no EDNS and refuses it in its way. */
function withoutEdns(refusal: Behaviour): Behaviour {
  return choose(({ message }) => (message?.opts.length === 0 ? records(A) : refusal));
}

t.test('datagrams that are not the answer do not end the wait for it', async (t) => {
  const { book, first } = await openStand(t);
  const wrong: [what: string, spoiled: Behaviour][] = [
    ['another id', spoil(records(WRONG), (bytes) => put(0, (bytes[0] ?? 0) ^ 0xff)(bytes))],
    ['not a response', spoil(records(WRONG), put(2, 0x01))],
    ['another opcode', spoil(records(WRONG), put(2, 0xa8))],
    ['another name', spoil(records(WRONG), put(13, 0x78))],
    ['another type', spoil(records(WRONG), (bytes) => put(questionEnd(bytes) - 3, 28)(bytes))],
    ['another class', spoil(records(WRONG), (bytes) => put(questionEnd(bytes) - 1, 3)(bytes))],
    ['no question', spoil(records(WRONG), put(4, 0, 0))],
    ['two questions', spoil(records(WRONG), put(4, 0, 2))],
    ['from another port', edit(records(WRONG), (act) => ({ ...act, elsewhere: true }))],
    ['an empty datagram', spoil(records(WRONG), () => new Uint8Array(0))],
    ['half a header', spoil(records(WRONG), (bytes) => bytes.subarray(0, 6))],
    ['a header alone', spoil(records(WRONG), (bytes) => bytes.subarray(0, 12))],
    ['cut in the question', spoil(records(WRONG), (bytes) => bytes.subarray(0, 20))],
    ['cut in a record', spoil(records(WRONG), (bytes) => bytes.subarray(0, questionEnd(bytes) + 8))],
    ['more records counted than there are', spoil(records(WRONG), put(6, 0, 9))],
    [
      'a pointer to itself',
      spoil(records(WRONG), (bytes) => put(questionEnd(bytes), 0xc0, questionEnd(bytes))(bytes)),
    ],
    [
      'a pointer forwards',
      spoil(records(WRONG), (bytes) => put(questionEnd(bytes), 0xc0, questionEnd(bytes) + 4)(bytes)),
    ],
    ['a label type of old', spoil(records(WRONG), (bytes) => put(questionEnd(bytes), 0x40)(bytes))],
    ['an address of three octets', records(String.raw`@ 300 A \# 3 c00002`)],
    ['an RDLENGTH past the end', spoil(records(WRONG), (bytes) => put(questionEnd(bytes) + 10, 0xff)(bytes))],
    ['a CNAME that runs out', records(String.raw`@ 300 CNAME \# 3 056162`)],
    ['a TXT that runs out', records(String.raw`@ 300 TXT \# 3 096162`)],
    ['an SOA without numbers', records(String.raw`@ 300 SOA \# 2 0000`)],
    ['OPT twice', answer({ answer: [WRONG], additional: ['. 0 OPT \\# 0'] })],
    ['OPT in the answer', answer({ answer: [WRONG, '. 0 OPT \\# 0'] })],
    [
      'an OPT option that runs out',
      answer({ answer: [WRONG], edns: 'none', additional: [String.raw`. 0 OPT \# 5 000a000800`] }),
    ],
  ];
  const set = openSet(t, [first.port]);
  for (const [i, [what, spoiled]] of wrong.entries()) {
    const name = `n${i}.example.net.`;
    book.set(name, together(spoiled, records(A))(name));
    t.equal(say(await set.ask(questionFor(name))), GOOD, what);
    t.equal(book.asked(name).length, 1, `${what}: asked once`);
  }
  const [server] = set.stats().servers;
  // What another port sent never reached the connected socket.
  t.equal(server?.ignored, wrong.length - 1);
});

t.test('letters of any case in the answered question are ours', async (t) => {
  const { book, first } = await openStand(t);
  book.set(NAME, spoil(records(A), upperCaseQuestion)(NAME));
  const outcome = await openSet(t, [first.port]).ask(questionFor());
  t.equal(say(outcome), GOOD);
  t.equal(outcome.ok && messageOf(outcome.answer).questions[0]?.name, NAME);
});

t.test('an answer that comes twice or late does no harm', async (t) => {
  const { book, first } = await openStand(t);
  book.set(NAME, together(records(A), records(WRONG))(NAME));
  book.set('next.example.net.', later(60, records(A))('next.example.net.'));
  const set = openSet(t, [first.port]);
  t.equal(say(await set.ask(questionFor())), GOOD);
  t.equal(say(await set.ask(questionFor('next.example.net.'))), GOOD);
});

t.test('the query carries what it must and nothing of the client', async (t) => {
  const { book, first } = await openStand(t);
  book.set(NAME, records(A)(NAME));
  const set = openSet(t, [first.port]);
  for (const fields of [{}, { dnssecOk: true }, { checkingDisabled: true }])
    await set.ask(questionFor(NAME, fields));
  const [plain, dnssec, checking] = book.asked(NAME).map(({ message }) => message);
  for (const query of [plain, dnssec, checking]) {
    t.match(query, { qr: false, opcode: 0, rd: true, ad: true, aa: false, tc: false, z: false });
    t.match(query?.opts, [{ size: 1232, version: 0, options: [] }]);
  }
  t.strictSame([plain?.opts[0]?.flags, dnssec?.opts[0]?.flags], [0, 0x8000]);
  t.strictSame([plain?.cd, checking?.cd], [false, true]);
});

t.test('ids and source ports differ', async (t) => {
  const { book, first } = await openStand(t);
  book.set('example.net.', eachItsAddress('example.net.'));
  const set = openSet(t, [first.port]);
  await Promise.all(Array.from({ length: 100 }, (_, i) => set.ask(questionFor(`n${i}.example.net.`))));
  const asked = book.asked('example.net.');
  t.ok(new Set(asked.map(({ port }) => port)).size > 90);
  t.ok(new Set(asked.map(({ message }) => message?.id)).size > 90);
});

t.test('how long an answer took is measured', async (t) => {
  const { book, first } = await openStand(t);
  book.set(NAME, records(A)(NAME));
  let nowMs = 0;
  const set = openSet(t, [first.port], { now: () => (nowMs += 5) });
  t.equal(set.stats().servers[0]?.smoothedMs, undefined);
  await set.ask(questionFor());
  t.ok((set.stats().servers[0]?.smoothedMs ?? 0) >= 5);
});

t.test('identical questions in flight are asked once', async (t) => {
  const { book, first } = await openStand(t);
  book.set(NAME, later(50, records(A))(NAME));
  const set = openSet(t, [first.port]);
  const asks = Array.from({ length: 10 }, () => set.ask(questionFor()));
  const apart = [{ qtype: 28 }, { dnssecOk: true }, { checkingDisabled: true }].map((fields) =>
    set.ask(questionFor(NAME, fields)),
  );
  t.match(set.stats(), { inFlight: 4, waiters: 13 });
  const outcomes = await Promise.all(asks);
  t.ok(outcomes.every((outcome) => outcome === outcomes[0]));
  await Promise.all(apart);
  t.equal(book.asked(NAME).length, 4);
  t.match(set.stats(), { inFlight: 0, waiters: 0, asked: 4, shared: 9 });
  await set.ask(questionFor());
  t.equal(book.asked(NAME).length, 5, 'the next one is asked anew');
});

t.test('a server that is of no use gives way to the next', async (t) => {
  const { book, first, second, nobody } = await openStand(t);
  const referral = answer({ ra: false, authority: ['@ 300 NS ns'] });
  const table: [what: string, behaviour: Behaviour, outcome: string, asked: number][] = [
    ['SERVFAIL', byServer(answer({ rcode: 'SERVFAIL' }), records(A)), GOOD, 2],
    ['REFUSED', byServer(answer({ rcode: 'REFUSED' }), records(A)), GOOD, 2],
    ['NOTIMP', byServer(answer({ rcode: 'NOTIMP' }), records(A)), GOOD, 2],
    ['FORMERR', byServer(answer({ rcode: 'FORMERR' }), records(A)), GOOD, 2],
    ['NOTAUTH', byServer(answer({ rcode: 'NOTAUTH' }), records(A)), GOOD, 2],
    ['a referral', byServer(referral, records(A)), GOOD, 2],
    ['NXDOMAIN is an answer', byServer(negative('NXDOMAIN'), records(A)), 'NXDOMAIN', 1],
    ['NODATA is an answer', byServer(negative('NOERROR'), records(A)), 'NOERROR', 1],
    ['YXDOMAIN is an answer', byServer(answer({ rcode: 'YXDOMAIN' }), records(A)), 'YXDOMAIN', 1],
    [
      'TC, then nothing over TCP',
      byServer(
        byTransport(
          answer({ tc: true }),
          edit(records(A), () => ({ close: true })),
        ),
        records(A),
      ),
      GOOD,
      3,
    ],
    ['TC over TCP too', byServer(answer({ tc: true, answer: [WRONG] }), records(A)), GOOD, 3],
    ['all refuse', answer({ rcode: 'REFUSED' }), 'failed rcode,rcode REFUSED', 2],
    [
      'SERVFAIL says more than REFUSED',
      byServer(answer({ rcode: 'REFUSED' }), answer({ rcode: 'SERVFAIL' })),
      'failed rcode,rcode SERVFAIL',
      2,
    ],
    [
      'the order does not matter',
      byServer(answer({ rcode: 'SERVFAIL' }), answer({ rcode: 'REFUSED' })),
      'failed rcode,rcode SERVFAIL',
      2,
    ],
    ['all refer', referral, 'failed lame,lame', 2],
  ];
  const set = openSet(t, [first.port, second.port]);
  for (const [i, [what, behaviour, outcome, asked]] of table.entries()) {
    const name = `n${i}.example.net.`;
    book.set(name, behaviour(name));
    // A set of its own: what one row does to a server's health is not the next row's matter.
    t.equal(say(await openSet(t, [first.port, second.port]).ask(questionFor(name))), outcome, what);
    t.equal(book.asked(name).length, asked, `${what}: asked`);
  }
  book.set(NAME, records(A)(NAME));
  t.equal(say(await openSet(t, [nobody, second.port]).ask(questionFor())), GOOD, 'a closed port');
  t.equal(
    say(await openSet(t, [nobody]).ask(questionFor())),
    'failed refused-connection',
    'only a closed port',
  );
  t.equal(set.stats().asked, 0);
});

t.test('the EDE of the answer that is passed on comes along', async (t) => {
  const { book, first, second } = await openStand(t);
  const bogus = { options: [{ code: 15, value: Uint8Array.of(0, 6, 0x62) }] };
  book.set(
    NAME,
    choose(({ server }) =>
      answer(server === 'first' ? { rcode: 'SERVFAIL', edns: bogus } : { rcode: 'SERVFAIL' }),
    )(NAME),
  );
  for (const ports of [
    [first.port, second.port],
    [second.port, first.port],
  ]) {
    const outcome = await openSet(t, ports).ask(questionFor());
    t.match(outcome, { ok: false, answer: { rcode: 2, edeLength: 3, ttlSeconds: 0 } });
  }
});

t.test('a silent server is asked again, and another in its place', async (t) => {
  const { book, first, second } = await openStand(t);
  const quick = { patienceMs: 60, questionTimeoutMs: 2000 };
  book.set('lost.example.net.', inTurn(silence, records(A))('lost.example.net.'));
  t.equal(say(await openSet(t, [first.port], quick).ask(questionFor('lost.example.net.'))), GOOD, 'one loss');
  book.set('gone.example.net.', silence('gone.example.net.'));
  const gone = await openSet(t, [first.port, second.port], quick).ask(questionFor('gone.example.net.'));
  t.equal(say(gone), 'failed timeout,timeout');
  const asked = book.asked('gone.example.net.');
  const askedOf = (name: string): typeof asked => asked.filter(({ server }) => server === name);
  t.strictSame([askedOf('first').length, askedOf('second').length], [3, 3], 'each is asked three times');
  t.ok(
    asked.slice(0, 3).some(({ server }) => server === 'second'),
    'the other does not wait for that',
  );
  for (const name of ['first', 'second'])
    t.equal(
      new Set(askedOf(name).map(({ port, message }) => `${port} ${message?.id}`)).size,
      1,
      'with one port and id, so that a guess has no more to hit',
    );
  book.set(
    'one.example.net.',
    choose(({ server }) => (server === 'first' ? silence : records(A)))('one.example.net.'),
  );
  t.equal(
    say(await openSet(t, [first.port, second.port], quick).ask(questionFor('one.example.net.'))),
    GOOD,
    'failover',
  );
  book.set('long.example.net.', silence('long.example.net.'));
  const long = await openSet(t, [first.port], { patienceMs: 60_000, questionTimeoutMs: 80 }).ask(
    questionFor('long.example.net.'),
  );
  t.equal(say(long), 'failed timeout', 'the whole question is bounded');
});

t.test('a server that is down comes last, and is noticed when it is back', async (t) => {
  const { book, first, second } = await openStand(t);
  let firstIsSilent = true;
  const behaviour = choose(({ server }) => (server === 'first' && firstIsSilent ? silence : eachItsAddress));
  book.set('example.net.', behaviour('example.net.'));
  let nowMs = 0;
  const set = openSet(t, [first.port, second.port], { patienceMs: 40, now: () => nowMs });
  let count = 0;
  const ask = async (): Promise<string> => say(await set.ask(questionFor(`n${count++}.example.net.`)));
  const serversOf = (number: number): string[] =>
    book
      .asked('example.net.')
      .filter(({ message }) => message?.questions[0]?.name === `n${number}.example.net.`)
      .map(({ server }) => server);
  for (let i = 0; i < 3; i++) t.equal(await ask(), GOOD);
  t.strictSame(
    set.stats().servers.map(({ state }) => state),
    ['down', 'up'],
  );
  t.equal(await ask(), GOOD);
  t.strictSame(serversOf(3), ['second'], 'it is not asked while it is down');
  firstIsSilent = false;
  nowMs = 2000;
  t.equal(await ask(), GOOD);
  for (let i = 0; i < 100 && set.stats().servers[0]?.state !== 'up'; i++) await sleep(5);
  t.strictSame(serversOf(4).toSorted(), ['first', 'second'], 'it gets a copy as a probe');
  t.equal(await ask(), GOOD);
  t.strictSame(serversOf(5), ['first']);
});

t.test('a slow server is overtaken', async (t) => {
  const { book, first, second } = await openStand(t);
  book.set(NAME, choose(({ server }) => (server === 'first' ? silence : records(A)))(NAME));
  const set = openSet(t, [first.port, second.port], { strategy: 'fastest', hedgeMs: 20 });
  t.equal(say(await set.ask(questionFor())), GOOD);
  t.strictSame(
    book.asked(NAME).map(({ server }) => server),
    ['first', 'second'],
  );
  t.equal(set.stats().hedged, 1);
  t.equal(say(await set.ask(questionFor())), GOOD);
  t.equal(book.asked(NAME)[2]?.server, 'second', 'the next question begins with the faster one');
  const parallel = openSet(t, [first.port, second.port], { strategy: 'parallel' });
  t.equal(say(await parallel.ask(questionFor())), GOOD);
  t.strictSame(
    book
      .asked(NAME)
      .slice(3)
      .map(({ server }) => server)
      .toSorted(),
    ['first', 'second'],
  );
});

t.test('of a datagram that is read which the counts speak of', async (t) => {
  const { book, first } = await openStand(t);
  const rows: [what: string, behaviour: Behaviour][] = [
    ['two octets more', spoil(records(A), (bytes) => concat(bytes, Uint8Array.of(0, 0)))],
    ['a record that is not counted', spoil(records(A, WRONG), put(6, 0, 1))],
  ];
  for (const [what, behaviour] of rows) {
    book.set(NAME, behaviour(NAME));
    t.equal(say(await openSet(t, [first.port]).ask(questionFor())), GOOD, what);
  }
});

t.test('an answer with too many aliases is a failure that says so', async (t) => {
  const { book, first } = await openStand(t);
  const chain = Array.from({ length: 17 }, (_, i) => `${i === 0 ? '@' : `c${i}`} 300 CNAME c${i + 1}`);
  book.set(NAME, records(...chain, 'c17 300 A 192.0.2.1')(NAME));
  const outcome = await openSet(t, [first.port]).ask(questionFor());
  t.match(outcome, {
    ok: false,
    failures: [{ detail: 'it has more than 16 aliases' }],
    answer: { rcode: 2 },
  });
});

t.test('TC leads to TCP, where the answer may be large', async (t) => {
  const { book, first } = await openStand(t);
  const many = Array.from({ length: 2000 }, (_, i) => `@ 300 A 198.51.${i >> 8}.${i & 255}`);
  book.set(NAME, records(...many)(NAME));
  const set = openSet(t, [first.port]);
  const outcome = await set.ask(questionFor());
  t.equal(outcome.ok && messageOf(outcome.answer).answer.length, 2000);
  t.strictSame(
    book.asked(NAME).map(({ transport }) => transport),
    ['udp', 'tcp'],
  );
  t.equal(set.stats().servers[0]?.truncated, 1);
});

t.test('a server without EDNS is asked without, and that is remembered for a while', async (t) => {
  const { book, first } = await openStand(t);
  const table: [what: string, refusal: Behaviour][] = [
    ['FORMERR without OPT', answer({ rcode: 'FORMERR', edns: 'none' })],
    ['NOTIMP without OPT', answer({ rcode: 'NOTIMP', edns: 'none' })],
    ['BADVERS', answer({ rcode: 'BADVERS' })],
    [
      'a header alone',
      spoil(answer({ rcode: 'FORMERR', edns: 'none' }), (bytes) =>
        concat(bytes.subarray(0, 4), u16(0, 0, 0, 0)),
      ),
    ],
  ];
  for (const [i, [what, refusal]] of table.entries()) {
    const name = `n${i}.example.net.`;
    book.set(name, withoutEdns(refusal)(name));
    let nowMs = 1;
    const set = openSet(t, [first.port], { now: () => nowMs });
    const optCounts = async (): Promise<(number | undefined)[]> => {
      t.equal(say(await set.ask(questionFor(name))), GOOD, what);
      return book.asked(name).map(({ message }) => message?.opts.length);
    };
    t.strictSame(await optCounts(), [1, 0], `${what}: twice`);
    t.strictSame(await optCounts(), [1, 0, 0], `${what}: remembered`);
    nowMs += 16 * 60_000;
    t.strictSame(await optCounts(), [1, 0, 0, 1, 0], `${what}: tried again`);
  }
  book.set(NAME, answer({ rcode: 'FORMERR', edns: 'none' })(NAME));
  const set = openSet(t, [first.port]);
  for (let i = 0; i < 2; i++) t.equal(say(await set.ask(questionFor())), 'failed rcode FORMERR');
  t.strictSame(
    book.asked(NAME).map(({ message }) => message?.opts.length),
    [1, 0, 1, 0],
    'FORMERR either way teaches nothing',
  );
});

t.test('over the limit of sockets a question fails at once', async (t) => {
  const { book, first } = await openStand(t);
  book.set('example.net.', later(30, eachItsAddress)('example.net.'));
  const budget = new SocketBudget(() => ({ shared: 2, perVlan: 0 }));
  const set = openSet(t, [first.port], { budget });
  const said = await Promise.all(
    ['a', 'b', 'c'].map(async (label) => say(await set.ask(questionFor(`${label}.example.net.`)))),
  );
  t.strictSame(said, [GOOD, GOOD, 'failed too-many-sockets']);
  t.equal(budget.taken, 0);
});

t.test('no VLAN takes the sockets that another may have, nor hands on that it has none', async (t) => {
  const { book, first } = await openStand(t);
  book.set('example.net.', later(30, eachItsAddress)('example.net.'));
  const budget = new SocketBudget(() => ({ shared: 1, perVlan: 1 }));
  const set = openSet(t, [first.port], { budget });
  const ask = async (label: string, askedBy: string): Promise<string> =>
    say(await set.ask({ ...questionFor(`${label}.example.net.`), askedBy }));
  const said = await Promise.all([
    ask('a', 'kids'),
    ask('b', 'kids'),
    ask('c', 'kids'),
    ask('c', 'servers'),
    ask('a', 'servers'),
  ]);
  t.strictSame(said, [GOOD, GOOD, 'failed too-many-sockets', GOOD, GOOD]);
  t.equal(budget.taken, 0);
});

t.test('no VLAN takes the connections of another, however slow what it asks is', async (t) => {
  const { book, first } = await openStand(t);
  book.set('silent.example.', silence('silent.example.'));
  book.set('example.net.', eachItsAddress('example.net.'));
  const set = openSet(t, [], { servers: [{ transport: 'tcp', address: '127.0.0.1', port: first.port }] });
  const slow = Array.from({ length: 450 }, (_, i) =>
    set.ask({ ...questionFor(`n${i}.silent.example.`), askedBy: 'kids' }),
  );
  const said = await Promise.all(
    Array.from({ length: 20 }, async (_, i) =>
      say(await set.ask({ ...questionFor(`n${i}.example.net.`), askedBy: 'servers' })),
    ),
  );
  t.strictSame(new Set(said), new Set([GOOD]));
  set.close();
  await Promise.all(slow);
});

t.test('close ends what is in flight', async (t) => {
  const { book, first } = await openStand(t);
  book.set(NAME, silence(NAME));
  for (const transport of ['udp', 'tcp'] as const) {
    const servers: ServerOptions[] = [{ transport, address: '127.0.0.1', port: first.port }];
    const set = openSet(t, [], { servers });
    const asked = set.ask(questionFor());
    while (set.stats().servers[0]?.sent === 0) await sleep(1);
    set.close();
    t.equal(say(await asked), 'failed cancelled');
    t.equal(say(await set.ask(questionFor())), 'failed closed');
  }
});

t.test('a server that cannot be reached is named with the reason', async (t) => {
  const servers: ServerOptions[] = [{ transport: 'udp', address: 'fe80::1%none0' }];
  const outcome = await openSet(t, [], { servers }).ask(questionFor());
  t.match(outcome, { ok: false, failures: [{ server: 'udp://[fe80::1%none0]:53', reason: 'unreachable' }] });
  const ipv6: ServerOptions[] = [{ transport: 'tls', address: '2001:db8::1', serverName: 'dns.example' }];
  t.equal(
    openSet(t, [], { servers: ipv6 }).stats().servers[0]?.server,
    'tls://[2001:db8::1]:853#dns.example',
  );
});

t.test('the servers of a resolv.conf are followed', async (t) => {
  const { book, first } = await openStand(t);
  book.set(NAME, records(A)(NAME));
  const file = path.join(
    t.testdir({ 'resolv.conf': 'nameserver 127.0.0.1\nnameserver 127.0.0.3 # resolvd: vio0\n' }),
    'resolv.conf',
  );
  let nowMs = 0;
  const options: Partial<UpstreamSetOptions> = {
    servers: [
      { transport: 'system', path: file },
      { transport: 'udp', address: '127.0.0.1', port: first.port },
    ],
    now: () => nowMs,
    patienceMs: 50,
    isOwnAddress: (address, port) => address === '127.0.0.1' && port === 53,
  };
  const set = openSet(t, [], options);
  const names = (): string[] => set.stats().servers.map(({ server }) => server);
  t.equal(say(await set.ask(questionFor())), GOOD);
  t.strictSame(
    names(),
    [`udp://127.0.0.1:${first.port}`, 'udp://127.0.0.3:53'],
    'our own address is left out',
  );
  writeFileSync(file, 'search example.net\nnameserver 127.0.0.4\n');
  await set.ask(questionFor());
  t.equal(names()[1], 'udp://127.0.0.3:53', 'not looked at again within five seconds');
  nowMs = 5000;
  for (let i = 0; i < 100 && names()[1] !== 'udp://127.0.0.4:53'; i++) await set.ask(questionFor());
  t.equal(names()[1], 'udp://127.0.0.4:53');
  const missing = openSet(t, [], { servers: [{ transport: 'system', path: `${file}.not` }] });
  t.match(await missing.ask(questionFor()), {
    ok: false,
    failures: [{ server: 'default', reason: 'unreachable' }],
  });
});
