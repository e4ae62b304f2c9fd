// The privileged parent: its parts alone, with workers that do as a test says, and the whole as root in a network
// namespace of its own.
import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Test } from 'tap';
import { giveFolder } from '../../src/privilege/give-folder.ts';
import { mayBind } from '../../src/privilege/may-bind.ts';
import { identityOf, Supervisor } from '../../src/privilege/supervisor.ts';
import { builtMain } from '../support/build.ts';
import { Daemon, openHouse, tell, until } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { writeQuery } from '../support/message-writer.ts';
import { unprivileged } from '../support/unprivileged.ts';

t.jobs = 3;

/** A worker's program: takes HUP once it is ready, and writes down what happens to it. */
const SCRIPTED_WORKER = `
import { appendFileSync, readFileSync } from 'node:fs';
const note = (text) => appendFileSync(process.argv[2] + '.log', text + '\\n');
const plan = readFileSync(process.argv[2], 'utf8').trim();
note('started');
process.on('message', ({ kind, id, error }, handle) => {
  if (kind !== 'bound') return;
  note(id + ' ' + (handle === undefined ? error.code : handle.address().address));
  handle?.close();
});
process.on('disconnect', () => process.exit(0));
if (plan === 'fail') process.exit(3);
const wanted = [['127.0.0.1', 5399], ['127.0.0.1', 5398], ['0.0.0.0', 5399], ['::0', 5399], ['localhost', 5399]];
if (plan === 'bind')
  wanted.forEach(([address, port], id) => process.send({ kind: 'bind', id, transport: 'udp', address, port }));
setTimeout(() => {
  process.on('SIGHUP', () => note('hup'));
  process.send({ kind: 'ready' });
  note('ready');
  if (plan === 'crash') setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);
}, 400);
`;

function makeSupervisor(t: Test, plan: string) {
  const folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'plan');
  const program = join(folder, 'worker.mjs');
  writeFileSync(file, plan);
  writeFileSync(program, SCRIPTED_WORKER);
  const events: string[] = [];
  const at = { line: 1, column: 1 };
  const vlan = {
    name: 'a',
    listen: [{ address: '127.0.0.1', port: 5399, at }],
    port: 53,
    subnets: [],
    policy: 'p',
  };
  const supervisor = new Supervisor({
    program,
    args: [file],
    identity: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    control: createServer(),
    mayBind: (address, port) => mayBind({ vlans: [{ ...vlan, clients: [], at }] }, address, port),
    log: (event, message) => events.push(`${event}: ${message}`),
  });
  const notes = (): string[] =>
    existsSync(`${file}.log`) ? readFileSync(`${file}.log`, 'utf8').trim().split('\n') : [];
  return { supervisor, notes, events };
}

t.test('the parent keeps signals for a worker that is not ready for them', async (t) => {
  const { supervisor, notes } = makeSupervisor(t, 'wait');
  const ended = supervisor.run();
  await until(() => notes().includes('started'));
  supervisor.signal('SIGHUP');
  t.ok(await until(() => notes().includes('hup')));
  t.strictSame(notes(), ['started', 'ready', 'hup']);
  supervisor.signal('SIGTERM');
  t.equal(await ended, 0);
});

t.test('a worker that never gets ready ends the service with its status', async (t) => {
  const { supervisor, notes } = makeSupervisor(t, 'fail');
  t.equal(await supervisor.run(), 3);
  t.strictSame(notes(), ['started']);
});

t.test('a worker that dies is followed by another, until the end is asked for', async (t) => {
  const { supervisor, notes, events } = makeSupervisor(t, 'crash');
  const ended = supervisor.run();
  t.ok(await until(() => notes().filter((note) => note === 'ready').length === 2));
  t.match(events, [/^worker_died: the worker ended \(SIGKILL\); a new one starts in 50 ms/]);
  await until(() => events.length === 2);
  supervisor.signal('SIGTERM');
  t.equal(await ended, 0, 'also in the pause before the next one');
});

t.test('the worker is given what the configuration names, and nothing else', async (t) => {
  const { supervisor, notes } = makeSupervisor(t, 'bind');
  const ended = supervisor.run();
  await until(() => notes().includes('ready'));
  t.strictSame(
    notes()
      .filter((note) => /^\d/.test(note))
      .toSorted(),
    ['0 127.0.0.1', '1 EPERM', '2 EPERM', '3 EPERM', '4 EPERM'],
  );
  supervisor.signal('SIGTERM');
  t.equal(await ended, 0);

  const at = { line: 1, column: 1 };
  const vlans = [
    { name: 'b', interface: 'em0', port: 53, subnets: 'interface' as const, policy: 'p', clients: [], at },
  ];
  for (const [address, port, may] of [
    ['192.0.2.1', 53, true],
    ['fe80::1%em0', 53, true],
    ['192.0.2.1', 54, false],
    ['0.0.0.0', 53, false],
    ['::', 53, false],
    ['::0', 53, false],
    ['0:0:0:0:0:0:0:0', 53, false],
    ['::ffff:0.0.0.0', 53, false],
    ['::%em0', 53, false],
    ['', 53, false],
    ['host.example', 53, false],
  ] as const)
    t.equal(mayBind({ vlans }, address, port), may, `${address} ${port}`);
});

t.test('a worker whose parent is gone does not wait for its sockets', async (t) => {
  const child = fork(fileURLToPath(new URL('../support/orphan.ts', import.meta.url)), [], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'message');
  child.disconnect();
  await until(() => said !== '');
  t.equal(said, 'EPIPE the parent process has ended\n');
});

t.test('a user that is not there is told', (t) => {
  t.throws(() => identityOf('no-such-user'), {
    message: /^server\.user: there is no user "no-such-user"; make it/,
  });
  t.equal(identityOf('root').uid, 0);
  t.end();
});

t.test('the state folder is given away, and nothing that a link in it leads to', (t) => {
  const nobody = unprivileged();
  if (nobody === undefined) {
    t.comment('not tried: giving files away takes root');
    t.end();
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'given-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const owner = (name: string): number => lstatSync(join(folder, name)).uid;
  mkdirSync(join(folder, 'precious'));
  writeFileSync(join(folder, 'precious/file'), '');
  mkdirSync(join(folder, 'old/sources'), { recursive: true });
  writeFileSync(join(folder, 'old/sources/file'), '');
  symlinkSync(join(folder, 'precious'), join(folder, 'old/sources/link'));
  for (const state of ['old', 'new/state']) giveFolder(join(folder, state), nobody);
  for (const name of ['old', 'old/sources', 'old/sources/file', 'new/state'])
    t.equal(owner(name), nobody.uid, name);
  for (const name of ['new', 'precious', 'precious/file']) t.equal(owner(name), 0, name);
  // Its own folder now, into which the user may have put anything.
  writeFileSync(join(folder, 'old/planted'), '');
  giveFolder(join(folder, 'old'), nobody);
  t.equal(owner('old/planted'), 0);
  t.end();
});

/** Runs a program in the network namespace of a process. */
const inside = (pid: number, command: readonly string[]): string =>
  execFileSync('nsenter', ['-t', String(pid), '-n', ...command], { encoding: 'utf8', timeout: 10_000 });

/** Asks a server over UDP from inside a namespace; the reply in a line, or silence. */
function askInside(pid: number, address: string, name: string): string {
  const query = Buffer.from(writeQuery({ id: 5, questions: [{ name, type: 'A' }], edns: {} })).toString(
    'hex',
  );
  const program = `const socket = require('dgram').createSocket('udp4');
    socket.on('message', (reply) => { console.log(reply.toString('hex')); process.exit(); });
    setTimeout(() => process.exit(), 1000);
    socket.send(Buffer.from('${query}', 'hex'), 53, '${address}');`;
  const reply = inside(pid, [process.execPath, '-e', program]).trim();
  return reply === '' ? 'silence' : tell(Buffer.from(reply, 'hex'));
}

/** What makes the whole impossible here. */
function obstacle(): string | undefined {
  if (unprivileged() === undefined) return 'it takes root, and a program that user nobody may read';
  try {
    execFileSync('unshare', ['-n', '-m', 'sh', '-c', 'mount -t sysfs sysfs /sys && ip link set lo up'], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return 'unshare(1) cannot make a network namespace here, or ip(8) is missing';
  }
}

/** Starts the daemon as root in a namespace of its own. */
async function serveInside(t: Test, house: House): Promise<Daemon> {
  // sysfs shows the interfaces of the namespace that it was mounted in.
  const start = 'mount -t sysfs sysfs /sys && ip link set lo up; exec "$@"';
  const program = [process.execPath, builtMain(), 'serve', '-c', house.file];
  const child = spawn('unshare', ['-n', '-m', 'sh', '-c', start, 'sh', ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const daemon = new Daemon(child, house.socket);
  t.teardown(() => daemon.kill());
  await daemon.logged('ready');
  return daemon;
}

const uidOf = (pid: number): string =>
  /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/exe`);

async function openRootHouse(t: Test): Promise<House> {
  const house = await openHouse(t);
  rootSections(house);
  return house;
}

function rootSections(house: House, more: Record<string, string> = {}): void {
  house.configure({
    vlans: `vlans:
  kids: { listen: [127.0.40.1], subnets: [127.0.0.0/8], policy: kids }
  late: { interface: late0, policy: open }`,
    server: 'server: { state: state, user: nobody }',
    records: 'records: ["nas.example. A 192.0.2.10"]',
    ...more,
  });
}

t.test(
  'as root: the worker answers on port 53 as an unprivileged user, and is replaced when it dies',
  async (t) => {
    const why = obstacle();
    if (why !== undefined) {
      t.comment(`not tried: ${why}`);
      return;
    }
    const house = await openRootHouse(t);
    const daemon = await serveInside(t, house);
    const nobody = unprivileged();
    const first = (await daemon.status()).pid;
    t.not(first, daemon.pid);
    t.equal(uidOf(first), String(nobody?.uid));
    t.equal(uidOf(daemon.pid), '0');
    t.equal(lstatSync(join(house.folder, 'state/lists.trie')).uid, nobody?.uid);
    t.equal(lstatSync(house.socket).mode & 0o777, 0o660);
    t.equal(askInside(daemon.pid, '127.0.40.1', 'ads.example'), 'NXDOMAIN ede 15');
    t.equal(askInside(daemon.pid, '127.0.40.1', 'nas.example'), 'NOERROR 192.0.2.10');

    rootSections(house, {
      policies: 'policies: { open: {}, kids: { block: { lists: [ads], rules: [nas2.example] } } }',
    });
    t.match(await daemon.reload(), { reloaded: true });
    t.equal(askInside(daemon.pid, '127.0.40.1', 'nas2.example'), 'NXDOMAIN ede 16');

    // An address that comes after root was dropped is bound all the same.
    inside(daemon.pid, ['ip', 'link', 'add', 'late0', 'type', 'veth', 'peer', 'name', 'other0']);
    inside(daemon.pid, ['ip', 'addr', 'add', '192.0.2.77/24', 'dev', 'late0']);
    for (const link of ['late0', 'other0']) inside(daemon.pid, ['ip', 'link', 'set', link, 'up']);
    await daemon.logged('vlan_healed');
    t.equal(askInside(daemon.pid, '192.0.2.77', 'nas.example'), 'NOERROR 192.0.2.10');

    process.kill(first, 'SIGKILL');
    await daemon.logged('ready', 2);
    const second = (await daemon.status()).pid;
    t.not(second, first);
    t.equal(uidOf(second), String(nobody?.uid));
    t.equal(askInside(daemon.pid, '127.0.40.1', 'nas2.example'), 'NXDOMAIN ede 16');
    t.match(daemon.events('worker_died'), [{ msg: /SIGKILL/ }]);

    t.equal(await daemon.stop(), 0);
    t.ok(await until(() => !isAlive(second)));
    t.notOk(existsSync(house.socket));
  },
);

t.test('as root: a worker does not outlive its parent, nor a wrong start its message', async (t) => {
  const why = obstacle();
  if (why !== undefined) {
    t.comment(`not tried: ${why}`);
    return;
  }
  const house = await openRootHouse(t);
  const daemon = await serveInside(t, house);
  const { pid } = await daemon.status();
  await daemon.kill();
  t.ok(await until(() => !isAlive(pid)), 'the worker ends');
  const again = await serveInside(t, house);
  t.equal(
    askInside(again.pid, '127.0.40.1', 'nas.example'),
    'NOERROR 192.0.2.10',
    'and a new start takes over',
  );
  t.equal(await again.stop(), 0);

  rootSections(house, { server: 'server: { state: state, user: no-such-user }' });
  t.match(await house.run(['serve']), { status: 1, stderr: /server\.user: there is no user "no-such-user"/ });
  rootSections(house, { server: 'server: { state: state, user: nobody, carrier: strict }' });
  const strict = await house.run(['serve']);
  t.equal(strict.status, 1);
  t.match(strict.stderr, /VLAN late cannot be served: .*late0/);
  t.notOk(existsSync(house.socket));
});
