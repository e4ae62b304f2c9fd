// What is told of queries whose policy does not have all of it told: what goes to the recorder is searched for what must not be there.
import t from 'tap';
import type { QueryLogMode } from '../../src/querylog/messages.ts';
import { RateLimit } from '../../src/server/limits/rate-limit.ts';
import { errorsOf, ScriptedSet } from '../support/in-process.ts';
import { Recorded } from '../support/recorded.ts';
import type { PolicyLines, ServingLines } from '../support/serving.ts';

const CLIENT = '192.0.2.7';
const LONG = 'a-name-that-is-found.example';
const BAD = 'bad-name-that-is-found.example';

const POLICY: PolicyLines = { block: [BAD], allow: [`allowed.${LONG}`], only: false };

function linesOf(queryLog: QueryLogMode, more: Partial<ServingLines> = {}): ServingLines {
  return {
    policies: { lan: { ...POLICY, queryLog }, open: {} },
    vlans: {
      lan: {
        subnets: ['192.0.2.0/24'],
        policy: 'lan',
        clients: { [`${CLIENT}/32`]: 'lan' },
        names: { [`${CLIENT}/32`]: 'tablet-of-kim' },
      },
      open: { subnets: ['198.51.100.0/24'], policy: 'open' },
    },
    upstreams: new Map([
      [0, new ScriptedSet('default', { [`${LONG} A`]: { answer: [`${LONG}. 300 A 203.0.113.1`] } })],
    ]),
    ...more,
  };
}

/** Asks for names in all the ways there are. */
async function askAll({ service }: Recorded): Promise<void> {
  for (let round = 0; round < 2; round++)
    for (const name of [LONG, BAD, `allowed.${LONG}`, `x.${LONG}`])
      await service.send({ questions: [{ name, type: 'A' }], client: CLIENT });
  await service.send({ questions: [{ name: LONG, type: 'AXFR' }], client: CLIENT });
  await service.send({ questions: [{ name: LONG, type: 'A' }], client: CLIENT, vlan: 'open' });
  const { limits } = service;
  service.limits = { ...limits, rate: new RateLimit({ rate: 1, burst: 1 }) };
  for (let i = 0; i < 9; i++) await service.send({ questions: [{ name: LONG, type: 'A' }], client: CLIENT });
  service.limits = limits;
  service.waitingLimits = { ...service.waitingLimits, shares: { shared: 0, perVlan: 0 } };
  await service.send({ questions: [{ name: `y.${LONG}`, type: 'A' }], client: CLIENT });
}

const IN_WIRE = (name: string): Buffer => Buffer.from(name.split('.')[0] ?? '');
const ADDRESS = Buffer.from([192, 0, 2, 7]);

/** What of a client's can be found in what was told. */
function found(recorded: Recorded): string[] {
  recorded.recorder.flush();
  const { octets } = recorded;
  const wanted = {
    name: IN_WIRE(LONG),
    blocked: IN_WIRE(BAD),
    client: Buffer.from(CLIENT),
    called: Buffer.from('tablet-of-kim'),
    address: ADDRESS,
    'address as a word': Buffer.from([7, 2, 0, 192]),
  };
  return Object.entries(wanted).flatMap(([what, text]) => (octets.includes(text) ? [what] : []));
}

t.test('full tells all: the search finds what is there', async (t) => {
  const one = new Recorded(linesOf('full'));
  await askAll(one);
  t.ok(one.records.length > 10);
  t.strictSame(found(one), ['name', 'blocked', 'called', 'address as a word']);
});

t.test('off tells nothing, not even that a query was', async (t) => {
  const one = new Recorded(linesOf('off'));
  await askAll(one);
  t.strictSame(one.records, []);
  t.strictSame(found(one), []);
  t.equal(one.recorder.records, 0);
  await one.service.send({
    questions: [{ name: 'other.example', type: 'A' }],
    client: '198.51.100.1',
    vlan: 'open',
  });
  t.equal(one.records.length, 1, 'a policy beside it is logged');
  t.strictSame(found(one), [], 'and what goes with it tells nothing either');
});

t.test('anonymous tells names, and nothing of who asked', async (t) => {
  const one = new Recorded(linesOf('anonymous'));
  await askAll(one);
  t.strictSame(found(one), ['name', 'blocked']);
  for (const record of one.records) {
    t.match(record, { client: '', port: 0, entry: undefined });
    t.equal(record.unixMs % 60_000, 0);
  }
  t.ok(one.records.some(({ flags }) => flags.includes('BLOCKED')));
});

t.test('blocked tells blocked queries in full, and of others only that they were', async (t) => {
  const one = new Recorded(linesOf('blocked'));
  await askAll(one);
  t.strictSame(found(one), ['blocked', 'called', 'address as a word']);
  for (const record of one.records) {
    const isBlocked = record.flags.includes('BLOCKED');
    t.equal(record.flags.includes('NAMELESS'), !isBlocked);
    if (isBlocked) t.match(record, { client: CLIENT, name: BAD, entry: 'tablet-of-kim' });
    else t.match(record, { client: '', name: '', port: 0, entry: undefined, reason: undefined });
  }
  const { queries, blocked } = one.service.countersOf('lan');
  t.equal(one.records.filter(({ vlan }) => vlan === 'lan').length, queries);
  t.equal(one.records.filter(({ flags }) => !flags.includes('NAMELESS')).length, blocked);
});

t.test('records without a client have no order, and those with one keep theirs before them', async (t) => {
  const lines = linesOf('anonymous');
  const one = new Recorded({ ...lines, policies: { ...lines.policies, open: { block: ['full.example'] } } });
  const names = Array.from({ length: 200 }, (_, i) => `n${i}.${BAD}`);
  for (const [i, name] of names.entries()) {
    await one.service.send({ questions: [{ name, type: 'A' }], client: CLIENT });
    const full = { questions: [{ name: `n${i}.full.example`, type: 'A' }], vlan: 'open' };
    await one.service.send({ ...full, client: '198.51.100.1' });
  }
  const told = one.records.map(({ name }) => name);
  const full = names.map((_, i) => `n${i}.full.example`);
  t.strictSame(told.slice(0, 200), full);
  t.notSame(told.slice(200), names);
  t.strictSame(told.slice(200).toSorted(), names.toSorted());
});

t.test('what was changed for one client is told without the client', async (t) => {
  const tellsWhom = 'for client tablet-of-kim (desk k7pq)';
  const usual = { lists: [], blocksAll: false, pauses: false } as const;
  const uses = new Map([['service videos', 'as written'] as const]);
  const table = [
    [
      { ...usual, text: `deny everything ${tellsWhom}`, uses: new Map(), everything: 'deny' },
      `16 deny everything ${tellsWhom}`,
      { kind: 'desk', source: 'lan', text: 'what was done at the desk' },
    ],
    [
      { ...usual, text: `block videos ${tellsWhom}`, uses },
      `16 service videos (block videos ${tellsWhom})`,
      { kind: 'service', source: 'videos', text: 'service videos' },
    ],
    [
      { ...usual, text: 'schedule night until 06:30', uses },
      '16 service videos (schedule night until 06:30)',
      { kind: 'service', source: 'videos', text: 'service videos (schedule night until 06:30)' },
    ],
  ] as const;
  for (const [adjustment, error, reason] of table) {
    const adjusted = { lan: { adjustments: [adjustment] } };
    const lines = linesOf('anonymous', { adjusted, services: { videos: ['videos.example'] } });
    const { policies } = lines;
    const one = new Recorded({ ...lines, policies: { ...policies, other: { blockServices: ['videos'] } } });
    const reply = await one.service.ask('videos.example', 'A', { client: CLIENT, edns: {} });
    t.strictSame(errorsOf(reply), [error], 'the client itself is told');
    t.match(one.records.at(-1), { name: 'videos.example', reason });
    t.strictSame(found(one), []);
  }
});
