// Who keeps a recorder running, with recorders that crash, hang, say what they must not, or do not end.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { RecorderPast } from '../../../src/privilege/messages.ts';
import { mayServePage } from '../../../src/privilege/may-bind.ts';
import { RecorderKeeper } from '../../../src/privilege/recorder/recorder-keeper.ts';
import { toFromRecorder } from '../../../src/querylog/ipc.ts';
import { until } from '../../support/house.ts';
import { isAlive } from '../../support/root-house.ts';

t.jobs = 3;

/** A recorder's program: does what its plan says, and writes down what it is told. */
const SCRIPTED = `
import { appendFileSync, readFileSync } from 'node:fs';
const note = (text) => appendFileSync(process.argv[2] + '.log', text + '\\n');
const plan = readFileSync(process.argv[2], 'utf8');
note('started');
process.on('SIGTERM', () => note('term'));
process.on('message', ({ kind }, handle) => {
  note(kind);
  if (kind === 'pulse' && plan !== 'hang') process.send({ kind });
  if (kind === 'history') handle.end('told');
  if (kind === 'end' && plan !== 'stay') process.exit(0);
})
.on('message', ({ kind, error }) => {
  if (kind === 'bound') note('bound ' + error?.message);
});
if (plan === 'fail') process.send({ kind: 'fault', message: 'no disk' }, () => process.exit(1));
else if (plan === 'lie') process.send({ kind: 'bind', port: 53 });
else if (plan !== 'slow') process.send({ kind: 'ready' });
const asks = Number(/^ask (.+)/.exec(plan)?.[1] ?? 0);
for (let id = 1; id <= asks; id++) process.send({ kind: 'bind', id, address: '192.0.2.1', port: 443 });
if (plan === 'slow') setTimeout(() => process.send({ kind: 'ready' }), 300);
setInterval(() => undefined, 1000);
`;

function makeKeeper(t: Test, plan: string, parts: { pulseMs?: number; program?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'keeper-'));
  const file = join(folder, 'plan');
  const program = join(folder, 'recorder.mjs');
  writeFileSync(file, plan);
  writeFileSync(program, SCRIPTED);
  const events: string[] = [];
  const states: RecorderPast['state'][] = [];
  const keeper = new RecorderKeeper({
    program: parts.program ?? program,
    args: [file],
    options: { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] },
    log: (_level, event, message) => void events.push(`${event}: ${message}`),
    onChange: ({ state }) => void states.push(state),
    pausesMs: [20, 200],
    pulseMs: parts.pulseMs,
  });
  t.teardown(async () => {
    await keeper.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const notes = (): string[] => {
    try {
      return readFileSync(`${file}.log`, 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  };
  return { keeper, events, states, notes, setPlan: (next: string) => writeFileSync(file, next) };
}

t.test('a recorder runs while it is wanted, and ends when it is told to', async (t) => {
  const { keeper, events, states } = makeKeeper(t, 'live');
  t.strictSame(keeper.past, { state: 'off', starts: 0 });
  keeper.want(true);
  keeper.want(true);
  await until(() => keeper.past.state === 'running');
  const { pid = 0 } = keeper.past;
  t.ok(isAlive(pid));
  keeper.want(false);
  await until(() => keeper.past.state === 'off');
  t.notOk(isAlive(pid));
  t.strictSame(states, ['starting', 'running', 'off']);
  t.strictSame(events, [], 'what was asked for is not told');
  keeper.want(true);
  keeper.want(false);
  keeper.want(true);
  await until(() => keeper.past.state === 'running');
  t.equal(keeper.past.last, undefined);
});

t.test('one that ends is told, and followed by another after pauses that grow', async (t) => {
  const { keeper, events, states } = makeKeeper(t, 'fail');
  keeper.want(true);
  await until(() => events.length === 4);
  t.match(events, [
    /^recorder_died: the recorder of queries ended \(status 1: no disk\); a new one starts in 20 ms$/,
    /in 40 ms$/,
    /in 80 ms$/,
    /in 160 ms$/,
  ]);
  t.match(keeper.past.last, { how: 'status 1: no disk' });
  t.notOk(states.includes('running'));
  keeper.want(false);
  await until(() => keeper.past.state === 'off');
  const { starts } = keeper.past;
  t.equal(starts, keeper.past.starts, 'and no more once none is wanted');
});

t.test('one that is killed or hangs is replaced', async (t) => {
  const { keeper, events, setPlan } = makeKeeper(t, 'hang', { pulseMs: 400 });
  keeper.want(true);
  await until(() => events.length >= 2);
  t.match(events, [/^recorder_hung: .* it is killed$/, /^recorder_died: .*\(SIGKILL\)/]);
  setPlan('live');
  await until(() => keeper.past.state === 'running');
  const { pid = 0 } = keeper.past;
  process.kill(pid, 'SIGKILL');
  await until(() => keeper.past.state === 'running' && keeper.past.pid !== pid);
  t.match(keeper.past.last, { how: 'SIGKILL' });
});

t.test('one that says what no recorder says is killed', async (t) => {
  const { keeper, events } = makeKeeper(t, 'lie');
  keeper.want(true);
  await until(() => events.length > 0);
  t.match(events[0], /^recorder_died: .*SIGKILL: it sent a message that no recorder sends/);
});

t.test('a program that cannot be started is tried again, and nothing else', async (t) => {
  const { keeper, events } = makeKeeper(t, 'live', { program: '/nonexistent/recorder.mjs' });
  keeper.want(true);
  await until(() => events.length === 2);
  t.match(
    events[0],
    /^recorder_died: the recorder of queries ended \(status 1\); a new one starts in 20 ms$/,
  );
});

t.test('one that does not end is killed, and the end waits for that', async (t) => {
  const { keeper, notes } = makeKeeper(t, 'stay');
  keeper.want(true);
  await until(() => keeper.past.state === 'running');
  const { pid = 0 } = keeper.past;
  await keeper.close();
  t.notOk(isAlive(pid));
  t.strictSame(notes(), ['started', 'end']);
});

t.test('connections are handed over, wait for one that starts, and end where there is none', async (t) => {
  const { keeper, notes } = makeKeeper(t, 'slow');
  const server = createServer({ pauseOnConnect: true }, (connection) => keeper.handOver(connection));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const told = async (): Promise<string> => {
    let text = '';
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk)).on('error', () => undefined);
    await once(socket, 'close');
    return text;
  };
  t.equal(await told(), '', 'none is wanted');
  keeper.want(true);
  t.equal(await told(), 'told', 'it is being started');
  t.equal(await told(), 'told', 'it runs');
  t.strictSame(notes(), ['started', 'history', 'history']);
});

t.test('of what a recorder may say nothing else is believed', (t) => {
  t.strictSame(toFromRecorder({ kind: 'ready', more: 1 }), { kind: 'ready' });
  t.strictSame(toFromRecorder({ kind: 'pulse' }), { kind: 'pulse' });
  t.strictSame(toFromRecorder({ kind: 'fault', message: 'x'.repeat(5000) }), {
    kind: 'fault',
    message: 'x'.repeat(1000),
  });
  const socket = { kind: 'bind', id: 1, address: '192.0.2.1', port: 443 } as const;
  t.strictSame(toFromRecorder({ ...socket, transport: 'udp' }), socket);
  for (const message of [
    undefined,
    null,
    1,
    'ready',
    [],
    {},
    { kind: 'bind' },
    { kind: 'bind', id: '1', address: '192.0.2.1', port: 443 },
    { kind: 'bind', id: 1, address: 1, port: 443 },
    { kind: 'bind', id: 1, address: '192.0.2.1' },
    { kind: 'fault' },
    { kind: 'fault', message: 1 },
  ])
    t.equal(toFromRecorder(message), undefined, JSON.stringify(message));
  t.end();
});

t.test('a recorder may ask for what the page is named for, and for nothing else', (t) => {
  const at = { line: 1, column: 1 };
  const web = { listen: [{ address: '192.0.2.1', port: 443, at }], users: [], tokens: [], files: [] };
  const table: readonly (readonly [address: string, port: number, may: boolean])[] = [
    ['192.0.2.1', 443, true],
    ['192.0.2.1', 53, false],
    ['192.0.2.2', 443, false],
    ['0.0.0.0', 443, false],
  ];
  for (const [address, port, may] of table) {
    t.equal(mayServePage({ web }, { address, port }), may, `${address} ${port}`);
    t.notOk(mayServePage({}, { address, port }), 'without a page');
  }
  t.end();
});

t.test('one that asks where nobody binds is told so, and one that asks for too much is ended', async (t) => {
  const { keeper, notes, setPlan } = makeKeeper(t, 'ask 1');
  keeper.want(true);
  t.ok(await until(() => notes().includes('bound nobody here may bind what its user may not')));
  t.equal(keeper.past.starts, 1);
  setPlan('ask 1000');
  process.kill(keeper.pid ?? 0, 'SIGKILL');
  t.ok(await until(() => keeper.past.last?.how.includes('a message that no recorder sends') === true));
});
