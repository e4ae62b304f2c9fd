// The way of records to a recorder, over a real socket: what is told, what is sent again, and what a recorder that does not do its
// part costs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { RecorderSettings } from '../../src/querylog/messages.ts';
import { Recording } from '../../src/recording/recording.ts';
import { InProcess } from '../support/in-process.ts';
import { until } from '../support/listener-parts.ts';
import { writeQuery } from '../support/message-writer.ts';
import { RecorderStand } from '../support/recorder-stand.ts';
import type { StandOptions } from '../support/recorder-stand.ts';
import type { ServingLines } from '../support/serving.ts';

const LINES: ServingLines = {
  policies: { lan: { block: ['casino.example'] } },
  records: ['nas.example. A 192.0.2.9'],
};
const OFF: ServingLines = { policies: { lan: { queryLog: 'off' } }, records: LINES.records ?? [] };

const SETTINGS: RecorderSettings = {
  keepMs: 1,
  statisticsMs: 2,
  maxOctets: 3,
  timeZone: 'UTC',
  firstSeen: [],
};

/** A service that records, and the log of what it tells. */
class Recorder {
  readonly told: string[] = [];
  readonly path: string;
  readonly service = new InProcess(LINES);
  readonly recording: Recording;
  settings = SETTINGS;

  constructor(t: Test) {
    const folder = mkdtempSync(join(tmpdir(), 'vlandns-recording-'));
    this.path = join(folder, 'recorder.sock');
    const tell = ({ event }: Readonly<Record<string, unknown>>): void => void this.told.push(String(event));
    this.recording = new Recording({
      path: this.path,
      version: '1.2.3',
      clock: this.service.pathParts.clock,
      settings: () => this.settings,
      log: { info: tell, warn: tell, error: tell },
    });
    this.service.path.record(this.recording.follow(this.service.serving));
    t.teardown(async () => {
      await this.recording.close();
      rmSync(folder, { recursive: true });
    });
  }

  /** Takes over another state. */
  reload(lines: ServingLines): void {
    this.service.reload(lines);
    this.service.path.record(this.recording.follow(this.service.serving));
  }

  async ask(count: number, from = 0): Promise<void> {
    for (let i = from; i < from + count; i++) {
      const reply = await this.service.ask(`n${i}.casino.example`);
      if (reply.rcode !== 'NXDOMAIN') throw new Error(reply.rcode);
    }
  }

  /** The same, of one name, and fast. */
  flood(count: number): void {
    const bytes = writeQuery({ questions: [{ name: 'x.casino.example', type: 'A' }] });
    for (let i = 0; i < count; i++) if (this.service.now({ bytes }) <= 0) throw new Error('no reply');
  }

  async stand(t: Test, options: StandOptions = {}): Promise<RecorderStand> {
    const stand = await RecorderStand.open(this.path, options);
    t.teardown(() => stand.close());
    return stand;
  }

  async hasBatches(count: number): Promise<void> {
    await until(() => this.recording.figures.waitingBatches === count, `${count} batches wait`);
  }
}

/** More than there is room for. */
const FLOOD = 80_000;

const namesFrom = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `n${from + i}.casino.example`);

t.test(
  'a recorder is told who tells, what it goes by, what numbers mean, and then the records',
  async (t) => {
    const one = new Recorder(t);
    const stand = await one.stand(t);
    one.recording.start();
    await one.ask(3);
    await until(() => stand.records.length === 3, 'the records came');
    t.strictSame(
      stand.records.map(({ name }) => name),
      namesFrom(0, 3),
    );
    t.match(stand.readers[0], {
      hello: { pid: process.pid, version: '1.2.3', session: /^[0-9a-f]{32}$/ },
      settings: [SETTINGS],
      states: [{ epoch: 1, policies: [{ name: 'lan', mode: 'full' }], vlans: [{ name: 'lan' }] }],
    });
    await one.hasBatches(0);
    t.match(one.recording.figures, {
      records: 3,
      lost: 0,
      connected: true,
      reconnects: 0,
      lastFault: undefined,
    });
  },
);

t.test('what comes before the recorder is there waits for it in one batch', async (t) => {
  const one = new Recorder(t);
  one.recording.start();
  await one.ask(100);
  const stand = await one.stand(t);
  await until(() => stand.records.length === 100, 'the records came');
  t.equal(stand.batches.length, 1);
  t.equal(one.recording.figures.connected, true);
  t.strictSame(one.told, [], 'a recorder that comes soon is not worth a word');
});

t.test('what a recorder has not said it keeps is sent to the next one, and nothing else again', async (t) => {
  const one = new Recorder(t);
  const first = await RecorderStand.open(one.path, { acks: false });
  one.recording.start();
  await one.ask(2);
  await until(() => first.batches.length === 1, 'the first batch came');
  await one.ask(2, 2);
  await until(() => first.batches.length === 2, 'the second batch came');
  first.ack(1);
  await one.hasBatches(1);
  await first.close();
  const second = await one.stand(t);
  await until(() => second.records.length === 2, 'the second batch came again');
  t.strictSame(
    second.records.map(({ name }) => name),
    namesFrom(2, 2),
  );
  await one.ask(2, 4);
  await until(() => second.records.length === 4, 'the third batch came');
  t.strictSame(
    second.batches.map(({ sequence }) => sequence),
    [2, 3],
  );
  t.equal(second.readers[0]?.hello?.session, first.readers[0]?.hello?.session);
  t.match(one.recording.figures, { records: 6, lost: 0, connected: true, reconnects: 1 });
});

t.test('a recorder that has batches of before says so at once, and they are not sent again', async (t) => {
  const one = new Recorder(t);
  const first = await RecorderStand.open(one.path, { acks: false });
  one.recording.start();
  await one.ask(1);
  await until(() => first.batches.length === 1, 'the batch came');
  await first.close();
  const second = await one.stand(t, { acks: false });
  await until(() => second.batches.length === 1, 'it came again');
  second.ack(1);
  await one.hasBatches(0);
  t.equal(one.recording.figures.lost, 0);
});

t.test('another worker has another session', async (t) => {
  const [one, other] = [new Recorder(t), new Recorder(t)];
  const sessions: (string | undefined)[] = [];
  for (const each of [one, other]) {
    const stand = await each.stand(t);
    each.recording.start();
    await until(() => stand.readers[0]?.hello !== undefined, 'it said who it is');
    sessions.push(stand.readers[0]?.hello?.session);
  }
  t.not(sessions[0], sessions[1]);
});

t.test('a recorder that reads nothing costs records, a bounded memory, and no query', async (t) => {
  const one = new Recorder(t);
  await one.stand(t, { reads: false });
  one.recording.start();
  await until(() => one.recording.figures.connected, 'it is connected');
  one.flood(FLOOD);
  const { records, lost, waitingBatches } = one.recording.figures;
  t.equal(records + lost, FLOOD);
  t.ok(lost > 0, `${lost} are lost`);
  t.equal(waitingBatches, 64);
  t.strictSame(one.told, ['queries_not_logged'], 'and that is told once');
  one.service.nowMs += 60_001;
  await one.ask(1);
  t.equal(one.told.length, 2, 'and again after a minute');
});

t.test('a recorder that reads again gets all that was kept, and is told what was lost', async (t) => {
  const one = new Recorder(t);
  const stand = await one.stand(t, { reads: false });
  one.recording.start();
  await until(() => one.recording.figures.connected, 'it is connected');
  one.flood(FLOOD);
  const { records, lost } = one.recording.figures;
  stand.read();
  await until(() => stand.batches.length === 64, 'what was kept came');
  await one.ask(1);
  await until(() => stand.batches.length === 65, 'the next one came');
  t.equal(stand.records.length, records + 1);
  t.equal(stand.batches.at(-1)?.lost, lost);
});

const NONSENSE: [what: string, octets: Buffer][] = [
  ['another version', Buffer.from('0800000007020000', 'hex')],
  ['another kind', Buffer.from('0800000006010000ffffffffffffffff', 'hex')],
  ['too much', Buffer.from('ffffff0007010000', 'hex')],
  ['a batch that was not', Buffer.from('0800000007010000000000000000f03f', 'hex')],
  ['no number', Buffer.from('0800000007010000000000000000f87f', 'hex')],
];
for (const [what, octets] of NONSENSE)
  t.test(`a recorder that says ${what} is left, and asked again`, async (t) => {
    const one = new Recorder(t);
    const stand = await one.stand(t);
    one.recording.start();
    await until(() => stand.sockets.length === 1, 'it is connected');
    stand.sockets[0]?.write(octets);
    await until(() => stand.readers[1]?.hello !== undefined, 'it is connected again');
    t.equal(one.recording.figures.reconnects, 1);
  });

t.test('with the log off for all nothing is open, and queries have no recorder', async (t) => {
  const one = new Recorder(t);
  const stand = await one.stand(t);
  one.service.reload(OFF);
  t.equal(one.recording.follow(one.service.serving), undefined);
  one.recording.start();
  t.equal(one.recording.figures.connected, false);
  one.reload(LINES);
  await one.ask(1);
  await until(() => stand.records.length === 1, 'with a state that logs it is opened');
  one.reload(OFF);
  await until(() => !one.recording.figures.connected, 'and closed with one that does not');
  one.reload(LINES);
  await one.ask(1, 1);
  await until(() => stand.records.length === 2, 'and opened again');
  t.equal(stand.sockets.length, 2);
});

t.test('settings that may have changed are told again', async (t) => {
  const one = new Recorder(t);
  const stand = await one.stand(t);
  one.recording.start();
  await until(() => stand.readers[0]?.settings.length === 1, 'they were told');
  one.settings = { ...SETTINGS, keepMs: 7 };
  one.recording.renewSettings();
  await until(() => stand.readers[0]?.settings.length === 2, 'they were told again');
  t.equal(stand.readers[0]?.settings[1]?.keepMs, 7);
});

t.test(
  'names of clients are told where they change, and all of them to a recorder that comes anew',
  async (t) => {
    const one = new Recorder(t);
    const first = await RecorderStand.open(one.path);
    const [tv, pad] = ['192.0.2.7', '192.0.2.8'].map((address) => ({
      vlan: 'lan',
      address,
      name: `at-${address}`,
    }));
    if (tv === undefined || pad === undefined) throw new Error('two clients');
    one.recording.tellNames(() => [tv, pad]);
    one.recording.start();
    await until(() => first.readers[0]?.clients.length === 2, 'both were told');
    one.recording.tellNames(() => [tv, { ...pad, name: 'other' }]);
    one.recording.tellNames(() => [{ ...pad, name: 'other' }]);
    await until(() => first.readers[0]?.clients.length === 4, 'what has changed was told');
    t.strictSame(first.readers[0]?.clients.slice(2), [
      { ...pad, name: 'other' },
      { vlan: 'lan', address: tv.address },
    ]);
    await first.close();
    const second = await one.stand(t);
    await until(() => second.readers[0]?.clients.length === 1, 'those of now were told');
  },
);

t.test('an end sends what there is, and waits until it is kept', async (t) => {
  const one = new Recorder(t);
  const stand = await one.stand(t);
  one.recording.start();
  await until(() => one.recording.figures.connected, 'it is connected');
  await one.ask(5);
  await one.recording.close();
  t.equal(stand.records.length, 5);
  t.equal(one.recording.figures.lost, 0);
});

t.test('an end that nobody waits for counts what is given up', async (t) => {
  const one = new Recorder(t);
  one.recording.start();
  await one.ask(5);
  await one.recording.close();
  t.match(one.recording.figures, {
    records: 5,
    lost: 0,
    lostWithLink: 5,
    connected: false,
    waitingBatches: 0,
  });
});
