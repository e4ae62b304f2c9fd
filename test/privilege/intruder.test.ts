// What somebody could do who runs code of his own in the worker of the real daemon: the parent outlives it all.
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import type { Test } from 'tap';
import { until } from '../support/house.ts';
import {
  askInside,
  inside,
  isAlive,
  asRoot,
  openRootHouse,
  rootSections,
  serveInside,
} from '../support/root-house.ts';
import { unprivileged } from '../support/unprivileged.ts';

t.jobs = 2;

/** Loaded into the worker: at WINCH it does to the parent what the file says, once. */
const INTRUDER = `
import { createSocket } from 'node:dgram';
import { readFileSync, writeSync } from 'node:fs';
import { spawn } from 'node:child_process';
const deeds = {
  raw: (text) => void writeSync(3, text + '\\n'),
  handles: () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => { for (let i = 0; i < 20; i++) process.send({ kind: 'ready' }, socket); });
  },
  flood: () => {
    for (let id = 0; id < 20000; id++)
      process.send({ kind: 'bind', id: -id, transport: 'udp', address: '127.0.40.1', port: 53 }, () => {});
  },
  // Who has the other end of the channel still, when the worker is gone; it leaves a file when it has written.
  outlive: (text, told) => {
    const words = [process.pid, text + '\\n', told].map((word) => JSON.stringify(word));
    const program = "const fs = require('fs'); const [worker, text, told] = [" + words + "];" +
      "setInterval(() => { if (process.ppid === worker) return;" +
      " try { fs.writeSync(3, text); } finally { fs.writeFileSync(told, ''); process.exit(); } }, 10)";
    spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'ignore', 3], env: {}, detached: true })
      .once('spawn', () => process.kill(process.pid, 'SIGKILL'));
  },
};
if (process.argv[2] === 'worker')
  process.on('SIGWINCH', () => {
    const [deed, ...words] = JSON.parse(readFileSync(new URL('deed.json', import.meta.url), 'utf8'));
    deeds[deed](...words);
  });
`;

/** The real daemon, with an intruder in its worker. */
async function openIntruded(t: Test) {
  const house = await openRootHouse(t);
  const program = join(house.folder, 'intruder.mjs');
  writeFileSync(program, INTRUDER);
  const daemon = await serveInside(t, house, `--import=${pathToFileURL(program).href}`);
  /** Has the worker do something; the process id of who answers after it. */
  const intrude = async (...deed: readonly string[]): Promise<number> => {
    writeFileSync(join(house.folder, 'deed.json'), JSON.stringify(deed));
    const { pid } = await daemon.status();
    const ready = daemon.events('ready').length;
    process.kill(pid, 'SIGWINCH');
    await until(() => !isAlive(pid));
    await daemon.logged('ready', ready + 1);
    return (await daemon.status()).pid;
  };
  return { daemon, intrude, house };
}

t.test('as root: whatever a worker sends, the parent goes on, with another worker', asRoot, async (t) => {
  const { daemon, intrude } = await openIntruded(t);
  const files = (): number => readdirSync(`/proc/${daemon.pid}/fd`).length;
  const before = files();
  const deeds: readonly (readonly string[])[] = [
    ['raw', 'null'],
    ['raw', '{{{'],
    ['raw', '{"cmd":"NODE_HANDLE_NACK"}'],
    ['raw', '{"kind":"bind","id":1,"transport":"sctp","address":"127.0.40.1","port":53}'],
    ['handles'],
    ['flood'],
  ];
  for (const deed of deeds) {
    await intrude(...deed);
    t.equal(askInside(daemon.pid, '127.0.40.1', 'nas.example'), 'NOERROR 192.0.2.10', deed.join(' '));
  }
  t.ok(await until(() => files() <= before), 'nothing that was sent stays open');
  t.equal(await daemon.stop(), 0);
});

t.test('as root: what a worker has left behind is not listened to', asRoot, async (t) => {
  const { daemon, intrude, house } = await openIntruded(t);
  const left = join(house.folder, 'left');
  mkdirSync(left);
  // Whatever user the worker runs as.
  chmodSync(left, 0o777);
  const worker = await intrude('outlive', 'null', join(left, 'told'));
  t.ok(await until(() => existsSync(join(left, 'told'))), 'it has written');
  t.equal((await daemon.status()).pid, worker);
  t.strictSame(daemon.events('worker_fault'), []);
  t.equal(await daemon.stop(), 0);
});

t.test(
  'as root: no debugger is opened, and no control socket where the worker could replace it',
  asRoot,
  async (t) => {
    const house = await openRootHouse(t);
    const daemon = await serveInside(t, house);
    const { pid } = await daemon.status();
    for (const runner of [daemon.pid, pid]) process.kill(runner, 'SIGUSR1');
    t.equal(askInside(daemon.pid, '127.0.40.1', 'nas.example'), 'NOERROR 192.0.2.10');
    t.notMatch(
      inside(daemon.pid, ['cat', '/proc/net/tcp']),
      / 0100007F:240D /,
      'nobody listens on port 9229',
    );
    t.equal(await daemon.stop(), 0);

    const { uid = 0, gid = 0 } = unprivileged() ?? {};
    const folder = join(house.folder, 'run');
    mkdirSync(folder);
    rootSections(house, { control: 'control: { socket: run/sock }' });
    for (const [owner, group, mode] of [
      [uid, 0, 0o755],
      [0, gid, 0o775],
      [0, 0, 0o777],
    ] as const) {
      chownSync(folder, owner, group);
      chmodSync(folder, mode);
      t.match(await house.run(['serve']), {
        status: 1,
        stderr: /control\.socket: server\.user may write to /,
      });
    }
  },
);
