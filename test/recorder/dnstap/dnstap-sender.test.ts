import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { DnstapSender, toCollector } from '../../../src/recorder/dnstap/dnstap-sender.ts';
import type { Collector } from '../../../src/recorder/dnstap/dnstap-sender.ts';
import { CONTROL, controlFrame, DNSTAP_CONTENT } from '../../../src/recorder/dnstap/frame-streams.ts';
import type { TappedQuery } from '../../../src/recorder/dnstap/tapped-query.ts';
import { readTap } from '../../support/dnstap-reader.ts';

const TELLER = { identity: 'house.example', version: 'vlandns 1' };
const QUERY: TappedQuery = {
  unixMs: 1_800_000_000_000,
  waitedUs: 0,
  protocol: 'udp',
  client: { address: Buffer.from([192, 0, 2, 7]), port: 5353 },
  name: Buffer.from('\u0003www\u0003bad\u0007example\0', 'latin1'),
  qtype: 1,
  rcode: 3,
  isBlocked: true,
  isInspected: false,
  reason: { kind: 'list', source: 'ads', text: 'list ads' },
  depth: 2,
  server: undefined,
};

/** Runs a collector on loopback that does what it is told with each connection. */
async function listen(t: Test, serve: (socket: Socket) => void): Promise<[Collector, Server]> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return [{ host: '127.0.0.1', port }, server];
}

/** A sender, and each state that it comes to. */
function openSender(t: Test, collector: Collector) {
  const states: (string | undefined)[] = [];
  let told: (() => void) | undefined;
  const sender = new DnstapSender({
    collector,
    teller: TELLER,
    pausesMs: [10, 20],
    onState: (fault) => {
      states.push(fault);
      told?.();
    },
  });
  t.teardown(() => sender.close());
  const next = async (): Promise<string | undefined> => {
    while (states.length === 0) await new Promise<void>((resolve) => (told = resolve));
    return states.shift();
  };
  return { sender, next };
}

t.test('where a collector listens', (t) => {
  t.strictSame(
    [
      'unix:/run/tap.sock',
      'unix:///run/tap.sock',
      'tcp://192.0.2.1:6000',
      'tcp://[2001:db8::1]:6000',
      'tcp://tap.example:1',
    ].map(toCollector),
    [
      { path: '/run/tap.sock' },
      { path: '/run/tap.sock' },
      { host: '192.0.2.1', port: 6000 },
      { host: '2001:db8::1', port: 6000 },
      { host: 'tap.example', port: 1 },
    ],
  );
  for (const text of [
    'unix:tap.sock',
    '/run/tap.sock',
    'tcp://192.0.2.1',
    'tcp://x:0',
    'tcp://x:65536',
    'udp://x:1',
  ])
    t.equal(toCollector(text), undefined, text);
  t.end();
});

t.test('READY is answered with ACCEPT, then come START, data and at the end STOP', async (t) => {
  const got: Buffer[] = [];
  const [collector, server] = await listen(t, (socket) => {
    socket.once('data', () => socket.write(controlFrame(CONTROL.ACCEPT, DNSTAP_CONTENT)));
    socket.on('data', (octets: Buffer) => got.push(octets));
    socket.on('end', () => server.emit('ended'));
  });
  const { sender, next } = openSender(t, collector);
  t.equal(await next(), undefined);
  sender.send([QUERY, QUERY]);
  const ended = once(server, 'ended');
  await sender.close();
  await ended;
  const frames = Buffer.concat(got);
  t.strictSame(frames.subarray(0, 42), controlFrame(CONTROL.READY, DNSTAP_CONTENT));
  t.strictSame(frames.subarray(42, 84), controlFrame(CONTROL.START, DNSTAP_CONTENT));
  const types: number[] = [];
  let at = 84;
  for (; frames.readUInt32BE(at) > 0; at += 4 + frames.readUInt32BE(at))
    types.push(readTap(frames.subarray(at + 4, at + 4 + frames.readUInt32BE(at))).type);
  t.strictSame(types, [5, 6, 5, 6]);
  t.strictSame(frames.subarray(at), controlFrame(CONTROL.STOP));
  t.strictSame([sender.sent, sender.lost], [2, 0]);
});

t.test('what comes while no collector is there is lost and counted', async (t) => {
  const { sender, next } = openSender(t, { path: join(t.testdir(), 'none.sock') });
  t.match(await next(), /ENOENT/);
  sender.send([QUERY, QUERY, QUERY]);
  t.strictSame([sender.sent, sender.lost], [0, 3]);
});

t.test('a collector that goes away is tried again', async (t) => {
  const sockets: Socket[] = [];
  const [collector] = await listen(t, (socket) => {
    sockets.push(socket);
    socket.once('data', () => socket.write(controlFrame(CONTROL.ACCEPT, DNSTAP_CONTENT)));
  });
  const { next } = openSender(t, collector);
  t.equal(await next(), undefined);
  sockets[0]!.destroy();
  t.match(await next(), /closed the connection|ECONNRESET/);
  t.equal(await next(), undefined);
  t.equal(sockets.length, 2);
});

for (const [what, answer, fault] of [
  ['another content', controlFrame(CONTROL.ACCEPT, 'protobuf:other.Thing'), /takes protobuf:other.Thing/],
  ['no Frame Streams', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /does not speak Frame Streams/],
  ['FINISH', controlFrame(CONTROL.FINISH), /does not speak Frame Streams/],
] as const)
  t.test(`a collector that answers with ${what} is told of`, async (t) => {
    const [collector] = await listen(t, (socket) => {
      socket.once('data', () => socket.write(answer));
    });
    const { sender, next } = openSender(t, collector);
    t.match(await next(), fault);
    sender.send([QUERY]);
    t.equal(sender.lost, 1);
  });

t.test('a collector that does not read costs a bounded room, and the rest is counted', async (t) => {
  const [collector] = await listen(t, (socket) => {
    socket.once('data', () => {
      socket.write(controlFrame(CONTROL.ACCEPT, DNSTAP_CONTENT));
      socket.pause();
    });
  });
  const { sender, next } = openSender(t, collector);
  t.equal(await next(), undefined);
  const batch = Array.from({ length: 1000 }, () => QUERY);
  while (sender.lost === 0 && sender.sent < 1e6) {
    sender.send(batch);
    await sleep(0);
  }
  t.ok(sender.lost > 0, 'something is lost');
  t.ok(sender.sent < 200_000, `${sender.sent} were kept`);
});

const programs = ['fstrm_capture', 'dnstap-read'];
const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0);
t.test(
  'fstrm_capture and dnstap-read take it',
  { skip: missing.length > 0 && `${missing.join(', ')} not installed` },
  async (t) => {
    // A socket's path has room for some hundred octets.
    const folder = mkdtempSync(join(tmpdir(), 'tap-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'tap.sock');
    const file = join(folder, 'out.tap');
    const capture = spawn('fstrm_capture', ['-t', DNSTAP_CONTENT, '-u', path, '-w', file], {
      stdio: 'ignore',
    });
    t.teardown(() => capture.kill('SIGKILL'));
    while (!existsSync(path) && capture.exitCode === null) await sleep(10);
    t.equal(capture.exitCode, null, 'fstrm_capture listens');
    const { sender, next } = openSender(t, { path });
    while ((await next()) !== undefined);
    const server = { address: Buffer.from([192, 0, 2, 53]), port: 53, protocol: 'udp' } as const;
    sender.send([QUERY, { ...QUERY, isBlocked: false, rcode: 0, waitedUs: 25_000, server }]);
    await sender.close();
    const ended = once(capture, 'exit');
    capture.kill('SIGTERM');
    await ended;
    const { stdout } = spawnSync('dnstap-read', [file], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    t.strictSame(stdout.trim().split('\n'), [
      '15-Jan-2027 08:00:00.000 CQ 192.0.2.7:5353 -> ? UDP 33b www.bad.example/IN/A',
      '15-Jan-2027 08:00:00.000 CR 192.0.2.7:5353 <- ? UDP 33b www.bad.example/IN/A',
      '15-Jan-2027 08:00:00.000 CQ 192.0.2.7:5353 -> ? UDP 33b www.bad.example/IN/A',
      '15-Jan-2027 08:00:00.000 FQ ? -> 192.0.2.53:53 UDP 33b www.bad.example/IN/A',
      '15-Jan-2027 08:00:00.025 FR ? <- 192.0.2.53:53 UDP 33b www.bad.example/IN/A',
      '15-Jan-2027 08:00:00.025 CR 192.0.2.7:5353 <- ? UDP 33b www.bad.example/IN/A',
    ]);
  },
);
