// What explain and expect say, from a configuration and the lists on disk, without a daemon.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { TYPE } from '../../src/dns/numbers.ts';
import { readLinks } from '../../src/links/read-links.ts';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import type { LocalLayers } from '../../src/local/local-layers.ts';
import { brokenExpectations } from '../../src/explain/expectations.ts';
import { packagedService } from '../../src/packaged/services.ts';
import { explainDecision } from '../../src/explain/explanation.ts';
import type { Explanation } from '../../src/explain/explanation.ts';
import { FileWatch } from '../../src/daemon/file-watch.ts';
import { prefixesOfLink, toPrefixes } from '../../src/assembly/interface-prefixes.ts';
import { buildOffline } from '../../src/explain/offline.ts';
import { ownLookup } from '../../src/daemon/upstreams/own-lookup.ts';
import { UpstreamRegistry } from '../../src/daemon/upstreams/upstream-registry.ts';
import { openScriptedUpstream, ScriptBook } from '../support/scripted-upstream.ts';
import { answer, byType, negative, records } from '../support/upstream-scripts.ts';

const CONFIG = `vlans:
  kids:
    listen: ["127.0.40.1:5340"]
    subnets: [192.0.2.0/24, "2001:db8:40::/64"]
    policy: kids
    clients: [{ name: laptop, address: [192.0.2.23, '2001:db8:40::23'], policy: open }]
  followed: { interface: nosuch0, policy: open }
policies:
  open: {}
  family:
    block: { rules: [casino.example, '/^ad[0-9]+\\./'] }
  kids:
    extends: family
    block: { lists: [ads, far] }
    allow: { lists: [school], rules: [good.casino.example] }
    bypass: block
    when_lists_missing: allow
lists:
  ads: { sources: [{ file: ads.txt, format: adguard }] }
  school: school.txt
  far: "http://127.0.0.1:1/far.txt"
upstreams: { default: [192.0.2.53], router: [192.0.2.54] }
forward: [{ zones: [lan, home.arpa], upstream: router }]
records:
  - "nas.home.arpa. A 192.0.2.10"
  - "files.home.arpa. CNAME nas.home.arpa."
  - "luck.home.arpa. CNAME poker.casino.example."
server: { state: state }
`;

function write(t: Test, config = CONFIG): string {
  const folder = t.testdir({
    'vlandns.yaml': config,
    'ads.txt': '! ads\n||ads.example^\n@@||fine.ads.example^\n||school.example^\n',
    'school.txt': 'www.school.example\n',
  });
  return join(folder, 'vlandns.yaml');
}

const prepare = (t: Test, config?: string) => parsePrepared(write(t, config), () => {});

t.test('explain names the service that decides, and the file and line of the name', async (t) => {
  const prepared = await prepare(
    t,
    CONFIG.replace(
      /block: \{ rules: \[casino.*\] \}/,
      'block: { services: [tiktok, clan] }\n    allow: { services: [roblox] }',
    ).replace('lists:\n  ads', 'services: { clan: [clan.example] }\nlists:\n  ads'),
  );
  const offline = await buildOffline(prepared);
  const [tiktok = 0, roblox = 0] = ['tiktok', 'roblox'].map(
    (name) => packagedService(name).names.find(({ text }) => text === `${name}.com`)?.line,
  );
  for (const [name, verdict, why, match] of [
    [
      'www.tiktok.com',
      'blocked',
      'blocked by service tiktok: tiktok.com',
      `service tiktok block subtree config/services/tiktok.yaml:${tiktok} true`,
    ],
    [
      'www.roblox.com',
      'allowed',
      'allowed by service roblox: roblox.com',
      `service roblox allow subtree config/services/roblox.yaml:${roblox} true`,
    ],
    [
      'clan.example',
      'blocked',
      'blocked by service clan: clan.example',
      `service clan block subtree ${prepared.config.file}:19 true`,
    ],
  ] as const) {
    const told = await explainDecision(prepared.config, offline, { who: 'kids', name, qtype: TYPE.A });
    if (typeof told === 'string') throw new Error(told);
    t.match(told, { verdict, why }, name);
    t.strictSame(
      told.matches.map(({ from, kind, source, line, used }) => `${from} ${kind} ${source}:${line} ${used}`),
      [match],
    );
  }
  const open = await explainDecision(prepared.config, offline, {
    who: '192.0.2.23',
    name: 'www.tiktok.com',
    qtype: TYPE.A,
  });
  t.match(open, { verdict: 'allowed', matches: [{ from: 'service tiktok', used: false }] });
});

t.test('explain tells who decides, why, and every rule with its place', async (t) => {
  const prepared = await prepare(t);
  const { config } = prepared;
  const offline = await buildOffline(prepared);
  const explain = (who: string, name: string) =>
    explainDecision(config, offline, { who, name, qtype: TYPE.A });
  const rules = ({ matches }: Explanation): string[] =>
    matches.map(
      ({ used, from, kind, name, source, line, text }) =>
        `${used ? '*' : '-'} ${from} ${kind} ${name} ${source.replace(/.*\//, '')}:${line}${text === undefined ? '' : ` ${text}`}`,
    );
  for (const [who, name, wanted, matches] of [
    [
      'kids',
      'www.ads.example',
      {
        verdict: 'blocked',
        step: 'verdict',
        policy: 'kids',
        why: /list ads has ads\.example/,
        upstream: undefined,
      },
      ['* ads block subtree ads.example ads.txt:2 ||ads.example^'],
    ],
    [
      'kids',
      'a.fine.ads.example',
      {
        verdict: 'allowed',
        why: /allowed by name: fine\.ads\.example/,
        upstream: 'default',
        inspected: false,
      },
      [
        '* ads block subtree ads.example ads.txt:2 ||ads.example^',
        '* ads allow subtree fine.ads.example ads.txt:3 @@||fine.ads.example^',
      ],
    ],
    [
      'kids',
      'x.good.casino.example',
      { verdict: 'allowed', why: /allowed by name: good\.casino\.example/ },
      [
        /^\* family block subtree casino\.example vlandns\.yaml:11 /,
        /^\* kids allow subtree good\.casino\.example vlandns\.yaml:15 /,
      ],
    ],
    [
      '192.0.2.23',
      'casino.example',
      { verdict: 'allowed', policy: 'open', because: /is client laptop of VLAN kids/, upstream: 'default' },
      [/^- family block subtree casino\.example vlandns\.yaml:11 /],
    ],
    [
      '2001:db8:40::7',
      'ad12.example.net',
      { verdict: 'blocked', because: /in the subnets of VLAN kids/, why: /rule \/\^ad\[0-9\]/ },
      ['* family block /^ad[0-9]+\\./ vlandns.yaml:11'],
    ],
    [
      '192.0.2.23',
      'ad12.example.net',
      { verdict: 'allowed', policy: 'open' },
      ['- family block /^ad[0-9]+\\./ vlandns.yaml:11'],
    ],
    [
      'kids',
      'dns.google',
      { verdict: 'blocked' },
      [/^\* bypass: block block subtree dns\.google names\.txt:\d+$/],
    ],
    ['kids', 'use-application-dns.net', { verdict: 'blocked', step: 'canary' }, undefined],
    ['192.0.2.23', 'use-application-dns.net', { verdict: 'allowed', step: 'verdict' }, undefined],
    ['kids', 'printer.lan', { verdict: 'allowed', upstream: 'router' }, []],
    ['kids', 'other.home.arpa', { verdict: 'allowed', step: 'verdict', upstream: 'router' }, []],
    ['kids', 'nas.home.arpa', { verdict: 'allowed', step: 'local data', upstream: undefined }, []],
    ['kids', 'files.home.arpa', { verdict: 'allowed', step: 'local data' }, []],
    [
      'kids',
      'luck.home.arpa',
      { verdict: 'blocked', why: /leads to poker\.casino\.example: .*casino\.example/ },
      [/^\* family block subtree casino\.example vlandns\.yaml:11 /],
    ],
    [
      '192.0.2.23',
      'luck.home.arpa',
      { name: 'luck.home.arpa', verdict: 'allowed', upstream: 'default', inspected: true },
      [/^- family block subtree casino\.example/],
    ],
    ['kids', 'x.localhost', { verdict: 'allowed', step: 'special name', upstream: undefined }, []],
    ['kids', 'WWW.School.Example.', { name: 'www.school.example', verdict: 'allowed' }, undefined],
  ] as const) {
    const told = await explain(who, name);
    if (typeof told === 'string') throw new Error(told);
    t.match(told, wanted, `${who} ${name}`);
    if (matches !== undefined) t.match(rules(told), matches, `rules about ${name}`);
    if (matches !== undefined) t.equal(rules(told).length, matches.length, `no other rules about ${name}`);
  }
  t.match(await explain('kidz', 'a.example'), /no VLAN "kidz"; there are kids, followed/);
  t.match(await explain('198.51.100.1', 'a.example'), /in the subnets of no VLAN: it is answered REFUSED/);
});

const RULED = `vlans:
  kids: { listen: ["127.0.40.1:5340"], subnets: [192.0.2.0/24], policy: kids }
policies:
  kids: { block: { lists: [rules, zone, trial] } }
lists:
  rules: { sources: [{ file: rules.txt, format: adguard }] }
  zone: zone.txt
  trial: { sources: [trial.txt], mode: observe }
upstreams: { default: [192.0.2.53] }
expect:
  - { vlan: kids, name: six.example, type: AAAA, is: blocked }
  - { vlan: kids, name: six.example, is: allowed }
  - { vlan: kids, name: stat1.example, is: blocked }
  - { vlan: kids, name: new.example, is: allowed }
  - { vlan: kids, name: tcp.example, is: allowed }
server: { state: state }
`;

const RULES =
  '||six.example^$dnstype=AAAA\n/^stat[0-9]+\\./\n@@/^stat7\\./\n*$denyallow=example,dnstype=TXT\n||203.0.113.1^\n';
const ZONE =
  '@ SOA a. b. 1 2 3 4 5\ntcp.example CNAME rpz-tcp-only.\ngame.example A 192.0.2.80\ngame.example AAAA 2001:db8::80\n';

t.test('explain tells conditions, answers, expressions and lists that are only observed', async (t) => {
  const folder = t.testdir({
    'vlandns.yaml': RULED,
    'rules.txt': RULES,
    'zone.txt': ZONE,
    'trial.txt': 'new.example\nstat7.example\n',
  });
  const prepared = await parsePrepared(join(folder, 'vlandns.yaml'), () => {});
  const { config } = prepared;
  const offline = await buildOffline(prepared);
  t.same(brokenExpectations(offline.serving, config), []);
  const rules = ({ matches }: Explanation): string[] =>
    matches.map(({ used, observed, holds, from, kind, name, says, line, text }) => {
      const sign = `${used ? '*' : observed ? 'o' : '-'}${holds ? '' : ' not'}`;
      return `${sign} ${from} ${kind} ${name}${says === undefined ? '' : `, ${says}`} :${line} ${text}`;
    });
  const cases: readonly (readonly [string, number, object, readonly string[]])[] = [
    [
      'six.example',
      TYPE.A,
      { verdict: 'allowed' },
      ['* not rules block subtree six.example, only AAAA :1 ||six.example^$dnstype=AAAA'],
    ],
    [
      'six.example',
      TYPE.AAAA,
      { verdict: 'blocked', why: 'list rules has six.example, only AAAA' },
      ['* rules block subtree six.example, only AAAA :1 ||six.example^$dnstype=AAAA'],
    ],
    [
      'stat1.example',
      TYPE.A,
      { verdict: 'blocked', why: 'list rules has /^stat[0-9]+\\./' },
      ['* rules block /^stat[0-9]+\\./ :2 /^stat[0-9]+\\./'],
    ],
    [
      'stat7.example',
      TYPE.A,
      { verdict: 'allowed', why: 'list rules has /^stat7\\./', observed: [] },
      [
        'o trial block subtree stat7.example :2 stat7.example',
        '* rules block /^stat[0-9]+\\./ :2 /^stat[0-9]+\\./',
        '* rules allow /^stat7\\./ :3 @@/^stat7\\./',
      ],
    ],
    [
      'new.example',
      TYPE.A,
      { verdict: 'allowed', observed: ['trial'], upstream: 'default' },
      ['o trial block subtree new.example :1 new.example'],
    ],
    [
      'www.example.net',
      TYPE.TXT,
      { verdict: 'blocked', why: 'list rules has *, only TXT, not example and below' },
      ['* rules block *, only TXT, not example and below :4 *$denyallow=example,dnstype=TXT'],
    ],
    [
      'tcp.example',
      TYPE.A,
      { verdict: 'allowed', why: 'list zone has tcp.example, answers over TCP only', upstream: 'default' },
      ['* zone block tcp.example, answers over TCP only :2 tcp.example CNAME rpz-tcp-only.'],
    ],
    [
      'game.example',
      TYPE.A,
      { verdict: 'blocked', why: 'list zone has game.example, answers A 192.0.2.80' },
      [
        '* zone block game.example, answers A 192.0.2.80 :3 game.example A 192.0.2.80',
        '* zone block game.example, answers AAAA 2001:db8::80 :4 game.example AAAA 2001:db8::80',
      ],
    ],
  ];
  for (const [name, qtype, wanted, matches] of cases) {
    const told = await explainDecision(config, offline, { who: 'kids', name, qtype });
    if (typeof told === 'string') throw new Error(told);
    t.match(told, wanted, name);
    // A rule about every name matches them all, and holds for few.
    const about = rules(told).filter((rule) => !rule.startsWith('* not rules block *'));
    t.same(about, matches, name);
  }
  await offline.close();
});

t.test('a policy that waits for a list does not decide, and its expectations are undecided', async (t) => {
  const prepared = await prepare(
    t,
    CONFIG.replace('when_lists_missing: allow', 'when_lists_missing: refuse').concat(`expect:
  - { vlan: kids, name: www.example, is: allowed }
  - { vlan: kids, name: casino.example, is: allowed }
  - { vlan: kids, name: casino.example, is: blocked }
  - { client: 192.0.2.23, name: casino.example, is: blocked }
  - { client: 198.51.100.7, name: casino.example, is: allowed }
`),
  );
  const { serving } = await buildOffline(prepared);
  t.match(brokenExpectations(serving, prepared.config), [
    { undecided: true, message: /www\.example is not decided .*far has never been read/ },
    {
      undecided: false,
      message: /casino\.example is blocked under policy kids, not allowed: .*casino\.example/,
    },
    { undecided: false, message: /casino\.example is allowed under policy open, not blocked/ },
    // The interface of VLAN followed is not there, and may have that client when it is.
    { undecided: true, message: /198\.51\.100\.7 is in the subnets of no VLAN/ },
  ]);
});

t.test('hosts of lists are asked for at the first set that knows them, and remembered', async (t) => {
  const book = new ScriptBook();
  const script = {
    'both.example.': byType({ A: records('@ 60 A 192.0.2.1'), AAAA: records('@ 60 AAAA 2001:db8::1') }),
    'alias.example.': byType({
      A: answer({ answer: ['@ 60 CNAME x.cdn.example.', 'x.cdn.example. 60 A 192.0.2.2'] }),
    }),
    'none.example.': negative('NXDOMAIN'),
  };
  for (const [origin, behaviour] of Object.entries(script)) book.set(origin, behaviour(origin));
  const upstream = await openScriptedUpstream(book, 'upstream');
  t.teardown(() => upstream.close());
  const registry = new UpstreamRegistry({
    now: () => performance.now(),
    ttlLimits: { minSeconds: 0, maxSeconds: 86_400, negativeSeconds: 900 },
  });
  const at = { line: 1, column: 1 };
  const { sets } = registry.draft(
    [1, upstream.port].map((port) => ({
      name: `at ${port}`,
      strategy: 'ordered',
      servers: [{ kind: 'udp', address: '127.0.0.1', port, text: '', at }],
      at,
    })),
  );
  t.teardown(() => [...sets.values()].forEach((set) => set.close()));
  const lookup = ownLookup(() => sets.values());
  const find = (host: string, all: boolean): Promise<unknown> =>
    new Promise((resolve) => {
      lookup(host, { all }, (error, found, family) => resolve(error?.message ?? [found, family]));
    });
  const both = [
    { address: '192.0.2.1', family: 4 },
    { address: '2001:db8::1', family: 6 },
  ];
  t.strictSame(await find('both.example', true), [both, undefined]);
  const asked = book.asked('both.example.').length;
  t.strictSame(await find('both.example', false), ['192.0.2.1', 4]);
  t.equal(book.asked('both.example.').length, asked, 'the second time from memory');
  t.strictSame(await find('alias.example', false), ['192.0.2.2', 4]);
  t.equal(await find('none.example', true), 'no upstream knows an address of none.example');
  t.type(
    await find(`${'x'.repeat(70)}.example`, true),
    'string',
    'a host that is no name is an error like others',
  );
});

t.test('a file watch notices change, going and coming, also where it may not look', async (t) => {
  const folder = t.testdir({ a: 'one', b: 'one' });
  const watch = new FileWatch(() => {});
  t.teardown(() => watch.close());
  const a = join(folder, 'a');
  const absent = join(folder, 'absent');
  await watch.watch([a, absent, join(a, 'below-a-file')]);
  t.strictSame(await watch.look(), []);
  writeFileSync(a, 'longer');
  t.strictSame(await watch.look(), [a]);
  t.strictSame(await watch.look(), [], 'once');
  writeFileSync(absent, '');
  t.strictSame(await watch.look(), [absent]);
  writeFileSync(join(folder, 'b'), 'longer');
  t.strictSame(await watch.look(), [], 'files that are not watched do not matter');
  writeFileSync(a, 'as long as that');
  await watch.watch([a, join(folder, 'b')]);
  t.strictSame(await watch.look(), [a], 'what was watched before is known as it was then');
});

/** How many records everybody sees. */
function recordsOf({ local }: { readonly local: { readonly forAll: LocalLayers } }): number {
  return local.forAll.layers.reduce((sum, { data }) => sum + data.recordCount, 0);
}

t.test('hosts files are read again when they or the records have changed, and only then', async (t) => {
  const folder = t.testdir({ hosts: '192.0.2.1 nas\n', more: '192.0.2.2 printer\nnot a line\n' });
  const config = (records: string, ...hosts: string[]): string => {
    const file = join(folder, 'vlandns.yaml');
    writeFileSync(
      file,
      `vlans: { kids: { listen: ["127.0.0.1:5353"], subnets: [192.0.2.0/24], policy: p } }
policies: { p: {} }
records: [${records}]
hosts: [${hosts.join(', ')}]
`,
    );
    return file;
  };
  const first = await parsePrepared(config('"a. A 192.0.2.9"', 'hosts'), () => {});
  t.equal(recordsOf(first), 4, 'two addresses and what leads back to them');
  const again = await parsePrepared(config('"a. A 192.0.2.9"', 'hosts'), () => {}, first);
  t.equal(again.local.forAll, first.local.forAll);
  const other = await parsePrepared(config('"b. A 192.0.2.9"', 'hosts'), () => {}, again);
  t.not(other.local.forAll, first.local.forAll);
  writeFileSync(join(folder, 'hosts'), '192.0.2.1 nas box\n');
  const changed = await parsePrepared(config('"b. A 192.0.2.9"', 'hosts'), () => {}, other);
  t.equal(recordsOf(changed), 5);
  const warnings: string[] = [];
  const file = config('', 'hosts', 'more');
  const skipping = await parsePrepared(file, (line) => warnings.push(line), changed);
  await parsePrepared(file, (line) => warnings.push(line), skipping);
  t.match(
    warnings,
    [/1 lines of .*more are not/, /1 lines of .*more are not/],
    'what is skipped is told each time',
  );
});

t.test('the prefixes of an interface lose their host bits', async (t) => {
  const texts = toPrefixes([
    { address: '192.0.2.77', family: 4, prefixLength: 28 },
    { address: '2001:db8:40:1::77', family: 6, prefixLength: 56 },
    { address: 'fe80::1%em0', family: 6, prefixLength: 64 },
    { address: '192.0.2.1', family: 4, prefixLength: 32 },
  ]).map(({ words, length }) => `${words.map((word) => word.toString(16)).join(' ')}/${length}`);
  t.strictSame(texts, [
    'c0000240 0 0 0/28',
    '20010db8 400000 0 0/56',
    'fe800000 0 0 0/64',
    'c0000201 0 0 0/32',
  ]);
  t.strictSame(prefixesOfLink(await readLinks(), 'nosuch0'), []);
});

const TIMED = `vlans:
  kids: { listen: ["127.0.0.1:5353"], subnets: [192.0.2.0/24], policy: kids }
  lab: { listen: ["127.0.0.2:5353"], subnets: [198.51.100.0/24], policy: open }
policies:
  open: {}
  kids:
    allow: { rules: [school.example] }
    schedules:
      - { name: bedtime, days: [mon], from: "21:00", to: "06:30", block: everything }
      - { name: homework, days: [mon], from: "15:00", to: "17:00", block: { rules: [game.example] } }
upstreams: { default: [192.0.2.53] }
server: { state: state, time_zone: Europe/Berlin }
`;

t.test('explain tells what holds at a moment, and what will be next', async (t) => {
  const prepared = await prepare(t, TIMED);
  const offline = await buildOffline(prepared);
  const explainAt = (name: string, iso: string, who = 'kids') =>
    explainDecision(prepared.config, offline, { who, name, qtype: TYPE.A, atMs: Date.parse(iso) });
  t.match(await explainAt('x.example', '2026-12-07T22:00+01:00'), {
    verdict: 'blocked',
    why: /^schedule bedtime until 06:30 blocks/,
    schedules: {
      at: 'Mon 2026-12-07 22:00',
      zone: 'Europe/Berlin',
      active: ['bedtime until 06:30'],
      next: 'homework at 2026-12-14 15:00',
    },
    nextChange: { at: '06:30', verdict: 'allowed' },
    advice: ['vlandns grant kids x.example 45m', 'vlandns allow kids x.example'],
  });
  t.match(await explainAt('school.example', '2026-12-07T22:00+01:00'), { verdict: 'allowed' });
  t.match(await explainAt('game.example', '2026-12-07T16:59:59+01:00'), {
    verdict: 'blocked',
    why: /schedule homework until 17:00/,
    cause: { kind: 'rule' },
    nextChange: { at: '17:00', verdict: 'allowed' },
  });
  t.match(await explainAt('game.example', '2026-12-07T17:00+01:00'), {
    verdict: 'allowed',
    schedules: { active: [], next: 'bedtime at Mon 21:00' },
    nextChange: { at: '21:00', verdict: 'blocked' },
  });
  t.match(
    await explainAt('x.example', '2026-12-07T22:00+01:00', 'lab'),
    { verdict: 'allowed', schedules: undefined, nextChange: undefined },
    'a policy without schedules has none',
  );
  await offline.close();
});

t.test('an expectation holds at its moment', async (t) => {
  const expect = (name: string, is: string, at: string): string =>
    `  - { vlan: kids, name: ${name}, is: ${is}, at: "${at}" }\n`;
  const lines = [
    expect('x.example', 'blocked', 'Mon 22:00'),
    expect('x.example', 'blocked', 'Tue 06:29'),
    expect('x.example', 'allowed', 'Tue 06:30'),
    expect('school.example', 'allowed', 'Mon 22:00'),
    expect('x.example', 'allowed', 'Mon 16:00'),
    expect('game.example', 'allowed', '2026-12-07T16:00'),
  ];
  const prepared = await prepare(t, `${TIMED}expect:\n${lines.join('')}`);
  const offline = await buildOffline(prepared);
  t.match(
    brokenExpectations(offline.serving, prepared.config).map(({ message }) => message),
    [/^game\.example is blocked at Mon 2026-12-07 16:00 under policy kids, not allowed: .*schedule homework/],
    'the last one alone',
  );
  await offline.close();
});
