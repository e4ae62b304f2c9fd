// The order of the steps, whose policy it is, and what goes into a reply.
import t from 'tap';
import { RateLimit } from '../../src/server/limits/rate-limit.ts';
import { readWireFiles } from '../support/hex.ts';
import { errorsOf, InProcess, ScriptedSet } from '../support/in-process.ts';
import type { AskFields } from '../support/in-process.ts';
import { readMessage } from '../support/message-reader.ts';
import { concat, nameToWire, writeQuery } from '../support/message-writer.ts';
import { KID, oneVlan, SERVER, TWO_VLANS } from '../support/query-services.ts';
import { makeRandom } from '../support/rule-model.ts';
import type { PolicyLines, ServingLines } from '../support/serving.ts';

/** What one row of the order of steps is about. */
interface OrderRow {
  readonly steps: string;
  readonly lines?: Partial<ServingLines>;
  readonly policy?: PolicyLines;
  readonly ask: readonly [name: string, type?: string, fields?: AskFields];
  readonly wins: string;
}

t.test('of two steps that both have an answer, the earlier one wins', async (t) => {
  const records = [
    'use-application-dns.net. A 192.0.2.99',
    'nas.home.arpa. A 192.0.2.98',
    'bad.example. A 192.0.2.97',
  ];
  const outside = { client: '203.0.113.1', edns: {} };
  const bad = { block: ['bad.example', 'a.test', 'sub.fwd.example', 'target.example', 'mask.icloud.com'] };
  const rows: OrderRow[] = [
    {
      steps: 'source before sanity',
      ask: ['a.example', 'A', { ...outside, questions: [] }],
      wins: 'REFUSED',
    },
    {
      steps: 'source before local data',
      lines: { records },
      ask: ['nas.home.arpa', 'A', outside],
      wins: 'REFUSED',
    },
    {
      steps: 'source before canary',
      policy: { bypass: 'block' },
      ask: ['use-application-dns.net', 'A', outside],
      wins: 'REFUSED',
    },
    { steps: 'source before the cache', ask: ['ok.example', 'A', outside], wins: 'REFUSED' },
    {
      steps: 'sanity before local data',
      lines: { records },
      ask: ['nas.home.arpa', 'AXFR'],
      wins: 'REFUSED',
    },
    {
      steps: 'sanity before canary',
      policy: { bypass: 'block' },
      ask: ['mask.icloud.com', 'TSIG'],
      wins: 'FORMERR',
    },
    {
      steps: 'sanity before verdict',
      policy: bad,
      ask: ['bad.example', 'A', { questions: [{ name: 'bad.example', type: 'A', class: 'CH' }] }],
      wins: 'REFUSED',
    },
    {
      steps: 'version before verdict',
      policy: bad,
      ask: ['bad.example', 'A', { edns: { version: 1 } }],
      wins: 'BADVERS',
    },
    {
      steps: 'ANY before canary',
      policy: { bypass: 'block' },
      ask: ['mask.icloud.com', 'ANY'],
      wins: 'NOERROR, HINFO 075246433834383200',
    },
    {
      steps: 'ANY before local data',
      lines: { records },
      ask: ['nas.home.arpa', 'ANY'],
      wins: 'NOERROR, HINFO 075246433834383200',
    },
    {
      steps: 'canary before local data',
      policy: { bypass: 'block' },
      lines: { records },
      ask: ['use-application-dns.net'],
      wins: 'NXDOMAIN',
    },
    {
      steps: 'no canary under bypass: allow',
      lines: { records },
      ask: ['use-application-dns.net'],
      wins: 'NOERROR, A c0000263',
    },
    {
      steps: 'canary before verdict',
      policy: { ...bad, bypass: 'block', answer: 'zero' },
      ask: ['mask.icloud.com'],
      wins: 'NXDOMAIN',
    },
    {
      steps: 'canary before an allowing rule',
      policy: { allow: ['mask.icloud.com'], bypass: 'block' },
      ask: ['mask.icloud.com'],
      wins: 'NXDOMAIN',
    },
    {
      steps: 'local data before special names',
      lines: { records },
      ask: ['nas.home.arpa'],
      wins: 'NOERROR, A c0000262',
    },
    {
      steps: 'special names before upstreams',
      lines: { records },
      ask: ['other.home.arpa'],
      wins: 'NXDOMAIN',
    },
    {
      steps: 'a name above local data exists',
      lines: { records: ['a.b.home.arpa. A 192.0.2.1'] },
      ask: ['b.home.arpa'],
      wins: 'NOERROR',
    },
    {
      steps: 'local data before verdict',
      policy: bad,
      lines: { records },
      ask: ['bad.example'],
      wins: 'NOERROR, A c0000261',
    },
    {
      steps: 'local data before only',
      policy: { only: true },
      lines: { records },
      ask: ['bad.example'],
      wins: 'NOERROR, A c0000261',
    },
    {
      steps: 'local data before forward',
      lines: { records, forward: { 'home.arpa': 2 } },
      ask: ['nas.home.arpa'],
      wins: 'NOERROR, A c0000262',
    },
    {
      steps: 'forward before special names',
      lines: { forward: { 'home.arpa': 2 } },
      ask: ['x.home.arpa'],
      wins: 'NOERROR, A c0000202',
    },
    {
      steps: 'special names before a wider forward',
      lines: { forward: { arpa: 2 } },
      ask: ['x.home.arpa'],
      wins: 'NXDOMAIN',
    },
    {
      steps: 'special names before forward of all',
      lines: { forward: { '.': 2 } },
      ask: ['x.home.arpa'],
      wins: 'NXDOMAIN',
    },
    {
      steps: 'forward of a part of a special zone',
      lines: { forward: { 'x.home.arpa': 2 } },
      ask: ['x.home.arpa'],
      wins: 'NOERROR, A c0000202',
    },
    {
      steps: 'special names before verdict',
      policy: { ...bad, answer: 'zero' },
      ask: ['a.test'],
      wins: 'NXDOMAIN',
    },
    {
      steps: 'verdict before forward',
      policy: bad,
      lines: { forward: { 'fwd.example': 2 } },
      ask: ['sub.fwd.example'],
      wins: 'NXDOMAIN',
    },
    {
      steps: 'forward before the policy’s upstream',
      lines: { forward: { 'fwd.example': 2 } },
      ask: ['a.fwd.example'],
      wins: 'NOERROR, A c0000202',
    },
    {
      steps: 'the longest forwarded zone',
      lines: { forward: { 'fwd.example': 0, 'a.fwd.example': 2 } },
      ask: ['a.fwd.example'],
      wins: 'NOERROR, A c0000202',
    },
    {
      steps: 'verdict before upstream',
      policy: { ...bad, answer: 'zero' },
      ask: ['bad.example'],
      wins: 'NOERROR, A 00000000',
    },
    {
      steps: 'inspection before the reply',
      policy: { ...bad, answer: 'zero' },
      ask: ['alias.example'],
      wins: 'NOERROR, A 00000000',
    },
    {
      steps: 'what is allowed is not inspected',
      policy: { ...bad, allow: ['alias.example'] },
      ask: ['alias.example'],
      wins: `NOERROR, CNAME ${Buffer.from(nameToWire('target.example')).toString('hex')}, A c0000203`,
    },
  ];
  for (const { steps, lines, policy = {}, ask, wins } of rows) {
    const one = new ScriptedSet('one', {
      'ok.example A': { answer: ['ok.example. 300 A 192.0.2.1'] },
      'bad.example A': { answer: ['bad.example. 300 A 192.0.2.1'] },
      'alias.example A': {
        answer: ['alias.example. 300 CNAME target.example.', 'target.example. 300 A 192.0.2.3'],
      },
    });
    const two = new ScriptedSet('two', {
      'x.home.arpa A': { answer: ['x.home.arpa. 300 A 192.0.2.2'] },
      'a.fwd.example A': { answer: ['a.fwd.example. 300 A 192.0.2.2'] },
      'sub.fwd.example A': { answer: ['sub.fwd.example. 300 A 192.0.2.2'] },
    });
    const service = new InProcess({
      policies: { lan: policy },
      vlans: { lan: { subnets: ['192.0.2.0/24'], policy: 'lan' } },
      upstreams: new Map([
        [0, one],
        [2, two],
      ]),
      ...lines,
    });
    t.equal(await service.tell(...ask), wins, steps);
    // Asked again, with whatever is cached by now, it is the same.
    t.equal(await service.tell(...ask), wins, `${steps}, a second time`);
  }
});

t.test('a client gets the policy of its own VLAN, by listener and source together', async (t) => {
  const set = new ScriptedSet('default', { 'bad.example A': { answer: ['bad.example. 300 A 192.0.2.1'] } });
  const service = new InProcess({ ...TWO_VLANS, upstreams: new Map([[0, set]]) });
  const table: [fields: AskFields, told: string, error: string[]][] = [
    [KID, 'NXDOMAIN', ['16 rule bad.example']],
    [SERVER, 'NOERROR, A c0000201', []],
    [{ ...KID, client: SERVER.client ?? '' }, 'REFUSED', ['18 source address is not of this VLAN']],
    [{ ...SERVER, client: KID.client ?? '' }, 'REFUSED', ['18 source address is not of this VLAN']],
    [{ ...KID, client: '::ffff:192.0.2.7' }, 'NXDOMAIN', ['16 rule bad.example']],
    [{ ...KID, vlan: 'nosuch' }, 'SERVFAIL', ['23 this VLAN is not served any more']],
  ];
  for (const order of [table, table.toReversed()]) {
    service.cache.flush();
    for (const [fields, told, error] of order) {
      const what = `${fields.client} on ${fields.vlan}`;
      t.equal(await service.tell('bad.example', 'A', fields), told, what);
      t.strictSame(errorsOf(await service.ask('bad.example', 'A', { ...fields, edns: {} })), error, what);
    }
  }
  t.match(service.countersOf('kids'), { queries: 12, blocked: 8, sourceMismatch: 4 });
  t.match(service.countersOf('servers'), { blocked: 0, sourceMismatch: 4, cacheHits: 2, forwarded: 2 });
});

t.test('policies share the cache and no verdict, in either order', async (t) => {
  const cname = Buffer.from(nameToWire('bad.example')).toString('hex');
  for (const order of [
    [KID, SERVER, KID, SERVER],
    [SERVER, KID, SERVER, KID],
  ]) {
    const set = new ScriptedSet('default', {
      'www.example A': { answer: ['www.example. 300 CNAME bad.example.', 'bad.example. 300 A 192.0.2.1'] },
    });
    const { kids, servers } = TWO_VLANS.policies;
    const policies = order[0] === KID ? { kids, servers } : { servers, kids };
    const service = new InProcess({ ...TWO_VLANS, policies, upstreams: new Map([[0, set]]) });
    for (const fields of order) {
      const wanted = fields === KID ? 'NXDOMAIN' : `NOERROR, CNAME ${cname}, A c0000201`;
      t.equal(await service.tell('www.example', 'A', fields), wanted, fields.vlan ?? '');
    }
    t.strictSame(set.asked, ['www.example A'], 'asked once for both');
    t.match(service.countersOf('kids'), { blockedByInspection: 2, blocked: 0 });
  }
});

t.test('what inspection found is asked again once the rules have changed', async (t) => {
  const set = new ScriptedSet('default', {
    'www.example A': { answer: ['www.example. 300 CNAME cdn.example.', 'cdn.example. 300 A 192.0.2.1'] },
  });
  const upstreams = new Map([[0, set]]);
  const service = new InProcess({ policies: { lan: {} }, upstreams });
  t.match(await service.tell('www.example'), /NOERROR, CNAME/);
  t.match(await service.tell('www.example'), /NOERROR, CNAME/);
  service.reload({ policies: { lan: { block: ['cdn.example'] } }, upstreams });
  t.equal(await service.tell('www.example'), 'NXDOMAIN');
  service.reload({ policies: { lan: {} }, upstreams });
  t.match(await service.tell('www.example'), /NOERROR, CNAME/);
  t.strictSame(set.asked, ['www.example A']);
});

t.test('a client over its rate is sent to TCP or hears nothing', async (t) => {
  const { service } = oneVlan({}, {}, { records: ['nas.example. A 192.0.2.9'] });
  service.limits = { ...service.limits, rate: new RateLimit({ rate: 1, burst: 2 }) };
  t.equal(await service.tell('nas.example'), 'NOERROR, A c0000209');
  t.equal(await service.tell('nas.example'), 'NOERROR, A c0000209');
  t.match(await service.ask('nas.example', 'A', { edns: {} }), { tc: true, answer: [], opts: [{}] });
  t.equal(await service.send({ questions: [{ name: 'nas.example', type: 'A' }] }), undefined);
  t.equal(await service.send({ bytes: new Uint8Array(5) }), undefined, 'a stub of a header is not answered');
  t.equal(await service.send({ bytes: new Uint8Array(5) }), undefined);
  const response = writeQuery({ bits: 0x8000, questions: [{ name: 'nas.example', type: 'A' }] });
  t.equal(await service.send({ bytes: response }), undefined, 'nor is a response');
  t.equal(await service.send({ bytes: response }), undefined);
  t.equal(
    await service.tell('nas.example', 'A', { transport: 'tcp' }),
    'NOERROR, A c0000209',
    'TCP has its own bounds',
  );
  service.nowMs += 1000;
  t.equal(await service.tell('nas.example'), 'NOERROR, A c0000209');
  t.equal(service.countersOf('lan').rateLimited, 6);
});

t.test('ech is taken out where the ways around the filter are closed, and only there', async (t) => {
  const ech = 'q.example. 300 HTTPS 1 . 00010003026832 00050002ffff';
  const answers = { 'q.example HTTPS': { answer: [ech] } };
  const set = new ScriptedSet('default', answers);
  const service = new InProcess({
    policies: { kids: { bypass: 'block' }, servers: {} },
    vlans: TWO_VLANS.vlans,
    upstreams: new Map([[0, set]]),
  });
  for (let round = 0; round < 2; round++) {
    t.equal(await service.tell('q.example', 'HTTPS', KID), 'NOERROR, HTTPS 00010000010003026832');
    t.equal(
      await service.tell('q.example', 'HTTPS', SERVER),
      'NOERROR, HTTPS 0001000001000302683200050002ffff',
    );
  }
  t.match(
    await service.ask('q.example', 'HTTPS', { ...KID, ad: true }),
    { ad: false },
    'what was changed is not authentic',
  );
  service.nowMs += 50_000;
  t.match(await service.ask('q.example', 'HTTPS', KID), { answer: [{ ttl: 250 }] });
  t.strictSame(set.asked, ['q.example HTTPS']);
});

t.test('errors of upstreams are passed on, extended ones where they can be said', async (t) => {
  const ede = { code: 15, value: Buffer.from('\0\u0006bogus') };
  const { service } = oneVlan(
    {},
    {
      'a.example A': { rcode: 'NOERROR', answer: ['a.example. 300 A 192.0.2.1'], options: [ede] },
      'refused.example A': { rcode: 'REFUSED' },
    },
  );
  for (const time of ['fresh', 'cached'])
    t.strictSame(errorsOf(await service.ask('a.example', 'A', { edns: {} })), ['6 bogus'], time);
  t.strictSame((await service.ask('a.example')).opts, []);
  t.equal((await service.ask('refused.example')).rcode, 'REFUSED');
});

t.test('a list that was never read holds back what it could block', async (t) => {
  const set = new ScriptedSet('default', { 'a.example A': { answer: ['a.example. 300 A 192.0.2.1'] } });
  const upstreams = new Map([[0, set]]);
  const lines = { policies: { lan: { blockLists: ['ads'] } }, lists: { ads: [] }, upstreams };
  const service = new InProcess({ ...lines, missing: ['ads'], records: ['alias.example. CNAME a.example.'] });
  for (const name of ['a.example', 'alias.example']) {
    const reply = await service.ask(name, 'A', { edns: {} });
    t.match(reply, { rcode: 'SERVFAIL', answer: [], aa: false });
    t.strictSame(errorsOf(reply), ['14 list ads has not been read yet']);
  }
  t.strictSame(set.asked, []);
  service.reload(lines);
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201');
  t.equal(service.countersOf('lan').notReady, 2);
});

t.test('cookies and keepalive are answered where they were sent', async (t) => {
  const { service } = oneVlan({ block: ['bad.example'] }, {}, { records: ['nas.example. A 192.0.2.9'] });
  const options = [
    { code: 10, value: new Uint8Array(8).fill(9) },
    { code: 11, value: new Uint8Array(0) },
  ];
  const codes = async (fields: AskFields): Promise<number[]> =>
    (await service.ask('nas.example', 'A', fields)).opts[0]?.options.map(({ code }) => code) ?? [];
  t.strictSame(await codes({ edns: { options } }), [10]);
  t.strictSame(await codes({ edns: { options }, transport: 'tcp' }), [10, 11]);
  t.strictSame(errorsOf(await service.ask('bad.example', 'A', { edns: {} })), ['16 rule bad.example']);
  t.strictSame(await codes({ edns: {} }), [], 'nothing of the query before');
  t.strictSame(await codes({ edns: { version: 1, options } }), []);
});

t.test('UDP replies keep to the size that the client takes', async (t) => {
  const answer = Array.from({ length: 60 }, (_, i) => `big.example. 300 A 192.0.2.${i}`);
  const { service } = oneVlan(
    {},
    {
      'big.example A': { answer },
      'mid.example A': { answer: answer.slice(0, 31).map((line) => line.replace('big', 'mid')) },
    },
  );
  // Records of 16 octets behind a header and question of 29, with OPT of 11.
  const table: [name: string, fields: AskFields, answers: number][] = [
    ['big.example', {}, 30],
    ['big.example', { edns: { size: 1232 } }, 60],
    ['big.example', { edns: { size: 65_535 } }, 60],
    ['big.example', { edns: { size: 900 } }, 53],
    ['big.example', { edns: { size: 0 } }, 29],
    ['big.example', { transport: 'tcp' }, 60],
    ['mid.example', {}, 30],
    ['mid.example', { edns: { size: 600 } }, 31],
    ['mid.example', { edns: { size: 511 } }, 29],
  ];
  for (const [name, fields, answers] of table) {
    const reply = await service.ask(name, 'A', fields);
    t.equal(reply.answer.length, answers, `${name} ${JSON.stringify(fields)}`);
    t.equal(reply.tc, answers < (name === 'big.example' ? 60 : 31));
  }
});

t.test('a message from outside of the subnets is refused unread', async (t) => {
  const { service } = oneVlan({}, {}, { vlans: { lan: { subnets: ['192.0.2.0/24'], policy: 'lan' } } });
  const plain = writeQuery({ id: 7, questions: [{ name: 'www.example', type: 'A' }], edns: {} });
  const options = writeQuery({
    id: 7,
    questions: [{ name: 'www.example', type: 'A' }],
    edns: { options: [{ code: 10, value: new Uint8Array(3) }] },
  });
  for (const bytes of [plain, options, Uint8Array.from([...plain, 1, 2, 3])]) {
    const reply = readMessage((await service.send({ bytes, client: '198.51.100.1' })) ?? new Uint8Array(0));
    t.match(reply, { rcode: 'REFUSED', questions: [{ name: 'www.example.' }], opts: [{}] });
    t.strictSame(errorsOf(reply), ['18 source address is not of this VLAN']);
  }
  t.equal(service.countersOf('lan').sourceMismatch, 3);
  const response = plain.with(2, 0x81);
  t.equal(await service.send({ bytes: response, client: '198.51.100.1' }), undefined, 'a response gets none');
});

t.test('every message gets a reply that can be read, or none', async (t) => {
  const { service } = oneVlan(
    { block: ['wire.example'], bypass: 'block', rebindProtection: true },
    {},
    { records: ['nas.example. A 192.0.2.9', 'out.example. CNAME a.example.'] },
  );
  const seeds = [
    ...readWireFiles(new URL('../wire/', import.meta.url)).flatMap((file) => (file.raw ? [] : [file.bytes])),
    ...['nas.example', 'out.example', 'x.test', 'm.wire.example'].map((name) =>
      writeQuery({
        questions: [{ name, type: 'A' }],
        edns: { options: [{ code: 10, value: new Uint8Array(8) }] },
      }),
    ),
  ];
  const random = makeRandom(9);
  let replies = 0;
  for (let round = 0; round < 15_000; round++) {
    const seed = seeds[round % seeds.length] ?? new Uint8Array(0);
    const bytes = round < seeds.length ? seed.slice() : concat(seed, new Uint8Array(random(3)));
    if (round >= seeds.length) for (let i = random(4); i > 0; i--) bytes[random(bytes.length)] = random(256);
    const cut = round % 5 === 1 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
    const octets = await service.send({ bytes: cut, transport: round % 2 === 0 ? 'udp' : 'tcp' });
    if (octets === undefined) continue;
    replies++;
    const hex = Buffer.from(cut).toString('hex');
    try {
      const reply = readMessage(octets);
      const sent = ((cut[0] ?? 0) << 8) | (cut[1] ?? 0);
      if (reply.id !== sent || !reply.qr || reply.z) t.fail(`${hex}: ${JSON.stringify(reply)}`);
      if (round % 2 === 0 && reply.octets > 1232) t.fail(`${hex}: ${reply.octets} octets`);
    } catch (error) {
      t.fail(`${hex}: ${String(error)}`);
    }
  }
  t.ok(replies > 8000, `${replies} replies`);
});
