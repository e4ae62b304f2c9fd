// The sockets that the parent keeps for its workers: nothing that waits in them is lost with a worker, and nothing is
// kept that no worker uses.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Test } from 'tap';
import { ownBinder } from '../../src/listeners/sockets/binder.ts';
import { BoundSockets } from '../../src/privilege/bound-sockets.ts';
import type { OpenSocket } from '../../src/privilege/bound-sockets.ts';
import { openKeptSocket } from '../../src/privilege/kept-socket.ts';
import { Supervisor } from '../../src/privilege/supervisor.ts';
import { freePort, UdpClient, until } from '../support/listener-parts.ts';

const ADDRESS = '127.0.0.1';

const SERVING_WORKER = fileURLToPath(new URL('../support/serving-worker.ts', import.meta.url));

/** Starts a supervisor whose workers serve some ports; the list may be changed for the worker that follows. */
async function openSupervisor(
  t: Test,
  ports: readonly number[],
  { program = SERVING_WORKER, openSocket }: { program?: string; openSocket?: OpenSocket } = {},
) {
  const events: string[] = [];
  const args: string[] = ports.map(String);
  const supervisor = new Supervisor({
    program,
    args,
    identity: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    control: createServer(),
    mayBind: () => true,
    log: (event) => events.push(event),
    pausesMs: [20, 20],
    // The worker is TypeScript, which its loader finds by variables.
    environment: (env) => env,
    openSocket,
  });
  const ended = supervisor.run();
  t.teardown(async () => {
    supervisor.signal('SIGTERM');
    await ended;
  });
  const client = new UdpClient(ADDRESS);
  t.teardown(() => client.close());
  let asked = 0;
  /** Asks over UDP until somebody answers: the process id of who did. */
  const ask = async (port: number): Promise<number> => {
    const name = `ask${++asked}`;
    const answer = (): string | undefined =>
      client.replies.map(String).find((reply) => reply.startsWith(`${name} `));
    const again = setInterval(() => client.send(Buffer.from(name), port, ADDRESS), 20);
    await until(() => answer() !== undefined, `port ${port} answered`).finally(() => clearInterval(again));
    return Number(answer()?.split(' ')[1]);
  };
  const kill = async (pid: number): Promise<void> => {
    const before = events.length;
    process.kill(pid, 'SIGKILL');
    await until(() => events.length > before, 'its end was noticed');
  };
  return { events, args, client, ask, kill };
}

/** Asks over TCP, closing our side at once; what came back. */
async function askTcp(port: number): Promise<string> {
  const connection = connect({ port, host: ADDRESS, allowHalfOpen: true });
  connection.end('hello');
  let said = '';
  for await (const chunk of connection) said += String(chunk);
  return said;
}

t.test('what comes while there is no worker is answered by the next one', async (t) => {
  const port = await freePort();
  const { client, ask, kill } = await openSupervisor(t, [port]);
  const first = await ask(port);
  t.equal(
    await askTcp(port),
    `late ${first}`,
    'a client may close its side of a connection before the answer',
  );
  await kill(first);
  // The event loop does not turn while these are sent: no other worker has been started.
  const waiting = askTcp(port);
  for (let i = 0; i < 100; i++) client.send(Buffer.from(`waits${i}`), port, ADDRESS);
  const second = await ask(port);
  t.not(second, first);
  await until(
    () => client.replies.filter((reply) => reply.toString().startsWith('waits')).length === 100,
    'all 100 datagrams were answered',
  );
  t.equal(await waiting, `late ${second}`, 'and the connection');
});

/** A worker without TypeScript, which starts in a tenth of the time. */
const LEAN_WORKER = `
import { createServer } from 'node:net';
process.on('disconnect', () => process.exit(0));
process.on('message', ({ kind }, handle) => {
  if (kind !== 'bound') return;
  if (handle.send !== undefined && handle.bind !== undefined && handle.on !== undefined)
    handle.on('message', (text, { port, address }) => handle.send(text + ' ' + process.pid, port, address));
  else createServer().listen({ _handle: handle }, () => process.send({ kind: 'ready' }));
});
for (const [id, transport] of ['udp', 'tcp'].entries())
  process.send({ kind: 'bind', id, transport, address: '127.0.0.1', port: Number(process.argv[2]) });
`;

t.test('no descriptor is lost over 20 workers', { skip: process.platform !== 'linux' }, async (t) => {
  const program = join(t.testdir({ 'worker.mjs': LEAN_WORKER }), 'worker.mjs');
  const loaders = process.execArgv.splice(0);
  t.teardown(() => process.execArgv.push(...loaders));
  const port = await freePort();
  const { ask, kill } = await openSupervisor(t, [port], { program });
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  let pid = await ask(port);
  const before = descriptors();
  for (let i = 0; i < 20; i++) {
    await kill(pid);
    pid = await ask(port);
  }
  await until(() => descriptors() <= before, `no more than ${before} descriptors are open again`);
});

t.test('what a worker closes, and what the next one does not want, is free for others', async (t) => {
  const [kept, closed, unwanted] = [await freePort(), await freePort(), await freePort()];
  const { args, client, ask, kill } = await openSupervisor(t, [kept, closed, unwanted]);
  const first = await ask(unwanted);
  await t.rejects(ownBinder.bindUdp(ADDRESS, closed), { code: 'EADDRINUSE' });
  client.send(Buffer.from('drop'), closed, ADDRESS);
  await bindSoon(closed);
  args.pop();
  await kill(first);
  await bindSoon(unwanted);
  t.not(await ask(kept), first);
  await t.rejects(ownBinder.listenTcp(ADDRESS, kept), { code: 'EADDRINUSE' });
});

/** Binds both sockets of a port as another program would, trying for some time, and closes them. */
async function bindSoon(port: number): Promise<void> {
  const tries: string[] = [];
  let isDone = false;
  const attempt = async (): Promise<void> => {
    const socket = await ownBinder.bindUdp(ADDRESS, port);
    const server = await ownBinder.listenTcp(ADDRESS, port).finally(() => socket.close());
    server.close();
    isDone = true;
  };
  await until(() => {
    void attempt().catch((error: unknown) => tries.push(String(error)));
    return isDone;
  }, `port ${port} was free: ${tries.join()}`);
}

t.test(
  'where Node has changed, a worker gets its sockets all the same, and the next one new ones',
  async (t) => {
    const port = await freePort();
    const kept: boolean[] = [];
    const openSocket: OpenSocket = async (name) => {
      const socket = await openKeptSocket(name, { handleOf: () => undefined, createServerHandle: undefined });
      kept.push(socket.canStay);
      return socket;
    };
    const { ask, kill } = await openSupervisor(t, [port], { openSocket });
    const first = await ask(port);
    t.equal(await askTcp(port), `late ${first}`);
    await kill(first);
    const second = await ask(port);
    t.not(second, first);
    t.equal(await askTcp(port), `late ${second}`);
    t.strictSame(kept, [false, false, false, false]);
  },
);

t.test('the parent reads nothing of what it keeps', async (t) => {
  const port = await freePort();
  const sockets = new BoundSockets(() => true);
  t.teardown(() => sockets.close());
  const client = createSocket('udp4');
  t.teardown(() => client.close());
  // What is sent while it binds must not be read either.
  const flood = setInterval(() => client.send('x', port, ADDRESS), 1);
  const { handle } = await sockets.open({ transport: 'udp', address: ADDRESS, port }, 1);
  await sockets.open({ transport: 'tcp', address: ADDRESS, port }, 1);
  let read = 0;
  if (handle !== undefined && 'on' in handle) handle.on('message', () => read++);
  await new Promise((done) => {
    setTimeout(done, 200);
  });
  clearInterval(flood);
  t.equal(read, 0);
  t.equal(sockets.size, 2);
});

t.test("a port that another program has is told with the system's own code", async (t) => {
  const port = await freePort();
  const sockets = new BoundSockets((address) => [ADDRESS, '::1'].includes(address));
  t.teardown(() => sockets.close());
  const other = await ownBinder.bindUdp(ADDRESS, port);
  const server = await ownBinder.listenTcp(ADDRESS, port);
  for (const transport of ['udp', 'tcp'] as const)
    await t.rejects(sockets.open({ transport, address: ADDRESS, port }, 1), { code: 'EADDRINUSE' });
  other.close();
  server.close();
  await once(server, 'close');
  for (const transport of ['udp', 'tcp'] as const) {
    const first = await sockets.open({ transport, address: ADDRESS, port }, 1);
    t.equal(await sockets.open({ transport, address: ADDRESS, port }, 2), first, 'the same for the next');
    sockets.release({ transport, address: ADDRESS, port }, 1);
  }
  t.equal(sockets.size, 2, 'a notice of a worker before does not take it away');
  await t.rejects(sockets.open({ transport: 'udp', address: '127.0.0.2', port }, 2), { code: 'EPERM' });
  await t.rejects(sockets.open({ transport: 'tcp', address: '127.0.0.2', port }, 2), { code: 'EPERM' });
  // IPv4 and IPv6 do not get into each other's way.
  if (await hasIpv6())
    for (const transport of ['udp', 'tcp'] as const)
      t.ok((await sockets.open({ transport, address: '::1', port }, 2)).canStay);
});

async function hasIpv6(): Promise<boolean> {
  return ownBinder.bindUdp('::1', await freePort()).then(
    (socket) => {
      socket.close();
      return true;
    },
    () => false,
  );
}
