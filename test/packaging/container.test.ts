/** The Dockerfile, as far as it can be judged without an engine, and its health check against the real daemon. */
import { execFile } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { builtMain } from '../support/build.ts';
import { startServer } from '../support/daemon.ts';
import { freePort } from '../support/free-port.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');

/** The instructions of the Dockerfile, comments and continuations taken out. */
const instructions = read('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.replaceAll(/\s+/g, ' '));

/** The arguments of all instructions of one kind. */
function all(kind: string, lines = instructions): string[] {
  return lines.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
}

const lastStage = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));

t.test('the image is built in one stage and run from another', (t) => {
  const [build = '', run = '', ...more] = all('FROM');
  t.match(build, / AS build$/);
  t.equal(run, build.replace(' AS build', ''), 'with the same Node in both');
  t.strictSame(more, []);
  const [, major = '0'] = /^node:(\d+)/.exec(run) ?? [];
  t.ok(Number(major) >= 20, 'one that package.json allows');
  t.strictSame(
    all('RUN', lastStage).filter((line) => /npm|tsc/.test(line)),
    [],
    'nothing is installed or compiled in the last',
  );
  t.end();
});

t.test('the container does not run as root', (t) => {
  t.strictSame(all('USER', lastStage), ['node']);
  const user = lastStage.findIndex((line) => line.startsWith('USER '));
  t.ok(user < lastStage.findIndex((line) => line.startsWith('ENTRYPOINT ')));
  t.end();
});

t.test('what the Dockerfile copies is there, and is not ignored', (t) => {
  const copied = all('COPY')
    .filter((line) => !line.startsWith('--from'))
    .flatMap((line) => line.split(' ').slice(0, -1));
  t.ok(copied.length > 5);
  const kept = read('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  t.strictSame(copied.toSorted(), kept.toSorted());
  for (const name of copied) t.ok(existsSync(path.join(ROOT, name)), name);
  t.end();
});

t.test('vlandns and its health check are on the path of the image', (t) => {
  const linked = lastStage
    .filter((line) => line.startsWith('RUN '))
    .flatMap((line) => [...line.matchAll(/ln -s \/app\/(\S+) \/usr\/local\/bin\/(\S+)/g)])
    .map(([, target = '', name = '']) => [name, target]);
  t.strictSame(linked, [
    ['vlandns', 'dist/main.js'],
    ['vlandns-healthcheck', 'scripts/healthcheck.mjs'],
  ]);
  for (const file of ['src/main.ts', 'scripts/healthcheck.mjs'])
    t.match(read(file), /^#!\/usr\/bin\/env node\n/, `${file} can be run`);
  t.match(lastStage.join('\n'), /chmod 755 dist\/main\.js scripts\/healthcheck\.mjs/);
  const quadlet = read('config/vlandns.container');
  t.match(quadlet, /^AddCapability=NET_BIND_SERVICE$/m, 'Podman gives it to nobody by itself');
  t.match(quadlet, /^HealthCmd=vlandns-healthcheck$/m, 'which the OCI format does not keep');
  t.end();
});

t.test('its commands name files of the image', (t) => {
  const commands = [...all('ENTRYPOINT'), ...all('HEALTHCHECK')].map((line) => line.slice(line.indexOf('[')));
  const files = commands.map((command) => {
    const [program, file]: unknown[] = JSON.parse(command);
    t.equal(program, 'node');
    return file;
  });
  t.strictSame(files, ['dist/main.js', 'scripts/healthcheck.mjs']);
  t.end();
});

/** Runs the health check; gives its exit status and what it printed. */
function checkHealth(env: Record<string, string>): Promise<{ status: number; said: string }> {
  const script = path.join(ROOT, 'scripts/healthcheck.mjs');
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), said: stdout + stderr }),
    );
  });
}

t.test('the health check against the demo', async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vlandns-health-'));
  const file = path.join(folder, 'vlandns.yaml');
  const [kids, servers] = [await freePort(), await freePort()];
  const demo = path.join(ROOT, 'config/demo/');
  writeFileSync(
    file,
    read('config/vlandns.demo.yaml')
      .replaceAll('demo/', demo)
      .replaceAll('../.demo', folder)
      .replaceAll(':5340', `:${kids}`)
      .replaceAll(':5360', `:${servers}`),
  );
  const server = await startServer({
    name: 'vlandns',
    command: process.execPath,
    args: [builtMain(), 'serve', '-c', file],
    endpoints: { kids: { address: '127.0.0.1', port: kids } },
    readyName: 'nas.home.arpa',
  });
  t.teardown(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const asked = await checkHealth({ VLANDNS_CONFIG: file });
  t.same(asked, { status: 0, said: `127.0.0.1#${kids}: answers\n127.0.0.1#${servers}: answers\n` });
  const named = await checkHealth({ VLANDNS_LISTENERS: `127.0.0.1#${servers}` });
  t.same(named, { status: 0, said: `127.0.0.1#${servers}: answers\n` });

  await server.stop();
  const gone = await checkHealth({ VLANDNS_CONFIG: file });
  t.equal(gone.status, 1, 'a daemon that is gone is not healthy');
  t.match(gone.said, /vlandns is not running/);
  const closed = await checkHealth({ VLANDNS_LISTENERS: `127.0.0.1#${servers}` });
  t.equal(closed.status, 1, 'nor is a closed port');
});

t.test('the health check is not content with any reply', async (t) => {
  /** What is changed in a right reply, and what the check says then. */
  const replies: readonly (readonly [string, (reply: Buffer) => Buffer, RegExp])[] = [
    ['SERVFAIL', (reply) => (reply.writeUInt8(0x82, 3), reply), /rcode 2/],
    ['another address', (reply) => (reply.writeUInt8(9, reply.length - 1), reply), /is not 127\.0\.0\.1/],
    [
      'another id',
      (reply) => (reply.writeUInt16BE(reply.readUInt16BE(0) ^ 1, 0), reply),
      /not one to our query/,
    ],
    ['the query itself', (reply) => reply.subarray(0, 27).fill(1, 2, 3), /not one to our query/],
    ['a header cut short', (reply) => reply.subarray(0, 5), /not one to our query/],
  ];
  for (const [what, change, expected] of replies) {
    const socket = dgram.createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.on('message', (query, { port, address }) => {
      const answer = Buffer.from('c00c000100010000025800047f000001', 'hex');
      const reply = Buffer.concat([query, answer]);
      reply.writeUInt16BE(0x8180, 2);
      reply.writeUInt16BE(1, 6);
      socket.send(change(reply), port, address);
    });
    const { status, said } = await checkHealth({ VLANDNS_LISTENERS: `127.0.0.1#${socket.address().port}` });
    t.equal(status, 1, what);
    t.match(said, expected);
    socket.close();
  }
});
