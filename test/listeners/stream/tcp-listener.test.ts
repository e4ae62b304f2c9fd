import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Test } from 'tap';
import t from 'tap';
import { ownBinder } from '../../../src/listeners/sockets/binder.ts';
import { toClientAddress } from '../../../src/addresses/client-address.ts';
import { MAX_OUTSTANDING } from '../../../src/listeners/stream/tcp-connection.ts';
import type { TcpLimits } from '../../../src/listeners/stream/tcp-connections.ts';
import { TcpConnections } from '../../../src/listeners/stream/tcp-connections.ts';
import { TcpListener } from '../../../src/listeners/stream/tcp-listener.ts';
import {
  ANY_CONNECTIONS,
  framed,
  KeptLog,
  query,
  replyTo,
  ScriptedPath,
  TcpClient,
  until,
} from '../../support/listener-parts.ts';

const FEW: TcpLimits = { ...ANY_CONNECTIONS, shares: { shared: 256, perVlan: 0 }, perClient: 16 };

async function open(t: Test, limits: Partial<TcpLimits> = {}, server = ownBinder.listenTcp('127.0.0.1', 0)) {
  const path = new ScriptedPath();
  const log = new KeptLog();
  const connections = new TcpConnections(() => ({ ...FEW, ...limits }));
  const listener = new TcpListener(await server, path, { vlan: 'a', connections, log });
  const address = listener.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const clients: TcpClient[] = [];
  const connect = async (localAddress?: string) => {
    const client = await TcpClient.open(port, '127.0.0.1', localAddress);
    clients.push(client);
    return client;
  };
  let closed = false;
  const close = async (graceMs: number) => {
    closed = true;
    await listener.close(graceMs);
  };
  t.teardown(async () => {
    for (const client of clients) client.socket.destroy();
    path.release();
    if (!closed) await listener.close(0);
  });
  return { path, log, listener, connections, connect, close };
}

t.test('it answers at once and later', async (t) => {
  const { connect, listener, path } = await open(t);
  const client = await connect();
  client.send(query(1, 'now'));
  await client.got(1);
  client.send(query(2, 'later'));
  await client.got(2);
  t.strictSame(client.replies, [replyTo(query(1, 'now')), replyTo(query(2, 'later'))]);
  t.match(listener.counters, { queries: 2, replies: 2, dropped: 0, pending: 0 });
  t.strictSame(path.clients, ['127.0.0.1', '127.0.0.1', '127.0.0.1']);
});

t.test('a query may come in any pieces', async (t) => {
  const { connect } = await open(t);
  const stream = Buffer.concat([
    framed(query(1, 'now', 9)),
    framed(query(2, 'later')),
    framed(query(3, 'now')),
  ]);
  for (const size of [1, 2, 3, 7, 20, 33, stream.length]) {
    const client = await connect();
    for (let at = 0; at < stream.length; at += size) {
      client.socket.write(stream.subarray(at, at + size));
      await new Promise(setImmediate);
    }
    await client.got(3);
    t.strictSame(new Set(client.ids), new Set([1, 2, 3]), `pieces of ${size}`);
    t.strictSame(
      client.replies.find((reply) => reply.readUInt16BE(0) === 1),
      replyTo(query(1, 'now', 9)),
    );
    client.socket.destroy();
  }
});

t.test('queries in one segment are answered as they get ready, not in turn', async (t) => {
  const { connect, path } = await open(t);
  const client = await connect();
  client.send(query(1, 'wait'), query(2, 'now'), query(3, 'wait'), query(4, 'later'));
  await client.got(2);
  t.strictSame(new Set(client.ids), new Set([2, 4]));
  path.release(3);
  await client.got(3);
  path.release(1);
  await client.got(4);
  t.strictSame(client.ids.slice(2), [3, 1]);
});

t.test('the largest messages go both ways', async (t) => {
  const { connect } = await open(t);
  const client = await connect();
  const large = query(1, 'now', 65_535 - query(1, 'now').length);
  client.send(large, query(2, 'big'));
  await client.got(2);
  t.strictSame(client.replies[0], replyTo(large));
  t.equal(client.replies[1]?.length, 65_535);
});

t.test('a length of 0 closes the connection after what is pending', async (t) => {
  const { connect, path } = await open(t);
  const client = await connect();
  client.send(query(1, 'wait'), Buffer.alloc(0), query(2, 'now'));
  await until(() => path.waiting === 1, 'the first waits');
  path.release();
  await client.isClosed();
  t.strictSame(client.ids, [1]);
});

t.test('a client that closes its side still gets its answers', async (t) => {
  const plain = createServer();
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  for (const [what, server] of [
    ['a server of our own', undefined],
    ['a server made elsewhere', Promise.resolve(plain)],
  ] as const) {
    const { connect, path, listener } = await open(t, {}, server);
    const client = await connect();
    client.socket.end(Buffer.concat([framed(query(1, 'wait')), framed(query(2, 'now'))]));
    await client.got(1);
    await new Promise(setImmediate);
    t.notOk(client.ended, `${what}: not closed while one is pending`);
    path.release();
    await client.isClosed();
    t.strictSame(client.ids, [2, 1], what);
    await until(() => listener.figures.openConnections === 0, 'the connection is gone');
  }
});

t.test('a client that closes with half a message sent is just closed', async (t) => {
  const { connect, listener } = await open(t);
  const client = await connect();
  client.socket.end(framed(query(1, 'now')).subarray(0, 9));
  await client.isClosed();
  t.equal(listener.counters.queries, 0);
});

t.test('an idle connection is closed', async (t) => {
  const { connect } = await open(t, { idleMs: 60 });
  const client = await connect();
  client.send(query(1, 'now'));
  await client.isClosed();
  t.strictSame(client.ids, [1]);
});

t.test('a slow sender cannot prolong the time by single octets', async (t) => {
  const { connect, listener } = await open(t, { idleMs: 150 });
  const client = await connect();
  const frame = framed(query(1, 'now', 500));
  let sent = 0;
  while (!client.closed && !client.ended && sent < frame.length - 1) {
    client.socket.write(frame.subarray(sent, ++sent));
    await new Promise((done) => {
      setTimeout(done, 10);
    });
  }
  t.ok(sent < frame.length - 1, 'closed before the message was complete');
  t.equal(listener.counters.queries, 0);
});

t.test('a connection that waits for an answer is not idle', async (t) => {
  const { connect, path } = await open(t, { idleMs: 40 });
  const client = await connect();
  client.send(query(1, 'wait'));
  await new Promise((done) => {
    setTimeout(done, 200);
  });
  t.notOk(client.ended);
  path.release();
  await client.got(1);
  await client.isClosed();
});

t.test('without an idle time nothing is closed', async (t) => {
  const { connect } = await open(t, { idleMs: 0 });
  const client = await connect();
  await new Promise((done) => {
    setTimeout(done, 50);
  });
  client.send(query(1, 'now'));
  await client.got(1);
  t.notOk(client.ended);
});

t.test('a bug is SERVFAIL for that query only', async (t) => {
  const { connect, log, listener } = await open(t);
  const client = await connect();
  client.send(query(1, 'throw'), query(2, 'reject'), query(3, 'now'), query(4, 'none'), query(5, 'never'));
  await client.got(3);
  const rcodes = new Map(
    client.replies.map((reply) => [reply.readUInt16BE(0), reply.readUInt16BE(2) & 0x800f]),
  );
  t.strictSame([rcodes.get(1), rcodes.get(2), rcodes.get(3)], [0x8002, 0x8002, 0x8000]);
  await until(() => listener.counters.dropped === 2, 'two were dropped');
  t.equal(listener.counters.faults, 2);
  t.match(log.lines, [{ fields: { event: 'query_fault', transport: 'tcp' } }, {}]);
});

t.test('only so many queries of a connection wait at a time, and all are answered', async (t) => {
  const { connect, path, listener } = await open(t);
  const client = await connect();
  const total = 3 * MAX_OUTSTANDING + 7;
  client.send(...Array.from({ length: total }, (_, i) => query(i, 'wait')));
  await until(() => path.waiting === MAX_OUTSTANDING, 'the bound is reached');
  await new Promise(setImmediate);
  t.equal(path.waiting, MAX_OUTSTANDING);
  t.equal(listener.counters.queries, MAX_OUTSTANDING);
  while (client.replies.length < total) {
    await until(() => path.waiting > 0 || client.replies.length === total, 'more wait');
    t.ok(path.waiting <= MAX_OUTSTANDING);
    path.release();
    await new Promise(setImmediate);
  }
  t.equal(new Set(client.ids).size, total);
});

t.test('a client that reads no answers is made to wait, then cut', async (t) => {
  const { connect, listener } = await open(t, { idleMs: 200 });
  const client = await connect();
  client.socket.pause();
  const many = Buffer.concat(Array.from({ length: 2000 }, (_, i) => framed(query(i, 'big'))));
  client.socket.write(many);
  await until(() => listener.figures.openConnections === 0, 'it was cut');
  t.ok(listener.counters.queries < 2000, 'reading had stopped before');
});

t.test('a client that reads late gets everything', async (t) => {
  const { connect, listener, path } = await open(t);
  path.bigOctets = 20_000;
  const client = await connect();
  client.socket.pause();
  client.send(...Array.from({ length: 500 }, (_, i) => query(i, 'big')));
  await until(() => listener.counters.queries > 5, 'some were answered');
  client.socket.resume();
  await client.got(500);
  t.strictSame(
    client.ids,
    Array.from({ length: 500 }, (_, i) => i),
  );
});

t.test('over the limit of one client its oldest idle connection goes', async (t) => {
  const { connect, listener, path } = await open(t, { perClient: 2 });
  const [first, second] = [await connect(), await connect()];
  await until(() => listener.figures.openConnections === 2, 'both are open');
  first.send(query(1, 'now'));
  await first.got(1);
  const third = await connect();
  await second.isClosed();
  t.notOk(first.ended, 'the one used last stays');
  third.send(query(2, 'wait'));
  first.send(query(3, 'wait'));
  await until(() => path.waiting === 2, 'both are busy');
  const fourth = await connect();
  await fourth.isClosed();
  t.equal(listener.figures.refusedConnections, 1, 'none is idle: the new one is turned away');
  const other = await connect('127.0.0.2');
  other.send(query(4, 'now'));
  await other.got(1);
  t.notOk(first.ended);
});

t.test('over the limit of all the longest unused goes, and limits hold over all listeners', async (t) => {
  const { connect, connections, path } = await open(t, { shares: { shared: 2, perVlan: 0 }, perClient: 0 });
  const second = new TcpListener(await ownBinder.listenTcp('127.0.0.2', 0), path, {
    vlan: 'b',
    connections,
    log: new KeptLog(),
  });
  t.teardown(() => second.close(0));
  const [a, b] = [await connect(), await connect()];
  await until(() => connections.size === 2, 'both are open');
  const address = second.server.address();
  const c = await TcpClient.open(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.2');
  await a.isClosed();
  c.send(query(1, 'now'));
  await c.got(1);
  t.notOk(b.ended);
  c.socket.destroy();
  await until(() => connections.size === 1, 'a closed connection makes room');
});

t.test('what is no query ends the connection once what was asked before is answered', async (t) => {
  const { connect, path } = await open(t);
  const client = await connect();
  client.send(query(1, 'wait'), query(2, 'nonsense'), query(3, 'now'));
  await until(() => path.waiting === 1, 'it waits');
  path.release();
  await client.isClosed();
  t.strictSame(client.ids, [1]);
});

t.test('a client that asks too much is not read until it may ask again, and loses nothing', async (t) => {
  const { connect, path, listener, connections } = await open(t, { idleMs: 300 });
  path.isBusy = true;
  const client = await connect();
  client.send(query(1, 'now'), query(2, 'rated'), query(3, 'now'));
  await client.got(1);
  const frames = Buffer.concat(Array.from({ length: 2000 }, (_, i) => framed(query(i + 4, 'now', 4000))));
  client.socket.write(frames);
  // Longer than a connection may be idle: that it is not read is not the client's fault.
  await new Promise((done) => {
    setTimeout(done, 700);
  });
  t.strictSame(client.ids, [1]);
  t.equal(listener.counters.queries, 1, 'it is counted when it is answered');
  t.ok(client.socket.writableLength > 0, 'the system holds back what the client sends');
  t.equal(connections.size, 1);
  path.isBusy = false;
  await client.got(2003);
  t.strictSame(
    client.ids,
    Array.from({ length: 2003 }, (_, i) => i + 1),
  );
});

t.test('no VLAN takes the connections of another, and none of its idle ones are closed for it', async (t) => {
  const { connect, connections, path, listener } = await open(t, {
    shares: { perVlan: 2, shared: 1 },
    perClient: 0,
  });
  const other = new TcpListener(await ownBinder.listenTcp('127.0.0.2', 0), path, {
    vlan: 'b',
    connections,
    log: new KeptLog(),
  });
  t.teardown(() => other.close(0));
  const address = other.server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const busy = [await connect(), await connect(), await connect()];
  for (const client of busy) client.send(query(1, 'wait'));
  await until(() => path.waiting === 3, 'all places of the VLAN and the shared one are taken');
  await (await connect()).isClosed();
  t.equal(listener.figures.refusedConnections, 1);
  const others = [await TcpClient.open(port, '127.0.0.2'), await TcpClient.open(port, '127.0.0.2')];
  t.teardown(() => others.forEach(({ socket }) => socket.destroy()));
  for (const client of others) client.send(query(2, 'now'));
  for (const client of others) await client.got(1);
  t.strictSame([connections.sizeOf('a'), connections.sizeOf('b')], [3, 2]);

  path.release();
  for (const client of busy) await client.got(1);
  const third = await TcpClient.open(port, '127.0.0.2');
  third.send(query(3, 'now'));
  await third.got(1);
  await busy[0]?.isClosed();
  t.strictSame(
    [connections.sizeOf('a'), connections.sizeOf('b')],
    [2, 3],
    'the shared place, of an idle one',
  );
  third.socket.destroy();
  await until(() => connections.sizeOf('b') === 2, 'it is gone');
});

t.test('the clients of one IPv6 prefix have their connections together', (t) => {
  const connections = new TcpConnections(() => ({ ...ANY_CONNECTIONS, perPrefix: 2 }));
  const closed: string[] = [];
  const admit = (text: string, isIdle: boolean): boolean => {
    const client = toClientAddress(text);
    if (client === undefined) throw new Error(`${text} is no address`);
    return connections.admit({ vlan: 'a', client, isIdle, finish: () => closed.push(text) });
  };
  t.ok(admit('2001:db8::1', true));
  t.ok(admit('2001:db8::2', false));
  t.ok(admit('2001:db8::3', false), 'in the place of the idle one');
  t.strictSame(closed, ['2001:db8::1']);
  t.notOk(admit('2001:db8::4', true));
  t.ok(admit('2001:db8:0:1::1', true));
  t.ok(admit('192.0.2.1', true));
  t.equal(connections.size, 4);
  t.end();
});

t.test('resets harm nothing', async (t) => {
  const { connect, listener, path } = await open(t);
  for (let i = 0; i < 5; i++) {
    const client = await connect();
    client.send(query(i, 'wait'), query(i + 100, 'now'));
    await until(() => path.waiting === i + 1, 'it waits');
    client.socket.resetAndDestroy();
  }
  await until(() => listener.figures.openConnections === 0, 'all are gone');
  path.release();
  await until(() => listener.counters.sendErrors === 5, 'late answers are counted');
  const client = await connect();
  client.send(query(1, 'now'));
  await client.got(1);
  t.equal(listener.counters.pending, 0);
});

t.test('closing answers what is pending, and cuts it after the grace time', async (t) => {
  const first = await open(t);
  const [busy, idle] = [await first.connect(), await first.connect()];
  busy.send(query(1, 'wait'));
  await until(() => first.path.waiting === 1 && first.listener.figures.openConnections === 2, 'it waits');
  const closed = first.close(5000);
  await idle.isClosed();
  first.path.release();
  await closed;
  await busy.got(1);

  const second = await open(t);
  const stuck = await second.connect();
  stuck.send(query(1, 'wait'));
  await until(() => second.path.waiting === 1, 'it waits');
  await second.close(20);
  await stuck.isClosed();
  t.strictSame(stuck.ids, []);
});
