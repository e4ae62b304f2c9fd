// What inspection found is remembered, and must never be given to a query that it was not found for: the same queries are asked
// of a service that remembers and of one that was made this moment.
import t from 'tap';
import { Refusals } from '../../src/server/replies/refusals.ts';
import type { Serving } from '../../src/server/serving.ts';
import { InProcess, ScriptedSet } from '../support/in-process.ts';
import type { AskFields, Scripted } from '../support/in-process.ts';
import { oneVlan } from '../support/query-services.ts';
import { makeRandom } from '../support/rule-model.ts';
import type { PolicyLines, ServingLines } from '../support/serving.ts';

t.test('what a list leads to is no way around what is blocked for the name itself', async (t) => {
  const answers = {
    'safe.cdn.example A': {
      answer: ['safe.cdn.example. 300 CNAME x.ads.example.', 'x.ads.example. 300 A 192.0.2.1'],
    },
  };
  const ads = ['||ads.example^'];
  const wanted = 'search.example CNAME safe.cdn.example.\n';
  const alias = { adguard: '||search.example^$dnsrewrite=safe.cdn.example\n', rpz: wanted } as const;
  for (const format of ['adguard', 'rpz'] as const) {
    const lists = { ads, search: { format, text: alias[format] } };
    const { service } = oneVlan({ blockLists: ['ads', 'search'] }, answers, { lists });
    for (const time of ['first', 'then']) {
      t.match(await service.tell('search.example'), /^NOERROR, CNAME .*, A c0000201$/, `${format} ${time}`);
      t.equal(await service.tell('safe.cdn.example'), 'NXDOMAIN', `${format} ${time}: the target by itself`);
    }
  }
});

t.test('a rule that asks for TCP says nothing about what the name leads to', async (t) => {
  const lists = {
    zone: { format: 'rpz', text: 'q.example CNAME rpz-tcp-only.\nx.example CNAME .\n' },
  } as const;
  const { service } = oneVlan(
    { blockLists: ['zone'] },
    { 'q.example A': { answer: ['q.example. 300 CNAME x.example.', 'x.example. 300 A 192.0.2.1'] } },
    { lists },
  );
  t.equal((await service.ask('q.example')).tc, true);
  for (const time of ['first', 'then'])
    t.equal(await service.tell('q.example', 'A', { transport: 'tcp' }), 'NXDOMAIN', time);
});

t.test('addresses of our own networks are none for a public name, whatever they are', async (t) => {
  const table: [line: string, passes: boolean][] = [
    ['A 203.0.113.77', true],
    ['A 192.0.2.80', false],
    ['A 198.51.100.80', false],
    ['AAAA 2001:db8:40::80', false],
    ['AAAA 2001:db8:41::80', true],
    ['AAAA 2002:c000:250::1', false],
    ['AAAA 64:ff9b::c000:250', false],
    ['AAAA 64:ff9b::cb00:714d', true],
    ['AAAA 2001:0:cb00:714d:0:1234:3fff:fdaf', false],
    ['HTTPS 1 . 00040004c0000250', false],
    ['HTTPS 1 . 0006001020010db8004000000000000000000080', false],
    ['TXT hello', true],
  ];
  const vlans = {
    lan: { subnets: ['192.0.2.0/24', '2001:db8:40::/64'], policy: 'lan' },
    other: { subnets: ['198.51.100.0/24'], policy: 'lan' },
  };
  for (const [line, passes] of table) {
    const type = line.split(' ')[0] ?? '';
    for (const policy of [{ rebindProtection: true }, { rebindProtection: true, inspect: false }, {}]) {
      const { service } = oneVlan(
        policy,
        { [`q.example ${type}`]: { answer: [`q.example. 300 ${line}`] } },
        { vlans },
      );
      const isAnswered = passes || policy.rebindProtection !== true;
      for (const time of ['fresh', 'cached'])
        t.equal((await service.ask('q.example', type)).answer.length, isAnswered ? 1 : 0, `${line} ${time}`);
    }
  }
});

t.test('what a zone of our own may have, somebody else may not lead to, whoever asked first', async (t) => {
  const router = new ScriptedSet('router', { 'nas.lan A': { answer: ['nas.lan. 300 A 192.168.1.1'] } });
  const answers = { 'evil.example A': { answer: ['evil.example. 300 CNAME nas.lan.'] } };
  const set = new ScriptedSet('default', answers);
  const upstreams = new Map([
    [0, set],
    [3, router],
  ]);
  const { service } = oneVlan({ rebindProtection: true }, {}, { forward: { lan: 3 }, upstreams });
  for (const time of ['first', 'then']) {
    t.equal(await service.tell('nas.lan'), 'NOERROR, A c0a80101', time);
    t.equal((await service.ask('evil.example')).answer.length, 0, time);
  }
});

t.test('a list judges an IPv4 address inside of an IPv6 one', async (t) => {
  const lists = { bad: { format: 'ip', text: '192.0.2.66\n' } } as const;
  const inside =
    '::ffff:c000:242 ::ffff:0:c000:242 ::c000:242 64:ff9b::c000:242 64:ff9b:1::c000:242 2002:c000:242::1';
  for (const address of inside.split(' ')) {
    const answers = { 'q.example AAAA': { answer: [`q.example. 300 AAAA ${address}`] } };
    const { service } = oneVlan({ blockLists: ['bad'] }, answers, { lists });
    t.equal((await service.ask('q.example', 'AAAA')).answer.length, 0, address);
  }
});

const NAMES = Array.from({ length: 12 }, (_, at) => `${at % 3 === 0 ? 'www.' : ''}n${at}.example`);
const ADDRESSES = ['192.0.2.1', '192.0.2.66', '198.51.100.9', '10.0.0.1', '203.0.113.5'];
const ADDRESSES6 = ['2001:db8::1', '2001:db8:66::1', '64:ff9b::c000:242', 'fd00::1', '2002:c000:242::1'];
const TYPES = ['A', 'AAAA', 'HTTPS', 'TXT', 'CNAME'];

type Random = (below: number) => number;

function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[random(from.length)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}

function some<T>(random: Random, from: readonly T[], part: number): T[] {
  return from.filter(() => random(100) < part);
}

/** What the upstreams have: addresses, aliases with what they lead to, services, nothing. */
function randomAnswers(random: Random): Record<string, Scripted> {
  const aliases = new Map(some(random, NAMES, 40).map((name) => [name, pick(random, NAMES)]));
  const answers: Record<string, Scripted> = {};
  for (const name of NAMES) {
    for (const type of TYPES) {
      const lines: string[] = [];
      let at = name;
      for (let step = 0; step < 4; step++) {
        const next = type === 'CNAME' ? undefined : aliases.get(at);
        if (next === undefined) break;
        lines.push(`${at}. ${pick(random, [0, 300, 300, 300])} CNAME ${next}.`);
        at = next;
      }
      // Some servers leave it to us what an alias leads to.
      const isBare = lines.length > 0 && random(4) === 0;
      if (isBare) lines.splice(1);
      else if (type === 'A') lines.push(`${at}. 300 A ${pick(random, ADDRESSES)}`);
      else if (type === 'AAAA') lines.push(`${at}. 300 AAAA ${pick(random, ADDRESSES6)}`);
      else if (type === 'HTTPS')
        lines.push(`${at}. 300 HTTPS 1 ${pick(random, ['', ...NAMES])}. 00040004c0000242`);
      answers[`${name} ${type}`] =
        random(6) === 0 ? { rcode: 'NXDOMAIN', authority: ['. 60 SOA a. b. 1 2 3 4 60'] } : { answer: lines };
    }
  }
  return answers;
}

const TCP = 'rpz-tcp-only.';
const ACTIONS = ['.', '*.', 'rpz-passthru.', TCP, TCP, TCP, ...NAMES.slice(4).map((name) => `${name}.`)];
const MODIFIERS = ['', '', '$important', '$dnstype=AAAA', '$dnstype=~A', '$dnsrewrite=192.0.2.80'];

function randomLists(random: Random): NonNullable<ServingLines['lists']> {
  const rule = (name: string): string =>
    random(4) === 0
      ? `||${name}^$dnsrewrite=${pick(random, NAMES)}`
      : `${pick(random, ['', '', '@@'])}||${name}^${pick(random, MODIFIERS)}`;
  const adguard = (part: number): string =>
    [...some(random, NAMES, part).map(rule), ...some(random, ['||192.0.2.66^', '/^n[17]\\./'], 50)].join(
      '\n',
    );
  const rpz = some(random, NAMES, 25).map((name) => `${name} CNAME ${pick(random, ACTIONS)}`);
  const address = some(random, [`32.9.100.51.198.rpz-ip CNAME ${TCP}`], 50);
  return {
    ads: { format: 'adguard', text: `${adguard(30)}\n` },
    zone: { format: 'rpz', text: `${[...rpz, ...address].join('\n')}\n` },
    mercy: some(random, NAMES, 15).map((name) => `||${name}^`),
    watched: { format: 'adguard', text: `${adguard(20)}\n` },
  };
}

function randomPolicy(random: Random): PolicyLines {
  return {
    block: some(random, [...NAMES, '/^n5/'], 8),
    allow: some(random, [...NAMES, '/^n9/'], 8),
    blockLists: some(random, ['ads', 'zone', 'watched'], 70),
    allowLists: some(random, ['mercy'], 40),
    rebindProtection: random(2) === 0,
    inspect: random(5) > 0,
    only: random(8) === 0,
    answer: pick(random, ['nxdomain', 'nodata', 'zero', 'refused']),
    upstream: pick(random, [0, 0, 1]),
  };
}

function randomLines(random: Random, upstreams: NonNullable<ServingLines['upstreams']>): ServingLines {
  const policies = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, randomPolicy(random)]));
  return {
    policies,
    vlans: {
      one: { subnets: ['192.0.2.0/24'], policy: 'a', clients: { '192.0.2.9/32': 'b' } },
      two: { subnets: ['198.51.100.0/24'], policy: pick(random, ['a', 'b']) },
      three: { subnets: ['203.0.113.0/24'], policy: 'c' },
    },
    lists: randomLists(random),
    observed: random(2) === 0 ? ['watched'] : [],
    records: some(random, ['n2.example CNAME www.n6.example', 'n4.example A 192.0.2.4'], 30),
    forward: random(3) === 0 ? { 'n8.example': 1 } : {},
    upstreams,
  };
}

const ASKERS: AskFields[] = [
  { vlan: 'one', client: '192.0.2.7' },
  { vlan: 'one', client: '192.0.2.9' },
  { vlan: 'two', client: '198.51.100.7' },
  { vlan: 'three', client: '203.0.113.7' },
];

t.test('a service that remembers answers as one that was made this moment, octet for octet', async (t) => {
  for (let seed = 1; seed <= 24; seed++) {
    const random = makeRandom(seed * 7919);
    const answers = randomAnswers(random);
    const upstreams = new Map([0, 1].map((number) => [number, new ScriptedSet(String(number), answers)]));
    let lines = randomLines(random, upstreams);
    const lasting = new InProcess(lines);
    const names = Array.from({ length: 4 }, () => pick(random, NAMES));
    let differences = 0;
    for (let round = 0; round < 100; round++) {
      if (random(20) === 0) lasting.reload((lines = randomLines(random, upstreams)));
      const name = pick(random, names);
      const type = pick(random, ['A', 'A', 'A', ...TYPES]);
      const asker = pick(random, ASKERS);
      const transport = pick(random, ['udp', 'tcp'] as const);
      const query: AskFields = { id: 7, questions: [{ name, type }], edns: {}, transport, ...asker };
      const told = await lasting.send(query);
      const fresh = await newborn(lines, lasting.serving).send(query);
      if (Buffer.compare(told ?? new Uint8Array(0), fresh ?? new Uint8Array(0)) === 0) continue;
      differences++;
      t.strictSame(told, fresh, `query ${round}: ${asker.client} ${name} ${type} by ${transport}`);
    }
    t.equal(differences, 0, `seed ${seed}`);
  }
});

/** A service in the same state that has answered nothing yet. */
function newborn(lines: ServingLines, serving: Serving): InProcess {
  const { book, listSources, ruleSources, policies } = serving;
  const refusals = new Refusals({ book, listSources, ruleSources }, policies);
  return new InProcess(lines, {}, { ...serving, refusals });
}
