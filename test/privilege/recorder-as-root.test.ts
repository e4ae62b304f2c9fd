// The recorder of a daemon that root starts, in a network namespace of its own: who it runs as, who may ask it, who follows whom.
import { existsSync, lstatSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { historySocketOf } from '../../src/querylog/sockets.ts';
import { until } from '../support/house.ts';
import { loggedIn, policies, recorderOf } from '../support/logging-house.ts';
import {
  askInside,
  asRoot,
  isAlive,
  openRootHouse,
  rootSections,
  serveInside,
  statusOf,
  uidOf,
} from '../support/root-house.ts';
import { unprivileged } from '../support/unprivileged.ts';

/** What the recorder answers to GET /figures. */
function figuresFrom(socketPath: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: '/figures' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text)));
    });
    asking.on('error', reject).end();
  });
}

t.test('as root: the recorder is nobody, outlives workers, and ends behind them', asRoot, async (t) => {
  const house = await openRootHouse(t);
  const sections = { querylog: '', policies: policies('full'), lists: '' };
  rootSections(house, sections);
  const daemon = await serveInside(t, house);
  const recorder = await recorderOf(daemon);
  const nobody = unprivileged();
  t.equal(uidOf(recorder), String(nobody?.uid));
  t.equal(statusOf(recorder, 'NoNewPrivs'), '1');
  t.equal(statusOf(recorder, 'PPid'), String(daemon.pid), 'root starts it');
  const state = join(house.folder, 'state');
  for (const name of ['recorder.sock', 'querylog.db']) {
    const { uid, mode } = lstatSync(join(state, name));
    t.equal(uid, nobody?.uid);
    t.equal(mode & 0o777, 0o600);
  }
  const socket = historySocketOf(house.socket);
  const { uid, gid, mode } = lstatSync(socket);
  t.strictSame([uid, gid, mode & 0o777], [0, nobody?.gid, 0o660]);
  t.match(await figuresFrom(socket), { pid: recorder });

  t.equal(askInside(daemon.pid, '127.0.40.1', 'one.casino.example'), 'NXDOMAIN ede 16');
  await until(async () => (await daemon.status()).queryLog.figures?.kept === 1);
  process.kill((await daemon.status()).pid, 'SIGKILL');
  await daemon.logged('ready', 2);
  t.equal(askInside(daemon.pid, '127.0.40.1', 'two.casino.example'), 'NXDOMAIN ede 16');
  t.equal(await recorderOf(daemon), recorder, 'a new worker finds the same recorder');
  process.kill(recorder, 'SIGKILL');
  t.equal(askInside(daemon.pid, '127.0.40.1', 'three.casino.example'), 'NXDOMAIN ede 16');
  const second = await recorderOf(daemon, recorder);
  t.match((await daemon.status()).queryLog, { starts: 2, lastEnd: { how: 'SIGKILL' } });
  t.match(daemon.events('recorder_died'), [{ level: 'error', msg: /SIGKILL/ }]);

  rootSections(house, { ...sections, policies: policies('off') });
  t.match(await daemon.reload(), { reloaded: true });
  t.ok(await until(() => !isAlive(second)), 'it ends where nothing is logged any more');
  await t.rejects(figuresFrom(socket), 'and nobody answers');
  rootSections(house, sections);
  t.match(await daemon.reload(), { reloaded: true });
  const third = await recorderOf(daemon, second);
  t.equal(askInside(daemon.pid, '127.0.40.1', 'four.casino.example'), 'NXDOMAIN ede 16');
  t.equal(await daemon.stop(), 0);
  t.notOk(isAlive(third), 'root waits for its end');
  t.notOk(existsSync(socket));
  t.notOk(existsSync(join(state, 'recorder.sock')));
  t.strictSame(
    (await loggedIn(house)).map(({ name }) => name),
    ['one', 'two', 'three', 'four'].map((name) => `${name}.casino.example`),
  );
});

t.test('as root: a recorder does not outlive its parent, even where it is stopped', asRoot, async (t) => {
  const house = await openRootHouse(t);
  rootSections(house, { querylog: '', policies: policies('full'), lists: '' });
  const daemon = await serveInside(t, house);
  const recorder = await recorderOf(daemon);
  process.kill(recorder, 'SIGSTOP');
  await daemon.kill();
  t.ok(await until(() => !isAlive(recorder)));
});
