// The parts of the privileged parent, with workers that do as a test says.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Test } from 'tap';
import { giveFolder } from '../../src/privilege/give-folder.ts';
import { launchOptions } from '../../src/privilege/launcher.ts';
import type { Config } from '../../src/config/config.ts';
import { mayBind } from '../../src/privilege/may-bind.ts';
import { identityOf, Supervisor } from '../../src/privilege/supervisor.ts';
import { until } from '../support/house.ts';
import { unprivileged } from '../support/unprivileged.ts';

t.jobs = 3;

/** What the VLANs here have of everything else. */
const NOTHING: Pick<Config['vlans'][number], 'clients' | 'devices' | 'records' | 'hosts' | 'firstSeen'> = {
  clients: [],
  devices: [],
  firstSeen: false,
  records: [],
  hosts: [],
};

/** A worker's program: takes HUP once it is ready, and writes down what happens to it. */
const SCRIPTED_WORKER = `
import { appendFileSync, readFileSync } from 'node:fs';
const note = (text) => appendFileSync(process.argv[2] + '.log', text + '\\n');
const plan = readFileSync(process.argv[2], 'utf8').trim();
note('started');
process.on('message', ({ kind, id, error }, handle) => {
  if (kind === 'control') note('control');
  if (kind === 'pulse' && plan === 'live') process.send({ kind });
  if (kind === 'pulse') note('asked');
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

function makeSupervisor(t: Test, plan: string, pulseMs?: number) {
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
  const control = createServer();
  const supervisor = new Supervisor({
    program,
    args: [file],
    identity: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    control,
    mayBind: (address, port) =>
      mayBind({ vlans: [{ ...vlan, ...NOTHING, at }], interfaces: {} }, address, port),
    log: (event, message) => events.push(`${event}: ${message}`),
    pulseMs,
  });
  const notes = (): string[] =>
    existsSync(`${file}.log`) ? readFileSync(`${file}.log`, 'utf8').trim().split('\n') : [];
  return { supervisor, notes, events, control };
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
  t.match(events.slice(0, 1), [/^worker_died: the worker ended \(SIGKILL\); a new one starts in 50 ms/]);
  await until(() => events.length === 2);
  supervisor.signal('SIGTERM');
  t.equal(await ended, 0, 'also in the pause before the next one');
});

t.test('a worker that does nothing any more is killed, and one that answers is not', async (t) => {
  // Long enough for a worker on a busy machine to hear a question before the next, and for one that lives to answer it.
  const hung = makeSupervisor(t, 'hang', 250);
  const hungEnded = hung.supervisor.run();
  const live = makeSupervisor(t, 'live', 150);
  const liveEnded = live.supervisor.run();
  t.ok(await until(() => hung.notes().filter((note) => note === 'started').length === 2));
  t.match(hung.events.slice(0, 2), [/^worker_hung: /, /^worker_died: the worker ended \(SIGKILL\)/]);
  const first = hung.notes().slice(0, hung.notes().indexOf('started', 1));
  t.equal(first.filter((note) => note === 'asked').length, 3, 'asked three times');
  hung.supervisor.signal('SIGTERM');
  await hungEnded;

  t.ok(await until(() => live.notes().filter((note) => note === 'asked').length > 20));
  t.strictSame(live.events, []);
  live.supervisor.signal('SIGTERM');
  t.equal(await liveEnded, 0);
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
    { name: 'b', interface: 'em0', port: 53, subnets: 'interface' as const, policy: 'p', ...NOTHING, at },
    { name: 'c', interface: 'pppoe0', port: 53, subnets: 'interface' as const, policy: 'p', ...NOTHING, at },
  ];
  const interfaces = interfacesOf({
    em0: ['192.0.2.1/24', '2001:db8::1/64', 'fe80::1/64'],
    em1: ['198.51.100.1/24', 'fe80::2/64'],
    // pppoe(4) has it until it is given an address, and whoever binds it has those of all interfaces.
    pppoe0: ['0.0.0.0/32', '::/128'],
  });
  for (const [address, port, may] of [
    ['192.0.2.1', 53, true],
    ['2001:db8::1', 53, true],
    ['2001:DB8:0::1', 53, true],
    ['fe80::1%em0', 53, true],
    ['192.0.2.1', 54, false],
    ['192.0.2.2', 53, false],
    ['198.51.100.1', 53, false],
    ['127.0.0.1', 53, false],
    ['c000:201::', 53, false],
    ['::ffff:192.0.2.1', 53, false],
    ['fe80::2%em1', 53, false],
    ['2001:db8::1%em1', 53, false],
    ['0.0.0.0', 53, false],
    ['::', 53, false],
    ['::0', 53, false],
    ['0:0:0:0:0:0:0:0', 53, false],
    ['::ffff:0.0.0.0', 53, false],
    ['::%em0', 53, false],
    ['', 53, false],
    ['host.example', 53, false],
  ] as const)
    t.equal(mayBind({ vlans, interfaces }, address, port), may, `${address} ${port}`);
});

/** As os.networkInterfaces() gives them, by name and CIDR. */
function interfacesOf(all: Record<string, string[]>): NodeJS.Dict<NetworkInterfaceInfo[]> {
  const infoOf = (cidr: string): NetworkInterfaceInfo => {
    const address = cidr.replace(/\/.*/, '');
    const common = { address, netmask: '', mac: '', internal: false, cidr };
    return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
  };
  return Object.fromEntries(Object.entries(all).map(([name, cidrs]) => [name, cidrs.map(infoOf)]));
}

t.test('a worker does not wait for ever for its sockets, nor at all where its parent is gone', async (t) => {
  for (const [answerMs, isGone, expected] of [
    [3_600_000, true, 'EPIPE the parent process has ended'],
    [50, false, 'ETIMEDOUT the parent sent no socket'],
  ] as const) {
    const program = fileURLToPath(new URL('../support/orphan.ts', import.meta.url));
    const child = fork(program, [String(answerMs)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(child, 'message');
    if (isGone) child.disconnect();
    await until(() => said !== '');
    t.equal(said, `${expected}\n`);
    if (!isGone) child.disconnect();
  }
});

t.test('a command that comes while there is no worker waits for the next', async (t) => {
  const { supervisor, events, control, notes } = makeSupervisor(t, 'crash');
  const ended = supervisor.run();
  await until(() => events.length === 1);
  const [server, client] = await socketPair(t);
  control.emit('connection', server);
  t.ok(await until(() => notes().includes('control')), 'it was handed over');
  supervisor.signal('SIGTERM');
  t.equal(await ended, 0);
  client.destroy();
});

async function socketPair(t: Test): Promise<[Socket, Socket]> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  const accepted = new Promise<Socket>((done) => {
    server.on('connection', done);
  });
  await once(server, 'listening');
  const address = server.address();
  const client = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  return [await accepted, client];
}

t.test('a worker is started so that nothing it starts can gain rights, where the system can do that', (t) => {
  t.strictSame(launchOptions('/no/such/setpriv'), {});
  const { execPath, execArgv } = launchOptions();
  if (execPath !== undefined) t.match(execArgv, ['--no-new-privs', '--', process.execPath]);
  t.end();
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
    t.pass('it is tried', { skip: 'giving files away takes root' });
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
  // A file with a second name, and a folder of somebody's who could put anything there.
  mkdirSync(join(folder, 'again/sources'), { recursive: true });
  linkSync(join(folder, 'precious/file'), join(folder, 'again/file'));
  writeFileSync(join(folder, 'again/sources/planted'), '');
  chownSync(join(folder, 'again/sources'), 1, 1);
  giveFolder(join(folder, 'again'), nobody);
  t.equal(owner('again'), nobody.uid);
  for (const name of ['precious/file', 'again/sources/planted']) t.equal(owner(name), 0, name);
  // Its own folder now, into which the user may have put anything.
  writeFileSync(join(folder, 'old/planted'), '');
  giveFolder(join(folder, 'old'), nobody);
  t.equal(owner('old/planted'), 0);
  t.end();
});
