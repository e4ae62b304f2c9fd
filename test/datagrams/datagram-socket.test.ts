import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { constants, endianness } from 'node:os';
import type { Test } from 'tap';
import t from 'tap';
import { openBatchedIo } from '../../src/datagrams/batched-io.ts';
import { DatagramBatch } from '../../src/datagrams/datagram-batch.ts';
import { DatagramSocket, duplicateDescriptor } from '../../src/datagrams/datagram-socket.ts';
import type { Platform } from '../../src/datagrams/layout.ts';
import { HeaderTable } from '../../src/datagrams/header-table.ts';
import { PLATFORMS, toLayout } from '../../src/datagrams/layout.ts';
import { findFault } from '../../src/datagrams/self-test.ts';
import { READY } from '../../src/datagrams/system-calls.ts';
import { UdpClient, until } from '../support/listener-parts.ts';
import { TroubledCalls } from '../support/troubled-calls.ts';

const { EAGAIN, EBADF, ECONNREFUSED, EHOSTUNREACH, EINTR, EINVAL, EMSGSIZE, ENOBUFS, EPERM } =
  constants.errno;

/** C's rules for a structure of plain types: each field at the next multiple of its own alignment. */
interface Placed {
  readonly offsets: Readonly<Record<string, number>>;
  readonly octets: number;
  readonly alignment: number;
}
const SIZES: Readonly<Record<string, number>> = {
  'void *': 8,
  size_t: 8,
  'unsigned int': 4,
  int: 4,
  uint8_t: 1,
  uint16_t: 2,
  uint32_t: 4,
};
const byTheRules = {
  struct(fields: Record<string, string | Placed>): Placed {
    const offsets: Record<string, number> = {};
    let octets = 0;
    let alignment = 1;
    const up = (to: number): number => Math.ceil(octets / to) * to;
    for (const [name, type] of Object.entries(fields)) {
      const [base = '', count = '1'] = typeof type === 'string' ? type.split(/[[\]]/) : [];
      const one = typeof type === 'string' ? (SIZES[base] ?? NaN) : type.octets;
      const own = typeof type === 'string' ? one : type.alignment;
      octets = up(own);
      offsets[name] = octets;
      octets += one * Number(count);
      alignment = Math.max(alignment, own);
    }
    return { offsets, octets: up(alignment), alignment };
  },
  sizeof: (type: Placed | string): number => (typeof type === 'string' ? (SIZES[type] ?? NaN) : type.octets),
  offsetof: (type: Placed, field: string): number => type.offsets[field] ?? NaN,
};

function platform(name: string): Platform {
  const found = PLATFORMS[name];
  if (found === undefined) throw new Error(`nothing is known of ${name}`);
  return found;
}

t.test('the structures of each system lie where a 64-bit compiler puts them', (t) => {
  const linux = toLayout(platform('linux'), byTheRules);
  t.match(linux.header, {
    octets: 64,
    name: 0,
    nameOctets: 8,
    vector: 16,
    vectorCount: 24,
    flags: 48,
    received: 56,
  });
  const openbsd = toLayout(platform('openbsd'), byTheRules);
  t.match(openbsd.header, {
    octets: 56,
    name: 0,
    nameOctets: 8,
    vector: 16,
    vectorCount: 24,
    flags: 44,
    received: 48,
  });
  for (const { vector, ipv4, ipv6 } of [linux, openbsd]) {
    t.match(vector, { octets: 16, start: 0, length: 8 });
    t.match(ipv4, { octets: 16, port: 2, address: 4 });
    t.match(ipv6, { octets: 28, port: 2, address: 8, scope: 24 });
  }
  t.end();
});

const opened = await openBatchedIo();
const skip = typeof opened === 'string' ? `no batched I/O here: ${opened}` : false;
const { calls: system } = typeof opened === 'string' ? { calls: undefined } : opened;

/** A socket that gives back what it gets, but for datagrams that begin with 0, and a client. */
async function openEcho(t: Test, address = '127.0.0.1', shared?: DatagramBatch, datagramMs = 0) {
  if (system === undefined) throw new Error('skipped before');
  const calls = new TroubledCalls(system);
  const batch = shared ?? new DatagramBatch(calls);
  const bound = createSocket({
    type: address.includes(':') ? 'udp6' : 'udp4',
    ipv6Only: address.includes(':'),
  });
  bound.bind(0, address);
  await once(bound, 'listening');
  bound.setRecvBufferSize(200_000);
  const { port } = bound.address();
  const descriptor = duplicateDescriptor(calls, bound);
  if (descriptor === undefined) throw new Error('the socket has no descriptor');
  const counters = { replies: 0, sendErrors: 0 };
  const faults: string[] = [];
  /** Octets of the sender's address, and its port. */
  const senders: string[] = [];
  const late: { to: Uint8Array; reply: Uint8Array }[] = [];
  const socket = new DatagramSocket({ calls, batch, nowMs: () => senders.length * datagramMs }, descriptor, {
    counters,
    onDatagrams(count) {
      for (let i = 0; i < count; i++) {
        const query = batch.queries[i]?.subarray(0, batch.octets(i)) ?? new Uint8Array();
        const [at, octets] = address.includes(':') ? [batch.ipv6At(i), 16] : [batch.ipv4At(i), 4];
        senders.push(`${batch.senders.subarray(at, at + octets).join('.')}#${batch.senderPort(i)}`);
        if (query[0] === 0) late.push({ to: batch.copySender(i), reply: query.slice() });
        else {
          batch.replyRoom.set(query);
          socket.reply(i, query.length);
        }
      }
    },
    onFault: (doing, error) =>
      faults.push(`${doing}: ${error instanceof Error ? error.message : String(error)}`),
  });
  bound.close();
  const client = new UdpClient(address);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) socket.close();
    isOpen = false;
  };
  t.teardown(() => {
    close();
    client.close();
  });
  const send = (...ids: number[]): void => {
    for (const id of ids) client.send(message(id), port, address);
  };
  return { batch, calls, client, close, counters, descriptor, faults, late, port, send, senders, socket };
}

/** A datagram that begins with 1 and a number, and is longer the larger that is. */
function message(id: number, octets = 12 + (id % 500)): Buffer {
  const datagram = Buffer.alloc(octets, id & 0xff);
  datagram.writeUInt16BE(0x8000 + id, 0);
  return datagram;
}

const ids = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

t.test('the layout that the library gives is the one by the rules of C', { skip }, (t) => {
  if (system?.layout.pointerOctets === 8)
    t.strictSame(system.layout, toLayout(platform(process.platform), byTheRules));
  t.equal(endianness(), 'LE');
  t.end();
});

t.test(
  'the self-test finds nothing wrong with calls that work, and what is wrong with others',
  { skip },
  async (t) => {
    if (system === undefined) return;
    t.equal(await findFault({ calls: system, batch: new DatagramBatch(system) }), undefined);

    const shifted = new TroubledCalls(system);
    const { layout } = system;
    Object.defineProperty(shifted, 'layout', {
      value: { ...layout, ipv4: { ...layout.ipv4, address: layout.ipv4.address + 1 } },
    });
    const wrong = { calls: shifted, batch: new DatagramBatch(shifted) };
    t.match(await findFault(wrong), /the address of a sender is read as 0\.0\.1/);

    const deaf = new TroubledCalls(system);
    deaf.poll = () => ({ start: () => undefined, stop: () => undefined, close: () => undefined });
    t.match(await findFault({ calls: deaf, batch: new DatagramBatch(deaf) }), /0 of 3 datagrams came back/);

    const mute = new TroubledCalls(system);
    mute.sends.push({ errno: EPERM });
    t.match(
      await findFault({ calls: mute, batch: new DatagramBatch(mute) }),
      /^sending failed: sendmmsg EPERM$/,
    );

    const closed = new TroubledCalls(system);
    closed.duplicate = () => -1;
    t.match(await findFault({ calls: closed, batch: new DatagramBatch(closed) }), /descriptor of a socket/);
  },
);

for (const address of ['127.0.0.1', '::1']) {
  t.test(`every datagram comes back as it was, from ${address}`, { skip }, async (t) => {
    const { client, send, senders, counters, faults } = await openEcho(t, address);
    for (let round = 0; round < 10; round++) {
      const sent = ids(1 + round * 100, 100 + round * 100);
      send(...sent);
      for (const id of sent) t.strictSame(await client.reply(0x8000 + id), message(id), `datagram ${id}`);
    }
    t.strictSame(counters, { replies: 1000, sendErrors: 0 });
    const octets = address === '::1' ? `${'0.'.repeat(15)}1` : '127.0.0.1';
    t.strictSame([...new Set(senders)], [`${octets}#${client.socket.address().port}`]);
    t.strictSame(faults, []);
  });
}

t.test('sockets of both families share one batch and keep their addresses apart', { skip }, async (t) => {
  if (system === undefined) return;
  const batch = new DatagramBatch(system);
  const four = await openEcho(t, '127.0.0.1', batch);
  const six = await openEcho(t, '::1', batch);
  for (let round = 0; round < 20; round++) {
    const sent = ids(round * 10 + 1, round * 10 + 10);
    four.send(...sent);
    six.send(...sent);
    for (const id of sent) {
      t.strictSame(await four.client.reply(0x8000 + id), message(id));
      t.strictSame(await six.client.reply(0x8000 + id), message(id));
    }
  }
});

t.test('the largest datagrams go both ways, among small ones', { skip }, async (t) => {
  const { client, port, counters } = await openEcho(t);
  const lengths = [20, 65_507, 30, 1344, 1345, 40, 65_507, 65_507, 50];
  for (const [i, octets] of lengths.entries()) client.send(message(i + 1, octets), port, '127.0.0.1');
  for (const [i, octets] of lengths.entries())
    t.strictSame(await client.reply(0x8001 + i), message(i + 1, octets), `${octets} octets`);
  t.equal(counters.replies, lengths.length);
});

t.test('a datagram that was cut is known as that', { skip }, async (t) => {
  const { batch, calls, client, send } = await openEcho(t);
  const cut: boolean[] = [];
  calls.onReceived = (headers) => {
    cut.push(batch.isCut(0));
    // What the system says of a datagram that is longer than there is room for.
    const view = new DataView(headers.buffer, headers.byteOffset);
    view.setInt32(calls.layout.header.flags, calls.truncated, true);
    cut.push(batch.isCut(0));
  };
  send(1);
  await client.reply(0x8001);
  t.strictSame(cut, [false, true]);
});

t.test('a datagram that is longer than its room is cut, and flagged', { skip }, async (t) => {
  if (system === undefined) return;
  const { client, descriptor, port, socket } = await openEcho(t);
  socket.stopReading();
  const names = { buffer: new ArrayBuffer(32), stride: 32, octets: 28 };
  const rooms = { buffer: new ArrayBuffer(200), stride: 100, octets: 100 };
  const table = new HeaderTable(system, 1, names, rooms);
  const cut: [received: number, isCut: boolean][] = [];
  for (const octets of [100, 101, 5000]) {
    client.send(message(1, octets), port, '127.0.0.1');
    await until(() => {
      table.setNameOctets(0, 28);
      return system.receive(descriptor, table.from[0] ?? new Uint8Array(), 1) === 1;
    }, 'it came');
    cut.push([table.received(0), (table.flags(0) & system.truncated) !== 0]);
  }
  t.strictSame(cut, [
    [100, false],
    [100, true],
    [100, true],
  ]);
});

t.test('a reply that comes late goes to who asked, whoever has come since', { skip }, async (t) => {
  const { client, late, port, send, senders, socket } = await openEcho(t);
  const other = new UdpClient('127.0.0.1');
  t.teardown(() => other.close());
  other.send(Buffer.of(0, 7), port, '127.0.0.1');
  await until(() => late.length === 1, 'it came');
  send(1, 2, 3);
  await client.reply(0x8003);
  for (const { to, reply } of late) socket.sendLate(to, reply);
  t.strictSame(await other.reply(7), Buffer.of(0, 7));
  t.equal(client.replies.length, 3);
  t.equal(senders.length, 4);
});

t.test('an address is as long as those of its family, which OpenBSD insists on', { skip }, async (t) => {
  for (const [address, octets] of [
    ['127.0.0.1', 16],
    ['::1', 28],
  ] as const) {
    const { calls, client, late, port, send, socket } = await openEcho(t, address);
    const lengths: number[] = [];
    calls.onSend = (headers) => {
      const view = new DataView(headers.buffer, headers.byteOffset);
      lengths.push(view.getUint32(calls.layout.header.nameOctets, true));
    };
    send(1);
    await client.reply(0x8001);
    client.send(Buffer.of(0, 7), port, address);
    await until(() => late.length === 1, 'it came');
    for (const { to, reply } of late) socket.sendLate(to, reply);
    t.strictSame(lengths, [octets, octets], address);
  }
});

t.test('what arrived before the descriptor was taken over is answered', { skip }, async (t) => {
  if (system === undefined) return;
  const bound = createSocket('udp4');
  bound.bind(0, '127.0.0.1');
  await once(bound, 'listening');
  // From another process, so that this one does not come to look for datagrams meanwhile.
  const sender = `const s=require('dgram').createSocket('udp4');let n=0;for(let i=0;i<5;i++)s.send('hello',${bound.address().port},'127.0.0.1',()=>{if(++n===5)s.close()})`;
  t.equal(spawnSync(process.execPath, ['-e', sender]).status, 0);
  const descriptor = duplicateDescriptor(system, bound);
  bound.close();
  let came = 0;
  const batch = new DatagramBatch(system);
  const socket = new DatagramSocket({ calls: system, batch }, descriptor ?? -1, {
    counters: { replies: 0, sendErrors: 0 },
    onDatagrams: (count) => (came += count),
    onFault: () => undefined,
  });
  await until(() => came === 5, 'all came');
  socket.close();
});

t.test('a reply that cannot leave is counted, and those before and behind it go', { skip }, async (t) => {
  const table: [when: string, errno: number][] = [
    ['the packet filter forbids it', EPERM],
    ['there is no way to the client', EHOSTUNREACH],
    ['a queue is full', ENOBUFS],
    ['it is too long', EMSGSIZE],
    ['the address is none to send to', EINVAL],
    ['another one was refused', ECONNREFUSED],
  ];
  const { calls, client, send, counters, faults } = await openEcho(t);
  for (const [round, [when, errno]] of table.entries()) {
    const first = round * 5 + 1;
    const sent = ids(first, first + 4);
    calls.sends.push({ count: 2 }, { errno });
    send(...sent);
    for (const id of sent)
      if (id !== first + 2) t.strictSame(await client.reply(0x8000 + id), message(id), when);
    t.equal(counters.sendErrors, round + 1, when);
  }
  t.equal(faults.length, table.length);
  t.match(faults[0], /sending: sendmmsg EPERM/);
  t.equal(counters.replies, 4 * table.length);
});

t.test('an interrupted call is made again', { skip }, async (t) => {
  const { calls, client, send, counters, faults, late, port, socket } = await openEcho(t);
  calls.receives.push({ errno: EINTR });
  calls.sends.push({ errno: EINTR }, { errno: EINTR });
  send(1);
  t.strictSame(await client.reply(0x8001), message(1));
  client.send(Buffer.of(0, 9), port, '127.0.0.1');
  await until(() => late.length === 1, 'it came');
  calls.sends.push({ errno: EINTR });
  for (const { to, reply } of late) socket.sendLate(to, reply);
  t.strictSame(await client.reply(9), Buffer.of(0, 9));
  t.strictSame([counters, faults], [{ replies: 2, sendErrors: 0 }, []]);
});

t.test(
  'replies that the system takes later are kept, sent in order, and keep their octets',
  { skip },
  async (t) => {
    const { calls, client, send, senders, counters, late, port, socket } = await openEcho(t);
    client.send(Buffer.of(0, 99), port, '127.0.0.1');
    await until(() => late.length === 1, 'the one for later came');
    const sent = ids(1, 20);
    // Three go, the others must wait until what comes then has taken their memory.
    calls.sends.push({ count: 3 });
    calls.onSend = () => calls.sends.push({ errno: EAGAIN });
    send(...sent);
    await client.reply(0x8003);
    send(...ids(21, 40));
    await until(() => senders.length === 41, 'all came');
    calls.onSend = () => undefined;
    calls.sends.length = 0;
    for (const id of ids(1, 40)) t.strictSame(await client.reply(0x8000 + id), message(id), `reply ${id}`);
    t.ok(calls.starts.includes(READY.READ | READY.WRITE), 'it waited to be writable');
    await until(() => calls.starts.at(-1) === READY.READ, 'and then no longer');

    calls.sends.push({ errno: EAGAIN });
    for (const { to, reply } of late) socket.sendLate(to, reply);
    t.strictSame(await client.reply(99), Buffer.of(0, 99), 'so is a late one');
    t.strictSame(counters, { replies: 41, sendErrors: 0 });
  },
);

t.test('what waits to be sent is bounded, and lost when the socket is closed', { skip }, async (t) => {
  const { calls, client, close, counters, late, port, socket } = await openEcho(t);
  client.send(Buffer.of(0, 1), port, '127.0.0.1');
  await until(() => late.length === 1, 'it came');
  const [{ to } = { to: new Uint8Array() }] = late;
  for (let i = 0; i < 300; i++) {
    calls.sends.push({ errno: EAGAIN });
    socket.sendLate(to, message(i + 1));
  }
  t.strictSame(counters, { replies: 0, sendErrors: 300 - 256 });
  close();
  t.strictSame(counters, { replies: 0, sendErrors: 300 });
  socket.sendLate(to, message(1));
  t.strictSame(counters, { replies: 0, sendErrors: 301 }, 'nothing is sent after that');
});

t.test('a held reply that still cannot leave is counted, and the next goes', { skip }, async (t) => {
  const { calls, client, counters, faults, late, port, socket } = await openEcho(t);
  client.send(Buffer.of(0, 1), port, '127.0.0.1');
  await until(() => late.length === 1, 'it came');
  const [{ to } = { to: new Uint8Array() }] = late;
  calls.sends.push({ errno: EAGAIN }, { errno: EAGAIN }, { errno: EAGAIN }, { errno: EHOSTUNREACH });
  socket.sendLate(to, message(1));
  socket.sendLate(to, message(2));
  t.strictSame(await client.reply(0x8002), message(2));
  t.strictSame(counters, { replies: 1, sendErrors: 1 });
  t.match(faults, ['sending: sendmmsg EHOSTUNREACH']);
});

t.test('an error of the socket is told, and what comes is answered', { skip }, async (t) => {
  const { calls, client, send, faults } = await openEcho(t);
  calls.receives.push({ errno: ECONNREFUSED }, { errno: EHOSTUNREACH });
  send(1, 2, 3);
  for (const id of [1, 2, 3]) t.strictSame(await client.reply(0x8000 + id), message(id));
  t.strictSame(faults, ['receiving: recvmmsg ECONNREFUSED', 'receiving: recvmmsg EHOSTUNREACH']);
});

t.test(
  'a socket that gives nothing but errors is left alone for a while, again and again',
  { skip },
  async (t) => {
    const { calls, client, send, faults } = await openEcho(t);
    calls.receives.push(...Array.from({ length: 40 }, () => ({ errno: EBADF })));
    const before = calls.starts.length;
    send(1);
    t.strictSame(await client.reply(0x8001), message(1), 'once it is well it goes on');
    t.equal(faults.length, 40);
    t.equal(calls.starts.length - before, 10, 'four tries a turn, then a pause');
  },
);

t.test(
  'the error that libuv stops a socket for is fetched, and the socket waits again',
  { skip },
  async (t) => {
    const { calls, client, send, faults } = await openEcho(t);
    const before = calls.starts.length;
    calls.receives.push({ errno: ECONNREFUSED });
    calls.wake(-EBADF, 0);
    t.strictSame(faults, ['receiving: recvmmsg ECONNREFUSED']);
    send(1);
    t.strictSame(await client.reply(0x8001), message(1));
    t.equal(calls.starts.length, before + 1);
  },
);

t.test('a bug of who answers is told, and the next datagram comes', { skip }, async (t) => {
  const { calls, client, send, faults } = await openEcho(t);
  calls.onReceived = () => {
    calls.onReceived = () => undefined;
    throw new Error('a bug on purpose');
  };
  send(1);
  await until(() => faults.length === 1, 'it was told');
  t.match(faults, [/answering: a bug on purpose/]);
  send(2);
  t.strictSame(await client.reply(0x8002), message(2));
});

t.test('one socket does not keep the others waiting', { skip }, async (t) => {
  const { calls, client, port } = await openEcho(t);
  for (const id of ids(1, 300)) client.send(message(id, 12), port, '127.0.0.1');
  await until(() => calls.turns.reduce((sum, came) => sum + came, 0) === 300, 'all came');
  t.strictSame(calls.turns, [256, 44], 'datagrams taken in before others have their turn');
});

t.test('what takes long to be answered is taken in by fewer at a time', { skip }, async (t) => {
  const { calls, client, port } = await openEcho(t, '127.0.0.1', undefined, 0.1);
  for (const id of ids(1, 300)) client.send(message(id, 12), port, '127.0.0.1');
  await until(() => calls.turns.reduce((sum, came) => sum + came, 0) === 300, 'all came');
  const [first = 0, ...others] = calls.turns;
  t.ok(first <= 64, 'nobody knew');
  t.ok(Math.max(...others) <= 10, `half a millisecond and what was begun: ${calls.turns.join(' ')}`);
});

t.test('it reads no more when it is told to stop, and still sends', { skip }, async (t) => {
  const { calls, client, send, late, port, senders, socket } = await openEcho(t);
  client.send(Buffer.of(0, 1), port, '127.0.0.1');
  await until(() => late.length === 1, 'it came');
  socket.stopReading();
  send(1);
  const [{ to } = { to: new Uint8Array() }] = late;
  calls.sends.push({ errno: EAGAIN });
  socket.sendLate(to, message(2));
  t.strictSame(await client.reply(0x8002), message(2));
  t.equal(senders.length, 1);
});

t.test('sockets that are opened and closed leave nothing behind', { skip: skip || noProc() }, async (t) => {
  if (system === undefined) return;
  const batch = new DatagramBatch(system);
  const open = async (): Promise<void> => {
    const echo = await openEcho(t, '127.0.0.1', batch);
    echo.send(1);
    await echo.client.reply(0x8001);
    echo.close();
    echo.client.close();
  };
  await open();
  const before = readdirSync('/proc/self/fd').length;
  for (let round = 0; round < 100; round++) await open();
  t.equal(readdirSync('/proc/self/fd').length, before);
});

t.test('what the event loop calls back is given back', { skip }, async (t) => {
  if (system === undefined) return;
  const bound = createSocket('udp4');
  bound.bind(0, '127.0.0.1');
  await once(bound, 'listening');
  const descriptor = duplicateDescriptor(system, bound) ?? -1;
  bound.close();
  // More than there can be at once.
  for (let round = 0; round < 9000; round++) {
    const poll = system.poll(descriptor, () => undefined);
    poll.start(READY.READ);
    poll.close();
  }
  t.throws(() => system.poll(-1, () => undefined), /uv_poll_init: EBADF/);
  const closed = [system.close(descriptor), system.close(descriptor), system.errno()];
  t.strictSame(closed, [0, -1, EBADF]);
});

t.test('child processes do not inherit the descriptor', { skip: skip || noProc() }, async (t) => {
  const { descriptor } = await openEcho(t);
  const { stdout } = spawnSync('ls', ['/proc/self/fd'], { encoding: 'utf8' });
  t.notOk(stdout.split('\n').includes(String(descriptor)));
  t.ok(readdirSync('/proc/self/fd').includes(String(descriptor)));
});

function noProc(): string | false {
  return existsSync('/proc/self/fd') ? false : 'descriptors are counted in /proc';
}
