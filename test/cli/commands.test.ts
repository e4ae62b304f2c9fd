// The commands as people run them: what they print and how they end. Each is run once as a process at least; tables of cases
// are run in this one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { builtMain } from '../support/build.ts';
import { ask, openHouse, runHere, runProgram, until } from '../support/house.ts';
import type { Sections } from '../support/house.ts';
import { unprivileged } from '../support/unprivileged.ts';

t.jobs = 3;

t.test('usage errors say what to write and end with 2', async (t) => {
  for (const [args, said] of [
    [[], /a command is missing\nusage: vlandns COMMAND/],
    [['relaod'], /there is no command "relaod"; did you mean "reload"\?/],
    [['constructor'], /there is no command "constructor"\n/],
    [['check', '--jsn'], /Unknown option '--jsn'/],
    [['check', '-c'], /argument missing/],
    [['check', 'this'], /check takes no operands/],
    [['serve', 'this'], /serve takes no operands/],
    [['status', 'this'], /status takes no operands/],
    [['reload', 'this'], /reload takes no operands/],
    [['schema', 'this'], /schema takes no operands/],
    [['explain', 'kids'], /write: vlandns explain VLAN\|IP NAME \[TYPE\]/],
    [['explain', 'kids', 'a.example', 'A', 'more'], /write: vlandns explain/],
    [['explain', 'kids', 'a.example', 'BOGUS'], /"BOGUS" is not a record type/],
    [['explain', 'kids', 'a.example', 'TXT', 'XX'], /"XX" is not a class; write: vlandns explain/],
    [['explain', 'kids', 'a..example'], /^vlandns: /],
    [['flush', 'a.example', 'b.example'], /flush takes one name at most/],
    [['flush', 'a..example'], /^vlandns: /],
    [['worker'], /worker is started by serve/],
    [['explain', 'kids', 'a.example', '-c', '/nowhere/vlandns.yaml'], /^\/nowhere\/vlandns\.yaml/],
  ] as const) {
    // The test's own process has a channel to tap, which the worker would take for its parent's.
    const { status, stdout, stderr } = await (args[0] === 'worker' ? runProgram : runHere)(args);
    t.equal(status, 2, args.join(' '));
    t.match(stderr, said, args.join(' '));
    t.equal(stdout, '', args.join(' '));
  }
  t.match(await runProgram(['relaod']), { status: 2, stdout: '', stderr: /no command "relaod"/ });
  t.match(await runProgram(['--help']), { status: 0, stdout: /^usage: vlandns/, stderr: '' });
  t.match(await runProgram(['-V']), { status: 0, stdout: /^vlandns \d+\.\d+\.\d+\n$/ });
});

t.test('check tells every kind of finding, for people and as JSON', async (t) => {
  const house = await openHouse(t);
  house.write('junk.txt', 'fine.example\n-- what --\n');
  house.write('none.txt', '# nothing here\n');
  const kids = (side: string): Sections => ({ policies: `policies: { open: {}, kids: { ${side} } }` });
  const cases: readonly (readonly [string, Sections, number, RegExp, RegExp])[] = [
    ['nothing wrong', {}, 0, /vlandns\.yaml: ok\n$/, /^$/],
    [
      'invalid keys, all of them',
      { ...kids('block: { lists: [ads], ruels: [] }'), limits: 'limits: { rat: 0 }' },
      2,
      /2 errors\n$/,
      /vlandns\.yaml:\d+:\d+: error: limits\.rat: .*write "rate"/,
    ],
    [
      'rules that are none, all of them',
      kids('block: { lists: [ads], rules: ["/(?=a)b/", "/(a)\\\\1/"] }'),
      2,
      /2 errors\n$/,
      /yaml:\d+:\d+: error: policies\.kids\.block\.rules.*\n.*yaml:\d+:\d+: error: policies\.kids\.block\.rules/,
    ],
    [
      'records that are none, all of them',
      { records: 'records: ["nas.home.arpa. A 192.0.2.300", "tv.home.arpa. A x"]' },
      2,
      /2 errors\n$/,
      /error: records\[0\]: .*\n.*error: records\[1\]: /,
    ],
    [
      'a rule and a record that are none, in one run',
      { ...kids('block: { lists: [ads], rules: ["/(?=a)b/"] }'), records: 'records: ["tv.home.arpa. A x"]' },
      2,
      /2 errors\n$/,
      /error: policies\.kids\.block\.rules.*\n.*error: records\[0\]: /,
    ],
    [
      'a broken expectation',
      { expect: 'expect: [{ vlan: kids, name: ads.example, is: allowed }]' },
      1,
      /1 error\n$/,
      /vlandns\.yaml:\d+:\d+: error: expect: ads\.example is blocked under policy kids, not allowed: list ads has/,
    ],
    [
      'an expectation that cannot be told yet',
      {
        ...kids('block: { lists: [far] }'),
        lists: 'lists: { far: "http://127.0.0.1:1/far.txt" }',
        expect: 'expect: [{ vlan: kids, name: ads.example, is: blocked }]',
      },
      0,
      /ok\n$/,
      /warning: lists\.far: http:.*has not been read yet\n.*warning: expect: ads\.example is not decided/,
    ],
    [
      'lines of a list that are none',
      { lists: 'lists: { ads: { sources: [{ file: junk.txt, format: domains }] } }' },
      0,
      /ok\n$/,
      /junk\.txt:2:1: warning: .*-- what --/,
    ],
    [
      'a list without entries',
      { lists: 'lists: { ads: none.txt }' },
      0,
      /ok\n$/,
      /none\.txt: warning: it has no entries/,
    ],
    [
      'an interface that is absent',
      {
        vlans: `vlans:
  kids: { interface: nosuch0, policy: kids }
  servers: { listen: ["127.0.60.1:${house.port}"], subnets: [127.0.60.0/24], policy: open }`,
      },
      0,
      /ok\n$/,
      /vlandns\.yaml:2:\d+: warning: vlans\.kids: .*nosuch0/,
    ],
    [
      'a policy that nobody uses',
      { policies: 'policies: { open: {}, kids: {}, lost: {} }', lists: '' },
      2,
      /1 error/,
      /lost/,
    ],
  ];
  for (const [what, sections, status, printed, complained] of cases) {
    house.configure(sections);
    const told = await house.runHere(['check']);
    t.equal(told.status, status, what);
    t.match(told.stdout, printed, what);
    t.match(told.stderr, complained, what);
    const json = await house.runHere(['check', '--json']);
    t.equal(json.status, status, what);
    t.equal(json.stderr, '', what);
    const { ok, errors, warnings }: { ok: boolean; errors: string[]; warnings: string[] } = JSON.parse(
      json.stdout,
    );
    t.equal(ok, status === 0, what);
    t.match([...errors, ...warnings].map((line) => `${line}\n`).join(''), complained, what);
  }
});

/** Every file of a folder with its size and times, but for when it was read. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const { size, mtimeMs, ctimeMs, ino, mode } = statSync(join(folder, name));
      return [name, size, mtimeMs, ctimeMs, ino, mode].join(' ');
    });
}

t.test('check and explain touch nothing of a running daemon, and need none', async (t) => {
  const house = await openHouse(t);
  const state = join(house.folder, 'state');
  const explained = async (how: 'run' | 'runHere'): Promise<unknown> => {
    const { status, stdout } = await house[how](['explain', '127.0.40.7', 'ads.example', '--json']);
    const { verdict, matches }: { verdict: string; matches: { source: string; line: number }[] } =
      JSON.parse(stdout);
    return [status, verdict, matches.map(({ source, line }) => `${source}:${line}`)];
  };
  const wanted = [0, 'blocked', [`${house.folder}/ads.txt:1`]];
  t.strictSame(await explained('runHere'), wanted, 'without a state folder');
  t.match(await house.run(['check']), { status: 0 });
  const daemon = await house.serve();
  await until(() => existsSync(join(state, 'sources')));
  const before = listing(state);
  t.strictSame(await explained('run'), wanted, 'from the image that the daemon uses');
  house.write('new.txt', 'new.example\n');
  house.configure({ lists: 'lists: { ads: [ads.txt, new.txt] }' });
  t.match(await house.runHere(['check']), { status: 0 });
  t.match(await house.runHere(['explain', 'kids', 'new.example']), { stdout: /new\.txt:1/ });
  t.strictSame(listing(state), before);
  t.strictSame((await daemon.status()).lists.length, 1, 'the daemon knows nothing of it');
  t.equal(await daemon.stop(), 0);
  const nobody = unprivileged();
  if (nobody === undefined) {
    t.pass('it is tried', {
      skip: 'reading as a user without rights takes root and a program that others may read',
    });
    return;
  }
  chmodSync(state, 0o700);
  t.match(
    await house.run(['check'], nobody),
    { status: 0, stderr: '' },
    'with a state folder that it may not read',
  );
  t.match(await house.run(['explain', 'kids', 'new.example'], nobody), { status: 0, stdout: /BLOCKED.*\n/ });
  // What it may not write to, serve refuses at once.
  mkdirSync(join(house.folder, 'open'));
  chmodSync(join(house.folder, 'open'), 0o777);
  house.configure({ control: 'control: { socket: open/sock }' });
  t.match(await house.run(['serve'], nobody), { status: 1, stderr: /server\.state: .*state cannot be used/ });
});

t.test('explain says what it cannot explain', async (t) => {
  const house = await openHouse(t);
  for (const [who, said] of [
    ['198.51.100.1', /198\.51\.100\.1 is in the subnets of no VLAN: it is answered REFUSED/],
    ['kidz', /there is no VLAN "kidz"; there are kids, servers/],
  ] as const)
    t.match(await house.runHere(['explain', who, 'ads.example']), { status: 1, stderr: said, stdout: '' });
  const { stdout } = await house.runHere(['explain', '127.0.40.2', 'www.ads.example', 'AAAA']);
  t.match(stdout, /^www\.ads\.example is BLOCKED for VLAN kids, policy kids\n/);
  t.match(stdout, /policy: {3}127\.0\.40\.2 is in the subnets of VLAN kids, which has policy kids\n/);
  t.match(stdout, /decided: {2}by verdict: list ads has ads\.example\n/);
});

t.test('status, reload and flush talk to the daemon, and say plainly that there is none', async (t) => {
  const house = await openHouse(t);
  for (const command of ['status', 'reload', 'flush'])
    t.match(await house.runHere([command]), {
      status: 1,
      stdout: '',
      stderr: `vlandns: vlandns is not running: nobody listens on ${house.socket}; start it, or name its configuration with -c\n`,
    });
  const daemon = await house.serve();
  for (const name of ['www.shop.example', 'shop.example', 'other.example']) await ask(house.kids, name);
  t.match(await house.run(['flush', 'SHOP.example.']), { status: 0, stdout: '2 answers forgotten\n' });
  t.match(await house.runHere(['flush', '--json']), { status: 0, stdout: /^\{\s*"flushed": 1\s*\}\n$/ });
  const told = await house.run(['status']);
  t.match(told.stdout, new RegExp(`^vlandns ${daemon.pid}, node v[^,]+, version \\d+\\.\\d+\\.\\d+, since `));
  t.match(told.stdout, new RegExp(`kids +serving +kids +127\\.0\\.40\\.1#${house.port} +3 +0 +0 +3 +0 +0\n`));
  t.match(told.stdout, /ads +\S+ads\.txt +1 +0 +ok\n/);
  t.match(told.stdout, /default +udp:\/\/127\.0\.0\.1:\d+ +up /);
  t.match(
    told.stdout,
    new RegExp(`127\\.0\\.40\\.1#${house.port} +[\\d.]+ MiB +[\\d.]+ MiB +(?:0|-) +0 +0\n`),
  );
  t.match(told.stdout, /cache: 0 answers in \S+ MiB, 0 hits, \d+ misses, 0 evicted\n/);
  t.match(
    told.stdout,
    /garbage collection: \d+ pauses, \d+ ms in all, the longest [\d.]+ ms\nevent loop: .*\nlog: no line lost\n$/,
  );
  const json = await house.runHere(['status', '--json']);
  t.match(JSON.parse(json.stdout), { pid: daemon.pid, vlans: [{ name: 'kids' }, { name: 'servers' }] });

  t.match(await house.run(['reload']), { status: 0, stdout: 'reloaded\n' });
  house.configure({ expect: 'expect: [{ vlan: kids, name: ads.example, is: allowed }]' });
  t.match(await house.runHere(['reload']), {
    status: 1,
    stdout:
      /vlandns\.yaml:\d+:\d+: error: expect: .*\nrefused: the daemon goes on with the configuration it had\n$/,
  });
  house.configure({ limits: 'limits: { rat: 0 }' });
  t.match(await house.runHere(['reload']), {
    status: 2,
    stderr: /vlandns\.yaml:\d+:\d+: error: limits\.rat/,
  });
  writeFileSync(house.file, 'not yaml: [');
  t.match(await house.runHere(['status']), { status: 2, stderr: /vlandns\.yaml:\d+:\d+: error/ });
});

t.test('a reader that has had enough is no error', async (t) => {
  const child = spawn(process.execPath, [builtMain(), 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let complained = '';
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  await once(child, 'close');
  t.equal(child.exitCode, 0);
  t.equal(complained, '');
});
