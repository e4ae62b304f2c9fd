// What lists have in common, what is known of each source, and where two configurations decide differently.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { compile } from '../../src/blocklists/compile.ts';
import { SourceStore } from '../../src/lists/store/source-store.ts';
import { ALLOW, BELOW, BLOCK, EXACT, SUBTREE } from '../../src/blocklists/rule.ts';
import { buildTrie } from '../../src/blocklists/trie/build/build-trie.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/reader.ts';
import { nameToText } from '../../src/dns/name-text.ts';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { readKey } from '../../src/lists/list-keeper.ts';
import { countOverlap } from '../../src/lists/told/list-overlap.ts';
import { readListStats } from '../../src/lists/told/list-stats.ts';
import { readListTable } from '../../src/lists/told/list-table.ts';
import { NamesToTry } from '../../src/explain/names-to-try.ts';
import { buildOffline } from '../../src/explain/offline.ts';
import { compareVerdicts } from '../../src/explain/verdict-diff.ts';
import type { Side } from '../../src/explain/verdict-diff.ts';
import { toWire } from '../support/rule-model.ts';

t.test('a list has a name by an entry for it, or for all of a domain above it, not by an exception', (t) => {
  const trie = buildTrie(
    (
      [
        ['one.example', 0, BLOCK | EXACT],
        ['both.example', 0, BLOCK | EXACT],
        ['both.example', 1, BLOCK | SUBTREE],
        ['www.both.example', 0, BLOCK | EXACT],
        ['below.example', 2, BLOCK | BELOW],
        ['www.below.example', 1, BLOCK | EXACT],
        ['exact.example', 2, BLOCK | EXACT],
        ['www.exact.example', 1, BLOCK | EXACT],
        ['fine.example', 1, ALLOW | SUBTREE],
        ['one.example', 1, ALLOW | EXACT],
        ['other.example', 3, BLOCK | EXACT],
      ] as const
    ).map(([name, source, kind], line) => ({ name: toWire(name), source, kind, line })),
  );
  t.strictSame(
    countOverlap(trie, 3, (source) => (source < 3 ? source : undefined)),
    {
      names: [3, 3, 2],
      only: [1, 1, 2],
      shared: [
        [0, 2, 0],
        [1, 0, 1],
        [0, 0, 0],
      ],
      inGroups: [0, 4, 3, 0],
      total: 7,
    },
  );
  t.strictSame(
    countOverlap(trie, 1, () => 0),
    { names: [8], only: [8], shared: [[0]], inGroups: [0, 8], total: 8 },
    'sources of one list are no other list',
  );
  t.end();
});

const LISTS = `vlans: { kids: { listen: ["127.0.0.1:5340"], subnets: [127.0.0.0/8], policy: kids } }
policies: { kids: { block: { lists: [ads, far, late] } } }
lists:
  ads: [ads.txt, more.txt]
  far: { sources: ["https://lists.example/far.txt"], refresh: 1h }
  late: { sources: ["https://lists.example/late.txt", later.txt], refresh: 1h }
server: { state: state }
`;

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');

/** A folder in which a daemon has run, and compiled all sources but the last. */
async function openStateFolder(t: Test): Promise<Config> {
  const folder = t.testdir({
    'vlandns.yaml': LISTS,
    'ads.txt': 'ads.example\nwww.ads.example\nboth.example\n',
    'more.txt': '||both.example^\n||more.example^\n||x.example^$client=1\nbad..name\n@@||fine.example^\n',
    'later.txt': 'later.example\n',
    'far.new': 'www.both.example\n',
    state: {},
  });
  utimesSync(join(folder, 'ads.txt'), new Date(NOW_MS), new Date(NOW_MS - 60_000));
  const { config } = readConfig(join(folder, 'vlandns.yaml'));
  if (config === undefined) throw new Error('not a configuration');
  mkdirSync(join(folder, 'state/sources'));
  const far = 'https://lists.example/far.txt';
  const store = new SourceStore({ folder: join(folder, 'state/sources'), now: () => NOW_MS - 7_200_000 });
  await store.accept(far, {
    state: 'new',
    file: join(folder, 'far.new'),
    octets: 17,
    validators: { etag: undefined, lastModified: undefined },
  });
  const source = (list: string, name: string, file: string) =>
    ({ list, source: name, file, format: 'auto' }) as const;
  compile({
    output: join(folder, 'state/lists.trie'),
    key: '',
    sources: [
      source('ads', join(folder, 'ads.txt'), join(folder, 'ads.txt')),
      source('ads', join(folder, 'more.txt'), join(folder, 'more.txt')),
      source('far', far, store.fileOf(far)),
      source('late', 'https://lists.example/late.txt', join(folder, 'nowhere')),
    ],
  });
  return config;
}

t.test('the table has every source of the configuration, from what lies in the state folder', async (t) => {
  const config = await openStateFolder(t);
  const told = await readListTable(config, undefined, NOW_MS);
  t.match(told, { running: false, fault: undefined, names: 5 });
  t.match(told.sources, [
    {
      list: 'ads',
      source: /ads\.txt$/,
      format: 'domains',
      entries: 3,
      skipped: 0,
      errors: 0,
      names: 3,
      onlyHere: 2,
      sharedMost: { list: 'ads', source: /more\.txt$/, names: 1 },
      fetchedAt: '2026-11-22T11:59:00.000Z',
      dueAt: undefined,
      state: 'fresh',
      reason: undefined,
    },
    {
      list: 'ads',
      source: /more\.txt$/,
      format: 'adguard',
      names: 2,
      onlyHere: 1,
      sharedMost: { list: 'ads', source: /ads\.txt$/, names: 1 },
      errors: 1,
      examples: [{ line: 4, text: 'bad..name' }],
      state: 'fresh',
    },
    {
      list: 'far',
      names: 1,
      onlyHere: 0,
      sharedMost: { source: /ads\.txt$/, names: 1 },
      fetchedAt: '2026-11-22T10:00:00.000Z',
      state: 'due',
      reason: /older than its refresh/,
    },
    {
      list: 'late',
      names: 0,
      sharedMost: undefined,
      fetchedAt: undefined,
      state: 'missing',
      reason: /ENOENT/,
    },
    { list: 'late', source: /later\.txt$/, names: 0, state: 'missing', reason: 'not compiled yet' },
  ]);
  t.equal(told.sources.length, 5);
});

t.test('what a running daemon tells comes first', async (t) => {
  const config = await openStateFolder(t);
  const figures = { format: 'domains', entries: 1, skipped: 0, errors: 0 };
  const far = { list: 'far', source: 'https://lists.example/far.txt', ...figures };
  const dueAt = '2026-11-22T13:00:00.000Z';
  for (const [what, status, wanted] of [
    [
      'held',
      { code: 'held', state: 'shrank by 90 %', isHeld: true },
      { state: 'held', reason: 'shrank by 90 %' },
    ],
    [
      'failed',
      { code: 'failed', state: 'not fetched: 500', isHeld: false },
      { state: 'failed', reason: 'not fetched: 500' },
    ],
    ['fresh', { code: 'ok', state: 'ok', isHeld: false }, { state: 'fresh', reason: undefined }],
  ] as const) {
    const lists = [
      { ...far, ...status, isRead: true, hasFailed: status.state !== 'ok', fetchedAt: undefined, dueAt },
    ];
    const told = await readListTable(config, { lists }, NOW_MS);
    t.match(told, { running: true, sources: [{ ...wanted, dueAt, names: 1 }] }, what);
    t.equal(told.sources.length, 1, 'the daemon knows what it serves');
  }
});

t.test('a state folder without compiled lists, or with broken ones, is told', async (t) => {
  const config = await openStateFolder(t);
  const image = join(config.server.state, 'lists.trie');
  writeFileSync(image, 'not an image');
  t.match(await readListTable(config, undefined, NOW_MS), {
    fault: /lists\.trie: is too short/,
    names: 0,
    sources: [{ state: 'missing', reason: 'not compiled yet' }],
  });
  t.match(await readListStats(config.server.state, undefined), /too short/);
  const nowhere = { ...config, server: { ...config.server, state: '/nowhere' } };
  t.match(await readListTable(nowhere, undefined, NOW_MS), { fault: /no compiled lists in \/nowhere/ });
});

t.test('statistics are by list, or by source of one list', async (t) => {
  const { server } = await openStateFolder(t);
  t.match(await readListStats(server.state, undefined), {
    list: undefined,
    groups: ['ads', 'far', 'late'],
    names: [4, 1, 0],
    only: [4, 0, 0],
    inGroups: [0, 4, 1, 0],
    total: 5,
  });
  t.match(await readListStats(server.state, 'ads'), {
    list: 'ads',
    groups: [/ads\.txt$/, /more\.txt$/],
    names: [3, 2],
    only: [2, 1],
    shared: [
      [0, 1],
      [1, 0],
    ],
    total: 4,
  });
  t.equal(await readListStats(server.state, 'nolist'), 'list nolist has not been read yet');
});

t.test('lists are compiled anew for another text and by another version, and not otherwise', async (t) => {
  const file = join(t.testdir({ 'ads.txt': 'ads.example\n' }), 'ads.txt');
  const sources = [{ list: 'ads', source: file, file, format: 'auto' }] as const;
  const first = await readKey(sources);
  t.equal(await readKey(sources), first);
  t.not(await readKey(sources, 'another'), first);
  writeFileSync(file, 'other.example\n');
  t.not(await readKey(sources), first);
});

const BEFORE = `vlans:
  kids:
    listen: ["127.0.0.1:5340"]
    subnets: [127.0.0.0/8]
    policy: kids
    clients: [{ address: 127.0.0.7, policy: open }]
policies:
  open: {}
  kids: { block: { lists: [ads], rules: [casino.example] } }
lists: { ads: ads.txt }
server: { state: state }
expect: [{ vlan: kids, name: plain.example, is: allowed }]
`;

async function openSide(t: Test, text: string, files: Record<string, string> = {}) {
  const folder = t.testdir({ 'vlandns.yaml': text, ...files });
  const prepared = await parsePrepared(join(folder, 'vlandns.yaml'), () => {});
  const offline = await buildOffline(prepared);
  t.teardown(() => offline.close());
  return { config: prepared.config, serving: offline.serving };
}

function diff(before: Side, after: Side, names?: string, limit = 20) {
  const feed = new NamesToTry();
  return compareVerdicts(
    before,
    after,
    (take) =>
      names === undefined ? feed.ofConfigs([before.config, after.config], take) : feed.ofFile(names, take),
    limit,
  );
}

t.test('verdicts are compared policy by policy, with why on either side', async (t) => {
  const before = await openSide(t, BEFORE, { 'ads.txt': 'ads.example\ngone.example\nads.example\n' });
  const same = diff(before, before);
  t.equal(same.tried, 7, 'expectation and rule of both, entries of each file once');
  t.match(same.policies, [
    { before: 'open', newlyBlocked: { count: 0 }, newlyAllowed: { count: 0 } },
    { before: 'kids', newlyBlocked: { count: 0, first: [] }, newlyAllowed: { count: 0, first: [] } },
  ]);
  const changed = BEFORE.replace('address: 127.0.0.7, policy: open', 'address: 127.0.0.9, policy: open')
    .replace('[casino.example]', '["*.plain.example"]')
    .replace('ads: ads.txt', 'ads: { sources: [{ file: new.txt, format: wildcard }] }');
  await t.test('with another list and other rules', async (t) => {
    const after = await openSide(t, changed, { 'new.txt': 'new.example\n*.ads.example\nnew.example\n' });
    const { policies } = diff(before, after);
    t.match(
      policies.map((pair) => [pair.before, pair.after, pair.who]),
      [
        ['open', 'open', []],
        ['kids', 'kids', []],
        ['open', 'kids', ['127.0.0.7/32 in VLAN kids']],
        ['kids', 'open', ['127.0.0.9/32 in VLAN kids']],
      ],
    );
    const [open, kids] = policies;
    t.match(open, { newlyBlocked: { count: 0 }, newlyAllowed: { count: 0 } });
    t.strictSame(kids?.newlyBlocked.first.map(({ name }) => name).toSorted(), [
      'new.example',
      'www.plain.example',
    ]);
    t.match(
      kids?.newlyBlocked.first.find(({ name }) => name === 'new.example'),
      { before: 'no rule and no list speaks about it', after: 'list ads has new.example' },
    );
    t.strictSame(kids?.newlyAllowed, {
      count: 2,
      first: [
        {
          name: 'casino.example',
          before: 'blocked by name: casino.example',
          after: 'no rule and no list speaks about it',
        },
        {
          name: 'gone.example',
          before: 'list ads has gone.example',
          after: 'no rule and no list speaks about it',
        },
      ],
    });
    const limited = diff(before, after, undefined, 1).policies[1];
    t.equal(limited?.newlyAllowed.count, 2);
    t.equal(limited?.newlyAllowed.first.length, 1);
    const names = join(
      t.testdir({ names: '0.0.0.0 gone.example\n# one\n0.0.0.0 gone.example other.example\n' }),
      'names',
    );
    t.match(diff(before, after, names), { tried: 3, policies: [{}, { newlyAllowed: { count: 1 } }] });
  });
});

t.test('a list that was never read counts as empty, and only then', async (t) => {
  const far = 'lists: { ads: "https://lists.example/ads.txt" }';
  const before = await openSide(t, BEFORE, { 'ads.txt': 'ads.example\n' });
  await t.test('compared with it', async (t) => {
    const after = await openSide(t, BEFORE.replace('lists: { ads: ads.txt }', far));
    t.match(after.serving.policies[1]?.missingLists, ['ads']);
    t.match(diff(before, after).policies[1], {
      newlyBlocked: { count: 0 },
      newlyAllowed: { count: 1, first: [{ name: 'ads.example' }] },
    });
  });
});

t.test('the names of a file are one a line or a list, whatever its format', (t) => {
  const folder = t.testdir({
    plain: 'One.Example\n\n# two\ntwo.example.\nb\u00fccher.example\nno name here\n',
    hosts: '127.0.0.1 localhost\n0.0.0.0 one.example two.example # three\n0.0.0.0 four.example\n',
    adguard: '! one\n||one.example^\n||two.example^$important\nexample.org##.ad\n',
  });
  for (const [file, wanted, skipped] of [
    ['plain', ['one.example', 'two.example', 'xn--bcher-kva.example'], 1],
    ['hosts', ['one.example', 'two.example', 'four.example'], 1],
    ['adguard', ['one.example', 'two.example'], 1],
  ] as const) {
    const feed = new NamesToTry();
    const names: string[] = [];
    feed.ofFile(join(folder, file), (name) => names.push(nameToText(name.wire)));
    t.strictSame(names, wanted, file);
    t.equal(feed.skippedLines, skipped, file);
  }
  t.throws(() => new NamesToTry().ofFile('/nowhere', () => {}), /ENOENT/);
  t.end();
});
