// vlandns lists and check --against as people run them: each once as a process at least, the other times in this one.
import t from 'tap';
import type { Test } from 'tap';
import { listenOnPath, openControlServer, toJson } from '../../../src/control/control-server.ts';
import type { ControlRoutes } from '../../../src/control/control-server.ts';
import { ask, openHouse, runProgram } from '../../support/house.ts';
import type { House } from '../../support/house.ts';

t.jobs = 3;

const NOT_RUNNING =
  /^vlandns is not running: nobody listens on \S+\/sock; start it, or name its configuration with -c\n/;

t.test('usage errors say what to write and end with 2', async (t) => {
  const house = await openHouse(t);
  for (const [args, said] of [
    [['lists', 'stat'], /"stat" is nothing that can be done with lists; write: vlandns lists \[stats/],
    [['lists', 'update', 'adds'], /there is no list "adds"; did you mean "ads"\? \(there are ads\)\n$/],
    [['lists', 'stats', 'q'], /there is no list "q"; there are ads\n$/],
    [['lists', 'accept'], /accept takes the name of a list; write: /],
    [['lists', 'update', 'ads', 'more'], /too many operands; write: /],
    [['lists', '--limit', '3'], /lists does not take --limit\n/],
    [['status', '--against', 'x'], /status does not take --against\n/],
    [['check', '--limit', '3'], /--names, --log and --limit belong to --against; write: /],
    [['check', '--against', house.file, '--limit', 'x'], /--limit x is not a number; write: /],
    [['check', '--against', '/nowhere'], /^\/nowhere.*error: /],
  ] as const)
    t.match(await house.runHere(args), { status: 2, stdout: '', stderr: said }, args.join(' '));
  house.configure({ lists: '', policies: 'policies: { open: {}, kids: { block: { rules: [a.example] } } }' });
  t.match(await house.runHere(['lists', 'update', 'ads']), { status: 2, stderr: /"ads"; there are none\n/ });
  t.match(await house.runHere(['lists']), { status: 0, stdout: /\nthe configuration has no lists\n/ });
});

async function openListedHouse(t: Test): Promise<House> {
  const house = await openHouse(t);
  house.write('ads.txt', 'ads.example\nboth.example\n-- what --\n');
  house.write('hosts.txt', '0.0.0.0 www.both.example fine.example\n127.0.0.1 localhost\n');
  house.configure({
    lists: 'lists: { ads: ads.txt, more: hosts.txt }',
    policies: 'policies: { open: {}, kids: { block: { lists: [ads, more] } } }',
  });
  return house;
}

t.test('lists prints the table with a daemon and without, and stats the overlap', async (t) => {
  const house = await openListedHouse(t);
  const without = await house.runHere(['lists']);
  t.match(without, { status: 0, stderr: '', stdout: NOT_RUNNING });
  t.match(without.stdout, /\nno names counted: there are no compiled lists in \S+\/state\n/);
  t.match(without.stdout, /\nads +auto +0 .* missing\n {2}\S+\/ads\.txt\n {2}missing: not compiled yet\n/);
  t.match(await house.runHere(['lists', 'stats']), {
    status: 1,
    stdout: '',
    stderr: /no compiled lists in \S+\/state; /,
  });

  const daemon = await house.serve();
  const { stdout } = await house.run(['lists']);
  t.match(stdout, /^list +format +entries +skipped +errors +only here +shared +age +next +state\n/);
  t.match(stdout, /\nads +domains +2 +0 +1 +2 +0 % +\d+ m?s?(in)? +watched +fresh\n/);
  t.match(stdout, /\n {2}\S+\/ads\.txt\n {2}line 3: [^:]+: -- what --\n/);
  t.match(stdout, /\nmore +hosts +2 +1 +0 +1 +50 % +\d+ m?s?(in)? +watched +fresh\n/);
  t.match(
    stdout,
    /\n {2}50 % of its names also in ads, \S+\/ads\.txt\n {2}skipped: a name of the machine itself: 1, such as line 2: 127\.0\.0\.1 localhost\n/,
  );
  t.match(stdout, /\n4 different names\n$/);
  for (const line of stdout.split('\n').filter((text) => !text.startsWith('  ')))
    t.ok(line.length <= 80, `fits in 80 columns: ${line}`);
  t.match(JSON.parse((await house.runHere(['lists', '--json'])).stdout), {
    running: true,
    names: 4,
    sources: [
      { list: 'ads', entries: 2, errors: 1, onlyHere: 2, state: 'fresh', examples: [{ line: 3 }] },
      { list: 'more', names: 2, onlyHere: 1, sharedMost: { list: 'ads', names: 1 } },
    ],
  });
  const stats = await house.run(['lists', 'stats']);
  t.match(stats.stdout, /\n1 +2 +2 +100 % +ads\n2 +2 +1 +50 % +more\n/);
  t.match(stats.stdout, /\n +1 +2\n1 +\. +-\n2 +50 +\.\n/);
  t.match(stats.stdout, /\nmost names in common\n1 +50 % +of more +in ads\n/);
  t.match(stats.stdout, /\n4 +names in all\n3 +75 % +in 1 list\n1 +25 % +in 2 lists\n$/);
  t.match(JSON.parse((await house.runHere(['lists', 'stats', 'more', '--json'])).stdout), {
    list: 'more',
    groups: [/hosts\.txt$/],
    names: [2],
  });
  t.equal(await ask(house.kids, 'www.both.example'), 'NXDOMAIN ede 15', 'the daemon goes on');
  t.equal(await daemon.stop(), 0);
  const after = await house.runHere(['lists']);
  t.match(after.stdout, NOT_RUNNING);
  t.match(after.stdout, /\nthis is what lies in \S+\/state:\n/);
  t.match(after.stdout, /\nads +domains +2 +0 +1 +2 +0 % +\d+ \w+ +- +fresh\n/);
});

t.test('what an observed list would have blocked is counted where people look', async (t) => {
  const house = await openHouse(t);
  house.write('ads.txt', '||trial.example^$dnstype=A\n/^tr[0-9]/\n');
  house.configure({
    lists: 'lists: { ads: { sources: [ads.txt], mode: observe } }',
    policies: 'policies: { open: {}, kids: { block: { lists: [ads] } } }',
  });
  t.match(
    (await house.runHere(['lists'])).stdout,
    /\n {2}only observed \(mode: observe\): it blocks nothing\n/,
  );
  await house.serve();
  for (const name of ['www.trial.example', 'tr1.example', 'other.example'])
    t.notMatch(await ask(house.kids, name), /ede 15/, name);
  t.match(
    (await house.runHere(['lists'])).stdout,
    /\n {2}only observed \(mode: observe\): it blocks nothing; it would have blocked 2 queries since start\n/,
  );
  t.match(JSON.parse((await house.runHere(['status', '--json'])).stdout), {
    observed: [{ list: 'ads', queries: 2 }],
  });
  t.match(
    (await house.runHere(['explain', 'kids', 'tr1.example'])).stdout,
    /\nobserved: list ads would block it\n/,
  );
});

/** What a daemon would answer on the household's control socket. */
async function answerOn(t: Test, house: House, routes: ControlRoutes): Promise<void> {
  const server = await openControlServer((http) => listenOnPath(http, house.socket), routes);
  t.teardown(() => server.close());
}

t.test(
  'lists update and accept tell what came of each source, and end with 1 where one did not come through',
  async (t) => {
    const house = await openHouse(t);
    t.match(await house.runHere(['lists', 'update']), { status: 1, stderr: /is not running/ });
    const asked: string[] = [];
    const url = 'https://lists.example/a.txt';
    const outcomes: Record<string, unknown[]> = {
      '': [{ list: 'ads', source: url, state: 'updated', message: undefined }],
      ads: [{ list: 'ads', source: url, state: 'held', message: 'shrank by 90 %' }],
    };
    await answerOn(t, house, {
      'POST /lists/update': (query) => {
        asked.push(`update ${query.get('name') ?? 'all'}`);
        return toJson({ lists: outcomes[query.get('name') ?? ''] });
      },
      'POST /lists/accept': (query) => {
        asked.push(`accept ${query.get('name') ?? 'all'}`);
        return toJson({ lists: [] });
      },
    });
    t.match(await house.runHere(['lists', 'update']), { status: 0, stdout: `ads  updated  ${url}\n` });
    t.match(await house.run(['lists', 'update', 'ads']), {
      status: 1,
      stdout: `ads  held  ${url}: shrank by 90 %\nads: to use it all the same: vlandns lists accept ads\n`,
    });
    t.match(await house.runHere(['lists', 'accept', 'ads']), { status: 0, stdout: 'nothing to do\n' });
    t.strictSame(asked, ['update all', 'update ads', 'accept ads']);
  },
);

t.test('an update that is held back, and the next fetch, stand in the table with their cure', async (t) => {
  const house = await openHouse(t);
  const inAnHour = new Date(Date.now() + 3_700_000).toISOString();
  const source = (more: object) => ({
    list: 'ads',
    source: 'https://lists.example/a.txt',
    format: 'hosts',
    entries: 12_345,
    skipped: 0,
    errors: 0,
    fetchedAt: new Date(Date.now() - 90_000_000).toISOString(),
    ...more,
  });
  await answerOn(t, house, {
    'GET /status': () =>
      toJson({
        lists: [
          source({ code: 'held', state: 'shrank by 90 %', isHeld: true, dueAt: inAnHour }),
          source({
            code: 'failed',
            state: 'not fetched: 500',
            isHeld: false,
            dueAt: new Date(0).toISOString(),
          }),
        ],
      }),
  });
  // Nothing was compiled here, and so both are missing or held.
  const { stdout, status } = await house.runHere(['lists']);
  t.equal(status, 0);
  t.match(stdout, /\nads +hosts +12,345 +0 +0 +0 +- +1 d +1 h +held\n/);
  t.match(stdout, /\n {2}held: shrank by 90 %; to use it all the same: vlandns lists accept ads\n/);
  t.match(stdout, /1 d +now +missing\n {2}\S+\n {2}missing: not fetched: 500\n/);
});

t.test('check --against tells what is decided otherwise, and ends with 1 where anything is', async (t) => {
  const house = await openListedHouse(t);
  const old = await openHouse(t);
  old.configure({
    policies: `policies: { open: {}, gone: {}, kids: { block: { lists: [ads], rules: [casino.example] } } }`,
    vlans: `vlans:
  kids: { listen: ["127.0.40.1:${old.port}"], subnets: [127.0.40.0/24], policy: kids }
  servers: { listen: ["127.0.60.1:${old.port}"], subnets: [127.0.60.0/24], policy: gone }
  extra: { listen: ["127.0.61.1:${old.port}"], subnets: [127.0.61.0/24], policy: open }`,
  });
  const told = await house.runHere(['check', '--against', old.folder]);
  t.match(told, { status: 1, stderr: '' });
  t.match(
    told.stdout,
    new RegExp(`^what ${house.file} decides otherwise than ${old.file}, \\d+ names tried:\n`),
  );
  t.match(told.stdout, /\npolicy gone is only in .*\nVLAN extra is only in /);
  t.match(told.stdout, /\npolicy open: no difference\n/);
  t.match(told.stdout, /\nVLAN servers: policy open instead of gone: no difference\n/);
  t.match(told.stdout, /\npolicy kids: 3 newly blocked, 1 newly allowed\n/);
  t.match(told.stdout, /\n {2}blocked +www\.both\.example +list more has www\.both\.example\n/);
  t.match(
    told.stdout,
    /\n {2}allowed +casino\.example +no rule and no list speaks about it; before: blocked by name: casino\.example\n/,
  );
  house.write('names', 'casino.example\nother.example\n');
  const named = await runProgram(
    ['check', '--against', old.file, '--names', 'names', '--limit', '0', '-c', 'vlandns.yaml'],
    { cwd: house.folder },
  );
  t.match(named, { status: 1, stdout: /0 newly blocked, 1 newly allowed\n {2}and 1 more \(--limit\)\n/ });
  t.match(await house.runHere(['check', '--against', house.file]), { status: 0, stdout: /no difference\n$/ });
  t.match(await house.runHere(['check', '--against', old.file, '--names', '/nowhere']), {
    status: 1,
    stderr: /ENOENT/,
  });
  t.match(JSON.parse((await house.runHere(['check', '--against', old.file, '--json'])).stdout), {
    config: house.file,
    against: old.file,
    policies: [
      { after: 'open', newlyBlocked: { count: 0 } },
      { after: 'kids', newlyAllowed: { count: 1, first: [{ name: 'casino.example' }] } },
      { before: 'gone', after: 'open', who: ['VLAN servers'] },
    ],
  });
  house.configure({
    lists: 'lists: { ads: ads.txt, far: "https://lists.example/far.txt" }',
    policies: 'policies: { open: {}, kids: { block: { lists: [ads, far] } } }',
  });
  t.match(await house.runHere(['check', '--against', house.file]), {
    status: 0,
    stdout:
      /\nlist far of \S+ is compared without https:\/\/lists\.example\/far\.txt, of which there is no copy on disk\n/,
  });
});

t.test('check --against compares schedules at their edges, and local data', async (t) => {
  const [house, old] = [await openHouse(t), await openHouse(t)];
  const policies = (schedules: string): string =>
    `policies: { open: {}, kids: { block: { rules: [casino.example] }, schedules: [${schedules}] } }`;
  const both = { lists: '', server: 'server: { state: state, time_zone: UTC }' };
  old.configure({ ...both, policies: policies('') });
  // One of the two holds now, whenever that is.
  const day =
    '{ name: day, from: "06:00", to: "18:00", block: { rules: [day.example], services: [tiktok] } }';
  const night = '{ name: night, from: "18:00", to: "06:00", block: { rules: [night.example] } }';
  house.configure({
    ...both,
    policies: policies(`${day}, ${night}`),
    records: 'records: ["nas.home.arpa. A 192.0.2.1"]',
  });
  const told = await house.runHere(['check', '--against', old.file, '--limit', '100']);
  t.match(told, { status: 1, stderr: '' });
  t.match(told.stdout, /\npolicy kids: \d+ newly blocked, 0 newly allowed\n/);
  t.match(
    told.stdout,
    /\npolicy kids, beyond that from \w+ (06:00: day|18:00: night): \d+ newly blocked, 0 newly allowed\n/,
  );
  for (const name of ['day.example', 'night.example', 'tiktok.com'])
    t.equal(told.stdout.split('\n').filter((line) => line.trim().split(/ +/)[1] === name).length, 1, name);
  t.match(
    told.stdout,
    /\nlocal data of all VLANs: 1 names with other records\n {2}records +nas\.home\.arpa +300 A 192\.0\.2\.1; before: none\n$/,
  );
  t.match(JSON.parse((await house.runHere(['check', '--against', old.file, '--json'])).stdout), {
    policies: [{ after: 'open' }, { after: 'kids' }, { after: 'kids', at: /^\w+ (06|18):00: / }],
    local: [{ count: 1 }],
  });
});
