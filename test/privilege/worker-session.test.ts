// What a worker has of its parent's session, how long a line it may send, and how it ends with its parent.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { boundLines } from '../../src/privilege/bounded-lines.ts';
import { workerEnvironment, workerSession } from '../../src/privilege/launcher.ts';
import { Supervisor } from '../../src/privilege/supervisor.ts';
import { builtMain } from '../support/build.ts';
import { until } from '../support/house.ts';
import { asRoot, isAlive, openRootHouse } from '../support/root-house.ts';

t.test('the environment of a worker is named name by name', (t) => {
  const env = workerEnvironment({
    PATH: '/root/bin',
    HOME: '/root',
    SSH_AUTH_SOCK: '/tmp/agent',
    SUDO_USER: 'alice',
    SECRET: 'x',
    TZ: 'Europe/Zurich',
    NODE_OPTIONS: '--max-old-space-size=512',
  });
  t.strictSame(env, {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    TZ: 'Europe/Zurich',
    NODE_OPTIONS: '--max-old-space-size=512',
  });
  t.strictSame(
    workerSession(() => false),
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true },
  );
  t.strictSame(
    workerSession(() => true),
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
  );
  t.end();
});

t.test('a line of IPC that does not end is noticed, and longer messages in many lines are not', async (t) => {
  for (const [what, program, isTooLong] of [
    ['a line without end', "writeSync(3, 'x'.repeat(20000)); setInterval(() => {}, 1000)", true],
    [
      'the same in small pieces',
      "for (let i = 0; i < 100; i++) writeSync(3, '0123456789'.repeat(10)); setInterval(() => {}, 1000)",
      true,
    ],
    ['many lines', 'writeSync(3, Buffer.from("MTAK".repeat(3000), "base64")); process.send("last")', false],
  ] as const) {
    const child = fork('-', [], {
      execArgv: ['--input-type=commonjs', '-e', `const { writeSync } = require('fs'); ${program}`],
      env: {},
    });
    t.teardown(() => child.kill('SIGKILL'));
    let count = 0;
    const said = new Promise<boolean>((done) => {
      t.ok(
        boundLines(child, () => done(true)),
        'it can be bounded here',
      );
      child.on('message', (message) => {
        count++;
        if (message === 'last') done(false);
      });
    });
    t.equal(await said, isTooLong, what);
    if (!isTooLong) t.equal(count, 3001, 'nothing is lost');
    child.kill('SIGKILL');
  }
});

t.test(
  'of a line that goes on without end nothing is read behind the bound, and it is told once',
  async (t) => {
    const program =
      "const { writeSync } = require('fs'); for (let i = 0; i < 20; i++) writeSync(3, 'x'.repeat(60000));";
    const child = fork('-', [], { execArgv: ['--input-type=commonjs', '-e', program], env: {} });
    t.teardown(() => child.kill('SIGKILL'));
    let times = 0;
    t.ok(boundLines(child, () => times++));
    await once(child, 'disconnect');
    t.equal(times, 1, '1.2 million octets');
  },
);

/** A supervisor of a worker that does `first`, gets ready, and then does as the program says. */
function supervise(t: Test, program: string, first = '') {
  const folder = mkdtempSync(join(tmpdir(), 'session-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'worker.mjs');
  writeFileSync(
    file,
    `${first}\nprocess.on('message', () => {});\nprocess.send({ kind: 'ready' }, () => { ${program} });\n`,
  );
  const events: string[] = [];
  let ready = (): void => undefined;
  const isReady = new Promise<void>((done) => (ready = done));
  const supervisor = new Supervisor({
    program: file,
    args: [],
    identity: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    control: createServer(),
    mayBind: () => false,
    log: (event) => events.push(event),
    onReady: () => ready(),
  });
  return { ended: supervisor.run(), supervisor, events, isReady };
}

t.test('a worker that hangs is not waited for when the end is asked for', async (t) => {
  const { ended, supervisor, events, isReady } = supervise(
    t,
    'for (;;);',
    "process.on('SIGTERM', () => {});",
  );
  await isReady;
  supervisor.signal('SIGTERM');
  t.equal(await ended, 0);
  t.strictSame(events, ['worker_hung'], 'it was asked and did not answer; nobody waited for its ten seconds');
});

t.test("as root: a worker has no terminal of root's, and no variable", asRoot, async (t) => {
  const house = await openRootHouse(t);
  house.configure({
    vlans: 'vlans: { kids: { listen: ["127.0.40.1:5399"], subnets: [127.0.0.0/8], policy: open } }',
    policies: 'policies: { open: {} }',
    lists: '',
    server: 'server: { state: state, user: nobody }',
  });
  const log = join(house.folder, 'typescript');
  const command = `${process.execPath} ${builtMain()} serve -c ${house.file}`;
  const terminal = spawn(
    'unshare',
    ['-n', 'sh', '-c', 'ip link set lo up; exec script -qefc "$0" "$1"', command, log],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, SECRET: 'of root', TZ: 'UTC' },
    },
  );
  t.teardown(() => terminal.kill('SIGKILL'));
  const said = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  t.ok(await until(() => said().includes('"event":"ready"')), 'what it writes is shown at the terminal');
  const worker = workerOf(house.file);
  const names = readFileSync(`/proc/${worker}/environ`, 'utf8')
    .split('\0')
    .map((line) => line.replace(/=.*/s, ''));
  const mayBe = ['', 'PATH', 'TZ', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', 'NODE_OPTIONS'];
  t.strictSame(
    names.filter(
      (name) =>
        !mayBe.includes(name) && !/^(?:NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|SSL_CERT_|_TAPJS_)/.test(name),
    ),
    [],
  );
  const files = readdirSync(`/proc/${worker}/fd`).map((fd) => readlinkSync(`/proc/${worker}/fd/${fd}`));
  t.strictSame(
    files.filter((path) => /^\/dev\/(?:pts|tty)/.test(path)),
    [],
    'no descriptor of it',
  );
  const [, state = ''] = readFileSync(`/proc/${worker}/stat`, 'utf8').split(') ');
  t.equal(state.split(' ')[4], '0', 'nor is one its own to open');
  const parent = Number(state.split(' ')[1]);

  process.kill(worker, 'SIGSTOP');
  process.kill(parent, 'SIGKILL');
  if (existsSync('/usr/bin/setpriv'))
    t.ok(await until(() => !isAlive(worker)), 'one that hangs ends with its parent');
  else process.kill(worker, 'SIGKILL');
});

/** The process that runs as the worker of a configuration. */
function workerOf(file: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const path = `/proc/${pid}/cmdline`;
    const args = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (args.includes(`\0worker\0-c\0${file}\0`)) return Number(pid);
  }
  throw new Error('there is no worker');
}

t.test(
  'as root: a configuration that server.user cannot read is said, and nothing hangs',
  asRoot,
  async (t) => {
    const house = await openRootHouse(t);
    chmodSync(house.file, 0o600);
    const said = /vlandns\.yaml: error: user nobody \(server\.user\) cannot read this file; let it/;
    t.match(await house.run(['serve']), { status: 1, stderr: said });
    t.match(await house.run(['check']), { status: 1, stderr: /vlandns\.yaml cannot be read by user nobody/ });
    t.notOk(existsSync(join(house.folder, 'state')), 'nothing was made');
  },
);

t.test('a worker that cannot read its configuration ends with it, whoever started it', async (t) => {
  const child = fork(builtMain(), ['worker', '-c', '/nonexistent/vlandns.yaml'], {
    stdio: 'ignore',
    env: {},
  });
  const [status] = await once(child, 'exit');
  t.equal(status, 2);
});
