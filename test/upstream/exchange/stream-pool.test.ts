// Servers that close connections as they like, and messages on them that are none: each question is answered all the same.
import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { Cancellation } from '../../../src/upstream/exchange/cancellation.ts';
import type { ExchangeOutcome } from '../../../src/upstream/exchange/exchange.ts';
import { tcpOpener } from '../../../src/upstream/exchange/open-stream.ts';
import type { OpeningStream } from '../../../src/upstream/exchange/stream-connection.ts';
import { StreamPool } from '../../../src/upstream/exchange/stream-pool.ts';
import { RandomIds, writeUpstreamQuery } from '../../../src/upstream/question.ts';
import { concat, nameToWire, u16 } from '../../support/message-writer.ts';
import { eachFrame } from '../../support/scripted-upstream.ts';

/** A server of streams, and the pool of connections to it. */
interface Stand {
  readonly pool: StreamPool;
  /** Connections that were made, and the most that we had at once. */
  readonly seen: { made: number; most: number };
  /** Messages that nobody waited for. */
  readonly ignored: () => number;
  /** Milliseconds that the pool believes to have passed. */
  passMs: number;
}

async function openStand(t: Test, handle: (socket: net.Socket, number: number) => void): Promise<Stand> {
  const sockets = new Set<net.Socket>();
  const seen = { made: 0, most: 0 };
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    handle(socket, seen.made++);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  let ignored = 0;
  const own = new Set<Duplex>();
  const connect = tcpOpener('127.0.0.1', port);
  const openStream = (): OpeningStream => {
    const opening = connect();
    for (const stream of own) if (stream.destroyed) own.delete(stream);
    own.add(opening.stream);
    seen.most = Math.max(seen.most, own.size);
    return opening;
  };
  const stand: Stand = {
    seen,
    ignored: () => ignored,
    passMs: 0,
    pool: new StreamPool({
      openStream,
      idleMs: 5000,
      ids: new RandomIds(),
      ignored: () => ignored++,
      now: () => performance.now() + stand.passMs,
    }),
  };
  t.teardown(() => {
    stand.pool.close();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return stand;
}

interface How {
  readonly patienceMs?: number;
  readonly timeoutMs?: number;
  readonly slow?: () => void;
}

function ask({ pool }: Stand, name: string, how: How = {}): Promise<ExchangeOutcome> {
  const { patienceMs = 2000, timeoutMs = 4000, slow = () => {} } = how;
  const question = { name: nameToWire(name), qtype: 1, dnssecOk: false, checkingDisabled: false };
  const query = writeUpstreamQuery(question, { edns: false, paddingBlock: 0 });
  return pool.ask(question, query, { patienceMs, timeoutMs, slow, cancellation: new Cancellation() });
}

function reasonOf(outcome: ExchangeOutcome): string {
  return outcome.ok ? 'good' : outcome.reason;
}

/** The names n0.example, n1.example ... */
function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `n${i}.example.`);
}

/** Asks `count` questions, never more than `width` at a time; gives how many came to what. */
async function askAll(stand: Stand, count: number, width: number): Promise<Record<string, number>> {
  const left = names(count);
  const results: Record<string, number> = {};
  const work = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const reason = reasonOf(await ask(stand, name));
      results[reason] = (results[reason] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}

/** NODATA to a query: its own octets with QR set. */
function answerTo(query: Uint8Array): Uint8Array {
  const reply = Uint8Array.from(query);
  reply[2] = 0x81;
  reply[3] = 0x80;
  return reply;
}

function framed(message: Uint8Array): Uint8Array {
  return concat(u16(message.length), message);
}

t.test('servers that close when they like cost no question', async (t) => {
  const table: [what: string, handle: (socket: net.Socket) => void][] = [
    ['after each answer', (socket) => eachFrame(socket, (query) => socket.end(framed(answerTo(query))))],
    [
      'after each answer, with what it has not read: a reset',
      (socket) =>
        eachFrame(socket, (query) => {
          socket.write(framed(answerTo(query)));
          setTimeout(() => socket.resetAndDestroy(), 2);
        }),
    ],
    [
      'after three answers',
      (socket) => {
        let answered = 0;
        eachFrame(socket, (query) => {
          if (++answered <= 3) socket.write(framed(answerTo(query)));
          if (answered === 3) socket.end();
        });
      },
    ],
    [
      'after each answer, which takes a while',
      (socket) =>
        eachFrame(socket, (query) => void setTimeout(() => socket.end(framed(answerTo(query))), 20).unref()),
    ],
  ];
  for (const [what, handle] of table) {
    for (const width of [1, 5, 40]) {
      const stand = await openStand(t, handle);
      t.strictSame(await askAll(stand, 80, width), { good: 80 }, `${what}, ${width} at a time`);
      t.ok(stand.seen.most <= 20, 'there are never more than 20 connections');
    }
  }
});

t.test('a server that takes few connections gets few', async (t) => {
  let open = 0;
  const stand = await openStand(t, (socket) => {
    socket.on('close', () => open--);
    // One question a connection, two connections: the third is closed at once.
    if (++open > 2) socket.resume().end();
    else eachFrame(socket, (query) => void setTimeout(() => socket.end(framed(answerTo(query))), 5).unref());
  });
  t.strictSame(await askAll(stand, 60, 2), { good: 60 });
  const { good = 0, closed = 0 } = await askAll(stand, 200, 10);
  t.equal(good + closed, 200);
  t.ok(good > 160, `${good} of 200: a few are lost until it is known`);
});

t.test('what was learned of a server is forgotten after a while', async (t) => {
  let isCured = false;
  const stand = await openStand(t, (socket) => {
    eachFrame(socket, (query) => {
      socket.write(framed(answerTo(query)));
      if (!isCured) socket.end();
    });
  });
  await askAll(stand, 60, 5);
  isCured = true;
  stand.seen.made = 0;
  await askAll(stand, 40, 5);
  t.equal(stand.seen.made, 40, 'each has a connection of its own, as long as that is remembered');
  stand.passMs += 61_000;
  stand.seen.made = 0;
  await askAll(stand, 40, 5);
  t.ok(stand.seen.made <= 4);
});

t.test('a message that is none costs its own question only', async (t) => {
  const short = Uint8Array.of(0, 0);
  const table: [what: string, spoil: (message: Uint8Array) => Uint8Array, outcome: string][] = [
    ['cut behind its header', (message) => framed(message.subarray(0, 12)), 'malformed'],
    ['shorter than a header', (message) => framed(message.subarray(0, 11)), 'malformed'],
    ['its id alone', (message) => framed(message.subarray(0, 2)), 'malformed'],
    ['another question', (message) => framed(message.with(13, 0x78)), 'malformed'],
    ['a query', (message) => framed(message.with(2, 0x01)), 'malformed'],
    ['truncated', (message) => framed(message.with(2, 0x83)), 'malformed'],
    ['a pointer to itself', (message) => framed(message.with(12, 0xc0).with(13, 12)), 'malformed'],
    ['nothing at all', () => short, 'timeout'],
    ['one octet', () => Uint8Array.of(0, 1, 7), 'timeout'],
    ['an id that nobody has', (message) => framed(message.with(0, (message[0] ?? 0) ^ 0x55)), 'timeout'],
  ];
  for (const [what, spoil, expected] of table) {
    const stand = await openStand(t, (socket) => {
      let number = 0;
      eachFrame(socket, (query) => {
        const message = answerTo(query);
        // The second one of ten is spoiled, before the others are answered.
        const isSpoiled = number++ === 1;
        setTimeout(() => socket.write(isSpoiled ? spoil(message) : framed(message)), isSpoiled ? 0 : 30);
      });
    });
    const limits = { timeoutMs: 300, patienceMs: 300 };
    const outcomes = await Promise.all(names(10).map((name) => ask(stand, name, limits)));
    const told = outcomes.map(reasonOf);
    t.strictSame(
      told,
      told.map((_, i) => (i === 1 ? expected : 'good')),
      what,
    );
    t.equal(stand.seen.made, 1, `${what}: the connection stays`);
  }
});

t.test('messages in a row that are none end the connection, and its questions go to another', async (t) => {
  const stand = await openStand(t, (socket, number) => {
    if (number === 0) socket.write(new Uint8Array(64));
    else eachFrame(socket, (query) => socket.write(framed(answerTo(query))));
  });
  const outcomes = await Promise.all(names(5).map((name) => ask(stand, name)));
  t.ok(outcomes.every(({ ok }) => ok));
});

t.test('a connection that says nothing any more is left, and a late answer on it is used', async (t) => {
  const table: [what: string, first: 'dead' | 'late', made: number][] = [
    ['dead', 'dead', 2],
    ['late', 'late', 2],
  ];
  for (const [what, first, made] of table) {
    let slow = 0;
    const stand = await openStand(t, (socket, number) => {
      eachFrame(socket, (query) => {
        if (number > 0 && first === 'dead') socket.write(framed(answerTo(query)));
        if (number === 0 && first === 'late')
          setTimeout(() => socket.write(framed(answerTo(query))), 90).unref();
      });
    });
    const how = { patienceMs: 60, timeoutMs: 1000, slow: () => slow++ };
    t.equal(reasonOf(await ask(stand, 'a.example.', how)), 'good', what);
    t.ok(slow >= 1, `${what}: it was told to be slow`);
    t.equal(stand.seen.made, made, what);
  }
});

t.test('a connection that answers other questions is kept, however long one takes', async (t) => {
  const stand = await openStand(t, (socket) => {
    let number = 0;
    eachFrame(socket, (query) => {
      setTimeout(() => socket.write(framed(answerTo(query))), number++ === 0 ? 200 : 1).unref();
    });
  });
  const how = { patienceMs: 80, timeoutMs: 2000 };
  const slowOne = ask(stand, 'slow.example.', how);
  await sleep(20);
  for (const name of names(5)) t.equal(reasonOf(await ask(stand, name, how)), 'good');
  t.equal(reasonOf(await slowOne), 'good');
  t.equal(stand.seen.made, 1);
});

t.test('what waits for a place ends with the pool, and in time', async (t) => {
  const stand = await openStand(t, () => {});
  const asked = names(450).map((name) => ask(stand, name, { timeoutMs: 300, patienceMs: 300 }));
  const reasons = (await Promise.all(asked)).map(reasonOf);
  t.strictSame(
    reasons.filter((reason) => reason !== 'timeout' && reason !== 'too-many-sockets'),
    [],
  );
  const waiting = names(450).map((name) => ask(stand, name));
  stand.pool.close();
  t.ok((await Promise.all(waiting)).every((outcome) => reasonOf(outcome) === 'cancelled'));
});

t.test('a stream that cannot even be made is a failure, not a throw', async (t) => {
  const pool = new StreamPool({
    openStream: () => {
      throw new Error('no certificate in it');
    },
    idleMs: 1000,
    ids: new RandomIds(),
    ignored: () => {},
    now: () => 0,
  });
  const question = { name: nameToWire('a.example.'), qtype: 1, dnssecOk: false, checkingDisabled: false };
  const query = writeUpstreamQuery(question, { edns: false, paddingBlock: 0 });
  const limits = { patienceMs: 100, timeoutMs: 200, slow: () => {}, cancellation: new Cancellation() };
  t.match(await pool.ask(question, query, limits), { ok: false, detail: 'no certificate in it' });
});
