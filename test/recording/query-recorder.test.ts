// Records of queries, read back: what they say of each kind of end, and that they add up to what status says.
import t from 'tap';
import type { Reason } from '../../src/querylog/messages.ts';
import { RateLimit } from '../../src/server/limits/rate-limit.ts';
import type { AskFields, Scripted } from '../support/in-process.ts';
import { ScriptedSet } from '../support/in-process.ts';
import { Recorded } from '../support/recorded.ts';
import type { ReadRecord } from '../support/record-reader.ts';
import type { ServingLines } from '../support/serving.ts';

const ANSWERS: Record<string, Scripted> = {
  'www.example A': { answer: ['www.example. 300 A 203.0.113.1'] },
  'long.example A': {
    answer: ['long.example. 300 CNAME b.example.', 'b.example. 300 CNAME tracker.ads.example.'],
  },
  'private.example A': { answer: ['private.example. 300 A 10.0.0.1'] },
  'away.example A': { fails: true },
  'gone.example A': { rcode: 'NXDOMAIN', authority: ['example. 60 SOA a. b. 1 2 3 4 60'] },
  'led.ads.example A': { answer: ['led.ads.example. 300 A 203.0.113.1'] },
};

const LINES: ServingLines = {
  policies: {
    lan: {
      block: ['casino.example', '/^adult[0-9]/'],
      allow: ['good.casino.example'],
      blockLists: ['ads'],
      blockServices: ['videos'],
      rebindProtection: true,
      bypass: 'block',
    },
    tablet: { only: true },
  },
  vlans: {
    lan: {
      subnets: ['192.0.2.0/24', '2001:db8::/32'],
      policy: 'lan',
      clients: { '192.0.2.7/32': 'tablet', '192.0.2.8/32': 'lan' },
      names: { '192.0.2.7/32': 'tablet', '192.0.2.8/32': 'laptop' },
    },
  },
  lists: { ads: ['||ads.example^', '@@||fine.ads.example^'] },
  services: { videos: ['videos.example'] },
  records: ['nas.example. A 192.0.2.9'],
};

function recorded(lines: ServingLines = LINES): Recorded {
  return new Recorded({ ...lines, upstreams: new Map([[0, new ScriptedSet('default', ANSWERS)]]) });
}

/** What of a record a row says. */
type Told = Partial<Omit<ReadRecord, 'reason'>> & { readonly reason?: Partial<Reason> };

/** What is the same in most rows, left out. */
const USUAL: Told = {
  client: '192.0.2.77',
  vlan: 'lan',
  policy: 'lan',
  qtype: 1,
  verdict: 'PASS',
  depth: 0,
  flags: [],
};

t.test('a record says what became of a query, and why', async (t) => {
  const table: [what: string, name: string, fields: AskFields, record: Told][] = [
    ['a first question', 'www.example', {}, { step: 'PASSED', server: 'default', set: 'default', rcode: 0 }],
    [
      'a cached answer',
      'WWW.example',
      {},
      { name: 'www.example', step: 'PASSED', waitedUs: 0, flags: ['HIT'] },
    ],
    [
      'a list',
      'x.ads.example',
      {},
      {
        step: 'BLOCKED',
        verdict: 'BLOCKED_BY_LIST',
        depth: 2,
        rcode: 3,
        error: 15,
        reason: { kind: 'list', source: 'ads', text: 'list ads' },
        flags: ['BLOCKED'],
      },
    ],
    [
      'what a list allows',
      'fine.ads.example',
      {},
      {
        verdict: 'ALLOWED',
        depth: 3,
        reason: { kind: 'list', source: 'ads', text: 'list ads' },
        step: 'PASSED',
      },
    ],
    [
      'what a rule allows',
      'a.good.casino.example',
      {},
      {
        verdict: 'ALLOWED',
        depth: 3,
        reason: {
          kind: 'rule',
          source: 'lan',
          rule: 'good.casino.example',
          text: 'rule good.casino.example',
        },
        step: 'PASSED',
      },
    ],
    [
      'a rule',
      'x.casino.example',
      {},
      {
        step: 'BLOCKED',
        verdict: 'BLOCKED_BY_RULE',
        depth: 2,
        error: 16,
        reason: { kind: 'rule', source: 'lan', rule: 'casino.example', text: 'rule casino.example' },
        flags: ['BLOCKED'],
      },
    ],
    [
      'a regular expression',
      'adult1.example',
      {},
      {
        verdict: 'BLOCKED_BY_RULE',
        reason: { kind: 'rule', source: 'lan', rule: '/^adult[0-9]/', text: 'rule /^adult[0-9]/' },
        flags: ['BLOCKED'],
      },
    ],
    [
      'a service',
      'videos.example',
      {},
      {
        verdict: 'BLOCKED_BY_RULE',
        depth: 2,
        reason: { kind: 'service', source: 'videos', rule: 'videos.example', text: 'service videos' },
        flags: ['BLOCKED'],
      },
    ],
    [
      'a policy that only allows',
      'www.example',
      { client: '192.0.2.7' },
      {
        client: '192.0.2.7',
        entry: 'tablet',
        policy: 'tablet',
        verdict: 'BLOCKED_BY_ONLY',
        reason: { kind: 'only', source: 'tablet', text: 'policy tablet allows only what it names' },
        flags: ['BLOCKED'],
      },
    ],
    [
      'a client with a name and no policy of its own',
      'nas.example',
      { client: '192.0.2.8' },
      { client: '192.0.2.8', entry: 'laptop', step: 'LOCAL', rcode: 0 },
    ],
    [
      'a canary',
      'use-application-dns.net',
      {},
      { step: 'CANARY', rcode: 3, reason: { kind: 'bypass', source: 'bypass: block' }, flags: ['BLOCKED'] },
    ],
    [
      'what an answer leads to',
      'long.example',
      {},
      {
        step: 'INSPECTED',
        verdict: 'BLOCKED_BY_LIST',
        depth: 2,
        reason: { kind: 'list', source: 'ads', text: 'list ads', target: 'tracker.ads.example' },
        flags: ['BLOCKED'],
      },
    ],
    [
      'a private address',
      'private.example',
      {},
      { step: 'INSPECTED', reason: { kind: 'rebinding', source: 'lan' }, flags: ['BLOCKED'] },
    ],
    [
      'an upstream that fails',
      'away.example',
      {},
      { step: 'PASSED', rcode: 2, server: undefined, error: 23 },
    ],
    ['a name that does not exist', 'gone.example', {}, { step: 'PASSED', rcode: 3 }],
    [
      'IPv6, TCP',
      'nas.example',
      { client: '2001:db8::7', transport: 'tcp' },
      { client: '2001:db8::7', flags: ['IPV6', 'STREAM'] },
    ],
    [
      'another source',
      'nas.example',
      { client: '198.51.100.1' },
      { client: '198.51.100.1', policy: undefined, step: 'WRONG_SOURCE', rcode: 5, error: 18 },
    ],
    [
      'a form',
      'nas.example',
      { questions: [{ name: 'nas.example', type: 'AXFR' }] },
      { step: 'FORM', qtype: 252, rcode: 5 },
    ],
    [
      'no query',
      '',
      { bytes: Uint8Array.of(1, 2, 3) },
      { policy: undefined, name: '', qtype: 0, step: 'DROPPED' },
    ],
    ['the root', '.', {}, { name: '.', step: 'PASSED' }],
  ];
  const one = recorded();
  for (const [what, name, fields, record] of table) {
    await one.service.send({ questions: [{ name, type: 'A' }], ...fields });
    const { records } = one;
    t.match(records.at(-1), { ...USUAL, name, ...record }, what);
    t.strictSame(records.at(-1)?.flags, record.flags ?? [], what);
  }
  t.equal(one.records.length, table.length);
});

t.test('records add up to what status counts', async (t) => {
  const one = recorded();
  const { service } = one;
  const names = [
    'www.example',
    'x.ads.example',
    'x.casino.example',
    'nas.example',
    'long.example',
    'away.example',
  ];
  names.push('use-application-dns.net', 'private.example', 'gone.example', 'fine.ads.example', 'localhost');
  for (let round = 0; round < 3; round++)
    for (const name of names)
      for (const client of ['192.0.2.77', '192.0.2.7', '198.51.100.1', '2001:db8::1'])
        await service.send({ questions: [{ name, type: 'A' }], client });
  await service.send({ bytes: Uint8Array.of(1) });
  await service.send({ questions: [] });
  service.limits = { ...service.limits, rate: new RateLimit({ rate: 1, burst: 1 }) };
  for (let i = 0; i < 20; i++) await service.send({ questions: [{ name: 'www.example', type: 'A' }] });
  const counters = service.countersOf('lan');
  const { records } = one;
  const count = (holds: (record: ReadRecord) => boolean): number => records.filter(holds).length;
  const has = (flag: string) => (record: ReadRecord) => record.flags.includes(flag);
  t.equal(records.length, counters.queries);
  t.equal(count(has('BLOCKED')), counters.blocked + counters.blockedByInspection);
  t.equal(count(has('HIT')), counters.cacheHits);
  t.equal(
    count(({ step }) => step === 'INSPECTED'),
    counters.blockedByInspection,
  );
  t.equal(
    count(({ step }) => step === 'WRONG_SOURCE'),
    counters.sourceMismatch,
  );
  t.equal(
    count(({ step }) => step === 'LOCAL' || step === 'SPECIAL'),
    counters.local,
  );
  t.equal(
    count(({ step, rcode }) => step === 'FAILED' || (step === 'PASSED' && rcode === 2)),
    counters.failed,
  );
  t.equal(
    count(({ step }) => step === 'RATE_LIMITED'),
    counters.rateLimited,
  );
  t.ok(counters.rateLimited > 0 && counters.failed > 0 && counters.blocked > 0);
});

t.test('how long a query waited is told by the microsecond, and when it came', async (t) => {
  const set = new ScriptedSet('default', ANSWERS);
  const one = new Recorded({ ...LINES, upstreams: new Map([[0, set]]) });
  set.held = true;
  const reply = one.service.send({ questions: [{ name: 'www.example', type: 'A' }] });
  one.service.nowMs += 1.25;
  set.release();
  await reply;
  const [record] = one.records;
  t.equal(record?.waitedUs, 1250);
  t.equal(record?.unixMs, 1_700_000_000_000 - 2, 'in whole milliseconds');
});

t.test('names have up to 255 octets, and nothing of another name stands behind them', async (t) => {
  const one = recorded();
  const names = ['.', 'a', 'ab', 'abc', 'abcd', `${'x'.repeat(63)}.`.repeat(3) + 'y'.repeat(61)];
  const asked = [...names, ...names.toReversed()];
  for (const name of asked) await one.service.send({ questions: [{ name, type: 'A' }] });
  t.strictSame(
    one.records.map(({ name }) => name),
    asked,
  );
});

t.test(
  'of a query that is refused unread no name is told, least of all that of the one before',
  async (t) => {
    const one = recorded();
    await one.service.send({ questions: [{ name: 'www.example', type: 'A' }] });
    const { service } = one;
    service.limits = { ...service.limits, rate: new RateLimit({ rate: 1, burst: 1 }) };
    for (let i = 0; i < 10; i++)
      await service.send({ questions: [{ name: 'www.example', type: 'A' }], client: '192.0.2.9' });
    const limited = one.records.filter(({ step }) => step === 'RATE_LIMITED');
    t.ok(limited.some(({ name, rcode }) => name === '' && rcode === 0));
    t.ok(limited.every(({ client, policy }) => client === '192.0.2.9' && policy === undefined));
  },
);

t.test('with another state numbers mean something else, and each batch is of one', async (t) => {
  const one = recorded();
  await one.service.ask('x.casino.example');
  one.reload({ ...LINES, policies: { other: { block: ['x.example'] }, ...LINES.policies } });
  await one.service.ask('x.casino.example');
  await one.service.ask('nas.example');
  one.recorder.flush();
  t.match(one.reader.batches, [
    { epoch: 1, sequence: 1, records: [{ policy: 'lan', reason: { rule: 'casino.example' } }] },
    {
      epoch: 2,
      sequence: 2,
      records: [{ policy: 'lan', reason: { rule: 'casino.example' } }, { name: 'nas.example' }],
    },
  ]);
  t.match(
    one.reader.states.map(({ policies }) => policies.map(({ name, mode }) => `${name} ${mode}`)),
    [
      ['lan full', 'tablet full'],
      ['other full', 'lan full', 'tablet full'],
    ],
  );
});

t.test('a state that comes with a query is followed by itself', async (t) => {
  const one = recorded();
  await one.service.ask('nas.example');
  one.service.reload(LINES);
  await one.service.ask('nas.example');
  t.equal(one.records.length, 2);
  t.equal(one.reader.batches.length, 2);
});

t.test('without room records are lost and counted, and the next batch says so', async (t) => {
  const one = new Recorded(LINES, 1);
  one.holds = true;
  await one.service.ask('nas.example');
  one.recorder.flush();
  for (let i = 0; i < 5; i++) t.equal((await one.service.ask('nas.example')).rcode, 'NOERROR');
  t.equal(one.recorder.lost, 5);
  one.release();
  await one.service.ask('nas.example');
  t.equal(one.records.length, 2);
  t.strictSame(
    one.reader.batches.map(({ lost }) => lost),
    [0, 5],
  );
  t.equal(one.recorder.records, 2);
});

t.test('a clock that is set, forwards or back, begins a batch, whose times are right', async (t) => {
  let unixMs = 1_700_000_000_000;
  const one = new Recorded(LINES, 64, () => unixMs);
  const seen: number[] = [];
  for (const move of [0, 500, -3_600_000, 7_200_000, 200]) {
    one.service.nowMs += 10;
    unixMs += 10 + move;
    seen.push(unixMs);
    await one.service.ask('nas.example');
  }
  t.strictSame(
    one.records.map((record) => record.unixMs),
    [seen[0], (seen[0] ?? 0) + 10, seen[2], seen[3], (seen[3] ?? 0) + 10],
    'but for moves of less than a second',
  );
  t.equal(one.reader.batches.length, 3);
});

t.test('a batch that is full is sent, and the next one begins', async (t) => {
  const one = recorded();
  for (let i = 0; i < 2000; i++)
    await one.service.send({ questions: [{ name: `n${i}.ads.example`, type: 'A' }] });
  t.strictSame(
    one.records.map(({ name }) => name),
    Array.from({ length: 2000 }, (_, i) => `n${i}.ads.example`),
  );
  t.ok(one.reader.batches.length > 1);
  t.equal(one.pool.held, 1, 'its memory is used again');
});
