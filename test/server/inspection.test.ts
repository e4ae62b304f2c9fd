// What an answer leads to is judged as the question was, under the policy of who asks.
import t from 'tap';
import { errorsOf, ScriptedSet } from '../support/in-process.ts';
import type { Scripted } from '../support/in-process.ts';
import { oneVlan, SOA } from '../support/query-services.ts';
import type { PolicyLines } from '../support/serving.ts';

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
      'NOERROR',
      '15 list ads',
    ],
    ['HTTPS at home', 'HTTPS', ['q.example. 300 HTTPS 1 .'], policy, 'NOERROR, HTTPS 000100'],
    [
      'a private address',
      'A',
      ['q.example. 300 A 10.0.0.1'],
      policy,
      'NOERROR',
      '15 private address in a public answer (rebind_protection)',
    ],
    [
      'a private IPv6 address',
      'AAAA',
      ['q.example. 300 AAAA fd00::1'],
      policy,
      'NOERROR',
      '15 private address in a public answer (rebind_protection)',
    ],
    [
      'a private hint',
      'HTTPS',
      ['q.example. 300 HTTPS 1 . 00040004c0a80001'],
      policy,
      'NOERROR',
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
      'NOERROR',
      '15 private address in a public answer (rebind_protection)',
    ],
    [
      'an alias of a name that a list allows, to one that a list blocks',
      'A',
      ['q.example. 300 CNAME a.ads.example.', 'a.ads.example. 300 A 192.0.2.1'],
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
      ['q.example. 300 CNAME a.ads.example.', 'a.ads.example. 300 TXT "x"'],
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

t.test('a house allow on a name in the middle of a chain means all it leads to', async (t) => {
  const policy: PolicyLines = { block: ['bad.example'], blockLists: ['ads'], rebindProtection: true };
  const lists = { ads: ['||ads.example^'], mercy: ['||b.example^'] };
  const chain = (end: string, address = '192.0.2.1'): string[] => [
    'q.example. 300 CNAME b.example.',
    `b.example. 300 CNAME ${end}.`,
    `${end}. 300 A ${address}`,
  ];
  const early = ['q.example. 300 CNAME x.ads.example.', 'x.ads.example. 300 CNAME b.example.'];
  const allow = { ...policy, allow: ['b.example'] };
  const table: [what: string, policy: PolicyLines, answer: string[], rcode: string][] = [
    ['without it, a list blocks', policy, chain('x.ads.example'), 'NXDOMAIN'],
    ['with it, what a list blocks passes', allow, chain('x.ads.example'), 'NOERROR'],
    ['and what a house rule blocks', allow, chain('x.bad.example'), 'NOERROR'],
    ['and a private address', allow, chain('c.example', '10.0.0.1'), 'NOERROR'],
    [
      'names not inspected: the private address',
      { ...allow, inspect: false },
      chain('c.example', '10.0.0.1'),
      'NOERROR',
    ],
    ['what stands before it is judged', allow, [...early, 'b.example. 300 A 192.0.2.1'], 'NXDOMAIN'],
    ['in whatever order it came', allow, chain('x.ads.example').toReversed(), 'NOERROR'],
    [
      'a list that allows it is not enough',
      { ...policy, allowLists: ['mercy'] },
      chain('x.ads.example'),
      'NXDOMAIN',
    ],
  ];
  for (const [what, own, answer, rcode] of table) {
    const { service } = oneVlan(own, { 'q.example A': { answer } }, { lists });
    for (const time of ['fresh', 'cached'])
      t.equal((await service.ask('q.example')).rcode, rcode, `${what}, ${time}`);
  }
});

t.test('an alias that comes alone is followed, through forward where that takes its target', async (t) => {
  const bare = (to: string, ttl = 300) => ({ answer: [`q.example. ${ttl} CNAME ${to}.`] });
  const router = new ScriptedSet('router', {
    'host.lan A': { answer: ['host.lan. 300 A 192.0.2.7'] },
    'nas.lan A': { answer: ['nas.lan. 300 A 10.0.0.7'] },
    'pub.lan A': { answer: ['pub.lan. 300 CNAME b.example.'] },
  });
  const b = { 'b.example A': { answer: ['b.example. 300 A 192.0.2.1'] } };
  const chain = ['q.example CNAME', 'b.example A'];
  const table: [
    what: string,
    answers: Record<string, Scripted>,
    policy: PolicyLines,
    wanted: string[],
    rcode?: string,
  ][] = [
    ['alone', { 'q.example A': bare('b.example'), ...b }, {}, chain],
    ['alone and not to be kept', { 'q.example A': bare('b.example', 0), ...b }, {}, chain],
    ['to what does not exist', { 'q.example A': bare('c.example') }, {}, ['q.example CNAME'], 'NXDOMAIN'],
    [
      'to a blocked name',
      { 'q.example A': bare('b.example'), ...b },
      { block: ['b.example'] },
      [],
      'NXDOMAIN',
    ],
    [
      'to a blocked name by two',
      { 'q.example A': bare('b.example'), 'b.example A': { answer: ['b.example. 300 CNAME x.example.'] } },
      { block: ['x.example'] },
      [],
      'NXDOMAIN',
    ],
    [
      'to an allowed name that leads to a blocked one',
      {
        'q.example A': bare('b.example'),
        'b.example A': { answer: ['b.example. 300 CNAME x.example.', 'x.example. 300 A 192.0.2.1'] },
      },
      { block: ['x.example'], allow: ['b.example'] },
      ['q.example CNAME', 'b.example CNAME', 'x.example A'],
    ],
    ['to a zone of ours', { 'q.example A': bare('host.lan') }, {}, ['q.example CNAME', 'host.lan A']],
    [
      'to a zone of ours that the upstream denies',
      { 'q.example A': { ...bare('host.lan'), rcode: 'NXDOMAIN', authority: [SOA] } },
      {},
      ['q.example CNAME', 'host.lan A'],
    ],
    [
      'to a private address of ours',
      { 'q.example A': bare('nas.lan') },
      {},
      ['q.example CNAME', 'nas.lan A'],
    ],
    [
      'to a private address of ours, against rebinding',
      { 'q.example A': bare('nas.lan') },
      { rebindProtection: true },
      [],
    ],
    [
      'there and back',
      { 'q.example A': bare('pub.lan'), ...b },
      {},
      ['q.example CNAME', 'pub.lan CNAME', 'b.example A'],
    ],
    [
      'round in a circle',
      { 'q.example A': bare('b.example'), 'b.example A': { answer: ['b.example. 300 CNAME q.example.'] } },
      {},
      [],
      'SERVFAIL',
    ],
    ['to a special name', { 'q.example A': bare('localhost') }, {}, ['q.example CNAME']],
  ];
  for (const [what, answers, own, wanted, rcode = 'NOERROR'] of table) {
    const { service, set } = oneVlan(own, answers, {});
    service.reload({
      policies: { lan: own },
      forward: { lan: 3 },
      upstreams: new Map([
        [0, set],
        [3, router],
      ]),
    });
    for (const time of ['fresh', 'cached']) {
      const reply = await service.ask('q.example');
      t.equal(reply.rcode, rcode, `${what}, ${time}`);
      t.strictSame(
        reply.answer.map(({ owner, type }) => `${owner.slice(0, -1)} ${type}`),
        wanted,
        `${what}, ${time}`,
      );
    }
  }
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
    ['private.example', 'NOERROR', [], '15 private address in a public answer (rebind_protection)'],
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
