import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import t from 'tap';
import type { Test } from 'tap';
import { LineQueue, lineStart, MAX_WAITING_OCTETS } from '../../src/log/line-queue.ts';
import type { LineOutput, OnWriteEnd } from '../../src/log/line-queue.ts';
import { LogFile } from '../../src/log/log-file.ts';
import { pipeOutput } from '../../src/log/standard-output.ts';
import { openLog } from '../../src/log/log.ts';
import { until } from '../support/listener-parts.ts';

/** The lines of a log as they are by now. */
function linesOf(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line));
}

const eventsOf = (file: string): unknown[] => linesOf(file).map(({ event }) => event);

function isWritten(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

t.test('the log has one line of JSON an event, from its level on', async (t) => {
  const file = join(t.testdir(), 'vlandns.log');
  const log = openLog({ level: 'warn', file });
  log.info({ event: 'quiet' }, 'not written');
  log.warn({ event: 'source_mismatch', vlan: 'kids' }, 'a client of another network');
  log.error({ event: 'bug', detail: { deep: 1 } }, 'line\nbreak');
  await log.close();
  const lines = linesOf(file);
  t.match(lines, [
    { level: 'warn', event: 'source_mismatch', vlan: 'kids', msg: 'a client of another network' },
    { level: 'error', event: 'bug', detail: { deep: 1 }, msg: 'line\nbreak' },
  ]);
  t.match(lines[0]?.['time'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.notOk('pid' in (lines[0] ?? {}));
  t.match(log.counts, { lostLines: 0, waitingOctets: 0 });
  log.error({ event: 'late' }, 'after the end');
  t.match(log.counts, { lostLines: 1, waitingOctets: 0 });
});

t.test('a log that was renamed goes on under its name after reopen()', async (t) => {
  const file = join(t.testdir(), 'vlandns.log');
  const log = openLog({ level: 'info', file });
  log.info({ event: 'first' }, 'before');
  await until(() => isWritten(file), 'the first line was written');
  log.reopen();
  renameSync(file, `${file}.0`);
  log.reopen();
  // The name is there a moment before the file is gone on in; until then lines go into the old one.
  let lines = 0;
  await until(() => {
    log.info({ event: `line ${lines++}` }, 'after');
    return existsSync(file) && isWritten(file);
  }, 'the log goes on under its name');
  await log.close();
  const [before, after] = [eventsOf(`${file}.0`), eventsOf(file)];
  const all = Array.from({ length: lines }, (_, number) => `line ${number}`);
  t.strictSame([...before, ...after], ['first', ...all], 'no line is lost, and they are in order');
  t.equal(before[0], 'first');
});

t.test('what is logged while the folder of the log is gone is written once it is back', async (t) => {
  const folder = join(t.testdir(), 'log');
  const file = join(folder, 'vlandns.log');
  mkdirSync(folder);
  const log = openLog({ level: 'info', file });
  log.info({ event: 'first' }, 'before');
  await until(() => isWritten(file) && log.counts.waitingOctets === 0, 'the first line was written');
  rmSync(folder, { recursive: true });
  log.reopen();
  await until(() => log.counts.waitingOctets > 0, 'it is told that the file cannot be opened');
  log.info({ event: 'second' }, 'meanwhile');
  log.reopen();
  mkdirSync(folder);
  await until(() => existsSync(file) && log.counts.waitingOctets === 0, 'it was tried again');
  log.info({ event: 'third' }, 'after');
  await log.close();
  t.strictSame(eventsOf(file), ['log_not_reopened', 'second', 'third']);
  t.equal(log.counts.lostLines, 0);
});

t.test('while a renamed log cannot be opened anew, the old file is written', async (t) => {
  const folder = join(t.testdir(), 'log');
  const file = join(folder, 'vlandns.log');
  mkdirSync(folder);
  const log = openLog({ level: 'info', file });
  renameSync(folder, `${folder}.old`);
  log.reopen();
  const old = join(`${folder}.old`, 'vlandns.log');
  await until(() => isWritten(old), 'it is told that the file cannot be opened');
  log.info({ event: 'second' }, 'meanwhile');
  mkdirSync(folder);
  await until(() => existsSync(file), 'it was tried again');
  await stat(file);
  log.info({ event: 'third' }, 'after');
  await log.close();
  t.strictSame([eventsOf(old), eventsOf(file)], [['log_not_reopened', 'second'], ['third']]);
});

t.test('a log file that cannot be opened is refused at once', async (t) => {
  const folder = t.testdir();
  t.throws(() => openLog({ level: 'info', file: join(folder, 'nowhere/log') }), { code: 'ENOENT' });
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  t.throws(() => openLog({ level: 'info', file: pipe }), { code: 'ENXIO' }, 'a pipe that nobody reads');
});

t.test('a full disk costs what does not fit and ends nothing', async (t) => {
  if (!existsSync('/dev/full')) return void t.pass('it is tried', { skip: 'there is no /dev/full' });
  const log = openLog({ level: 'info', file: '/dev/full' });
  for (let n = 0; n < 200; n++) log.info({ event: 'line', filling: 'x'.repeat(10_000) }, 'a long line');
  t.ok(log.counts.lostLines > 50, `${log.counts.lostLines} lines found no room`);
  t.ok(log.counts.waitingOctets <= MAX_WAITING_OCTETS);
  await log.close();
});

/** An output that does as it is told. */
class Script implements LineOutput {
  text = '';
  isClosed = false;
  #write: { octets: Buffer; from: number; ended: OnWriteEnd } | undefined;

  write(octets: Buffer, from: number, ended: OnWriteEnd): void {
    this.#write = { octets, from, ended };
  }

  /** Ends the write under way after so many octets; all of them unless it is told. */
  end(how: 'done' | 'later' | 'lost' = 'done', taken = Infinity): void {
    const write = this.#write;
    if (write === undefined) throw new Error('nothing is being written');
    const { octets, from, ended } = write;
    const to = Math.min(from + taken, octets.length);
    this.text += octets.toString('utf8', from, to);
    this.#write = undefined;
    ended(how, to);
  }

  get isAsked(): boolean {
    return this.#write !== undefined;
  }

  close(): void {
    this.isClosed = true;
  }
}

function openQueue(): { script: Script; queue: LineQueue } {
  const script = new Script();
  const queue: LineQueue = new LineQueue(script, (lost) => queue.add(`lost ${lost}\n`));
  return { script, queue };
}

t.test('a reader that has hung costs bounded memory, and is told what it missed', (t) => {
  const { script, queue } = openQueue();
  const line = `${'x'.repeat(99)}\n`;
  const room = Math.floor(MAX_WAITING_OCTETS / line.length);
  for (let n = 0; n < room + 500; n++) queue.add(line);
  t.match(queue, { lostLines: 500, waitingOctets: room * line.length });
  script.end();
  t.match(queue, { waitingOctets: (room - 1) * line.length + 'lost 500\n'.length }, 'the first has left');
  queue.add('after\n');
  script.end('done', 150);
  script.end();
  script.end();
  t.equal(script.text, `${line.repeat(room)}lost 500\nafter\n`);
  t.match(queue, { lostLines: 500, waitingOctets: 0 });
  t.notOk(script.isAsked);
  t.end();
});

t.test('what is cut off goes on where it was, and what is lost is counted by lines', async (t) => {
  const { script, queue } = openQueue();
  queue.add('first é\n');
  queue.add('second\n');
  script.end('later', 3);
  t.notOk(script.isAsked, 'it waits before it tries again');
  await until(() => script.isAsked, 'it tries again');
  script.end();
  queue.add('third\n');
  script.end('lost', 0);
  t.equal(queue.lostLines, 1);
  script.end('lost', 0);
  t.equal(queue.lostLines, 2);
  queue.add('fourth\n');
  script.end();
  script.end();
  t.equal(script.text, 'first é\nfourth\nlost 2\n');
});

t.test('closing waits for what is on its way, and no longer than it may', async (t) => {
  for (const isRead of [true, false]) {
    const { script, queue } = openQueue();
    queue.add('last words\n');
    const closed = queue.close(isRead ? 60_000 : 10);
    queue.add('too late\n');
    if (isRead) script.end();
    await closed;
    t.equal(script.text, isRead ? 'last words\n' : '');
    t.ok(script.isClosed);
    t.equal(queue.lostLines, 1);
  }
  const { script, queue } = openQueue();
  await queue.close(60_000);
  t.ok(script.isClosed, 'nothing to wait for');
});

/** Writes and gives how it ended. */
function write(output: LineOutput, text: string, from = 0): Promise<[how: string, to: number]> {
  return new Promise((resolve) => output.write(Buffer.from(text), from, (how, to) => resolve([how, to])));
}

t.test('a pipe whose reader is gone loses what it did not take', async (t) => {
  const stream = new PassThrough();
  const output = pipeOutput(stream);
  t.strictSame(await write(output, 'some text', 5), ['done', 9]);
  t.equal(String(stream.read()), 'text');
  stream.on('error', () => {});
  stream.destroy(new Error('EPIPE'));
  t.strictSame(await write(output, 'more text', 5), ['lost', 5]);
});

t.test('a line that was cut off begins anew in another file', async (t: Test) => {
  const file = join(t.testdir(), 'log');
  const output = new LogFile(file, () => {});
  const text = 'first\nsecond\n';
  t.strictSame(await write(output, text.slice(0, 9)), ['done', 9]);
  renameSync(file, `${file}.0`);
  output.reopen();
  await until(() => existsSync(file), 'it is open anew');
  // The file is there before we hear that it was opened; what is asked after that is answered after that.
  await stat(file);
  t.strictSame(await write(output, text, 9), ['done', text.length]);
  output.close();
  t.equal(readFileSync(file, 'utf8'), 'second\n');
  for (const [at, start] of [
    [0, 0],
    [3, 0],
    [5, 0],
    [6, 6],
    [9, 6],
    [13, 13],
  ] as const)
    t.equal(lineStart(Buffer.from(text), at), start, `octet ${at}`);
});

// A file closed twice is somebody else's by then: closing that one throws EBADF.
t.test('closing while it is opened anew closes each file once', async (t: Test) => {
  const folder = t.testdir();
  for (let round = 0; round < 100; round++) {
    const file = join(folder, `log-${round}`);
    const output = new LogFile(file, () => {});
    renameSync(file, `${file}.0`);
    output.reopen();
    // Somewhere between the look at the name, which begins after a millisecond, and the new file.
    const then = performance.now() + 1 + round / 50;
    while (performance.now() < then) await new Promise((done) => setImmediate(done));
    output.close();
    // Whoever opens a file now may get a number that was just given back, and has it to himself.
    const opened: number[] = [];
    for (let turn = 0; turn < 20; turn++) {
      opened.push(openSync(file, 'a'));
      await new Promise((done) => setImmediate(done));
    }
    for (const fd of opened) closeSync(fd);
  }
});
