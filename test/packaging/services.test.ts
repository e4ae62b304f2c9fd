/** rc.d/vlandns under a stand-in for rc.subr(8), with the real daemon; and the systemd unit as systemd reads it. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Test } from 'tap';
import { builtMain } from '../support/build.ts';
import { eventually } from '../support/daemon.ts';
import { freePort } from '../support/free-port.ts';
import { unprivileged } from '../support/unprivileged.ts';

t.jobs = 4;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPT = readFileSync(path.join(ROOT, 'rc.d/vlandns'), 'utf8');
const UNIT = readFileSync(path.join(ROOT, 'config/vlandns.service'), 'utf8');

/** Whether a program can be run here. */
function isInstalled(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).error === undefined;
}

/** The value of a variable that the rc.d script sets. */
function variable(name: string): string {
  return new RegExp(`^${name}="(.*)"$`, 'm').exec(SCRIPT)?.[1] ?? '';
}

t.test('rc.d/vlandns is a script that rc.subr(8) takes', (t) => {
  t.match(SCRIPT, /^#!\/bin\/ksh\n/, 'rc.subr refuses other shells');
  t.match(SCRIPT, /\nrc_cmd \$1\n$/, 'it ends with the call');
  const [before = '', after = ''] = SCRIPT.split('\n. /etc/rc.d/rc.subr\n');
  t.match(before, /^daemon=/m, 'daemon stands before rc.subr is read');
  t.match(after, /^rc_bg=YES$/m, 'rc_bg after it; a daemon_logger needs it');
  const args = `${variable('daemon')} ${variable('daemon_flags')}`;
  t.notMatch(args, /[+*?()[\]{}|^$\\]/, 'no character of a regular expression is in what pgrep looks for');
  t.match(args, /^\/usr\/local\/bin\/node \/usr\/local\/libexec\/vlandns\/dist\/main\.js serve -c \//);
  t.end();
});

t.test('no file of the program sets process.title, which would hide it from rc.subr(8)', (t) => {
  const found = spawnSync('grep', ['-rl', 'process\\.title', path.join(ROOT, 'src')], { encoding: 'utf8' });
  t.equal(found.stdout, '');
  t.end();
});

const missing = ['mksh', 'pgrep'].find((program) => !isInstalled(program, '-V'));

/** rc.d/vlandns as it is installed in a folder of its own, and how it is called there. */
function installRc(t: Test, main = builtMain()) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vlandns-rc-'));
  chmodSync(folder, 0o755);
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  mkdirSync(at('var/run'), { recursive: true });
  const script = at('vlandns');
  const installed = SCRIPT.replaceAll('/usr/local/bin/node', process.execPath)
    .replaceAll('/usr/local/libexec/vlandns/dist/main.js', main)
    .replaceAll('/etc/vlandns', folder)
    .replaceAll('/etc/rc.d/rc.subr', path.join(ROOT, 'test/packaging/rc.subr'))
    .replaceAll('/var/', at('var/'));
  writeFileSync(script, installed);
  chmodSync(script, 0o755);
  let actions = 0;
  const rc = async (action: string, conf: Readonly<Record<string, string>> = {}): Promise<string> => {
    // What a daemon in the background holds open must not be our pipe, nor the file of the next action.
    const out = at(`out-${(actions += 1)}`);
    const child = spawn('mksh', ['-c', `mksh "${script}" ${action} >"${out}" 2>&1`], {
      stdio: 'ignore',
      env: { ...process.env, RC_LOG: at('syslog'), ...conf },
    });
    await once(child, 'exit');
    return `${child.exitCode} ${readFileSync(out, 'utf8').trim()}`.trim();
  };
  const logged = (): string => (existsSync(at('syslog')) ? readFileSync(at('syslog'), 'utf8') : '');
  t.teardown(async () => {
    await rc('stop');
    rmSync(folder, { recursive: true, force: true });
  });
  return { at, rc, logged };
}

/** A configuration that serves one VLAN on a port of loopback. */
function configuration(at: (...parts: string[]) => string, port: number, server = ''): string {
  return `vlans: { kids: { listen: ["127.0.0.1:${port}"], subnets: [127.0.0.0/8], policy: open } }
policies: { open: {} }
server: { state: ${at('var/vlandns')}${server} }
control: { socket: ${at('var/run/vlandns/vlandns.sock')} }
`;
}

const skip = missing === undefined ? false : `${missing} is not installed`;

t.test('rc.d/vlandns', { skip }, async (t) => {
  const { at, rc, logged } = installRc(t);
  const port = await freePort();
  const config = (rest = ''): void => writeFileSync(at('vlandns.yaml'), `${configuration(at, port)}${rest}`);

  config('nonsense: 1');
  t.equal(await rc('check'), '1 vlandns(failed)', 'check fails while nothing runs');
  t.equal(await rc('configtest'), '1 vlandns(failed)', 'configtest fails on an invalid configuration');
  t.match(logged(), /nonsense: is not a known key/, 'and the reason is in the log');
  t.equal(await rc('start'), '1 vlandns(failed)', 'which then is not started');
  t.notOk(existsSync(at('var/vlandns')), 'and nothing is made for it');

  config();
  t.equal(await rc('configtest'), '0 vlandns(ok)', 'configtest passes on a valid one');
  t.equal(await rc('start'), '0 vlandns(ok)', 'start');
  t.ok(await eventually(() => logged().includes('"event":"ready"')), 'the daemon gets ready');
  t.ok(existsSync(at('var/vlandns')) && existsSync(at('var/run/vlandns')), 'makes the folders');
  t.equal(await rc('check'), '0 vlandns(ok)', 'check finds it');
  t.equal(await rc('start'), '0', 'a second start does nothing');

  t.equal(await rc('reload'), '0 vlandns(ok)', 'reload');
  t.ok(await eventually(() => logged().includes('"event":"reloaded"')), 'reaches the daemon');

  config('nonsense: 1');
  t.equal(
    await rc('reload'),
    '1 vlandns(failed)',
    'an invalid configuration is not even tried on the daemon',
  );
  t.notMatch(logged(), /reload_refused/);
  t.equal(await rc('restart'), '1 vlandns(failed)', 'nor does restart stop it for that');
  t.notMatch(logged(), /"event":"stopping"/);
  t.equal(await rc('check'), '0 vlandns(ok)', 'which goes on');

  config();
  t.equal(await rc('restart'), '0 vlandns(ok)', 'restart');
  const ready = (): number => logged().split('"event":"ready"').length - 1;
  t.ok(await eventually(() => ready() === 2), 'stops it and starts it');

  t.equal(await rc('stop'), '0 vlandns(ok)', 'stop');
  t.equal(await rc('check'), '1 vlandns(failed)', 'ends it');
  t.match(logged(), /"event":"stopping","signal":"SIGTERM"/, 'in order');
  t.notOk(existsSync(at('var/run/vlandns/vlandns.sock')), 'without leaving its socket');
  t.equal(await rc('stop'), '0', 'a second stop does nothing');

  if (process.getuid?.() !== 0) return;
  rmSync(at('var/run/vlandns'), { recursive: true });
  const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
  t.equal(await rc('pre', { RC_USER: 'nobody' }), '0 vlandns(ok)', 'a daemon_user who is not root');
  t.equal(statSync(at('var/run/vlandns')).uid, nobody, 'is given a folder for the socket');
  t.equal(statSync(at('var/vlandns')).uid, nobody, 'and the state');
  t.equal(await rc('pre'), '0 vlandns(ok)', 'while root');
  t.equal(statSync(at('var/vlandns')).uid, nobody, 'does not take that back');
});

t.test('rc.d/vlandns refuses flags by which rc.subr(8) would not find the daemon', { skip }, async (t) => {
  const { at, rc, logged } = installRc(t);
  const port = await freePort();
  for (const name of ['a+b.yaml', 'plain-1.2_x.yaml']) writeFileSync(at(name), configuration(at, port));
  const special = { RC_FLAGS: `-c ${at('a+b.yaml')}` };
  t.equal(await rc('start', special), '1 vlandns(failed)', 'it is not started');
  t.match(logged(), /\/a\+b\.yaml" is special there/, 'and the reason is in the log');
  t.equal(spawnSync('pgrep', ['-f', at('a.b')]).status, 1, 'nothing runs');
  const plain = { RC_FLAGS: `-c ${at('plain-1.2_x.yaml')}` };
  t.equal(await rc('start', plain), '0 vlandns(ok)', 'others are');
  t.ok(await eventually(() => logged().includes('"event":"ready"')));
  t.equal(await rc('stop', plain), '0 vlandns(ok)', 'and found again');
});

t.test('rc.d/vlandns ends a daemon that will not', { skip }, async (t) => {
  const folder = t.testdir({
    'stubborn.mjs': `import { appendFileSync, readFileSync } from 'node:fs';
const [, , command, , file] = process.argv;
if (command === 'serve') {
  const afterMs = Number(readFileSync(file, 'utf8'));
  setInterval(() => {}, 1000);
  process.on('SIGTERM', () => {
    appendFileSync(file + '.log', 'TERM ');
    if (afterMs > 0) setTimeout(() => process.exit(0), afterMs);
  });
  appendFileSync(file + '.log', 'ready ');
}`,
  });
  const { at, rc } = installRc(t, path.join(folder, 'stubborn.mjs'));
  const file = at('vlandns.yaml');
  const did = (): string => (existsSync(`${file}.log`) ? readFileSync(`${file}.log`, 'utf8').trim() : '');
  for (const [when, afterMs, stopped, signals] of [
    ['that takes its time', '700', '0 vlandns(ok)', 'ready TERM'],
    ['that never does', '0', '0 vlandns(killed)', 'ready TERM TERM'],
  ] as const) {
    rmSync(`${file}.log`, { force: true });
    writeFileSync(file, afterMs);
    t.equal(await rc('start'), '0 vlandns(ok)', `one ${when} is started`);
    t.ok(await eventually(() => did() === 'ready'), 'and runs');
    t.equal(await rc('stop', { RC_TIMEOUT: '4' }), stopped, `one ${when} is stopped`);
    t.equal(did(), signals, 'having been asked first');
    t.equal(await rc('check'), '1 vlandns(failed)', 'and is gone');
  }
});

const user = unprivileged();
const noParent = user === undefined ? 'needs root, and a program that others may read' : skip;

t.test('rc.subr(8) finds the parent alone', { skip: noParent }, async (t) => {
  const { at, rc, logged } = installRc(t);
  const file = at('vlandns.yaml');
  writeFileSync(file, configuration(at, await freePort(), ', user: nobody'));
  t.equal(await rc('start'), '0 vlandns(ok)');
  t.ok(await eventually(() => logged().includes('"event":"ready"')), 'a worker serves');
  const idle = 'setInterval(() => {}, 1000)';
  const others = [
    ['-e', idle, 'vi', file],
    ['-e', idle, builtMain(), 'serve', '-c', file],
  ].map((args) => spawn(process.execPath, args, { stdio: 'ignore' }));
  t.teardown(() => others.forEach((other) => other.kill('SIGKILL')));

  const pids = (...args: string[]): string[] =>
    spawnSync('pgrep', args, { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((line) => line !== '');
  const found = pids('-xf', `${process.execPath} ${builtMain()} serve -c ${file}`);
  t.equal(found.length, 1, 'by its arguments');
  const children = pids('-P', found[0] ?? '0');
  const lineOf = (pid: string): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  const workers = children.filter((pid) => lineOf(pid).includes('\0worker\0'));
  t.equal(workers.length, 1, 'it has a worker, with other arguments');
  t.notOk(
    children.some((pid) => !/\0(?:worker|recorder)\0/.test(lineOf(pid))),
    'and nothing else but a recorder',
  );

  t.equal(await rc('reload'), '0 vlandns(ok)');
  t.ok(
    await eventually(() => logged().includes('"event":"reloaded"')),
    'reload reaches the worker through it',
  );
  t.equal(await rc('stop'), '0 vlandns(ok)', 'stop');
  t.notOk(
    children.some((pid) => existsSync(`/proc/${pid}`)),
    'ends them with it',
  );
  t.ok(
    others.every(({ exitCode, signalCode }) => exitCode === null && signalCode === null),
    'and nobody else',
  );
});

t.test('the login class is one that rc.subr(8) finds by the name of the script', (t) => {
  const text = readFileSync(path.join(ROOT, 'config/login.conf.d/vlandns'), 'utf8');
  const [first, ...rest] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  t.equal(first, 'vlandns:\\');
  t.ok(
    rest.slice(0, -1).every((line) => /^\t:[a-z-]+=[a-z0-9]+:\\$/.test(line)),
    'lines go on',
  );
  t.match(rest.at(-1), /^\t:tc=daemon:$/, 'and the rest is that of class daemon');
  t.end();
});

t.test('the systemd unit', (t) => {
  const settings = new Map(
    UNIT.split('\n').flatMap((line) => {
      const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );
  t.equal(settings.get('AmbientCapabilities'), 'CAP_NET_BIND_SERVICE', 'may bind port 53');
  t.equal(settings.get('CapabilityBoundingSet'), 'CAP_NET_BIND_SERVICE', 'and may do nothing else');
  t.equal(settings.get('DynamicUser'), 'yes', 'as a user of its own');
  t.equal(settings.get('MemoryDenyWriteExecute'), 'no', 'V8 compiles at run time');
  const families = settings.get('RestrictAddressFamilies')?.split(' ').toSorted();
  t.strictSame(families, ['AF_INET', 'AF_INET6', 'AF_NETLINK', 'AF_UNIX']);
  t.match(settings.get('ExecStart'), / serve -c \/etc\/vlandns\/vlandns\.yaml$/);
  t.match(settings.get('ExecReload'), / reload -c \/etc\/vlandns\/vlandns\.yaml$/, 'which fails visibly');
  t.equal(settings.get('Type'), 'notify', 'it is up when it serves');
  t.equal(settings.get('NotifyAccess'), 'all', 'systemd-notify(1) is a process of its own');
  t.match(settings.get('SystemCallFilter'), /@pkey/, 'V8 of Node 20 calls pkey_alloc');
  t.end();
});

const noSystemd = isInstalled('systemd-analyze', '--version') ? false : 'systemd-analyze is not installed';

t.test('systemd has nothing to say against the unit', { skip: noSystemd }, (t) => {
  const unit = path.join(t.testdir(), 'vlandns.service');
  writeFileSync(unit, UNIT.replace('/usr/bin/node', process.execPath));
  const said = execFileSync('systemd-analyze', ['verify', '--man=no', unit], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  t.equal(said, '');
  writeFileSync(unit, `${UNIT.replace('/usr/bin/node', process.execPath)}\n[Service]\nNonsense=1\n`);
  const wrong = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
  t.match(wrong.stderr, /Nonsense/, 'and it does look');
  t.end();
});
