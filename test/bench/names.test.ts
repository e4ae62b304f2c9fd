/** The bench makes its names: always the same for a seed, and asked as often as their rank says. */
import t from 'tap';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Children } from '../../bench/children.ts';
import { namesOf } from '../../bench/names/bench-names.ts';
import { makeUpNames } from '../../bench/names/made-up-names.ts';
import { sample, seededRandom } from '../../bench/names/seeded-random.ts';
import { drawByRank, isBelow, openWorkload } from '../../bench/names/workload.ts';
import { parseOptions } from '../../bench/options.ts';
import { findTools, missingTools } from '../../bench/tools.ts';
import { parseName } from '../../src/dns/name-text.ts';

t.test('made-up names are names, different, and the same for a seed', async (t) => {
  const names = makeUpNames(20_000, 1);
  t.equal(new Set(names).size, 20_000);
  t.equal(makeUpNames(20_000, 1).join(' '), names.join(' '));
  t.not(makeUpNames(20_000, 2).join(' '), names.join(' '), 'others for another seed');
  t.ok(names.every((name) => parseName(name).length < 64));
  const without = new Set(names.slice(0, 10_000));
  t.notOk(makeUpNames(10_000, 1, without).some((name) => without.has(name)));
});

t.test('a sample has no element twice', async (t) => {
  const from = Array.from({ length: 100 }, (_, at) => at);
  const taken = sample(from, 60, seededRandom(5));
  t.equal(new Set(taken).size, 60);
  t.ok(taken.every((value) => from.includes(value)));
  t.equal(sample(from, 200, seededRandom(5)).length, 100, 'all there are');
});

t.test('the name of rank r is asked 1/r times as often as the first', async (t) => {
  const names = Array.from({ length: 100 }, (_, at) => `n${at + 1}`);
  const drawn = drawByRank(names, 100_000, seededRandom(7));
  const count = (name: string): number => drawn.filter((one) => one === name).length;
  for (const rank of [2, 5, 10])
    t.ok(Math.abs(count(`n${rank}`) / count('n1') - 1 / rank) < 0.03, `rank ${rank}`);
});

t.test('a name is blocked by itself and by a name above it', async (t) => {
  const blocked = new Set(['ads.example', 'com.test']);
  const rows: [string, boolean][] = [
    ['ads.example', true],
    ['x.y.ads.example', true],
    ['badads.example', false],
    ['example', false],
    ['test', false],
  ];
  for (const [name, expected] of rows) t.equal(isBelow(name, blocked), expected, name);
});

t.test('the names of a list are those that vlandns blocks', async (t) => {
  const file = join(
    t.testdir({ 'ads.txt': '||Ads.example^\n@@||good.example^\n0.0.0.0 x_1.example\n||ads.example^\n' }),
    'ads.txt',
  );
  t.same([...namesOf(file)], ['ads.example', 'x_1.example']);
});

t.test('queries are asked for as dnsperf reads them', async (t) => {
  const folder = t.testdir({});
  const names = {
    sources: [],
    ownSource: '',
    told: '',
    blocked: ['ads.example'],
    popular: ['a.example', 'x.ads.example', 'b.example'],
  };
  const workload = openWorkload(names, folder);
  const lines = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n');
  t.same(lines(workload.hit), ['a.example A', 'b.example A'], 'hits are not blocked');
  t.same(lines(workload.blocked), ['ads.example A']);
  const [one, other] = [lines(workload.unique(500)), lines(workload.unique(500, 'd'))];
  t.equal(new Set([...one, ...other]).size, 1000, 'unique names are never used again');
  t.ok(other.every((line) => line.startsWith('d')));
  const mixed = lines(workload.mixed(10_000)).filter((line) => line.startsWith('m'));
  t.ok(mixed.length > 400 && mixed.length < 600, '5 % of a mixture are asked once');
});

t.test('options are read, and what is wrong is said', async (t) => {
  t.match(parseOptions([]), { rounds: 5, quick: false, json: false });
  t.match(parseOptions(['--quick']), { rounds: 2, quick: true });
  t.match(parseOptions(['--quick', '--rounds', '7']), { rounds: 7 });
  t.same([...parseOptions(['--only', 'hit,miss', '--only', 'swap']).parts], ['hit', 'miss', 'swap']);
  const wrong: [string[], RegExp][] = [
    [['--rounds', '0'], /at least 1/],
    [['--rounds', 'x'], /"x"/],
    [['--only', 'hits'], /no part "hits"; the parts are start, hit/],
    [['--fast'], /--fast/],
    [['file'], /usage: npm run bench/],
  ];
  for (const [args, message] of wrong) t.throws(() => parseOptions(args), { message }, args.join(' '));
});

t.test('what is missing is told with the package that has it', async (t) => {
  const folder = t.testdir({});
  writeFileSync(join(folder, 'unbound'), '', { mode: 0o755 });
  t.equal(findTools(folder).unbound, join(folder, 'unbound'));
  const none = {
    dnsperf: undefined,
    nsd: '/n',
    'nsd-control': '/c',
    unbound: '/u',
    dnsmasq: undefined,
    cc: '/cc',
    taskset: '/t',
  };
  const missing = missingTools(none);
  t.equal(missing.isFatal, true, 'without dnsperf there is no load');
  t.match(missing.told.join('\n'), /apt-get install dnsmasq-base\): left out/);
  t.equal(missingTools({ ...none, dnsperf: '/d' }).isFatal, false);
});

t.test('processes are run to their end, or killed with all that they started', async (t) => {
  const children = new Children();
  t.equal(await children.run(['echo', 'hello']), 'hello\n');
  await t.rejects(children.run(['sh', '-c', 'echo why >&2; exit 3']), { message: /status 3: why/ });
  await t.rejects(children.start(['/nowhere/at/all']), { code: 'ENOENT' });
  const child = await children.start(['sh', '-c', 'sleep 60 & echo $!; wait']);
  while (child.output() === '') await new Promise(setImmediate);
  children.killAll();
  await child.ended;
  t.equal(child.hasEnded(), true);
  const grandchild = `/proc/${child.output().trim()}/stat`;
  // Killed, but perhaps not yet waited for by who inherited it.
  t.ok(!existsSync(grandchild) || / [ZX] /.test(readFileSync(grandchild, 'utf8')));
});
