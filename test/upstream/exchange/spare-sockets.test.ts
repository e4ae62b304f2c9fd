import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { closeQuietly, SpareSockets } from '../../../src/upstream/exchange/spare-sockets.ts';

/** A server that says nothing by itself. */
async function openServer(t: Test): Promise<Socket> {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return server;
}

/** Three spare sockets to a server, and all that were ever made. */
async function openSockets(
  t: Test,
  idleMs = 60_000,
): Promise<{ sockets: SpareSockets; server: Socket; made: Socket[] }> {
  const server = await openServer(t);
  const made: Socket[] = [];
  const sockets = new SpareSockets({
    address: '127.0.0.1',
    port: server.address().port,
    spares: 3,
    idleMs,
    createSocket: (options) => {
      const socket = createSocket(options);
      made.push(socket);
      return socket;
    },
  });
  t.teardown(() => sockets.close());
  return { sockets, server, made };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo() && waited < 2000; waited++) await sleep(1);
}

t.test('after a first question there are sockets ready, each with a port of its own', async (t) => {
  const { sockets, server } = await openSockets(t);
  const first = sockets.take();
  t.notOk(first.isConnected, 'the first one has to be opened');
  const connected = once(first.socket, 'connect');
  sockets.connect(first.socket);
  await connected;
  await until(() => sockets.size === 3);
  t.equal(sockets.size, 3);
  const taken = [first, sockets.take(), sockets.take(), sockets.take()];
  t.ok(taken.slice(1).every(({ isConnected }) => isConnected));
  t.equal(new Set(taken.map(({ socket }) => socket.address().port)).size, 4);
  t.ok(taken.every(({ socket }) => socket.remoteAddress().port === server.address().port));
  t.ok(taken.every(({ socket }) => socket.listenerCount('message') === 0));
  for (const { socket } of taken) closeQuietly(socket);
});

t.test('a socket that heard something before it asked is not given away', async (t) => {
  const { sockets, server, made } = await openSockets(t);
  closeQuietly(sockets.take().socket);
  await until(() => sockets.size === 3);
  const guessed = made[1]?.address().port ?? 0;
  server.send('a guess', guessed, '127.0.0.1');
  await until(() => sockets.size === 2);
  t.equal(sockets.size, 2, 'one is gone');
  const left = [sockets.take(), sockets.take()].map(({ socket }) => socket);
  t.notOk(left.some((socket) => socket.address().port === guessed));
  for (const socket of left) closeQuietly(socket);
});

t.test('without questions the sockets are closed', async (t) => {
  const { sockets } = await openSockets(t, 20);
  closeQuietly(sockets.take().socket);
  await until(() => sockets.size === 3);
  await until(() => sockets.size === 0);
  t.equal(sockets.size, 0);
  t.notOk(sockets.take().isConnected, 'and the next question opens one again');
});

t.test('after close nothing is kept ready', async (t) => {
  const { sockets } = await openSockets(t);
  closeQuietly(sockets.take().socket);
  sockets.close();
  closeQuietly(sockets.take().socket);
  await sleep(20);
  t.equal(sockets.size, 0);
});

t.test('a server that cannot be reached is told by the socket, not thrown', async (t) => {
  const sockets = new SpareSockets({ address: '255.255.255.255', port: 53 });
  t.teardown(() => sockets.close());
  const { socket } = sockets.take();
  const error = new Promise((resolve) => socket.once('error', resolve));
  sockets.connect(socket);
  t.match(await error, { code: 'EACCES' });
  closeQuietly(socket);
  await sleep(20);
  t.equal(sockets.size, 0, 'and there are no spares for it');
});

/** What a socket that cannot be made does, and what it costs: sockets made, and failures told. */
const HOPELESS: [what: string, fail: (socket: Socket) => void][] = [
  [
    'it says so while it is bound',
    (socket) => {
      socket.connect = () => void socket.emit('error', new Error('EMFILE'));
    },
  ],
  [
    'it says so in the next tick',
    (socket) => {
      socket.connect = () => process.nextTick(() => socket.emit('error', new Error('EADDRINUSE')));
    },
  ],
  [
    'it is not even made',
    () => {
      throw new Error('EAFNOSUPPORT');
    },
  ],
];

t.test('sockets that fail at once are not opened again in the same turn, and ever more rarely', async (t) => {
  for (const [what, fail] of HOPELESS) {
    let made = 0;
    let failed = 0;
    let nowMs = 0;
    const sockets = new SpareSockets({
      address: '127.0.0.1',
      port: 53,
      spares: 4,
      now: () => nowMs,
      failed: () => failed++,
      createSocket: (options) => {
        made++;
        // A service that spins is silent; the test is not.
        if (made > 10_000) throw new RangeError('it goes round and round');
        const socket = createSocket(options);
        fail(socket);
        return socket;
      },
    });
    t.teardown(() => sockets.close());
    /** Sockets made beside those that the questions themselves need. */
    const sparesIn = async (ms: number): Promise<number> => {
      const before = made;
      let questions = 0;
      for (const end = nowMs + ms; nowMs < end; nowMs += 50) {
        questions++;
        try {
          closeQuietly(sockets.take().socket);
        } catch (error) {
          t.match(error, { message: 'EAFNOSUPPORT' });
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      return made - before - questions;
    };
    const first = await sparesIn(1000);
    t.ok(first >= 1 && first <= 16, `${what}: ${first} in the first second`);
    await sparesIn(60_000);
    const late = await sparesIn(60_000);
    t.ok(late >= 1 && late <= 12, `${what}: ${late} in a later minute`);
    t.ok(failed > 0, `${what}: counted`);
    t.equal(sockets.size, 0);
  }
});

t.test('after failures that have passed there are sockets ready again', async (t) => {
  const server = await openServer(t);
  let isFailing = true;
  let nowMs = 0;
  const sockets = new SpareSockets({
    address: '127.0.0.1',
    port: server.address().port,
    spares: 3,
    now: () => nowMs,
    createSocket: (options) => {
      const socket = createSocket(options);
      if (isFailing) socket.connect = () => void socket.emit('error', new Error('EMFILE'));
      return socket;
    },
  });
  t.teardown(() => sockets.close());
  for (; nowMs < 10_000; nowMs += 1000) {
    closeQuietly(sockets.take().socket);
    await new Promise((resolve) => setImmediate(resolve));
  }
  isFailing = false;
  nowMs += 30_000;
  closeQuietly(sockets.take().socket);
  await until(() => sockets.size === 3);
  t.equal(sockets.size, 3);
});
