import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { closeQuietly, SpareSockets } from '../../src/upstream/exchange/spare-sockets.ts';

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
