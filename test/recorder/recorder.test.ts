// A recorder and what workers send it, octet by octet: what is kept and said to be, and what makes no sense.
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { RecorderFigures, ToldLine } from '../../src/querylog/figures.ts';
import { FrameReader, toFrame, toMessage } from '../../src/querylog/frames.ts';
import { FRAME, FRAME_VERSION, MAX_BODY_OCTETS } from '../../src/querylog/messages.ts';
import type { StateNotice } from '../../src/querylog/messages.ts';
import type { Batch } from '../../src/recorder/batch.ts';
import { readRecords } from '../../src/recorder/logged-query.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { listenForWorkers } from '../../src/recorder/worker-socket.ts';
import { BatchWriter } from '../support/batch-writer.ts';
import { until } from '../support/house.ts';
import { memoryStores, SETTINGS } from '../support/memory-store.ts';

const STATE: StateNotice = {
  epoch: 1,
  vlans: [{ name: 'kids', clients: [] }],
  policies: [{ name: 'strict', mode: 'full' }],
  sets: [],
  servers: [],
};

/** The frame of a batch with a record of each name. */
function batchFrame(sequence: number, names: readonly string[], epoch = 1): Buffer {
  const writer = new BatchWriter();
  for (const name of names) writer.add({ unixMs: 1_800_000_000_000, name, client: '192.0.2.7' });
  return toOctetFrame(FRAME.BATCH, writer.take(sequence, epoch));
}

function toOctetFrame(kind: number, body: Uint8Array, version = FRAME_VERSION): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(body.length, 0);
  head[4] = kind;
  head[5] = version;
  return Buffer.concat([head, body]);
}

/** The frames that a worker begins with. */
const greeting = (session = 'first'): Buffer =>
  Buffer.concat([
    toFrame(FRAME.HELLO, { session, pid: 1, version: '0' }),
    toFrame(FRAME.SETTINGS, SETTINGS),
    toFrame(FRAME.STATE, STATE),
  ]);

/** A worker that is connected, and what it was told. */
class Worker {
  readonly socket: Socket;
  readonly acks: number[] = [];
  readonly lines: ToldLine[] = [];
  readonly figures: RecorderFigures[] = [];
  readonly #reader = new FrameReader();

  constructor(path: string) {
    this.socket = connect(path);
    this.socket.on('error', () => undefined);
    this.socket.on('data', (octets: Buffer) => {
      for (const { kind, body } of this.#reader.take(octets))
        if (kind === FRAME.ACK) this.acks.push(body.readDoubleLE(0));
        else if (kind === FRAME.LINE) this.lines.push(toMessage('LINE', body));
        else this.figures.push(toMessage('FIGURES', body));
    });
  }

  send(...frames: Uint8Array[]): void {
    for (const frame of frames) this.socket.write(frame);
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, 'close');
  }
}

async function openRecorder(t: Test, options: Parameters<typeof memoryStores>[0] = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'recorder-'));
  const path = join(folder, 'recorder.sock');
  const stores = memoryStores(options);
  const given: Batch[] = [];
  const recorder = new Recorder({
    folder,
    open: stores.open,
    listen: (server) => listenForWorkers(server, path),
    followers: { count: 1, isWanted: true, take: (batch) => void given.push(batch) },
    figuresMs: 20,
    pausesMs: [1, 5],
  });
  await recorder.open();
  const workers: Worker[] = [];
  t.teardown(async () => {
    for (const { socket } of workers) socket.destroy();
    await recorder.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const joinNow = (): Worker => {
    const worker = new Worker(path);
    workers.push(worker);
    return worker;
  };
  return { recorder, path, given, ...stores, connect: joinNow };
}

/** Names of the queries of batches. */
const namesOf = (batches: readonly Batch[]): string[] =>
  batches.flatMap((batch) => [...readRecords(batch)].map(({ query }) => query.name));

t.test('batches go to the store and to who follows, and are said to be kept once they are', async (t) => {
  const { stores, given, connect: joinAs } = await openRecorder(t, { isSlow: true });
  const worker = joinAs();
  worker.send(greeting(), batchFrame(1, ['a.example', 'b.example']), batchFrame(2, ['c.example']));
  await until(() => stores[0]?.batches.length === 2);
  t.strictSame(worker.acks, []);
  t.strictSame(namesOf(given), ['a.example', 'b.example', 'c.example'], 'who follows waits for no disk');
  stores[0]?.keep(1);
  stores[0]?.keep(0);
  await until(() => worker.acks.length > 0);
  t.strictSame(worker.acks, [2], 'the second one was kept first, and waited for the first');
  t.strictSame(namesOf(stores[0]?.batches ?? []), ['a.example', 'b.example', 'c.example']);
  t.equal(stores[0]?.batches[0]?.session, 'first');
});

t.test(
  'batches that come before there is a store wait for it, and so they do until it can be opened',
  async (t) => {
    const { stores, recorder, connect: joinAs } = await openRecorder(t, { failures: 3 });
    const worker = joinAs();
    t.throws(() => recorder.history, { message: 'the query log is not open: no settings have come yet' });
    worker.send(greeting(), batchFrame(1, ['a.example']));
    await until(() => worker.acks.length === 1);
    t.strictSame(namesOf(stores[0]?.batches ?? []), ['a.example']);
    t.match(
      worker.lines.map(({ level, message }) => [level, message]),
      [['warn', /^the query log cannot be opened: the disk is full/]],
      'it is told once',
    );
    t.equal(recorder.history, stores[0]);
  },
);

t.test('other settings are taken while a store is open, and another store in its place', async (t) => {
  const { stores, connect: joinAs } = await openRecorder(t);
  const worker = joinAs();
  worker.send(greeting(), batchFrame(1, ['a.example']));
  await until(() => worker.acks.length === 1);
  worker.send(toFrame(FRAME.SETTINGS, { ...SETTINGS, keepMs: 1 }));
  worker.send(
    toFrame(FRAME.SETTINGS, { ...SETTINGS, store: 'postgres://192.0.2.10/log' }),
    batchFrame(2, ['b.example']),
  );
  await until(() => worker.acks.length === 2);
  t.equal(stores.length, 2);
  t.equal(stores[0]?.isClosed, true);
  t.ok(stores[0]?.settings.some(({ keepMs }) => keepMs === 1));
  t.equal(stores[1]?.settings[0]?.store, 'postgres://192.0.2.10/log');
  t.strictSame(namesOf(stores[1]?.batches ?? []), ['b.example']);
});

t.test('what is no frame ends the connection, and is told and counted', async (t) => {
  const short = Buffer.alloc(8);
  short.writeUInt32LE(MAX_BODY_OCTETS + 1, 0);
  short[5] = FRAME_VERSION;
  const table: [what: string, octets: Buffer, reason: RegExp][] = [
    [
      'another version',
      toOctetFrame(FRAME.HELLO, Buffer.from('{}'), 9),
      /frame of version 9 came, and only 1/,
    ],
    ['a frame that is too long', short, /frame of 8388609 octets came, and at most 8388608/],
    ['no Hello', toFrame(FRAME.SETTINGS, SETTINGS), /begins with a frame of kind 2/],
    [
      'JSON that is none',
      Buffer.concat([greeting(), toOctetFrame(FRAME.SETTINGS, Buffer.from('{'))]),
      /JSON/,
    ],
    [
      'a kind that there is not',
      Buffer.concat([greeting(), toOctetFrame(77, Buffer.alloc(0))]),
      /kind 77 came/,
    ],
    [
      'an ACK, which is ours',
      Buffer.concat([greeting(), toOctetFrame(FRAME.ACK, Buffer.alloc(8))]),
      /kind 7 came/,
    ],
    [
      'a batch without a head',
      Buffer.concat([greeting(), toOctetFrame(FRAME.BATCH, Buffer.alloc(31))]),
      /31 octets/,
    ],
    [
      'reasons of a state that was not told',
      Buffer.concat([greeting(), toFrame(FRAME.REASONS, { epoch: 5, reasons: [] })]),
      /the state 5 came, which was not told/,
    ],
  ];
  const { recorder, connect: joinAs } = await openRecorder(t);
  for (const [index, [what, octets, reason]] of table.entries()) {
    const worker = joinAs();
    worker.send(octets);
    await worker.closed();
    t.equal((await recorder.figures()).malformed, index + 1, what);
    const next = joinAs();
    await until(() => next.lines.length > 0);
    t.match(
      next.lines,
      [{ level: 'warn', event: 'recorder_fault', message: reason }],
      `${what}: a worker logs it`,
    );
    next.socket.destroy();
    await until(async () => (await recorder.figures()).waitingBatches === 0);
  }
});

t.test('a batch that makes no sense is lost alone', async (t) => {
  const { stores, recorder, connect: joinAs } = await openRecorder(t);
  const worker = joinAs();
  const broken = batchFrame(1, ['a.example']);
  broken.writeUInt16LE(8, 8 + 32);
  worker.send(greeting(), broken, batchFrame(2, ['b.example'], 9), batchFrame(3, ['c.example']));
  await until(() => worker.acks.at(-1) === 3);
  t.strictSame(namesOf(stores[0]?.batches ?? []), ['c.example']);
  t.equal((await recorder.figures()).malformed, 2);
  t.match(worker.lines, [
    { message: /^a batch is lost, it makes no sense: record 0 of a batch says that it has 8 octets/ },
    { message: /^a batch is lost: numbers of the state 9 came, which was not told/ },
  ]);
});

t.test('frames may come in any pieces, and a state may be told again with more servers', async (t) => {
  const { stores, connect: joinAs } = await openRecorder(t);
  const worker = joinAs();
  const more = toFrame(FRAME.STATE, { ...STATE, servers: ['192.0.2.53'] });
  const reasons = toFrame(FRAME.REASONS, {
    epoch: 1,
    reasons: [{ number: 1, kind: 'list', source: 'ads', text: 'list ads' }],
  });
  const octets = Buffer.concat([greeting(), reasons, more, batchFrame(1, ['a.example'])]);
  for (const octet of octets) worker.socket.write(Buffer.of(octet));
  await until(() => worker.acks.length === 1);
  const meaning = stores[0]?.batches[0]?.meaning;
  t.strictSame(meaning?.state.servers, ['192.0.2.53']);
  t.match(meaning?.reason(1), { source: 'ads' }, 'what was told of it before still holds');
});

t.test('a batch that is sent again is followed once', async (t) => {
  const { stores, given, connect: joinAs } = await openRecorder(t);
  const first = joinAs();
  first.send(greeting(), batchFrame(1, ['a.example']));
  await until(() => first.acks.length === 1);
  first.socket.destroy();
  const again = joinAs();
  again.send(greeting(), batchFrame(1, ['a.example']), batchFrame(2, ['b.example']));
  await until(() => again.acks.at(-1) === 2);
  t.strictSame(namesOf(given), ['a.example', 'b.example']);
  t.equal(stores[0]?.batches.length, 3, 'whether it is kept already, the store knows');
  const other = joinAs();
  other.send(greeting('second'), batchFrame(1, ['c.example']));
  await until(() => other.acks.length === 1);
  t.strictSame(namesOf(given).at(-1), 'c.example', 'a worker of another life has numbers of its own');
});

t.test('figures are sent by themselves', async (t) => {
  const { connect: joinAs } = await openRecorder(t);
  const worker = joinAs();
  worker.send(greeting(), batchFrame(1, ['a.example']));
  await until(() => worker.figures.at(-1)?.kept === 1);
  t.match(worker.figures.at(-1), {
    pid: process.pid,
    kept: 1,
    lost: 0,
    malformed: 0,
    waitingBatches: 0,
    followers: 1,
    store: { store: 'sqlite', queries: 1 },
  });
});

t.test('no more is read than the store can be behind', async (t) => {
  const { stores, connect: joinAs } = await openRecorder(t, { isSlow: true });
  const worker = joinAs();
  worker.send(greeting());
  const names = Array.from({ length: 500 }, () => 'a.example');
  for (let sequence = 1; sequence <= 100; sequence++) worker.send(batchFrame(sequence, names));
  await until(() => (stores[0]?.batches.length ?? 0) >= 32);
  await until(() => worker.socket.writableNeedDrain);
  t.ok((stores[0]?.batches.length ?? 0) < 50, 'what had been read with the last of them is taken as well');
  while (worker.acks.at(-1) !== 100) {
    stores[0]?.keep(0);
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.equal(stores[0]?.batches.length, 100);
});

t.test('at its end it keeps what workers sent that have ended', async (t) => {
  const { stores, recorder, connect: joinAs } = await openRecorder(t);
  const worker = joinAs();
  worker.send(greeting(), batchFrame(1, ['a.example']), batchFrame(2, ['b.example']));
  worker.socket.end();
  await once(worker.socket, 'finish');
  await recorder.close();
  t.strictSame(namesOf(stores[0]?.batches ?? []), ['a.example', 'b.example']);
  t.equal(stores[0]?.isClosed, true);
});

t.test('only its own user may send, and what stands in the way is told', async (t) => {
  const { path } = await openRecorder(t);
  t.equal(statSync(path).mode & 0o777, 0o600);
  const other = {
    open: memoryStores().open,
    folder: '',
    followers: { count: 0, isWanted: false, take: () => undefined },
  };
  const second = new Recorder({ ...other, listen: (server) => listenForWorkers(server, path) });
  await t.rejects(second.open(), { message: `another recorder listens on ${path}` });
  const folder = t.testdir();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const third = new Recorder({ ...other, listen: (server) => listenForWorkers(server, file) });
  await t.rejects(third.open(), { message: /cannot be opened \(something that is not a socket is there\)/ });
});
