import type { Test } from 'tap';
import t from 'tap';
import { ownBinder } from '../../src/listeners/binder.ts';
import { UdpListener } from '../../src/listeners/udp-listener.ts';
import { KeptLog, query, replyTo, ScriptedPath, UdpClient, until } from '../support/listener-parts.ts';

async function open(t: Test, address = '127.0.0.1') {
  const path = new ScriptedPath();
  const log = new KeptLog();
  const listener = new UdpListener(await ownBinder.bindUdp(address, 0), path, log);
  const client = new UdpClient(address);
  const port = listener.socket.address().port;
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
  return { path, log, listener, client, port, send, close };
}

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
    t.ok(listener.receiveBufferOctets > 0);
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
  const { send, client, listener, port } = await open(t);
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
  t.strictSame(
    client.replies.map((reply) => reply.readUInt16BE(0)),
    [3],
    'a response that a bug stumbles over gets no SERVFAIL',
  );
});

t.test('the largest datagrams go both ways', async (t) => {
  const { client, path, port } = await open(t);
  const large = query(1, 'now', 65_507 - query(1, 'now').length);
  client.send(large, port, '127.0.0.1');
  t.strictSame(await client.reply(1), replyTo(large));
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

t.test('a source port of 0 is dropped: no reply can go there', async (t) => {
  const { listener } = await open(t);
  listener.socket.emit('message', query(1, 'now'), {
    address: '192.0.2.1',
    family: 'IPv4',
    port: 0,
    size: 21,
  });
  t.match(listener.counters, { queries: 1, dropped: 1, replies: 0, sendErrors: 0 });
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

t.test('an error of the socket is logged and the socket stays', async (t) => {
  const { listener, log, send, client } = await open(t);
  listener.socket.emit('error', new Error('recvmsg ENOMEM'));
  t.match(log.lines, [{ fields: { event: 'socket_error' } }]);
  send(1, 'now');
  await client.reply(1);
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
