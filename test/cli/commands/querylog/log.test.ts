import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { historySocketOf } from '../../../../src/querylog/sockets.ts';
import { HistoryClient } from '../../../../src/querylog/client.ts';
import { openHouse, WITHOUT_LISTS } from '../../../support/house.ts';
import { MemoryHistory, serveHistory, toldQuery } from '../../../support/memory-history.ts';
import { askUdp, sleep } from '../../../support/wire-client.ts';
import { writeQuery } from '../../../support/message-writer.ts';

const BERLIN = 'server: { state: state, time_zone: Europe/Berlin }';
const AT_MS = Date.parse('2026-11-30T20:15:07.123Z');

t.test('each way in which a query was answered is told in words', async (t) => {
  const house = await openHouse(t, { ...WITHOUT_LISTS, server: BERLIN });
  const at = { unixMs: AT_MS };
  await serveHistory(
    t,
    house.socket,
    new MemoryHistory([
      toldQuery({ ...at, name: 'cached.example' }),
      toldQuery({ ...at, name: 'stale.example', stale: true }),
      toldQuery({
        ...at,
        name: 'asked.example',
        cached: false,
        waitedUs: 2340,
        server: 'udp://192.0.2.53:53',
      }),
      toldQuery({ ...at, name: 'slow.example', cached: false, waitedUs: 234_400, upstream: 'default' }),
      toldQuery({
        ...at,
        name: 'x.ads.example',
        blocked: true,
        rcode: 'NXDOMAIN',
        reason: { kind: 'list', source: 'ads', text: 'list ads', rule: 'ads.example' },
        client: { address: '127.0.40.3', name: 'tablet' },
      }),
      toldQuery({
        ...at,
        name: 'led.example',
        blocked: true,
        reason: {
          kind: 'rule',
          source: 'kids',
          text: 'rule x.example',
          rule: 'x.example',
          target: 'y.x.example',
        },
        client: undefined,
      }),
      toldQuery({ ...at, name: 'canary.example', blocked: true, step: 'canary', cached: false }),
      toldQuery({ ...at, name: 'nas.example', step: 'rate_limited', cached: false, vlan: 'servers' }),
    ]),
  );
  const { stdout, status } = await house.runHere(['log']);
  t.equal(status, 0);
  const time = '2026-11-30 21:15:07';
  t.strictSame(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
    [
      [time, 'kids', '127.0.40.2', 'cached.example', 'A', 'NOERROR', 'from the cache'],
      [time, 'kids', '127.0.40.2', 'stale.example', 'A', 'NOERROR', 'from the cache, past its TTL'],
      [time, 'kids', '127.0.40.2', 'asked.example', 'A', 'NOERROR', '2.3 ms from udp://192.0.2.53:53'],
      [time, 'kids', '127.0.40.2', 'slow.example', 'A', 'NOERROR', '234 ms from default'],
      [
        time,
        'kids',
        'tablet (127.0.40.3)',
        'x.ads.example',
        'A',
        'NXDOMAIN',
        'blocked: list ads (ads.example)',
      ],
      [time, 'kids', '-', 'led.example', 'A', 'NOERROR', 'blocked by y.x.example: rule x.example'],
      [time, 'kids', '127.0.40.2', 'canary.example', 'A', 'NOERROR', 'blocked: canary'],
      [time, 'servers', '127.0.40.2', 'nas.example', 'A', 'NOERROR', 'rate limited'],
    ],
  );
  const json: unknown = JSON.parse((await house.runHere(['log', 'servers', '--json'])).stdout);
  t.match(json, { queries: [{ name: 'nas.example', vlan: 'servers' }] });
});

t.test('a word is a VLAN, a client or a name, as the configuration has it', async (t) => {
  const house = await openHouse(t, {
    ...WITHOUT_LISTS,
    vlans: `vlans:
  kids:
    id: 40
    listen: ["127.0.40.1:5399"]
    subnets: [127.0.40.0/24]
    policy: kids
    clients: [{ name: laptop.home, address: 127.0.40.9, policy: open }, { name: servers, address: 127.0.40.8, policy: open }]
  servers: { listen: ["127.0.60.1:5399"], subnets: [127.0.60.0/24], policy: open }
  pond: { id: 41, listen: ["127.0.62.1:5399"], subnets: [127.0.62.0/24], policy: open }`,
  });
  const name = (query: string, change: Parameters<typeof toldQuery>[0] = {}) =>
    toldQuery({ name: query, ...change });
  await serveHistory(
    t,
    house.socket,
    new MemoryHistory([
      name('of.pond', { vlan: 'pond' }),
      name('of.laptop', { client: { address: '127.0.40.9', name: 'laptop.home' } }),
      name('of.phone', { client: { address: '127.0.40.7', name: 'phone', mac: '00:00:5e:00:53:07' } }),
      name('www.shop.example'),
      name('shop.example'),
    ]),
  );
  const names = async (...words: string[]): Promise<string[]> =>
    (await house.runHere(['log', ...words])).stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/)[3] ?? line);
  t.strictSame(await names('pond'), ['of.pond']);
  t.strictSame(await names('41'), ['of.pond']);
  t.strictSame(await names('--vlan', 'pond'), ['of.pond']);
  t.strictSame(await names('laptop.home'), ['of.laptop']);
  t.strictSame(await names('127.0.40.9'), ['of.laptop']);
  t.strictSame(await names('::ffff:127.0.40.9'), ['of.laptop'], 'in any form');
  t.strictSame(await names('phone'), ['of.phone'], 'what a device calls itself');
  t.strictSame(await names('00-00-5E-00-53-07'), ['of.phone']);
  t.strictSame(await names('shop.example'), ['www.shop.example', 'shop.example']);
  t.strictSame(await names('*shop*'), ['www.shop.example', 'shop.example']);
  t.match(await names('shop'), [/no query of a client "shop" is in the log; for names .* '\*shop\*'/]);
  t.match(await names('none.example'), [/no query of names at or below none\.example/]);
  for (const [words, error] of [
    [['servers'], /"servers" is a VLAN and a client of VLAN kids; write --vlan servers/],
    [['--vlan', 'ponds'], /there is no VLAN "ponds"; there are kids, servers, pond/],
    [['--since', 'noon'], /--since noon is no time; write 2h, 7d/],
    [['--since', '1h', '--until', '2h'], /--since is not before --until/],
    [['--limit', '0'], /--limit 0 is not a number from 1 on/],
    [['--follow', '--first'], /--follow and --first do not go together/],
    [['a', 'b'], /log takes one VLAN, client or name at most/],
    [['--per', 'day'], /log does not take --per/],
  ] as const) {
    const { status, stderr } = await house.runHere(['log', ...words]);
    t.equal(status, 2, words.join(' '));
    t.match(stderr, error);
  }
});

t.test('a limit is kept over pages, and a time is a bound', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const now = Date.now();
  const queries = Array.from({ length: 2500 }, (_, i) =>
    toldQuery({ name: `n${i}.example`, unixMs: now - (i < 700 ? 120 : 10) * 60_000 }),
  );
  await serveHistory(t, house.socket, new MemoryHistory(queries));
  const count = async (...words: string[]): Promise<number> =>
    (await house.runHere(['log', ...words])).stdout.trimEnd().split('\n').length;
  t.equal(await count(), 100);
  t.equal(await count('--limit', '2100'), 2100);
  t.equal(await count('--limit', '9999'), 2500);
  t.equal(await count('--limit', '9999', '--until', '30m'), 700);
});

t.test('hostile names steer no terminal', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const client = { address: '127.0.40.2', name: '\u001b[31mred\u009b' };
  await serveHistory(t, house.socket, new MemoryHistory([toldQuery({ name: 'x\u001b]0;.example', client })]));
  const { stdout } = await house.runHere(['log']);
  for (const steering of ['\u001b', '\u009b']) t.notOk(stdout.includes(steering));
  t.match(stdout, 'x\\u001b]0;.example');
});

t.test('names that are new are told, and where nothing is known of them, why', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const history = new MemoryHistory([]);
  await serveHistory(t, house.socket, history);
  t.match((await house.runHere(['log', '--first'])).stdout, /no VLAN has first_seen: true/);
  history.first.push(
    { vlan: 'kids', name: 'b.example', unixMs: AT_MS },
    { vlan: 'servers', name: 'a.example', unixMs: AT_MS },
  );
  t.match((await house.runHere(['log', 'kids', '--first'])).stdout, /^\S+ \S+ {2}kids {2}b\.example\n$/);
});

t.test('without a daemon, and with the log off, it says what to do', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const off = await house.runHere(['log']);
  t.equal(off.status, 1);
  t.match(off.stderr, /nothing is logged: every policy has querylog: off/);
  house.configure({ querylog: '' });
  t.match((await house.runHere(['log'])).stderr, /vlandns is not running/);
});

t.test('on a real daemon: what dig asks is in the log, is followed, and is copied', async (t) => {
  const house = await openHouse(t, { ...WITHOUT_LISTS, querylog: '' });
  house.configure();
  const daemon = await house.serve();
  const history = new HistoryClient(historySocketOf(house.socket));
  // The recorder comes up beside the service, which does not wait for it.
  while ((await history.figures().catch(() => undefined)) === undefined) await sleep(20);
  const ask = (name: string) =>
    askUdp(house.kids, [writeQuery({ questions: [{ name, type: 'A' }] })], { waitMs: 5000 });
  const followed: string[] = [];
  const following = (async () => {
    for await (const told of history.follow({ vlan: 'kids' })) {
      if ('query' in told) followed.push(told.query.name);
      if (followed.includes('open.example')) return;
    }
  })();
  // It is asked until it is heard of, since nothing says from when on it is followed.
  while (followed.length === 0) {
    await ask('casino.example');
    await sleep(100);
  }
  await ask('open.example');
  await following;
  t.equal(followed.at(-1), 'open.example');
  t.equal(followed[0], 'casino.example');
  const { stdout } = await house.runHere(['log', '--blocked']);
  t.match(stdout, /127\.0\.40\.2 +casino\.example +A +NXDOMAIN +blocked: rule casino\.example/);
  t.notMatch(stdout, 'open.example');
  t.match((await house.runHere(['top', 'names'])).stdout, /QUERIES +BLOCKED +NAME\n +\d+ .*casino\.example/);
  t.match((await house.runHere(['statistics'])).stdout, /kids +\d+ +\d+ +\d+ % +0 % +0/);
  const copy = join(house.folder, 'copy.db');
  t.match((await house.runHere(['log', 'backup', copy])).stdout, /was copied to/);
  t.ok(existsSync(copy));
  const again = await house.runHere(['log', 'backup', copy]);
  t.equal(again.status, 1);
  t.match(again.stderr, /is there already/);
  t.ok(daemon.isAlive);
});
