// Questions that wait for an upstream, and how long what it said is good.
import t from 'tap';
import { RateLimit } from '../../src/server/limits/rate-limit.ts';
import { ALL_MAY_WAIT, errorsOf, InProcess, ScriptedSet } from '../support/in-process.ts';
import type { AskFields } from '../support/in-process.ts';
import { KID, oneVlan, SERVER, TWO_VLANS } from '../support/query-services.ts';
import type { ServingLines } from '../support/serving.ts';

t.test('no answer is given for another question', async (t) => {
  const answers: Record<string, { answer: string[] }> = {
    'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] },
    'a.example AAAA': { answer: ['a.example. 300 AAAA 2001:db8::1'] },
    'b.a.example A': { answer: ['b.a.example. 300 A 192.0.2.2'] },
    'b\\.a.example A': { answer: ['b\\.a.example. 300 A 192.0.2.3'] },
    'example A': { answer: ['example. 300 A 192.0.2.4'] },
    '. NS': { answer: ['. 300 NS a.'] },
  };
  const one = new ScriptedSet('one', answers);
  const two = new ScriptedSet('two', { 'a.example A': { answer: ['a.example. 300 A 192.0.2.5'] } });
  const service = new InProcess({
    policies: { kids: {}, servers: { upstream: 1 } },
    vlans: TWO_VLANS.vlans,
    upstreams: new Map([
      [0, one],
      [1, two],
    ]),
  });
  const table: [name: string, type: string, fields: AskFields, told: string][] = [
    ['a.example', 'A', KID, 'NOERROR, A c0000201'],
    ['A.eXample', 'A', KID, 'NOERROR, A c0000201'],
    ['a.example', 'AAAA', KID, `NOERROR, AAAA 20010db8${'0'.repeat(23)}1`],
    ['b.a.example', 'A', KID, 'NOERROR, A c0000202'],
    ['b\\.a.example', 'A', KID, 'NOERROR, A c0000203'],
    ['example', 'A', KID, 'NOERROR, A c0000204'],
    ['.', 'NS', KID, 'NOERROR, NS 016100'],
    ['a.example', 'A', SERVER, 'NOERROR, A c0000205'],
    ['a.example', 'A', { ...KID, edns: {} }, 'NOERROR, A c0000201'],
    ['a.example', 'A', { ...KID, edns: { dnssecOk: true } }, 'NOERROR, A c0000201'],
    ['a.example', 'A', { ...KID, cd: true }, 'NOERROR, A c0000201'],
    ['a.example', 'A', { ...KID, cd: true, edns: { dnssecOk: true } }, 'NOERROR, A c0000201'],
  ];
  for (let round = 0; round < 2; round++)
    for (const [name, type, fields, told] of table)
      t.equal(await service.tell(name, type, fields), told, `${name} ${type} from ${fields.vlan}`);
  t.strictSame(one.asked, [
    'a.example A',
    'a.example AAAA',
    'b.a.example A',
    'b\\.a.example A',
    'example A',
    '. NS',
    'a.example A DO',
    'a.example A CD',
    'a.example A DO CD',
  ]);
  t.strictSame(two.asked, ['a.example A']);
  t.match(await service.ask('A.Example', 'A', KID), {
    questions: [{ name: 'A.Example.' }],
    answer: [{ owner: 'A.Example.' }],
  });
});

t.test('answers age, and AD is for who asked for it', async (t) => {
  const { service } = oneVlan({}, { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } });
  t.match(await service.ask('a.example', 'A', { ad: true }), { ad: true, answer: [{ ttl: 300 }] });
  service.nowMs += 100_500;
  t.match(await service.ask('a.example'), { ad: false, answer: [{ ttl: 200 }] });
  t.match(service.countersOf('lan'), { queries: 2, forwarded: 1, cacheHits: 1 });
});

t.test('an answer with TTL 0 is given to who waits and not kept', async (t) => {
  const { service, set } = oneVlan(
    { bypass: 'block' },
    { 'a.example A': { answer: ['a.example. 0 A 192.0.2.1'] } },
  );
  set.held = true;
  const waiting = [
    service.tell('a.example'),
    service.tell('A.example'),
    service.tell('a.example', 'A', { transport: 'tcp' }),
  ];
  set.release();
  for (const told of await Promise.all(waiting)) t.equal(told, 'NOERROR, A c0000201');
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201');
  t.equal(set.asked.length, 4);
  t.equal(service.cache.entries, 0);
});

t.test('a failing upstream is told of, and the failure kept for a second', async (t) => {
  const { service, set } = oneVlan({}, { 'a.example A': { fails: true } });
  const reply = await service.ask('a.example', 'A', { edns: {} });
  t.equal(reply.rcode, 'SERVFAIL');
  t.strictSame(errorsOf(reply), ['23 upstream default: udp://192.0.2.53 timeout']);
  t.equal((await service.ask('a.example')).rcode, 'SERVFAIL');
  t.equal(set.asked.length, 1, 'RFC 9520');
  service.nowMs += 1000;
  set.answers.set('a.example A', { answer: ['a.example. 300 A 192.0.2.1'] });
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201');
  t.strictSame(service.failures, ['default']);
  t.equal(service.countersOf('lan').failed, 2);
});

t.test('a stale answer is given where no upstream answers, at once or after 1.8 seconds', async (t) => {
  const { service, set } = oneVlan(
    { block: ['later.example'] },
    { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } },
  );
  await service.tell('a.example');
  service.nowMs += 301_000;
  set.answers.set('a.example A', { fails: true });
  const stale = await service.ask('a.example', 'A', { edns: {} });
  t.match(stale, { rcode: 'NOERROR', answer: [{ rdata: 'c0000201', ttl: 30 }] });
  t.strictSame(errorsOf(stale), ['3']);
  t.equal(set.asked.length, 2);
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201');
  t.equal(set.asked.length, 2, 'the upstream has failed a moment ago');
  service.nowMs += 29_000;
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201');
  t.equal(set.asked.length, 2, 'RFC 8767: it is looked at again after 30 seconds');
  service.nowMs += 1000;
  set.held = true;
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201', 'the upstream is silent');
  t.equal(set.asked.length, 3);
  t.equal(service.countersOf('lan').staleAnswers, 4);
  set.answers.set('a.example A', { answer: ['a.example. 300 A 192.0.2.2'] });
  set.release();
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000202', 'what came late was kept');
  service.nowMs += 301_000;
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000202', 'a fresh answer replaces a stale one');
  t.equal(service.countersOf('lan').staleAnswers, 4);
});

t.test('while the servers are down nobody waits who can have a stale answer', async (t) => {
  const { service, set } = oneVlan({}, { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } });
  await service.tell('a.example');
  service.nowMs += 301_000;
  set.held = true;
  set.down = true;
  const told = service.tell('a.example');
  // Held, no question ends: only who does not wait is answered.
  t.equal(await told, 'NOERROR, A c0000201');
  t.equal(set.asked.length, 2, 'the servers are asked all the same');
  set.answers.set('a.example A', { answer: ['a.example. 300 A 192.0.2.2'] });
  set.release();
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000202', 'so that their return is noticed');
});

t.test(
  'where all places are taken a stale answer is given, and SERVFAIL only where there is none',
  async (t) => {
    const { service, set } = oneVlan(
      {},
      {
        'a.example A': { answer: ['a.example. 300 A 192.0.2.1', 'a.example. 300 A 192.0.2.66'] },
      },
    );
    await service.tell('a.example');
    service.nowMs += 301_000;
    service.waitingLimits = { ...ALL_MAY_WAIT, shares: { shared: 1, perVlan: 0 } };
    set.held = true;
    const waiting = service.ask('other.example', 'A', { client: '192.0.2.1' });
    const stale = await service.ask('a.example', 'A', { edns: {} });
    t.match(stale, { rcode: 'NOERROR', answer: [{ rdata: 'c0000201', ttl: 30 }, {}] });
    t.strictSame(errorsOf(stale), ['3']);
    const none = await service.ask('new.example', 'A', { edns: {} });
    t.equal(none.rcode, 'SERVFAIL');
    t.strictSame(errorsOf(none), ['23 too many questions in flight']);
    t.match(service.countersOf('lan'), { staleAnswers: 1, failed: 1 });
    set.release();
    await waiting;
  },
);

t.test('a failure of our own, such as no socket left, holds a stale answer for a second only', async (t) => {
  const { service, set } = oneVlan({}, { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } });
  await service.tell('a.example');
  service.nowMs += 301_000;
  set.answers.set('a.example A', { fails: 'too-many-sockets' });
  await service.tell('a.example');
  service.nowMs += 1000;
  set.answers.set('a.example A', { answer: ['a.example. 300 A 192.0.2.2'] });
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000202');
});

t.test('a popular answer is asked for anew shortly before its end, unless prefetch is off', async (t) => {
  for (const prefetch of [true, false]) {
    const { service, set } = oneVlan({}, { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } });
    service.prefetch = prefetch;
    for (let i = 0; i < 5; i++) await service.tell('a.example');
    t.equal(set.asked.length, 1, 'not before');
    service.nowMs += 290_000;
    set.answers.set('a.example A', { answer: ['a.example. 300 A 192.0.2.2'] });
    t.equal(await service.tell('a.example'), 'NOERROR, A c0000201', 'nobody waits for it');
    await new Promise((resolve) => setImmediate(resolve));
    t.equal(await service.tell('a.example'), prefetch ? 'NOERROR, A c0000202' : 'NOERROR, A c0000201');
    t.equal(set.asked.length, prefetch ? 2 : 1, `prefetch ${prefetch}`);
  }
});

t.test('a question that many wait for is kept once, and counts as one miss each', async (t) => {
  const { service, set } = oneVlan({}, { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } });
  set.held = true;
  const asked = Array.from({ length: 50 }, () => service.tell('a.example'));
  await new Promise((resolve) => setImmediate(resolve));
  set.release();
  t.strictSame(new Set(await Promise.all(asked)), new Set(['NOERROR, A c0000201']));
  const { cache } = service;
  t.strictSame([cache.entries, cache.hits, cache.misses], [1, 0, 50]);
  const octets = cache.size;
  await service.tell('a.example');
  t.strictSame([cache.hits, cache.misses, service.countersOf('lan').cacheHits], [1, 50, 1]);
  t.ok(octets < 200, `one answer takes ${octets} octets`);
});

t.test('a stale answer is filtered like any other', async (t) => {
  const set = new ScriptedSet('default', {
    'a.example A': { answer: ['a.example. 300 CNAME b.example.', 'b.example. 300 A 192.0.2.1'] },
  });
  const upstreams = new Map([[0, set]]);
  const service = new InProcess({ policies: { lan: {} }, upstreams });
  await service.tell('a.example');
  service.nowMs += 301_000;
  set.answers.set('a.example A', { fails: true });
  service.reload({ policies: { lan: { block: ['b.example'] } }, upstreams });
  t.equal(await service.tell('a.example'), 'NXDOMAIN');
});

t.test('no VLAN takes the places in which the others wait', async (t) => {
  const set = new ScriptedSet('default');
  const service = new InProcess({
    policies: { lan: {} },
    vlans: {
      kids: { subnets: ['192.0.2.0/24'], policy: 'lan' },
      servers: { subnets: ['198.51.100.0/24'], policy: 'lan' },
    },
    upstreams: new Map([[0, set]]),
  });
  service.waitingLimits = { ...ALL_MAY_WAIT, shares: { shared: 2, perVlan: 1 } };
  set.held = true;
  const ask = (vlan: string, client: string, name: string): Promise<{ rcode: string }> =>
    service.ask(name, 'A', { vlan, client });
  const flood = Array.from({ length: 6 }, (_, i) => ask('kids', `192.0.2.${i}`, `n${i}.example`));
  const other = ask('servers', '198.51.100.1', 'www.example');
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(service.pending.count, 4);
  set.release();
  const rcodes = (await Promise.all(flood)).map(({ rcode }) => rcode);
  t.equal(rcodes.filter((rcode) => rcode === 'SERVFAIL').length, 3);
  t.equal((await other).rcode, 'NXDOMAIN');
  t.equal(service.pending.count, 0);
});

t.test(
  'a query that waits while its VLAN is renamed is answered as by the one that has its listener then',
  async (t) => {
    const lines = (vlan: string, block: readonly string[]) => ({
      policies: { lan: { block } },
      vlans: { [vlan]: { subnets: ['192.0.2.0/24'], policy: 'lan' } },
      upstreams: new Map([[0, set]]),
    });
    const answer = { answer: ['a.example. 300 A 192.0.2.1'] };
    const set = new ScriptedSet('default', { 'a.example A': answer, 'b.example A': answer });
    const service = new InProcess(lines('guests', []));
    set.held = true;
    const replies = ['a.example', 'b.example'].map((name) => service.ask(name, 'A', { vlan: 'guests' }));
    await new Promise((resolve) => setImmediate(resolve));
    service.reload(lines('visitors', ['b.example']));
    service.handOver('guests', 'visitors');
    set.release();
    t.strictSame(
      (await Promise.all(replies)).map(({ rcode }) => rcode),
      ['NOERROR', 'NXDOMAIN'],
    );
    t.equal(service.pending.count, 0);
  },
);

t.test('what is asked keeps its place until it ends, whoever has been answered meanwhile', async (t) => {
  const { service, set } = oneVlan({}, { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } });
  const next = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const places = (): number[] => [service.places.taken, service.places.of('lan')];
  for (let i = 0; i < 5; i++) await service.tell('a.example');
  t.strictSame(places(), [0, 0]);

  set.held = true;
  service.nowMs += 290_000;
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201');
  t.strictSame(places(), [1, 1], 'a prefetch');
  set.release();
  await next();
  t.strictSame(places(), [0, 0]);

  service.nowMs += 400_000;
  set.held = true;
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201', 'a stale answer, after 1.8 s');
  t.strictSame(places(), [1, 1], 'the question goes on');
  service.waitingLimits = { ...ALL_MAY_WAIT, perClient: 1 };
  t.equal((await service.ask('b.example')).rcode, 'SERVFAIL', 'it is the one that the client may have');
  set.release();
  await next();
  t.strictSame(places(), [0, 0]);
  t.equal((await service.ask('b.example')).rcode, 'NXDOMAIN');
});

t.test('nothing is fetched anew for a VLAN that has no place left', async (t) => {
  const { service, set } = oneVlan({}, { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } });
  for (let i = 0; i < 5; i++) await service.tell('a.example');
  service.nowMs += 290_000;
  service.waitingLimits = { ...ALL_MAY_WAIT, shares: { shared: 0, perVlan: 0 } };
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201');
  t.equal(set.asked.length, 1);
});

t.test('that a VLAN has nothing left to ask with is not kept as a failure of the name', async (t) => {
  const { service, set } = oneVlan({}, { 'a.example A': { fails: 'too-many-sockets' } });
  t.equal((await service.ask('a.example')).rcode, 'SERVFAIL');
  set.answers.set('a.example A', { answer: ['a.example. 300 A 192.0.2.1'] });
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201');
});

t.test('what waits is bounded for the clients of one IPv6 prefix together', async (t) => {
  const { service, set } = oneVlan({});
  service.waitingLimits = { ...ALL_MAY_WAIT, perPrefix: 2 };
  set.held = true;
  const clients = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1', '192.0.2.1'];
  const replies = clients.map((client, i) => service.ask(`n${i}.example`, 'A', { client }));
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(service.pending.count, 4);
  set.release();
  const rcodes = (await Promise.all(replies)).map(({ rcode }) => rcode);
  t.strictSame(rcodes, ['NXDOMAIN', 'NXDOMAIN', 'SERVFAIL', 'NXDOMAIN', 'NXDOMAIN']);
  t.equal(service.pending.count, 0);
});

t.test('what waits is bounded, in all and for each client', async (t) => {
  const { service, set } = oneVlan({}, { 'local.example A': {} }, { records: ['nas.example. A 192.0.2.9'] });
  service.waitingLimits = { ...ALL_MAY_WAIT, perClient: 2, shares: { shared: 5, perVlan: 0 } };
  set.held = true;
  const clients = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
  const replies = clients.map((client, i) => service.ask(`n${i}.example`, 'A', { client, edns: {} }));
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(service.pending.count, 5);
  t.equal(
    await service.tell('nas.example', 'A', { client: '192.0.2.1' }),
    'NOERROR, A c0000209',
    'what needs no waiting is answered',
  );
  set.release();
  const rcodes = (await Promise.all(replies)).map((reply) => reply.rcode);
  t.strictSame(rcodes, ['NXDOMAIN', 'NXDOMAIN', 'SERVFAIL', 'NXDOMAIN', 'NXDOMAIN', 'NXDOMAIN', 'SERVFAIL']);
  t.equal(service.pending.count, 0);
  t.equal(
    (await service.ask('again.example', 'A', { client: '192.0.2.1' })).rcode,
    'NXDOMAIN',
    'and there is room again',
  );
  t.strictSame(errorsOf((await replies[2])!), ['23 too many questions in flight']);
  t.equal(service.countersOf('lan').failed, 2);
});

t.test('a question that waits is answered by the state there is when the answer comes', async (t) => {
  const answers = { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } };
  const other = new ScriptedSet('other', { 'a.example A': { answer: ['a.example. 300 A 192.0.2.2'] } });
  const vlans = TWO_VLANS.vlans;
  const table: [what: string, lines: Partial<ServingLines>, told: string][] = [
    ['nothing that matters', {}, 'NOERROR, A c0000201'],
    ['the name is blocked now', { policies: { kids: { block: ['a.example'] }, servers: {} } }, 'NXDOMAIN'],
    ['the VLAN is gone', { vlans: { servers: vlans.servers } }, 'SERVFAIL'],
    [
      'the VLAN has other subnets',
      { vlans: { ...vlans, kids: { ...vlans.kids, subnets: ['203.0.113.0/24'] } } },
      'REFUSED',
    ],
    ['there is local data now', { records: ['a.example. A 192.0.2.3'] }, 'NOERROR, A c0000203'],
    [
      'another upstream is asked now',
      { policies: { kids: { upstream: 1 }, servers: {} } },
      'NOERROR, A c0000202',
    ],
    ['the zone is forwarded now', { forward: { example: 1 } }, 'NOERROR, A c0000202'],
    ['its upstream is gone', { policies: { kids: { upstream: 9 }, servers: {} } }, 'SERVFAIL'],
  ];
  for (const ttl of [300, 0]) {
    for (const [what, lines, told] of table) {
      const set = new ScriptedSet('default', {
        'a.example A': { answer: [`a.example. ${ttl} A 192.0.2.1`] },
      });
      const upstreams = new Map([
        [0, set],
        [1, other],
      ]);
      const service = new InProcess({ ...TWO_VLANS, upstreams });
      set.held = true;
      const reply = service.tell('a.example', 'A', KID);
      await new Promise((resolve) => setImmediate(resolve));
      service.reload({ ...TWO_VLANS, upstreams, ...lines });
      set.release();
      t.equal(await reply, told, `${what}, TTL ${ttl}`);
    }
  }
  t.ok(answers);
});

t.test('an answer that is often asked for is fetched again before it ends, once', async (t) => {
  const { service, set } = oneVlan({}, { 'a.example A': { answer: ['a.example. 100 A 192.0.2.1'] } });
  for (let i = 0; i < 5; i++) await service.tell('a.example');
  t.equal(set.asked.length, 1);
  service.limits = { ...service.limits, rate: new RateLimit({ rate: 1, burst: 1 }) };
  await service.tell('a.example');
  t.match(await service.ask('a.example'), { tc: true }, 'the first refusal');
  service.nowMs += 95_000;
  await service.tell('a.example');
  t.equal(set.asked.length, 2, 'in the last tenth of its time');
  t.equal(await service.send({ questions: [{ name: 'a.example', type: 'A' }] }), undefined);
  t.equal(set.asked.length, 2, 'a query that is dropped fetches nothing');
  service.nowMs += 20_000;
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201');
  t.equal(set.asked.length, 2);
});
