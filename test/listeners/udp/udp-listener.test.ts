import { constants, networkInterfaces } from 'node:os';
import type { Test } from 'tap';
import t from 'tap';
import type { BatchedIo } from '../../../src/datagrams/datagram-socket.ts';
import { DatagramBatch } from '../../../src/datagrams/datagram-batch.ts';
import { batchedUdpListeners } from '../../../src/listeners/udp/batched-udp-listener.ts';
import { ownBinder } from '../../../src/listeners/sockets/binder.ts';
import { openPlainUdpListener } from '../../../src/listeners/udp/plain-udp-listener.ts';
import { chooseUdpIo } from '../../../src/listeners/udp/udp-io.ts';
import type { OpenUdpListener } from '../../../src/listeners/udp/udp-listener.ts';
import { KeptLog, query, replyTo, ScriptedPath, UdpClient, until } from '../../support/listener-parts.ts';
import { TroubledCalls } from '../../support/troubled-calls.ts';
import { batchedIo, noBatchedIo, UDP_KINDS } from '../../support/udp-kinds.ts';

/** Opens a listener and a client of it; `openListener` says which kind. */
async function openWith(t: Test, openListener: OpenUdpListener, address = '127.0.0.1') {
  const path = new ScriptedPath();
  const log = new KeptLog();
  const socket = await ownBinder.bindUdp(address, 0);
  const listener = openListener(socket, path, log);
  const client = new UdpClient(address);
  const { port } = listener.address;
  let open = true;
  const close = async (graceMs: number) => {
    open = false;
    await listener.close(graceMs);
  };
  t.teardown(async () => {
    client.close();
    path.release();
    if (open) await listener.close(0);
  });
  const send = (...message: Parameters<typeof query>) => client.send(query(...message), port, address);
  return { path, log, socket, listener, client, port, send, close };
}

for (const { name, open: openListener, skip } of UDP_KINDS)
  t.test(name, { skip }, async (t) => {
    cases(t, (t, address) => openWith(t, openListener, address));
  });

function cases(t: Test, open: (t: Test, address?: string) => ReturnType<typeof openWith>): void {
  for (const address of ['127.0.0.1', '127.0.0.2', '::1']) {
    t.test(`it answers at once and later on ${address}`, async (t) => {
      const { send, client, path, listener } = await open(t, address);
      send(1, 'now');
      send(2, 'later');
      t.strictSame(await client.reply(1), replyTo(query(1, 'now')));
      t.strictSame(await client.reply(2), replyTo(query(2, 'later')));
      t.ok(
        path.clients.every((text) => text === (address === '::1' ? '::1' : '127.0.0.1')),
        'the query path knows who asked',
      );
      await until(() => listener.counters.replies === 2, 'both replies were counted');
      t.match(listener.counters, { queries: 2, dropped: 0, sendErrors: 0, faults: 0, pending: 0 });
      t.ok(listener.figures.receiveBufferOctets > 0);
      t.equal(listener.address.address, address);
    });
  }

  t.test('waiting queries are answered in the order they get ready, each with its own octets', async (t) => {
    const { send, client, path, listener } = await open(t);
    for (let id = 1; id <= 20; id++) send(id, 'wait', id);
    await until(() => path.waiting === 20, 'all wait');
    t.equal(listener.counters.pending, 20);
    send(99, 'now');
    await client.reply(99);
    for (let id = 20; id >= 1; id--) path.release(id);
    for (let id = 1; id <= 20; id++) t.strictSame(await client.reply(id), replyTo(query(id, 'wait', id)));
    t.equal(listener.counters.pending, 0);
  });

  t.test(
    'a bug in the query path is SERVFAIL for that query, one line, and the next is answered',
    async (t) => {
      const { send, client, listener, log } = await open(t);
      send(1, 'throw');
      send(2, 'reject');
      send(3, 'now');
      for (const id of [1, 2]) {
        const reply = await client.reply(id);
        t.equal(reply.readUInt16BE(2), 0x8182, 'QR, RD, RA, SERVFAIL');
        t.equal(reply.readUInt16BE(4), 1, 'with its question');
        t.ok(reply.includes(id === 1 ? 'throw' : 'reject'));
      }
      t.strictSame(await client.reply(3), replyTo(query(3, 'now')));
      t.equal(listener.counters.faults, 2);
      t.match(log.lines, [
        { fields: { event: 'query_fault', count: 1, transport: 'udp' }, message: /bug/ },
        {},
      ]);
    },
  );

  t.test('a bug that comes again and again does not fill the log', async (t) => {
    const { send, client, listener, log } = await open(t);
    for (let id = 1; id <= 20; id++) send(id, 'throw');
    for (let id = 1; id <= 20; id++) await client.reply(id);
    t.equal(listener.counters.faults, 20);
    t.strictSame(
      log.lines.map((line) => line.fields['count']),
      [1, 2, 4, 8, 16],
    );
  });

  t.test('what cannot be answered is dropped and counted', async (t) => {
    const { send, client, listener, path, port } = await open(t);
    client.send(new Uint8Array(0), port, '127.0.0.1');
    client.send(Uint8Array.of(1, 2, 3), port, '127.0.0.1');
    send(1, 'none');
    send(2, 'never');
    const short = Buffer.concat([query(5, 'throw').subarray(0, 11), Buffer.alloc(0)]);
    client.send(short, port, '127.0.0.1');
    const response = replyTo(query(6, 'throw'));
    client.send(response, port, '127.0.0.1');
    send(3, 'now');
    await client.reply(3);
    await until(() => listener.counters.dropped === 6, 'six were dropped');
    t.equal(listener.counters.queries, 7);
    t.equal(path.clients.length, 6, 'the empty one is nobody to ask about');
    t.strictSame(
      client.replies.map((reply) => reply.readUInt16BE(0)),
      [3],
      'a response that a bug stumbles over gets no SERVFAIL',
    );
  });

  t.test('queries of 4,096 octets are read and no longer ones, and the largest replies go', async (t) => {
    const { client, path, port, listener } = await open(t);
    const sized = (id: number, octets: number) => query(id, 'now', octets - query(id, 'now').length);
    for (const octets of [4097, 65_507]) client.send(sized(3, octets), port, '127.0.0.1');
    client.send(sized(1, 4096), port, '127.0.0.1');
    t.strictSame(await client.reply(1), replyTo(sized(1, 4096)));
    t.equal(listener.counters.dropped, 2);
    t.equal(path.clients.length, 1, 'nobody was asked about what is too long');
    path.bigOctets = 65_507;
    client.send(query(2, 'big'), port, '127.0.0.1');
    t.equal((await client.reply(2)).length, 65_507);
  });

  t.test('a reply the system will not send is counted and harms nothing', async (t) => {
    const { client, send, listener, path, port } = await open(t);
    path.bigOctets = 65_535;
    client.send(query(1, 'big'), port, '127.0.0.1');
    await until(() => listener.counters.sendErrors === 1, 'the error was counted');
    send(2, 'now');
    await client.reply(2);
    t.equal(listener.counters.sendErrors, 1);
  });

  t.test('replies that the system takes late keep their octets', async (t) => {
    const { client, listener, port, send } = await open(t);
    // Many large replies in one turn fill the socket's send buffer on systems where it can be full.
    for (let id = 1; id <= 200; id++) client.send(query(id, 'now', 1000 + id), port, '127.0.0.1');
    await until(() => listener.counters.replies >= 100, 'most were sent');
    send(900, 'now');
    await client.reply(900);
    for (const reply of client.replies) {
      const id = reply.readUInt16BE(0);
      t.strictSame(reply, replyTo(query(id, 'now', id === 900 ? 0 : 1000 + id)), `reply ${id}`);
    }
  });

  t.test('closing waits for what is pending, but not for ever', async (t) => {
    const first = await open(t);
    first.send(1, 'wait');
    await until(() => first.path.waiting === 1, 'it waits');
    const closed = first.close(5000);
    first.path.release();
    t.strictSame(await first.client.reply(1), replyTo(query(1, 'wait')));
    await closed;

    const second = await open(t);
    second.send(1, 'wait');
    await until(() => second.path.waiting === 1, 'it waits');
    await second.close(20);
    second.path.release();
    await until(() => second.listener.counters.sendErrors === 1, 'the late reply was counted');
    t.equal(second.listener.counters.pending, 0);
  });

  t.test('an exchanged query path answers what comes after', async (t) => {
    const { listener, path, send, client } = await open(t);
    send(1, 'wait');
    await until(() => path.waiting === 1, 'it waits');
    const next = new ScriptedPath();
    listener.handler = next;
    send(2, 'now');
    await client.reply(2);
    t.equal(next.clients.length, 1);
    path.release();
    await client.reply(1);
  });

  t.test('queries that wait and queries that do not come mixed', async (t) => {
    const { client, path, send, listener } = await open(t);
    const acts = ['now', 'wait', 'none', 'now', 'later', 'never', 'throw', 'now', 'wait', 'reject'];
    for (let id = 1; id <= 60; id++) send(id, acts[id % acts.length] ?? '', id);
    await until(() => path.waiting === 12, 'some wait');
    path.release();
    for (let id = 1; id <= 60; id++) {
      const act = acts[id % acts.length] ?? '';
      if (act === 'none' || act === 'never') continue;
      const reply = await client.reply(id);
      if (act === 'throw' || act === 'reject') t.equal(reply.readUInt16BE(2) & 15, 2, 'SERVFAIL');
      else t.strictSame(reply, replyTo(query(id, act, id)));
    }
    t.match(listener.counters, { queries: 60, replies: 48, dropped: 12, faults: 12, pending: 0 });
  });

  t.test('who waits is known as who asked, whoever has come since', async (t) => {
    const { path, port, send, client } = await open(t);
    const other = new UdpClient('127.0.0.1');
    t.teardown(() => other.close());
    other.socket.bind(0, '127.0.0.3');
    other.send(query(1, 'wait'), port, '127.0.0.1');
    await until(() => path.waiting === 1, 'it waits');
    send(2, 'now');
    await client.reply(2);
    path.release();
    t.strictSame(await other.reply(1), replyTo(query(1, 'wait')));
    t.strictSame(path.clients, ['127.0.0.3', '127.0.0.1', '127.0.0.3']);
  });

  const [linkLocal] = Object.entries(networkInterfaces()).flatMap(([link, addresses]) =>
    (addresses ?? []).flatMap((one) =>
      one.family === 'IPv6' && one.scopeid > 0 ? [`${one.address}%${link}`] : [],
    ),
  );
  const noLinkLocal = linkLocal === undefined ? 'no interface has a link-local address' : false;
  t.test('a link-local client is known with its interface', { skip: noLinkLocal }, async (t) => {
    const { send, client, path } = await open(t, linkLocal);
    send(1, 'now');
    send(2, 'later');
    for (const [id, act] of [
      [1, 'now'],
      [2, 'later'],
    ] as const)
      t.strictSame(await client.reply(id), replyTo(query(id, act)));
    t.strictSame([...new Set(path.clients)], [linkLocal]);
  });
}

t.test('plain: a source port of 0 is dropped: no reply can go there', async (t) => {
  const { listener, socket } = await openWith(t, openPlainUdpListener);
  socket.emit('message', query(1, 'now'), {
    address: '192.0.2.1',
    family: 'IPv4',
    port: 0,
    size: 21,
  });
  t.match(listener.counters, { queries: 1, dropped: 1, replies: 0, sendErrors: 0 });
});

t.test('plain: an error of the socket is logged and the socket stays', async (t) => {
  const { socket, log, send, client } = await openWith(t, openPlainUdpListener);
  socket.emit('error', new Error('recvmsg ENOMEM'));
  t.match(log.lines, [{ fields: { event: 'socket_error' } }]);
  send(1, 'now');
  await client.reply(1);
});

/** A batched listener over calls that can be made to fail. */
function openTroubled(t: Test, real: BatchedIo, address?: string) {
  const calls = new TroubledCalls(real.calls);
  const batch = new DatagramBatch(calls);
  return openWith(t, batchedUdpListeners({ calls, batch }), address).then((parts) => ({
    ...parts,
    calls,
    batch,
  }));
}

t.test('batched: a source port of 0 is dropped, no reply can go there', { skip: noBatchedIo }, async (t) => {
  if (typeof batchedIo === 'string') return;
  const { batch, calls, listener, send, client } = await openTroubled(t, batchedIo);
  calls.onReceived = (_headers, count) => {
    for (let i = 0; i < count; i++)
      if (batch.queries[i]?.[1] === 1) batch.senders.fill(0, batch.ipv4At(i) - 2, batch.ipv4At(i));
  };
  send(1, 'now');
  send(2, 'now');
  await client.reply(2);
  t.match(listener.counters, { queries: 2, dropped: 1, replies: 1, sendErrors: 0 });
});

t.test('batched: a datagram that was cut is dropped', { skip: noBatchedIo }, async (t) => {
  if (typeof batchedIo === 'string') return;
  const { calls, listener, send, client } = await openTroubled(t, batchedIo);
  calls.onReceived = (headers) => {
    new DataView(headers.buffer, headers.byteOffset).setInt32(
      calls.layout.header.flags,
      calls.truncated,
      true,
    );
    calls.onReceived = () => undefined;
  };
  send(1, 'now');
  send(2, 'now');
  await client.reply(2);
  t.match(listener.counters, { queries: 2, dropped: 1, replies: 1 });
});

t.test('batched: errors of the socket are logged and the socket stays', { skip: noBatchedIo }, async (t) => {
  if (typeof batchedIo === 'string') return;
  const { calls, listener, log, send, client } = await openTroubled(t, batchedIo);
  calls.receives.push({ errno: constants.errno.ECONNREFUSED });
  calls.sends.push({ errno: constants.errno.EPERM });
  send(1, 'now');
  await until(() => listener.counters.sendErrors === 1, 'a reply could not leave');
  send(2, 'now');
  await client.reply(2);
  t.match(log.lines, [
    { fields: { event: 'socket_error', count: 1, err: { code: 'ECONNREFUSED' } }, message: /receiving/ },
    { fields: { event: 'socket_error', count: 2, err: { code: 'EPERM' } }, message: /sending/ },
  ]);
});

t.test('where a socket cannot be read in batches it is read plainly', { skip: noBatchedIo }, async (t) => {
  if (typeof batchedIo === 'string') return;
  const noDescriptor = new TroubledCalls(batchedIo.calls);
  noDescriptor.duplicate = () => -1;
  const noPoll = new TroubledCalls(batchedIo.calls);
  noPoll.poll = () => {
    throw new Error('uv_poll_init: EEXIST');
  };
  for (const calls of [noDescriptor, noPoll]) {
    const openListener = batchedUdpListeners({ calls, batch: new DatagramBatch(calls) });
    const { send, client, socket } = await openWith(t, openListener);
    send(1, 'now');
    t.strictSame(await client.reply(1), replyTo(query(1, 'now')));
    t.equal(socket.listenerCount('message'), 1);
  }
});

t.test('how datagrams are read is chosen once', async (t) => {
  t.strictSame(await chooseUdpIo('plain'), { mode: 'plain', open: openPlainUdpListener });
  for (const wanted of ['auto', 'batched'] as const) {
    const { mode, reason } = await chooseUdpIo(wanted);
    t.strictSame(
      [mode, reason],
      typeof batchedIo === 'string' ? ['plain', batchedIo] : ['batched', undefined],
    );
  }
});
