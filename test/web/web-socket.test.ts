// Where the page listens: by itself, or on a port that only root may bind, which the process that started it hands over.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { openKeptSocket } from '../../src/privilege/kept-socket.ts';
import { RecorderKeeper } from '../../src/privilege/recorder/recorder-keeper.ts';
import { listenForPage } from '../../src/web/web-socket.ts';
import { builtMain } from '../support/build.ts';
import { until } from '../support/house.ts';
import { readFrom } from '../support/read-from.ts';
import { unprivileged } from '../support/unprivileged.ts';

const PORT = 443;
const ADDRESS = '127.0.43.1';

/** Why nobody can show here what only root may do. */
function obstacle(): string | false {
  if (unprivileged() === undefined) return 'it takes root, and a program that user nobody may read';
  const first = readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8');
  return Number(first) > PORT ? false : 'every user of this machine may use ports below 1024';
}

/** A recorder that serves a page on every address that its file names, and writes down what came of it. */
const PROGRAM = `
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const [module, file] = process.argv.slice(2);
const { listenForPage } = await import(module);
process.on('message', ({ kind }) => {
  if (kind === 'pulse') process.send({ kind });
  if (kind === 'end') process.exit(0);
});
for (const at of JSON.parse(readFileSync(file, 'utf8'))) {
  const server = createServer((request, response) => response.end('page'));
  const told = await listenForPage(server, at).then(() => 'listens', (error) => error.message);
  appendFileSync(file + '.log', told + '\\n');
}
process.send({ kind: 'ready' });
setInterval(() => undefined, 1000);
`;

function startRecorder(t: Test, addresses: readonly { address: string; port: number }[]) {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  chmodSync(folder, 0o777);
  const [program, file] = [join(folder, 'recorder.mjs'), join(folder, 'addresses')];
  writeFileSync(program, PROGRAM);
  writeFileSync(file, JSON.stringify(addresses));
  const asked: string[] = [];
  const keeper = new RecorderKeeper({
    program,
    args: [join(dirname(builtMain()), 'web/web-socket.js'), file],
    options: { ...unprivileged(), cwd: '/', stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] },
    log: () => undefined,
    openPage: (address, port) => {
      asked.push(`${address} ${port}`);
      if (address === ADDRESS) return openKeptSocket({ transport: 'tcp', address, port });
      return Promise.reject(Object.assign(new Error('not named'), { code: 'EPERM' }));
    },
  });
  t.teardown(async () => {
    await keeper.close();
    rmSync(folder, { recursive: true, force: true });
  });
  keeper.want(true);
  return { keeper, asked, told: () => readFileSync(`${file}.log`, 'utf8').trim().split('\n') };
}

async function opened(t: Test): Promise<{ server: Server; port: number }> {
  const server = createServer();
  t.teardown(() => void server.close());
  await listenForPage(server, { address: '127.0.0.1', port: 0 });
  const at = server.address();
  return { server, port: typeof at === 'object' && at !== null ? at.port : 0 };
}

t.test('a server listens by itself where it may', async (t) => {
  const { server, port } = await opened(t);
  t.ok(server.listening);
  t.ok(port > 0);
});

t.test('what is in the way is told, with what to do', async (t) => {
  const { port } = await opened(t);
  const table: readonly (readonly [when: string, address: string, port: number, message: RegExp])[] = [
    [
      'another program listens',
      '127.0.0.1',
      port,
      /another program listens there; stop it, or write another port/,
    ],
    ['the address is not there', '192.0.2.1', 8053, /no interface of this machine has 192\.0\.2\.1 now/],
  ];
  for (const [when, address, at, message] of table)
    await t.rejects(listenForPage(createServer(), { address, port: at }), { message }, when);
});

t.test(
  'a port below 1024 comes from whoever started it, and ends with it',
  { skip: obstacle() },
  async (t) => {
    const addresses = [
      { address: ADDRESS, port: PORT },
      { address: '127.0.43.2', port: PORT },
    ];
    const { keeper, asked, told } = startRecorder(t, addresses);
    await until(() => keeper.past.state === 'running');
    t.strictSame(asked, [`${ADDRESS} ${PORT}`, `127.0.43.2 ${PORT}`]);
    t.match(told(), [
      'listens',
      /127\.0\.43\.2:443: web\.listen of the configuration on disk does not name it/,
    ]);
    t.match(await readFrom(ADDRESS, PORT), /page/);
    process.kill(keeper.pid ?? 0, 'SIGKILL');
    await until(() => keeper.past.starts === 2 && keeper.past.state === 'running');
    t.match(await readFrom(ADDRESS, PORT), /page/, 'the next one has it too');
    await keeper.close();
    const server = createServer().listen(PORT, ADDRESS);
    await once(server, 'listening');
    server.close();
    t.pass('nobody else holds it');
  },
);
