import t from 'tap';
import { RateLimit } from '../../src/server/rate-limit.ts';
import { readWireFiles } from '../support/hex.ts';
import { errorsOf, InProcess, ScriptedSet } from '../support/in-process.ts';
import type { AskFields } from '../support/in-process.ts';
import { readMessage } from '../support/message-reader.ts';
import { concat, nameToWire, writeQuery } from '../support/message-writer.ts';
import { makeRandom } from '../support/rule-model.ts';
import type { PolicyLines, ServingLines } from '../support/serving.ts';

const SOA = 'example.com. 60 SOA a. b. 1 2 3 4 60';

/** A service of one VLAN and policy; what its upstream was asked stands in `set.asked`. */
function oneVlan(
  policy: PolicyLines,
  answers: ConstructorParameters<typeof ScriptedSet>[1] = {},
  more: Partial<ServingLines> = {},
): { service: InProcess; set: ScriptedSet } {
  const set = new ScriptedSet('default', answers);
  const service = new InProcess({ policies: { lan: policy }, upstreams: new Map([[0, set]]), ...more });
  return { service, set };
}

const TWO_VLANS = {
  policies: { kids: { block: ['bad.example'] }, servers: {} },
  vlans: {
    kids: { subnets: ['192.0.2.0/24'], policy: 'kids' },
    servers: { subnets: ['198.51.100.0/24'], policy: 'servers' },
  },
};
const KID: AskFields = { vlan: 'kids', client: '192.0.2.7' };
const SERVER: AskFields = { vlan: 'servers', client: '198.51.100.7' };

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

t.test('aliases, service targets and private addresses in answers are inspected', async (t) => {
  const policy: PolicyLines = { block: ['bad.example'], blockLists: ['ads'], rebindProtection: true };
  const lists = { ads: ['||ads.example^'], mercy: ['||q.example^'] };
  const merciful: PolicyLines = { ...policy, allowLists: ['mercy'] };
  const table: [
    what: string,
    type: string,
    answer: string[],
    policy: PolicyLines,
    wins: string,
    error?: string,
  ][] = [
    ['a plain answer', 'A', ['q.example. 300 A 192.0.2.1'], policy, 'NOERROR, A c0000201'],
    [
      'an alias to a blocked name',
      'A',
      ['q.example. 300 CNAME x.bad.example.', 'x.bad.example. 300 A 192.0.2.1'],
      policy,
      'NXDOMAIN',
      '16 rule bad.example',
    ],
    [
      'the second alias',
      'A',
      [
        'q.example. 300 CNAME ok.example.',
        'ok.example. 300 CNAME a.ads.example.',
        'a.ads.example. 300 A 192.0.2.1',
      ],
      policy,
      'NXDOMAIN',
      '15 list ads',
    ],
    ['an alias alone', 'A', ['q.example. 300 CNAME a.ads.example.'], policy, 'NXDOMAIN', '15 list ads'],
    [
      'a DNAME',
      'A',
      [
        'example. 300 DNAME bad.example.',
        'q.example. 300 CNAME q.bad.example.',
        'q.bad.example. 300 A 192.0.2.1',
      ],
      policy,
      'NXDOMAIN',
      '16 rule bad.example',
    ],
    [
      'the target of HTTPS',
      'HTTPS',
      ['q.example. 300 HTTPS 1 a.ads.example.'],
      policy,
      'NXDOMAIN',
      '15 list ads',
    ],
    ['HTTPS at home', 'HTTPS', ['q.example. 300 HTTPS 1 .'], policy, 'NOERROR, HTTPS 000100'],
    [
      'a private address',
      'A',
      ['q.example. 300 A 10.0.0.1'],
      policy,
      'NXDOMAIN',
      '15 private address in a public answer (rebind_protection)',
    ],
    [
      'a private IPv6 address',
      'AAAA',
      ['q.example. 300 AAAA fd00::1'],
      policy,
      'NXDOMAIN',
      '15 private address in a public answer (rebind_protection)',
    ],
    [
      'a private hint',
      'HTTPS',
      ['q.example. 300 HTTPS 1 . 00040004c0a80001'],
      policy,
      'NXDOMAIN',
      '15 private address in a public answer (rebind_protection)',
    ],
    [
      'a private address where that is not watched',
      'A',
      ['q.example. 300 A 10.0.0.1'],
      { inspect: true },
      'NOERROR, A 0a000001',
    ],
    [
      'an alias to a private address where that is not watched',
      'A',
      ['q.example. 300 CNAME r.example.', 'r.example. 300 A 10.0.0.1'],
      {},
      'NOERROR, CNAME',
    ],
    [
      'a private address of an allowed name',
      'A',
      ['q.example. 300 A 10.0.0.1'],
      { ...policy, allow: ['q.example'] },
      'NOERROR, A 0a000001',
    ],
    [
      'a private address of a name that a list allows',
      'A',
      ['q.example. 300 A 10.0.0.1'],
      merciful,
      'NXDOMAIN',
      '15 private address in a public answer (rebind_protection)',
    ],
    [
      'an alias of a name that a list allows, to one that a list blocks',
      'A',
      ['q.example. 300 CNAME a.ads.example.'],
      merciful,
      'NOERROR, CNAME 0161036164730765',
    ],
    [
      'an alias of a name that a list allows, to one that a rule blocks',
      'A',
      ['q.example. 300 CNAME x.bad.example.', 'x.bad.example. 300 A 192.0.2.1'],
      merciful,
      'NXDOMAIN',
      '16 rule bad.example',
    ],
    [
      'an alias where nothing is inspected',
      'TXT',
      ['q.example. 300 CNAME a.ads.example.'],
      { ...policy, inspect: false, rebindProtection: false },
      'NOERROR, CNAME 0161036164730765',
    ],
    [
      'an alias to what only does not name',
      'A',
      ['q.example. 300 CNAME cdn.example.', 'cdn.example. 300 A 192.0.2.1'],
      { only: true, allow: ['q.example'] },
      'NOERROR, CNAME',
    ],
  ];
  for (const [what, type, answer, own, wins, error] of table) {
    const { service } = oneVlan(own, { [`q.example ${type}`]: { answer } }, { lists });
    for (const time of ['fresh', 'cached']) {
      t.ok((await service.tell('q.example', type)).startsWith(wins), `${what}, ${time}`);
      t.strictSame(
        errorsOf(await service.ask('q.example', type, { edns: {} })),
        error === undefined ? [] : [error],
        `${what}, ${time}`,
      );
    }
  }
  const own = new ScriptedSet('router', { 'nas.lan A': { answer: ['nas.lan. 300 A 192.168.1.1'] } });
  const { service } = oneVlan(policy, {}, { forward: { lan: 3 }, upstreams: new Map([[3, own]]), lists });
  t.equal(
    await service.tell('nas.lan'),
    'NOERROR, A c0a80101',
    'zones of our own may hold private addresses',
  );
});

t.test('an alias of ours that leads out is resolved under the policy of who asks', async (t) => {
  const records = [
    'out.example. 70 CNAME www.example.com.',
    'bad.example. CNAME x.blocked.example.com.',
    'private.example. CNAME private.example.com.',
    'gone.example. CNAME gone.example.com.',
    'special.example. CNAME x.home.arpa.',
    'self.example. CNAME a.localhost.',
    'fwd.example. CNAME host.lan.',
    'two.example. CNAME out.example.',
    'cname.example. CNAME alias.example.com.',
    '*.wild.example. CNAME www.example.com.',
  ];
  const answers = {
    'www.example.com A': { answer: ['www.example.com. 300 A 192.0.2.1'] },
    'private.example.com A': { answer: ['private.example.com. 300 A 10.0.0.1'] },
    'gone.example.com A': { rcode: 'NXDOMAIN', authority: [SOA] },
    'alias.example.com A': {
      answer: ['alias.example.com. 300 CNAME x.blocked.example.com.', 'x.blocked.example.com. 9 A 192.0.2.9'],
    },
    'out.example A': { answer: ['out.example. 300 A 192.0.2.66'] },
  };
  const router = new ScriptedSet('router', { 'host.lan A': { answer: ['host.lan. 300 A 10.0.0.7'] } });
  const { service, set } = oneVlan({ block: ['blocked.example.com'], rebindProtection: true }, answers, {
    records,
  });
  service.reload({
    policies: { lan: { block: ['blocked.example.com'], rebindProtection: true } },
    records,
    forward: { lan: 3 },
    upstreams: new Map([
      [0, set],
      [3, router],
    ]),
  });
  const table: [name: string, rcode: string, answer: string[], error?: string][] = [
    ['Out.example', 'NOERROR', ['Out.example. 70 CNAME', 'www.example.com. 300 A']],
    ['two.example', 'NOERROR', ['two.example. 300 CNAME', 'out.example. 70 CNAME', 'www.example.com. 300 A']],
    ['a.b.wild.example', 'NOERROR', ['a.b.wild.example. 300 CNAME', 'www.example.com. 300 A']],
    ['bad.example', 'NXDOMAIN', [], '16 rule blocked.example.com'],
    ['cname.example', 'NXDOMAIN', [], '16 rule blocked.example.com'],
    ['private.example', 'NXDOMAIN', [], '15 private address in a public answer (rebind_protection)'],
    ['gone.example', 'NXDOMAIN', ['gone.example. 300 CNAME']],
    ['special.example', 'NXDOMAIN', ['special.example. 300 CNAME']],
    ['self.example', 'NOERROR', ['self.example. 300 CNAME', 'a.localhost. 300 A']],
    ['fwd.example', 'NOERROR', ['fwd.example. 300 CNAME', 'host.lan. 300 A']],
  ];
  for (const time of ['fresh', 'cached']) {
    for (const [name, rcode, answer, error] of table) {
      const reply = await service.ask(name, 'A', { edns: {} });
      t.equal(reply.rcode, rcode, `${name}, ${time}`);
      t.strictSame(
        reply.answer.map(({ owner, ttl, type }) => `${owner} ${ttl} ${type}`),
        answer,
        `${name}, ${time}`,
      );
      t.strictSame(errorsOf(reply), error === undefined ? [] : [error], `${name}, ${time}`);
      t.equal(reply.questions[0]?.name, `${name}.`);
    }
  }
  t.strictSame(
    set.asked,
    ['www.example.com A', 'alias.example.com A', 'private.example.com A', 'gone.example.com A'],
    'nothing special was asked for',
  );
  t.match(await service.ask('special.example'), { authority: [{ owner: 'home.arpa.', type: 'SOA' }] });
  t.equal(service.countersOf('lan').local, 5, 'local is what was answered here alone');
  // What the alias's target has in the cache is its own, not the alias's.
  t.equal(await service.tell('www.example.com'), 'NOERROR, A c0000201');
});

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
  service.nowMs += 1000;
  set.held = true;
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000201', 'the upstream is silent');
  t.equal(set.asked.length, 3);
  t.equal(service.countersOf('lan').staleAnswers, 3);
  set.answers.set('a.example A', { answer: ['a.example. 300 A 192.0.2.2'] });
  set.release();
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000202', 'what came late was kept');
  service.nowMs += 301_000;
  t.equal(await service.tell('a.example'), 'NOERROR, A c0000202', 'a fresh answer replaces a stale one');
  t.equal(service.countersOf('lan').staleAnswers, 3);
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
  service.pendingParts.inFlightShared = 2;
  service.pendingParts.inFlightPerVlan = 3;
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

t.test('what waits is bounded, in all and for each client', async (t) => {
  const { service, set } = oneVlan({}, { 'local.example A': {} }, { records: ['nas.example. A 192.0.2.9'] });
  service.pendingParts.inFlight = 5;
  service.pendingParts.inFlightPerClient = 2;
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

t.test('a client over its rate is sent to TCP or hears nothing', async (t) => {
  const { service } = oneVlan({}, {}, { records: ['nas.example. A 192.0.2.9'] });
  service.pathParts.rate = new RateLimit({ rate: 1, burst: 2 });
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
  const table: [name: string, fields: AskFields, answers: number][] = [
    ['big.example', {}, 0],
    ['big.example', { edns: { size: 1232 } }, 60],
    ['big.example', { edns: { size: 65_535 } }, 60],
    ['big.example', { edns: { size: 900 } }, 0],
    ['big.example', { edns: { size: 0 } }, 0],
    ['big.example', { transport: 'tcp' }, 60],
    ['mid.example', {}, 0],
    ['mid.example', { edns: { size: 600 } }, 31],
    ['mid.example', { edns: { size: 511 } }, 0],
  ];
  for (const [name, fields, answers] of table) {
    const reply = await service.ask(name, 'A', fields);
    t.equal(reply.answer.length, answers, `${name} ${JSON.stringify(fields)}`);
    t.equal(reply.tc, answers === 0);
  }
});

t.test('an answer that is often asked for is fetched again before it ends, once', async (t) => {
  const { service, set } = oneVlan({}, { 'a.example A': { answer: ['a.example. 100 A 192.0.2.1'] } });
  for (let i = 0; i < 5; i++) await service.tell('a.example');
  t.equal(set.asked.length, 1);
  service.pathParts.rate = new RateLimit({ rate: 1, burst: 1 });
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
