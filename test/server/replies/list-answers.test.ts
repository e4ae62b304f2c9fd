// What rules of lists answer, from query to reply: answers of their own, conditions, aliases, addresses in answers, and lists
// that are only observed.
import t from 'tap';
import type { Log } from '../../../src/log/log.ts';
import { Observer } from '../../../src/server/observer.ts';
import { errorsOf, InProcess, ScriptedSet } from '../../support/in-process.ts';
import type { AskFields, Scripted } from '../../support/in-process.ts';
import type { PolicyLines, ServingLines } from '../../support/serving.ts';

/** A service whose only VLAN uses all of these lists. */
function serviceWith(
  lists: NonNullable<ServingLines['lists']>,
  answers: Readonly<Record<string, Scripted>> = {},
  more: {
    readonly policy?: PolicyLines;
    readonly lines?: Partial<ServingLines>;
    readonly observer?: Observer;
  } = {},
): { service: InProcess; set: ScriptedSet } {
  const set = new ScriptedSet('default', answers);
  const policy = { blockLists: Object.keys(lists), ...more.policy };
  const service = new InProcess(
    { policies: { lan: policy }, lists, upstreams: new Map([[0, set]]), ...more.lines },
    more.observer === undefined ? {} : { observer: more.observer },
  );
  return { service, set };
}

/** What came, in one line: rcode, records, the TTL of the first, and the Extended DNS Errors. */
async function tell(service: InProcess, name: string, type = 'A', fields: AskFields = {}): Promise<string> {
  const sent = await service.send({ questions: [{ name, type }], edns: {}, ...fields });
  if (sent === undefined) return 'no reply';
  const reply = await service.ask(name, type, { edns: {}, ...fields });
  const records = reply.answer.map(({ owner, type: kind, rdata }) => `${owner} ${kind} ${rdata}`);
  return [`${reply.rcode}${reply.tc ? ' TC' : ''}`, ...records, ...errorsOf(reply)].join(' | ');
}

/** Some names, each with what is answered: `name TYPE` to the line that `tell` gives. */
type Told = Readonly<Record<string, string>>;

const RPZ = `
@ SOA localhost. root.localhost. 1 2 3 4 5
gone.example    CNAME .
empty.example   CNAME *.
*.below.example CNAME .
drop.example    CNAME rpz-drop.
tcp.example     CNAME rpz-tcp-only.
data.example    A     192.0.2.80
data.example    A     192.0.2.81
data.example    AAAA  2001:db8::80
data.example    TXT   "blocked here"
mail.example    MX    10 garden.example.
garden.example  CNAME walled.example.
chain.example   CNAME rpz-passthru.
`;

const UNBOUND = `
local-zone: "null.example" always_null
local-zone: "closed.example" always_refuse
local-zone: "game.example" redirect
local-data: "game.example A 192.0.2.80"
local-zone: "own.example" static
local-data: "own.example A 192.0.2.82"
local-data: "www.own.example A 192.0.2.83"
`;

const ADGUARD = `
||only6.example^$dnstype=AAAA
||most.example^$denyallow=fine.most.example
||exact.example^$dnsrewrite=192.0.2.90
||exact.example^$dnsrewrite=2001:db8::90
||strong.example^$important,dnsrewrite=REFUSED
@@||strong.example^
||lifted.example^$dnsrewrite=192.0.2.91
@@||lifted.example^
/^stat[0-9]+\\./
/^count[0-9]+\\./$dnsrewrite=192.0.2.92
@@/^stat7\\./
`;

const LISTS = {
  zone: { format: 'rpz', text: RPZ },
  unbound: { format: 'unbound', text: UNBOUND },
  rules: { format: 'adguard', text: ADGUARD },
} as const;

const WANTED: Told = {
  'gone.example A': 'NXDOMAIN | 15 list zone',
  'a.gone.example A': 'NOERROR | a.gone.example. A c6336401',
  'empty.example A': 'NOERROR | 15 list zone',
  'below.example A': 'NOERROR | below.example. A c6336402',
  'x.below.example A': 'NXDOMAIN | 15 list zone',
  'drop.example A': 'no reply',
  'tcp.example A': 'NOERROR TC',
  'data.example A': 'NOERROR | data.example. A c0000250 | data.example. A c0000251 | 4 list zone',
  'data.example AAAA': 'NOERROR | data.example. AAAA 20010db8000000000000000000000080 | 4 list zone',
  'data.example TXT': 'NOERROR | data.example. TXT 0c626c6f636b65642068657265 | 4 list zone',
  'data.example HTTPS': 'NOERROR | 4 list zone',
  'mail.example MX': 'NOERROR | mail.example. MX 000a0667617264656e076578616d706c6500 | 4 list zone',
  'chain.example A': 'NOERROR | chain.example. A c6336403',
  'null.example A': 'NOERROR | null.example. A 00000000 | 15 list unbound',
  'x.null.example AAAA': `NOERROR | x.null.example. AAAA ${'0'.repeat(32)} | 15 list unbound`,
  'closed.example A': 'REFUSED | 15 list unbound',
  'game.example A': 'NOERROR | game.example. A c0000250 | 4 list unbound',
  'www.game.example A': 'NOERROR | www.game.example. A c0000250 | 4 list unbound',
  'www.game.example AAAA': 'NOERROR | 4 list unbound',
  'own.example A': 'NOERROR | own.example. A c0000252 | 4 list unbound',
  'www.own.example A': 'NOERROR | www.own.example. A c0000253 | 4 list unbound',
  'x.own.example A': 'NXDOMAIN | 15 list unbound',
  'only6.example A': 'NOERROR | only6.example. A c6336404',
  'only6.example AAAA': 'NOERROR | 15 list rules',
  'most.example A': 'NXDOMAIN | 15 list rules',
  'x.most.example A': 'NXDOMAIN | 15 list rules',
  'fine.most.example A': 'NOERROR | fine.most.example. A c6336405',
  'exact.example A': 'NOERROR | exact.example. A c000025a | 4 list rules',
  'a.exact.example AAAA': 'NOERROR | a.exact.example. AAAA 20010db8000000000000000000000090 | 4 list rules',
  'strong.example A': 'REFUSED | 15 list rules',
  'lifted.example A': 'NOERROR | lifted.example. A c6336406',
  'stat1.example A': 'NXDOMAIN | 15 list rules',
  'stat7.example A': 'NOERROR | stat7.example. A c6336407',
  'count1.example A': 'NOERROR | count1.example. A c000025c | 4 list rules',
};

const UPSTREAM = Object.fromEntries(
  [
    'a.gone.example',
    'below.example',
    'chain.example',
    'only6.example',
    'fine.most.example',
    'lifted.example',
    'stat7.example',
  ].map((name, index) => [`${name} A`, { answer: [`${name}. 60 A 198.51.100.${index + 1}`] }]),
);

t.test('a rule answers what it says, for the names and types that it is about', async (t) => {
  const { service } = serviceWith(LISTS, UPSTREAM);
  for (const [question, wanted] of Object.entries(WANTED)) {
    const [name = '', type] = question.split(' ');
    t.equal(await tell(service, name, type), wanted, question);
    t.equal(await tell(service, name, type), wanted, `${question}, once more`);
  }
});

t.test('an answer of a rule is in the place of the policy’s, and has its TTL', async (t) => {
  const { service } = serviceWith(LISTS, UPSTREAM, { policy: { answer: 'zero', blockTtlSeconds: 77 } });
  t.equal(await tell(service, 'gone.example'), 'NXDOMAIN | 15 list zone');
  t.equal(await tell(service, 'stat1.example'), 'NOERROR | stat1.example. A 00000000 | 15 list rules');
  t.equal(await tell(service, 'most.example'), 'NOERROR | most.example. A 00000000 | 15 list rules');
  const reply = await service.ask('data.example');
  t.same(
    reply.answer.map(({ ttl }) => ttl),
    [77, 77],
  );
});

t.test('an allow list takes its rules as allowing, whatever they answer', async (t) => {
  const set = new ScriptedSet('default', {
    'gone.example A': { answer: ['gone.example. 60 A 198.51.100.9'] },
  });
  const service = new InProcess({
    policies: { lan: { blockLists: ['all'], allowLists: ['zone'] } },
    lists: { zone: { format: 'rpz', text: 'gone.example CNAME rpz-drop.\n' }, all: ['||example^'] },
    upstreams: new Map([[0, set]]),
  });
  t.equal(await tell(service, 'gone.example'), 'NOERROR | gone.example. A c6336409');
  t.equal(await tell(service, 'other.example'), 'NXDOMAIN | 15 list all');
});

t.test('a rule that asks for TCP cuts over UDP and lets pass over TCP', async (t) => {
  const { service } = serviceWith(LISTS, { 'tcp.example A': { answer: ['tcp.example. 60 A 198.51.100.1'] } });
  t.equal(await tell(service, 'tcp.example', 'A', { transport: 'tcp' }), 'NOERROR | tcp.example. A c6336401');
  t.equal(await tell(service, 'tcp.example'), 'NOERROR TC');
  t.equal(service.countersOf('lan').blocked, 1 + 1);
});

t.test('a dropped query gets no reply, and is counted as blocked', async (t) => {
  const { service, set } = serviceWith(LISTS);
  t.equal(await service.send({ questions: [{ name: 'drop.example', type: 'A' }] }), undefined);
  t.match(service.countersOf('lan'), { queries: 1, blocked: 1, forwarded: 0, dropped: 0 });
  t.same(set.asked, []);
});

t.test('an alias of a rule is followed, to wherever it leads', async (t) => {
  const lists = {
    zone: {
      format: 'rpz',
      text: [
        'out.example CNAME walled.example.',
        'local.example CNAME page.home.arpa.',
        'deep.example CNAME alias.home.arpa.',
        'loop.example CNAME localhost.',
        'none.example CNAME nothing.example.',
        'house.example CNAME casino.example.',
        'listed.example CNAME ads.example.',
        'itself.example CNAME www.itself.example.',
        '*.itself.example CNAME www.itself.example.',
        'ads.example CNAME .',
        '',
      ].join('\n'),
    },
  } as const;
  const { service, set } = serviceWith(
    lists,
    {
      'walled.example A': { answer: ['walled.example. 60 A 198.51.100.1'] },
      'ads.example A': { answer: ['ads.example. 60 A 198.51.100.2'] },
      'www.itself.example A': { answer: ['www.itself.example. 60 A 198.51.100.3'] },
    },
    {
      policy: { block: ['casino.example'] },
      lines: { records: ['page.home.arpa. A 192.0.2.10', 'alias.home.arpa. CNAME walled.example.'] },
    },
  );
  const hex = (name: string): string =>
    [...name.split('.'), '']
      .map((label) => Buffer.from([label.length, ...Buffer.from(label)]).toString('hex'))
      .join('');
  const cases: readonly (readonly [string, string])[] = [
    [
      'out.example',
      `NOERROR | out.example. CNAME ${hex('walled.example')} | walled.example. A c6336401 | 4 list zone`,
    ],
    [
      'local.example',
      `NOERROR | local.example. CNAME ${hex('page.home.arpa')} | page.home.arpa. A c000020a | 4 list zone`,
    ],
    [
      'deep.example',
      `NOERROR | deep.example. CNAME ${hex('alias.home.arpa')} | alias.home.arpa. CNAME ${hex('walled.example')} | walled.example. A c6336401 | 4 list zone`,
    ],
    [
      'loop.example',
      `NOERROR | loop.example. CNAME ${hex('localhost')} | localhost. A 7f000001 | 4 list zone`,
    ],
    ['none.example', `NXDOMAIN | none.example. CNAME ${hex('nothing.example')} | 4 list zone`],
    ['house.example', 'NXDOMAIN | 16 rule casino.example'],
    [
      'listed.example',
      `NOERROR | listed.example. CNAME ${hex('ads.example')} | ads.example. A c6336402 | 4 list zone`,
    ],
    [
      'www.itself.example',
      // No name is led to itself.
      'NOERROR | www.itself.example. A c6336403',
    ],
  ];
  for (const [name, wanted] of cases) t.equal(await tell(service, name), wanted, name);
  t.equal(
    await tell(service, 'out.example', 'CNAME'),
    `NOERROR | out.example. CNAME ${hex('walled.example')} | 4 list zone`,
    'who asks for the alias gets it alone',
  );
  t.notOk(set.asked.includes('out.example A'), 'the name itself is never asked for');
  t.match(service.countersOf('lan').blocked, (cases.length - 1) * 2 + 2);
});

t.test('what an answer leads to is judged with the type of the record that leads there', async (t) => {
  const { service } = serviceWith(
    {
      rules: {
        format: 'adguard',
        text: '||tracker.example^$dnstype=~CNAME\n||worse.example^\n||data.example^$dnsrewrite=192.0.2.9\n||alias.example^$dnsrewrite=walled.example\n||slow.example^$dnsrewrite=NXDOMAIN',
      },
    },
    Object.fromEntries(
      ['tracker', 'worse', 'data', 'alias', 'slow'].map((target) => [
        `${target[0] ?? ''}.example A`,
        {
          answer: [
            `${target[0] ?? ''}.example. 60 CNAME ${target}.example.`,
            `${target}.example. 60 A 198.51.100.1`,
          ],
        },
      ]),
    ),
  );
  t.match(await tell(service, 't.example'), /^NOERROR .*tracker.example. A c6336401$/);
  t.equal(await tell(service, 'tracker.example'), 'NOERROR | 15 list rules');
  t.equal(await tell(service, 'w.example'), 'NXDOMAIN | 15 list rules');
  t.equal(await tell(service, 'd.example'), 'NOERROR | d.example. A c0000209 | 4 list rules');
  t.equal(await tell(service, 'a.example'), 'NXDOMAIN | 15 list rules', 'an alias is too late here');
  t.equal(await tell(service, 's.example'), 'NXDOMAIN | 15 list rules');
});

t.test('addresses in answers are judged by the lists that have addresses', async (t) => {
  const lists = {
    bad: { format: 'ip', text: '203.0.113.0/24\n2001:db8:bad::/48\n' },
    zone: {
      format: 'rpz',
      text: '32.7.113.0.203.rpz-ip CNAME rpz-passthru.\n24.0.100.51.198.rpz-ip A 192.0.2.1\n32.9.100.51.198.rpz-ip CNAME rpz-tcp-only.\n',
    },
    unused: { format: 'ip', text: '192.0.2.0/24\n' },
  } as const;
  const answers = {
    'clean.example A': { answer: ['clean.example. 60 A 192.0.2.9'] },
    'bad.example A': { answer: ['bad.example. 60 A 192.0.2.9', 'bad.example. 60 A 203.0.113.9'] },
    'bad6.example AAAA': { answer: ['bad6.example. 60 AAAA 2001:db8:bad::1'] },
    'mapped.example AAAA': { answer: ['mapped.example. 60 AAAA ::ffff:cb00:7101'] },
    'nat64.example AAAA': { answer: ['nat64.example. 60 AAAA 64:ff9b::cb00:7101'] },
    'passed.example A': { answer: ['passed.example. 60 A 203.0.113.7'] },
    'data.example A': { answer: ['data.example. 60 A 198.51.100.1'] },
    'tcp.example A': { answer: ['tcp.example. 60 A 198.51.100.9'] },
    'alias.example A': { answer: ['alias.example. 60 CNAME x.example.', 'x.example. 60 A 203.0.113.9'] },
    // SvcParams 4 and 6 are hints (RFC 9460 section 7.3); 1 is alpn.
    'hint4.example HTTPS': {
      answer: ['hint4.example. 60 HTTPS \\# 22 000100 0001 0003 026832 0004 0008 c0000201 cb007101'],
    },
    'hint6.example HTTPS': {
      answer: ['hint6.example. 60 HTTPS \\# 23 000100 0006 0010 20010db80bad00000000000000000007'],
    },
    'nohint.example HTTPS': {
      answer: [
        'nohint.example. 60 HTTPS \\# 31 000100 0004 0004 c0000201 0006 0010 20010db8000000000000000000000007',
      ],
    },
    'other.example TXT': { answer: ['other.example. 60 TXT "203.0.113.9"'] },
  };
  const policy = { blockLists: ['bad', 'zone'], block: [], allow: ['meant.example'] };
  const { service } = serviceWith(lists, answers, { policy });
  const wanted: Told = {
    'clean.example A': 'NOERROR | clean.example. A c0000209',
    'bad.example A': 'NOERROR | 15 list bad has 203.0.113.0/24',
    'bad6.example AAAA': 'NOERROR | 15 list bad has 2001:db8:bad::/48',
    'mapped.example AAAA': 'NOERROR | 15 list bad has 203.0.113.0/24',
    'nat64.example AAAA': 'NOERROR | 15 list bad has 203.0.113.0/24',
    'passed.example A': 'NOERROR | passed.example. A cb007107',
    'data.example A': 'NOERROR | data.example. A c0000201 | 4 list zone has 198.51.100.0/24',
    'tcp.example A': 'NOERROR TC',
    'alias.example A': 'NOERROR | 15 list bad has 203.0.113.0/24',
    'hint4.example HTTPS': 'NOERROR | 15 list bad has 203.0.113.0/24',
    'hint6.example HTTPS': 'NOERROR | 15 list bad has 2001:db8:bad::/48',
    'other.example TXT': 'NOERROR | other.example. TXT 0b3230332e302e3131332e39',
  };
  for (const [question, line] of Object.entries(wanted)) {
    const [name = '', type] = question.split(' ');
    for (const when of ['fresh', 'cached', 'cached again'])
      t.equal(await tell(service, name, type), line, `${question}, ${when}`);
  }
  t.match(await tell(service, 'nohint.example', 'HTTPS'), /^NOERROR \| nohint/);
  t.match(await tell(service, 'tcp.example', 'A', { transport: 'tcp' }), /tcp.example. A c6336409/);
  t.equal(await tell(service, 'tcp.example'), 'NOERROR TC', 'what passed over TCP is not remembered for UDP');
  const lax = serviceWith(lists, answers, { policy: { ...policy, inspect: false } });
  t.match(await tell(lax.service, 'bad.example'), /^NOERROR/, 'not without inspect');
});

t.test('a name that is allowed is not judged by the addresses that it has', async (t) => {
  const lists = { bad: { format: 'ip', text: '203.0.113.0/24\n' }, fine: ['||listed.example^'] } as const;
  const answers = {
    'meant.example A': { answer: ['meant.example. 60 A 203.0.113.1'] },
    'listed.example A': { answer: ['listed.example. 60 A 203.0.113.1'] },
  };
  const policy = { blockLists: ['bad'], allowLists: ['fine'], allow: ['meant.example'] };
  const { service } = serviceWith(lists, answers, { policy });
  t.match(await tell(service, 'meant.example'), /^NOERROR/);
  t.match(await tell(service, 'listed.example'), /^NOERROR/);
});

t.test('an observed list blocks nothing; what it would block is counted and told now and then', async (t) => {
  const told: unknown[] = [];
  const log: Log = { info: (fields) => told.push(fields), warn: () => undefined, error: () => undefined };
  const lists = {
    ads: ['||ads.example^'],
    trial: {
      format: 'adguard',
      text: '||ads.example^\n||new.example^\n||cdn.example^\n||fine.example^\n/^re[0-9]/\n||six.example^$dnstype=AAAA\n||203.0.113.1^\n',
    },
    allows: ['@@||fine.example^'],
  } as const;
  const answers = {
    'new.example A': { answer: ['new.example. 60 A 198.51.100.1'] },
    're1.example A': { answer: ['re1.example. 60 A 198.51.100.1'] },
    'six.example A': { answer: ['six.example. 60 A 198.51.100.1'] },
    'six.example AAAA': { answer: ['six.example. 60 AAAA 2001:db8::1'] },
    'chain.example A': {
      answer: ['chain.example. 60 CNAME x.cdn.example.', 'x.cdn.example. 60 A 198.51.100.1'],
    },
    'address.example A': { answer: ['address.example. 60 A 203.0.113.1'] },
  };
  let nowMs = 5000;
  const observer = new Observer({ log, nowMs: () => nowMs });
  const { service } = serviceWith(lists, answers, { lines: { observed: ['trial'] }, observer });
  const ask = (name: string, type = 'A'): Promise<unknown> => service.ask(name, type);
  for (const [name, type, count] of [
    ['new.example', 'A', 1],
    ['new.example', 'A', 2],
    ['re1.example', 'A', 3],
    ['six.example', 'A', 3],
    ['six.example', 'AAAA', 4],
    ['chain.example', 'A', 5],
    ['chain.example', 'A', 6],
    ['address.example', 'A', 7],
    ['address.example', 'A', 8],
    ['ads.example', 'A', 8],
    ['fine.example', 'A', 8],
    ['free.example', 'A', 8],
  ] as const) {
    await ask(name, type);
    t.equal(observer.counts.get('trial') ?? 0, count, `${name} ${type}`);
  }
  t.same([...observer.counts.keys()], ['trial']);
  t.equal(service.countersOf('lan').blocked, 1, 'ads.example is blocked by the list that is in force');
  t.match(told, [{ event: 'observed', lists: ['trial'], policy: 'lan', subject: 'new.example', since: 1 }]);
  nowMs += 1001;
  await ask('new.example');
  t.match(told, [{}, { event: 'observed', subject: 'new.example', since: 8 }]);
});

t.test(
  'what an observed list would block is told with the client it was for, however long that took',
  async (t) => {
    const told: unknown[] = [];
    const tellAll = (fields: object): void => void told.push(fields);
    const log: Log = { info: tellAll, warn: tellAll, error: tellAll };
    const observer = new Observer({ log, nowMs: () => 5000 });
    const vlans = {
      lan: {
        subnets: ['192.0.2.0/24'],
        policy: 'lan',
        clients: { '192.0.2.9/32': 'own' },
        names: { '192.0.2.9/32': 'laptop' },
      },
    };
    const policies = { lan: { blockLists: ['trial'] }, own: { blockLists: ['trial'] } };
    const slow = { answer: ['slow.example. 60 CNAME x.cdn.example.', 'x.cdn.example. 60 A 198.51.100.1'] };
    const { service, set } = serviceWith(
      { trial: ['||cdn.example^'] },
      { 'slow.example A': slow },
      { lines: { policies, vlans, observed: ['trial'] }, observer },
    );
    set.held = true;
    const waiting = service.ask('slow.example', 'A', { client: '192.0.2.9' });
    const other = service.ask('other.example', 'A', { client: '192.0.2.10' });
    set.release();
    await Promise.all([waiting, other]);
    t.match(told, [{ event: 'observed', policy: 'own', client: 'laptop', subject: 'x.cdn.example' }]);
  },
);

t.test(
  'what is blocked for a type only leaves the name, whatever the policy answers for names',
  async (t) => {
    const text = `
||six.example^$dnstype=AAAA
||most.example^$dnstype=~A
||open.example^
@@||open.example^$dnstype=A
||whole.example^
||whole.example^$dnstype=AAAA
||strong.example^$important
@@||strong.example^$dnstype=A
||own.example^$dnstype=AAAA,dnsrewrite=REFUSED
/^re[0-9]\\./$dnstype=AAAA
/^any[0-9]\\./
/^any[0-9]\\./$dnstype=AAAA
`;
    const lists = { rules: { format: 'adguard', text } } as const;
    const address = { answer: ['six.example. 300 A 192.0.2.1'] };
    const table: [question: string, outcome: 'name' | 'type' | 'own' | 'passes'][] = [
      ['six.example A', 'passes'],
      ['six.example AAAA', 'type'],
      ['x.most.example HTTPS', 'type'],
      ['open.example AAAA', 'type'],
      ['whole.example AAAA', 'name'],
      ['whole.example A', 'name'],
      ['strong.example AAAA', 'name'],
      ['own.example AAAA', 'own'],
      ['re1.example AAAA', 'type'],
      ['any1.example AAAA', 'name'],
      ['any1.example A', 'name'],
    ];
    for (const answer of ['nxdomain', 'nodata', 'zero', 'refused'] as const) {
      const { service } = serviceWith(lists, { 'six.example A': address }, { policy: { answer } });
      for (const [question, outcome] of table) {
        const [name = '', type = ''] = question.split(' ');
        const reply = await service.ask(name, type);
        const rcode = { nxdomain: 'NXDOMAIN', refused: 'REFUSED', nodata: 'NOERROR', zero: 'NOERROR' }[
          answer
        ];
        const wanted = outcome === 'own' ? 'REFUSED' : outcome === 'name' ? rcode : 'NOERROR';
        t.equal(reply.rcode, wanted, `${answer}: ${question}`);
        if (outcome !== 'type') continue;
        t.equal(reply.answer.length, 0, `${answer}: ${question}`);
        t.strictSame(
          reply.authority.map(({ type: kind, owner }) => `${owner} ${kind}`),
          [`${name.slice(name.indexOf('.') + 1)}. SOA`],
          'RFC 2308: with the SOA record',
        );
      }
    }
    const walled = serviceWith(
      { rules: { format: 'adguard', text: '@@||half.example^$dnstype=A\n' } },
      {},
      { policy: { only: true } },
    );
    t.equal((await walled.service.ask('half.example', 'AAAA')).rcode, 'NOERROR', 'only A is allowed');
    t.equal((await walled.service.ask('other.example', 'AAAA')).rcode, 'NXDOMAIN');
  },
);

t.test('the SOA record of a denial is owned by the name above, never by the name itself', async (t) => {
  const { service } = serviceWith({ bad: ['||bad.example^', '||com^'] }, {}, { policy: { bypass: 'block' } });
  const table: [name: string, owner: string][] = [
    ['bad.example', 'example.'],
    ['x.y.bad.example', 'y.bad.example.'],
    ['com', '.'],
    ['use-application-dns.net', 'net.'],
    ['onion', '.'],
    ['x.onion', 'onion.'],
    ['a.b.onion', 'onion.'],
  ];
  for (const [name, owner] of table) {
    const reply = await service.ask(name);
    t.equal(reply.rcode, 'NXDOMAIN', name);
    t.strictSame(
      reply.authority.map((record) => `${record.owner} ${record.type}`),
      [`${owner} SOA`],
      name,
    );
  }
});

t.test('who has a policy of their own is named in the reason', async (t) => {
  const vlans = {
    lan: {
      subnets: ['192.0.2.0/24'],
      policy: 'lan',
      clients: { '192.0.2.9/32': 'strict', '192.0.2.10/32': 'strict' },
      names: { '192.0.2.9/32': 'laptop' },
    },
  };
  const lines = { policies: { lan: { blockLists: ['ads'] }, strict: { blockLists: ['ads'] } }, vlans };
  const { service } = serviceWith({ ads: ['||ads.example^'] }, {}, { lines });
  const told = (client: string): Promise<string> => tell(service, 'ads.example', 'A', { client });
  t.equal(await told('192.0.2.9'), 'NXDOMAIN | 15 list ads, client laptop');
  t.equal(await told('192.0.2.10'), 'NXDOMAIN | 15 list ads');
  t.equal(await told('192.0.2.11'), 'NXDOMAIN | 15 list ads');
});

t.test('what a policy zone says about addresses decides about the whole answer', async (t) => {
  const zone = (text: string) => ({ format: 'rpz', text }) as const;
  const answers = {
    'both.example A': { answer: ['both.example. 300 A 10.9.9.9', 'both.example. 300 A 10.1.1.3'] },
    'far.example A': { answer: ['far.example. 300 A 10.9.9.9'] },
    'near.example A': { answer: ['near.example. 300 A 10.1.1.5'] },
    'walled.example A': { answer: ['walled.example. 300 A 192.0.2.99'] },
  };
  const told = async (lists: NonNullable<ServingLines['lists']>, name: string): Promise<string> => {
    const { service } = serviceWith(lists, answers, { policy: { rebindProtection: false } });
    return (await tell(service, name)).replace(/ \| \d+ list .*/, '');
  };
  const one = {
    list: zone(
      '8.0.0.0.10.rpz-ip CNAME .\n24.0.1.1.10.rpz-ip CNAME rpz-passthru.\n32.5.1.1.10.rpz-ip A 192.0.2.77',
    ),
  };
  t.match(await told(one, 'far.example'), /^(NXDOMAIN|NOERROR)$/);
  t.match(
    await told(one, 'both.example'),
    /A 0a090909.*A 0a010103/,
    'the longest prefix lets pass, in any order',
  );
  t.match(await told(one, 'near.example'), /A c000024d/);
  const two = { list: { sources: [zone('8.0.0.0.10.rpz-ip CNAME *.'), zone('24.0.1.1.10.rpz-ip CNAME .')] } };
  t.match(await told(two, 'near.example'), /^NOERROR$/, 'the first zone decides');
  const alias = { list: zone('8.0.0.0.10.rpz-ip CNAME walled.example.') };
  t.match(await told(alias, 'near.example'), /near\.example\. CNAME \w+ \| walled\.example\. A c0000263/);
});

t.test('an alias is made of the name that is asked for', async (t) => {
  const { service } = serviceWith(
    { list: { format: 'rpz', text: '*.bad.example CNAME *.walled.example.' } },
    { 'w.bad.example.walled.example A': { answer: ['w.bad.example.walled.example. 300 A 192.0.2.99'] } },
  );
  t.match(
    await tell(service, 'w.bad.example'),
    /w\.bad\.example\. CNAME \w+ \| w\.bad\.example\.walled\.example\. A c0000263/,
  );
});
