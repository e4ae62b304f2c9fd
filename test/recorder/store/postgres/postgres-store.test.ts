import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { FirstSeen } from '../../../../src/querylog/history.ts';
import type { RecorderSettings } from '../../../../src/querylog/messages.ts';
import { FLAG } from '../../../../src/querylog/record-layout.ts';
import { PostgresStore } from '../../../../src/recorder/store/postgres/postgres-store.ts';
import { postgresPrograms, PostgresServer } from '../../../support/postgres-server.ts';
import { makeBatch } from '../../../support/record-batch.ts';
import type { MadeRecord } from '../../../support/record-batch.ts';

const DAY_MS = 86_400_000;
const BASE_MS = 1_800_000_000_000;
const BLOCKED: MadeRecord = {
  name: 'x.ads.example',
  flags: FLAG.BLOCKED,
  rcode: 3,
  step: 8,
  depth: 2,
  reason: 1,
};

const programs = postgresPrograms();
if (programs === undefined)
  t.pass('PostgreSQL is not installed: nothing to try', { skip: 'PostgreSQL is not installed' });
else {
  const server = await PostgresServer.start(programs);
  t.teardown(() => server.remove());
  await tryStore(server);
}

interface Opened {
  readonly store: PostgresStore;
  readonly told: string[];
  readonly seen: FirstSeen[];
  readonly folder: string;
}

/** A store on emptied tables, or on those that are there. */
async function open(
  t: Test,
  server: PostgresServer,
  {
    fresh = true,
    node = 'one',
    folder = mkdtempSync(join(tmpdir(), 'store-')),
    ...change
  }: Partial<RecorderSettings> & {
    fresh?: boolean;
    node?: string;
    folder?: string;
  } = {},
): Promise<Opened> {
  if (fresh) await server.rows('DROP SCHEMA IF EXISTS vlandns CASCADE');
  const told: string[] = [];
  const seen: FirstSeen[] = [];
  const settings = {
    keepMs: 1e6 * DAY_MS,
    statisticsMs: 1e6 * DAY_MS,
    maxOctets: 1e9,
    store: server.url,
    timeZone: 'UTC',
    firstSeen: [],
    ...change,
  };
  const tell = {
    warn: (text: string): void => void told.push(text),
    inform: (text: string): void => void told.push(text),
    firstSeen: (each: FirstSeen): void => void seen.push(each),
  };
  const store = new PostgresStore({ folder, url: server.url, settings, tell, node, pausesMs: [20, 50] });
  t.teardown(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store, told, seen, folder };
}

async function tryStore(server: PostgresServer): Promise<void> {
  t.test('what is added is told again, the newest first', async (t) => {
    const { store } = await open(t, server);
    await store.add(
      makeBatch([
        { ...BLOCKED, entry: 0, error: 15 },
        { name: 'www.example', atMs: 1500, set: 0, server: 0, waitedUs: 2500, flags: FLAG.STREAM, qtype: 28 },
        { name: 'tab\\009.example', atMs: 1600, client: [] },
      ]),
    );
    const { queries, before } = await store.page({}, { limit: 10 });
    t.equal(before, undefined);
    t.match(queries, [
      { name: 'tab\\009.example', client: undefined },
      {
        unixMs: BASE_MS + 1500,
        name: 'www.example',
        type: 'AAAA',
        upstream: 'default',
        server: '192.0.2.53',
        waitedUs: 2500,
        transport: 'tcp',
        blocked: false,
        reason: undefined,
      },
      {
        unixMs: BASE_MS,
        vlan: 'kids',
        policy: 'strict',
        client: { address: '192.0.2.1', name: 'laptop' },
        name: 'x.ads.example',
        rcode: 'NXDOMAIN',
        step: 'blocked',
        blocked: true,
        error: 15,
        reason: { kind: 'list', source: 'ads', rule: 'ads.example', text: 'list ads' },
      },
    ]);
    t.match(await store.figures(), { store: 'postgres', queries: 3, oldestMs: BASE_MS });
    t.strictSame(store.counts, { kept: 3, lost: 0, again: 0 });
  });

  t.test('a batch that comes again is kept once', async (t) => {
    const { store } = await open(t, server);
    for (const sequence of [1, 2, 2, 1, 3]) await store.add(makeBatch([BLOCKED], { sequence }));
    t.equal((await store.page({}, { limit: 10 })).queries.length, 3);
    t.strictSame(store.counts, { kept: 3, lost: 0, again: 2 });
  });

  t.test('each key of a filter holds', async (t) => {
    const { store } = await open(t, server);
    await store.add(
      makeBatch([
        { ...BLOCKED },
        { name: 'ads.example', atMs: 1000, vlan: 1, policy: 1 },
        { name: 'badads.example', atMs: 2000, entry: 0 },
        { name: 'a_b%c.example', atMs: 3000, client: [0x20010db8, 0, 0, 1], flags: FLAG.IPV6 },
      ]),
    );
    const names = async (filter: Parameters<typeof store.page>[0]): Promise<string[]> =>
      (await store.page(filter, { limit: 9 })).queries.map(({ name }) => name);
    t.strictSame(await names({ name: 'ads.example' }), ['ads.example', 'x.ads.example']);
    t.strictSame(await names({ name: 'ADS.example.' }), ['ads.example', 'x.ads.example']);
    t.strictSame(await names({ name: '*ads*' }), ['badads.example', 'ads.example', 'x.ads.example']);
    t.strictSame(await names({ name: 'a_b*' }), ['a_b%c.example']);
    t.strictSame(await names({ name: 'a?b*' }), []);
    t.strictSame(await names({ vlan: 'servers' }), ['ads.example']);
    t.strictSame(await names({ within: ['servers'] }), ['ads.example'], 'of VLANs that who asks may know of');
    t.strictSame(await names({ within: ['servers'], vlan: 'kids' }), [], 'of no other, whatever is asked');
    t.strictSame(await names({ blocked: true }), ['x.ads.example']);
    t.strictSame(await names({ client: '2001:db8::1' }), ['a_b%c.example']);
    t.strictSame(await names({ client: 'laptop' }), ['badads.example']);
    t.strictSame(await names({ sinceMs: BASE_MS + 1000, untilMs: BASE_MS + 3000 }), [
      'badads.example',
      'ads.example',
    ]);
    t.strictSame(await names({ client: "x' OR true --" }), []);
  });

  t.test('pages follow each other without a gap, queries of one moment and of two nodes too', async (t) => {
    const { store } = await open(t, server);
    const other = await open(t, server, { fresh: false, node: 'two' });
    const records = Array.from({ length: 25 }, (_, i) => ({
      name: `n${i}.example`,
      atMs: Math.floor(i / 5),
    }));
    await Promise.all([
      store.add(makeBatch(records)),
      other.store.add(makeBatch(records, { session: 'other' })),
    ]);
    const seen: string[] = [];
    let before: number | undefined;
    do {
      const page = await store.page({}, { before, limit: 7 });
      seen.push(...page.queries.map(({ name }) => name));
      before = page.before;
    } while (before !== undefined);
    t.equal(seen.length, 50);
    t.equal(new Set(seen).size, 25);
  });

  t.test('rankings, sums and what was asked add up, queries without a name in sums alone', async (t) => {
    const { store } = await open(t, server);
    const hour = 3_600_000;
    await store.add(
      makeBatch([
        BLOCKED,
        { ...BLOCKED, atMs: 1 },
        { name: 'www.example', atMs: 2, entry: 0 },
        { name: 'fail.example', atMs: hour, rcode: 2, flags: 0, step: 12 },
        { atMs: hour, flags: FLAG.NAMELESS, client: [] },
      ]),
    );
    t.strictSame(await store.top('names', {}, 2), [
      { what: 'x.ads.example', queries: 2, blocked: 2 },
      { what: 'fail.example', queries: 1, blocked: 0 },
    ]);
    t.strictSame(await store.top('clients', {}, 9), [
      { what: '192.0.2.1', queries: 3, blocked: 2 },
      { what: 'laptop', queries: 1, blocked: 0 },
    ]);
    t.strictSame(await store.top('lists', {}, 9), [{ what: 'ads', queries: 2, blocked: 2 }]);
    const sums = await store.statistics({}, 'hour');
    t.strictSame(
      sums.map(({ queries, blocked, cached, failed }) => [queries, blocked, cached, failed]),
      [
        [3, 2, 1, 0],
        [2, 0, 0, 1],
      ],
    );
    t.equal((await store.statistics({}, 'day'))[0]?.queries, 5);
    const asked = [];
    for await (const name of store.asked({ blocked: true })) asked.push(name);
    t.match(asked, [
      {
        vlan: 'kids',
        policy: 'strict',
        client: '192.0.2.1',
        name: 'x.ads.example',
        type: 'A',
        queries: 2,
        blocked: 2,
        firstMs: BASE_MS,
        lastMs: BASE_MS + 1,
      },
    ]);
  });

  t.test('nothing is lost over a restart of the server, nor kept twice', async (t) => {
    const { store, told, folder } = await open(t, server);
    await store.add(makeBatch([BLOCKED], { sequence: 1 }));
    await server.stop();
    for (let sequence = 2; sequence <= 20; sequence++)
      await store.add(makeBatch([BLOCKED, BLOCKED], { sequence }));
    t.equal(readdirSync(join(folder, 'querylog.spool')).length, 19);
    t.match((await store.figures()).fault, /PostgreSQL does not take queries/);
    await server.start();
    while (store.counts.kept < 39) await new Promise((resolve) => setTimeout(resolve, 20));
    await store.add(makeBatch([BLOCKED], { sequence: 21 }));
    t.strictSame(readdirSync(join(folder, 'querylog.spool')), []);
    t.equal((await store.figures()).queries, 40);
    t.strictSame(store.counts, { kept: 40, lost: 0, again: 0 });
    t.match(told[0], /does not take queries/);
    t.match(told.at(-1), /takes queries again/);
  });

  t.test('what waits outlives the process, and has a bound', async (t) => {
    const { store, folder } = await open(t, server, { maxOctets: 5000 });
    await server.stop();
    for (let sequence = 1; sequence <= 20; sequence++) await store.add(makeBatch([BLOCKED], { sequence }));
    const waiting = readdirSync(join(folder, 'querylog.spool')).length;
    t.ok(waiting > 2 && waiting < 19, `${waiting} wait`);
    t.equal(store.counts.lost, 20 - waiting);
    await store.close();
    await server.start();
    const next = await open(t, server, { folder });
    while (next.store.counts.kept < waiting) await new Promise((resolve) => setTimeout(resolve, 20));
    t.equal((await next.store.figures()).queries, waiting);
  });

  t.test('days that are too old go, with the names that nobody asked since', async (t) => {
    const { store } = await open(t, server);
    const now = Date.now();
    await store.add(
      makeBatch([{ name: 'old.example', client: [0xc0000263] }], { baseMs: now - 9 * DAY_MS, sequence: 1 }),
    );
    await store.add(makeBatch([{ name: 'new.example' }], { baseMs: now, sequence: 2 }));
    store.apply({
      keepMs: 7 * DAY_MS,
      statisticsMs: 400 * DAY_MS,
      maxOctets: 1e9,
      timeZone: 'UTC',
      firstSeen: [],
    });
    await store.add(makeBatch([{ name: 'new.example' }], { baseMs: now, sequence: 3 }));
    t.strictSame(
      (await store.page({}, { limit: 9 })).queries.map(({ name }) => name),
      ['new.example', 'new.example'],
    );
    t.strictSame(await server.rows('SELECT name FROM vlandns.name'), [{ name: 'new.example' }]);
    t.equal((await store.statistics({}, 'day')).length, 2, 'sums stay');
    store.apply({
      keepMs: 7 * DAY_MS,
      statisticsMs: 8 * DAY_MS,
      maxOctets: 1,
      timeZone: 'UTC',
      firstSeen: [],
    });
    await store.add(makeBatch([{ name: 'new.example' }], { baseMs: now, sequence: 4 }));
    t.equal((await store.statistics({}, 'day')).length, 1, 'and go when they are too old');
    t.equal((await store.page({}, { limit: 9 })).queries.length, 3, 'the last day stays, whatever it takes');
  });

  t.test(
    'names that a watched VLAN never asked for are told once, and what it asked before is not new',
    async (t) => {
      const { store, seen } = await open(t, server, { firstSeen: ['servers'] });
      const of = (name: string, vlan: number, atMs: number): MadeRecord => ({ name, vlan, atMs });
      await store.add(makeBatch([of('a.example', 0, 1), of('b.example', 1, 2), of('b.example', 1, 3)]));
      t.strictSame(seen, [{ vlan: 'servers', name: 'b.example', unixMs: BASE_MS + 2 }]);
      store.apply({
        keepMs: 1e6 * DAY_MS,
        statisticsMs: 1e6 * DAY_MS,
        maxOctets: 1e9,
        timeZone: 'UTC',
        firstSeen: ['kids', 'servers'],
      });
      await store.add(
        makeBatch([of('a.example', 0, 4), of('c.example', 0, 5), of('b.example', 1, 6)], { sequence: 2 }),
      );
      t.strictSame(seen.slice(1), [{ vlan: 'kids', name: 'c.example', unixMs: BASE_MS + 5 }]);
      t.strictSame(
        (await store.firstSeen({}, 9)).map(({ name }) => name),
        ['c.example', 'b.example'],
      );
      t.strictSame(await store.firstSeen({ vlan: 'servers' }, 9), [seen[0]]);
      t.strictSame(await store.firstSeen({ within: ['servers'] }, 9), [seen[0]]);
      t.equal((await store.firstSeen({ sinceMs: BASE_MS + 3, name: 'b.example' }, 9)).length, 0);
    },
  );

  t.test('tables of a later release are left alone', async (t) => {
    const { store } = await open(t, server);
    await store.add(makeBatch([BLOCKED]));
    await server.rows('UPDATE vlandns.version SET version = 99');
    const { store: later, told } = await open(t, server, { fresh: false });
    await later.add(makeBatch([BLOCKED], { sequence: 2 }));
    t.match(told[0], /of a later release \(version 99/);
    t.equal(later.counts.kept, 0);
  });
}
