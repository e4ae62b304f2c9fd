// The query log of a whole daemon: what is asked stands in the database, whatever becomes of the recorder; and who must not be told is not.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { historySocketOf } from '../../src/querylog/sockets.ts';
import { ask, until } from '../support/house.ts';
import type { Daemon } from '../support/house.ts';
import { filesWith, loggedIn, openLoggingHouse, policies, recorderOf } from '../support/logging-house.ts';
import { isAlive } from '../support/root-house.ts';

t.jobs = 2;

/** Sends a signal to a process. */
const signal = (pid: number, name: NodeJS.Signals): boolean => process.kill(pid, name);

/** Waits until the recorder says that it keeps so many records. */
const kept = (daemon: Daemon, records: number): Promise<boolean> =>
  until(async () => ((await daemon.status()).queryLog.figures?.kept ?? 0) >= records);

t.test('what is asked is in the database, the last query before the end too', async (t) => {
  const house = await openLoggingHouse(t);
  const daemon = await house.serve();
  const recorder = await recorderOf(daemon);
  t.not(recorder, daemon.pid);
  t.equal(await ask(house.kids, 'casino.example'), 'NXDOMAIN ede 16');
  t.equal(await ask(house.servers, 'www.example.org'), 'NOERROR 192.0.2.1');
  t.ok(await kept(daemon, 2));
  const { queryLog, warnings } = await daemon.status();
  t.match(queryLog, {
    recorder: 'running',
    starts: 1,
    isConnected: true,
    records: 2,
    lost: { memory: 0, link: 0, store: 0 },
    fault: undefined,
    figures: { pid: recorder, kept: 2, lost: 0, malformed: 0, store: { store: 'sqlite', queries: 2 } },
  });
  t.strictSame(warnings, []);
  t.match((await house.run(['status'])).stdout, /query log\n {2}recorder {2}running \(\d+\)/);
  await ask(house.kids, 'last.example');
  t.equal(await daemon.stop(), 0);
  t.notOk(isAlive(recorder), 'the recorder ends with it');
  const state = join(house.folder, 'state');
  t.notOk(existsSync(join(state, 'recorder.sock')));
  t.notOk(existsSync(historySocketOf(house.socket)));
  t.match(await loggedIn(house), [
    {
      vlan: 'kids',
      policy: 'kids',
      client: { address: '127.0.40.2' },
      name: 'casino.example',
      type: 'A',
      rcode: 'NXDOMAIN',
      step: 'blocked',
      blocked: true,
      reason: { kind: 'rule', source: 'kids', rule: 'casino.example' },
    },
    {
      vlan: 'servers',
      name: 'www.example.org',
      type: 'A',
      rcode: 'NOERROR',
      blocked: false,
      upstream: 'default',
    },
    { vlan: 'kids', name: 'last.example' },
  ]);
});

t.test(
  'a recorder that is killed is followed by another one, and nothing is lost or kept twice',
  async (t) => {
    const house = await openLoggingHouse(t);
    const daemon = await house.serve();
    const asked: string[] = [];
    const askNext = async (): Promise<void> => {
      const name = `n${asked.length}.casino.example`;
      asked.push(name);
      t.match(await ask(house.kids, name), 'NXDOMAIN');
    };
    let recorder = 0;
    for (let round = 0; round < 3; round++) {
      recorder = await recorderOf(daemon, recorder);
      for (let i = 0; i < 5; i++) await askNext();
      signal(recorder, 'SIGKILL');
      for (let i = 0; i < 5; i++) await askNext();
    }
    recorder = await recorderOf(daemon, recorder);
    const { queryLog } = await daemon.status();
    t.match(queryLog, { starts: 4, lastEnd: { how: 'SIGKILL' }, lost: { memory: 0, link: 0, store: 0 } });
    t.equal(daemon.events('recorder_died').length, 3);
    t.equal(await daemon.stop(), 0);
    t.strictSame(
      (await loggedIn(house)).map(({ name }) => name),
      asked,
    );
  },
);

t.test('a recorder that is stopped costs records once there is no room, and no query', async (t) => {
  const house = await openLoggingHouse(t);
  const daemon = await house.serve();
  const recorder = await recorderOf(daemon);
  signal(recorder, 'SIGSTOP');
  const labels = Array.from({ length: 3 }, () => 'x'.repeat(63)).join('.');
  let asked = 0;
  for (let lost = 0; lost === 0 && asked < 60_000; { memory: lost } = (await daemon.status()).queryLog.lost)
    for (let i = 0; i < 10; i++, asked += 200) {
      const replies = await Promise.all(
        Array.from({ length: 200 }, () => ask(house.kids, `${labels}.casino.example`)),
      );
      if (replies.some((reply) => !reply.startsWith('NXDOMAIN'))) t.fail('a query was not answered');
    }
  const { queryLog } = await daemon.status();
  t.ok(queryLog.lost.memory > 0, `${queryLog.lost.memory} of ${asked} are lost`);
  t.equal(daemon.events('queries_not_logged').length, 1, 'which is told');
  signal(recorder, 'SIGCONT');
  t.ok(
    await until(async () => {
      const { records, waitingBatches, figures } = (await daemon.status()).queryLog;
      return waitingBatches === 0 && figures?.kept === records;
    }),
    'the others are kept once it goes on',
  );
  t.equal((await daemon.status()).queryLog.starts, 1, 'by the same recorder');
});

t.test('a stopped recorder does not hold up the end, and is not left behind', async (t) => {
  const house = await openLoggingHouse(t);
  const daemon = await house.serve();
  const recorder = await recorderOf(daemon);
  signal(recorder, 'SIGSTOP');
  await ask(house.kids, 'casino.example');
  t.equal(await daemon.stop(), 0);
  t.notOk(isAlive(recorder));
});

t.test(
  'a reload has the recorder end where nothing is logged any more, and start where something is',
  async (t) => {
    const house = await openLoggingHouse(t, { policies: policies('off') });
    const daemon = await house.serve();
    await ask(house.kids, 'before.example');
    t.match((await daemon.status()).queryLog, { recorder: 'off', starts: 0, records: 0, fault: undefined });
    t.notOk(existsSync(historySocketOf(house.socket)));
    house.configure({ policies: policies('full', 'off') });
    t.match(await daemon.reload(), { reloaded: true });
    const recorder = await recorderOf(daemon);
    await ask(house.kids, 'logged.example');
    await ask(house.servers, 'other.example');
    house.configure({ policies: policies('off') });
    t.match(await daemon.reload(), { reloaded: true });
    await until(async () => (await daemon.status()).queryLog.recorder === 'off');
    t.notOk(isAlive(recorder));
    await ask(house.kids, 'after.example');
    t.match((await daemon.status()).queryLog, { starts: 1, lost: { link: 0 }, lastEnd: undefined });
    t.equal(await daemon.stop(), 0);
    t.strictSame(
      (await loggedIn(house)).map(({ name }) => name),
      ['logged.example'],
    );
  },
);

t.test(
  'a recorder that cannot start keeps nobody from being answered, and is not started in a loop',
  async (t) => {
    const house = await openLoggingHouse(t);
    mkdirSync(join(house.folder, 'state/recorder.sock'), { recursive: true });
    const daemon = await house.serve();
    await daemon.logged('recorder_died', 2);
    t.match(await ask(house.kids, 'casino.example'), 'NXDOMAIN');
    const { queryLog, warnings } = await daemon.status();
    t.match(
      queryLog.lastEnd?.how,
      /^status 1: .*recorder\.sock cannot be opened \(something that is not a socket is there\)/,
    );
    t.match(warnings.join(), /queries are not logged: the recorder/);
    t.ok(queryLog.starts < 8, `${queryLog.starts} were started`);
    t.equal(await daemon.stop(), 0);
  },
);

t.test('a state folder with a path too long for a socket is told, and nothing is recorded', async (t) => {
  const long = 'x'.repeat(90);
  const house = await openLoggingHouse(t, { server: `server: { state: ${long} }` });
  const daemon = await house.serve();
  await ask(house.kids, 'casino.example');
  const { queryLog } = await daemon.status();
  t.match(queryLog, {
    recorder: 'off',
    records: 0,
    fault: /x has \d+ octets, and with more than 77 there is no room/,
  });
});

t.test('a damaged database is put aside and told, and a new one begun', async (t) => {
  const house = await openLoggingHouse(t);
  mkdirSync(join(house.folder, 'state'), { recursive: true });
  writeFileSync(
    join(house.folder, 'state/querylog.db'),
    'no database at all, and not a short one either'.repeat(500),
  );
  const daemon = await house.serve();
  await recorderOf(daemon);
  await ask(house.kids, 'casino.example');
  t.ok(await kept(daemon, 1));
  t.match(String((await daemon.logged('querylog_fault'))['msg']), /damaged|cannot be used/);
  const aside = readdirSync(join(house.folder, 'state')).filter((name) =>
    /^querylog\.db\..*\d{4}/.test(name),
  );
  t.not(aside.length, 0);
  t.equal(await daemon.stop(), 0);
  t.equal((await loggedIn(house)).length, 1);
});

t.test('off leaves neither name nor client, and anonymous no client', async (t) => {
  const house = await openLoggingHouse(t, { policies: policies('off', 'anonymous') });
  const daemon = await house.serve();
  const recorder = await recorderOf(daemon);
  await ask(house.kids, 'secret-kids.example');
  await ask(house.kids, 'secret-kids.casino.example');
  await ask(house.servers, 'known-servers.example');
  await ask(house.servers, 'known-servers.casino.example');
  t.ok(await kept(daemon, 2));
  t.equal((await daemon.status()).queryLog.records, 2);
  // Killed, so that nothing is tidied up first.
  signal(recorder, 'SIGKILL');
  await recorderOf(daemon, recorder);
  t.equal(await daemon.stop(), 0);
  const folder = join(house.folder, 'state');
  for (const what of ['secret-kids', '127.0.40.2', Buffer.of(127, 0, 40, 2), Buffer.of(2, 40, 0, 127)])
    t.strictSame(filesWith(folder, what), [], `no ${what.toString('hex')}`);
  t.not(filesWith(folder, 'known-servers').length, 0, 'so it would be found');
  for (const what of ['127.0.60.2', Buffer.of(127, 0, 60, 2), Buffer.of(2, 60, 0, 127)])
    t.strictSame(filesWith(folder, what), [], `no ${what.toString('hex')}`);
  const logged = await loggedIn(house);
  t.strictSame(
    new Set(logged.map(({ name, client }) => `${name} ${client?.address ?? 'undefined'}`)),
    new Set(['known-servers.casino.example undefined', 'known-servers.example undefined']),
  );
});

t.test('followers are told at once, without the disk', async (t) => {
  const house = await openLoggingHouse(t);
  const daemon = await house.serve();
  await recorderOf(daemon);
  const { request } = await import('node:http');
  const lines: string[] = [];
  const following = request({ socketPath: historySocketOf(house.socket), path: '/follow' }, (response) => {
    response.setEncoding('utf8').on('data', (text: string) => void lines.push(text));
    response.on('error', () => undefined);
  });
  following.on('error', () => undefined).end();
  await until(async () => (await daemon.status()).queryLog.figures?.followers === 1);
  await ask(house.kids, 'casino.example');
  await until(() => lines.length > 0);
  t.match(JSON.parse(lines.join('')), { query: { name: 'casino.example', blocked: true } });
  t.equal(await daemon.stop(), 0, 'who follows does not hold up the end');
});
