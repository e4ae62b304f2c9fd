import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { FLAG } from '../../../../src/querylog/record-layout.ts';
import { KnownClients } from '../../../../src/recorder/meaning.ts';
import { openStore } from '../../../../src/recorder/store/store.ts';
import {
  DAY_MS,
  NOON,
  SETTINGS,
  newMeaning,
  newTeller,
  shortFolder,
  toBatch,
} from '../../../support/log-stand.ts';

const HOUR = 3_600_000;
const CLIENT = '192.0.2.1';

/** Records with names of their own: `mark` and a number. */
function named(mark: string, count: number, unixMs = NOON) {
  return Array.from({ length: count }, (_, at) => ({
    unixMs: unixMs + at,
    name: `${mark}${at}.example`,
    client: CLIENT,
  }));
}

/** Whether any file of the folder has the text in it. */
function isIn(folder: string, text: string): boolean {
  return readdirSync(folder)
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .some((name) => readFileSync(path.join(folder, name)).includes(text));
}

t.test('a batch that is sent again is kept once, by its session and number', async (t) => {
  const folder = shortFolder(t);
  const first = await openStore(folder, SETTINGS, newTeller());
  await first.add(toBatch(named('a', 3), { sequence: 5 }));
  await first.add(toBatch(named('a', 3), { sequence: 5 }));
  t.strictSame(first.counts, { kept: 3, lost: 0, again: 1 });
  await first.close();
  const second = await openStore(folder, SETTINGS, newTeller());
  await second.add(toBatch(named('a', 3), { sequence: 5 }));
  await second.add(toBatch(named('a', 3), { sequence: 5, session: 'two' }));
  await second.add(toBatch(named('a', 3), { sequence: 6 }));
  t.strictSame(second.counts, { kept: 6, lost: 0, again: 1 });
  t.equal((await second.figures()).queries, 9);
  await second.close();
});

t.test(
  'an anonymous query is told without client, wait and moment, and nobody can tell its place among others',
  async (t) => {
    const folder = shortFolder(t);
    const store = await openStore(folder, SETTINGS, newTeller());
    const unixMs = NOON + 12_345;
    const anonymous = Array.from({ length: 200 }, (_, at) => ({
      unixMs,
      name: `n${at}.example`,
      policy: 1,
      waitedUs: 77,
    }));
    await store.add(toBatch([...named('x', 1, unixMs), ...anonymous, ...named('y', 1, unixMs)]));
    const { queries } = await store.page({ name: '*n*' }, { limit: 500 });
    const told = queries.filter(({ policy }) => policy === 'guests');
    t.equal(told.length, 200);
    t.ok(
      told.every(
        ({ client, unixMs: when, waitedUs }) => client === undefined && when === NOON && waitedUs === 0,
      ),
    );
    t.notSame(
      told.map(({ name }) => name).toReversed(),
      anonymous.map(({ name }) => name),
      'their order is not that in which they came',
    );
    const orders = new Set(told.map(({ id }) => Math.floor(id / 1024)));
    t.ok(orders.size > 100, 'nor do their ids tell a moment');
    t.strictSame(await store.top('clients', {}, 10), [{ what: CLIENT, queries: 2, blocked: 0 }]);
    await store.close();
  },
);

t.test('of a query that is told without its name only sums are kept', async (t) => {
  const folder = shortFolder(t);
  const store = await openStore(folder, SETTINGS, newTeller());
  await store.add(toBatch([{ unixMs: NOON, name: '.', flags: FLAG.NAMELESS | FLAG.HIT }]));
  t.strictSame((await store.page({}, { limit: 10 })).queries, []);
  t.strictSame(await store.top('names', {}, 10), []);
  await store.close();
  const again = await openStore(folder, SETTINGS, newTeller());
  const [sum] = await again.statistics({}, 'hour');
  t.match(sum, { vlan: 'home', policy: 'adults', queries: 1, cached: 1 });
  await again.close();
});

t.test('a client is told by the name that it had then', async (t) => {
  const folder = shortFolder(t);
  const store = await openStore(folder, SETTINGS, newTeller());
  const clients = new KnownClients();
  const meaning = newMeaning(clients);
  const call = (name: string): void =>
    clients.learn({ clients: [{ vlan: 'home', address: CLIENT, name, mac: '00:00:5e:00:53:01' }] });
  for (const [place, name] of ['phone', 'tablet'].entries()) {
    call(name);
    await store.add(toBatch(named('a', 1, NOON + place), { sequence: place + 1, meaning }));
  }
  const { queries } = await store.page({}, { limit: 10 });
  t.strictSame(
    queries.map(({ client }) => client),
    ['tablet', 'phone'].map((name) => ({ address: CLIENT, name, mac: '00:00:5e:00:53:01' })),
  );
  t.equal((await store.page({ client: 'phone' }, { limit: 10 })).queries.length, 1);
  t.equal((await store.page({ client: CLIENT }, { limit: 10 })).queries.length, 2);
  t.equal((await store.page({ client: '00:00:5e:00:53:01' }, { limit: 10 })).queries.length, 2);
  await store.close();
});

t.test('what another state calls by the same numbers is something else', async (t) => {
  const store = await openStore(shortFolder(t), SETTINGS, newTeller());
  await store.add(toBatch([{ unixMs: NOON, client: CLIENT, vlan: 1, entry: 0 }], { sequence: 1 }));
  const other = newMeaning();
  const state = {
    ...other.state,
    vlans: [
      { name: 'x', clients: [] },
      { name: 'cameras', clients: ['door'] },
    ],
  };
  other.renew(state);
  await store.add(
    toBatch([{ unixMs: NOON + 1, client: CLIENT, vlan: 1, entry: 0 }], { sequence: 2, meaning: other }),
  );
  const { queries } = await store.page({}, { limit: 10 });
  t.strictSame(
    queries.map(({ vlan, client }) => [vlan, client?.name]),
    [
      ['cameras', 'door'],
      ['iot', undefined],
    ],
  );
  await store.close();
});

t.test(
  'a VLAN that is watched has its new names told once, and not those that it had asked for before',
  async (t) => {
    const folder = shortFolder(t);
    const ask = (names: readonly string[], sequence: number, unixMs = NOON) =>
      toBatch(
        names.map((name) => ({ unixMs, name, client: CLIENT, vlan: 1 })),
        { sequence },
      );
    const unwatched = await openStore(folder, SETTINGS, newTeller());
    await unwatched.add(ask(['old.example'], 1));
    await unwatched.add(ask(['other.example'], 2, NOON + 2 * HOUR));
    await unwatched.close();
    const told = newTeller();
    const store = await openStore(folder, { ...SETTINGS, firstSeen: ['iot'] }, told);
    await store.add(ask(['old.example', 'new.example', 'new.example', 'other.example'], 3, NOON + 2 * HOUR));
    t.strictSame(told.seen, ['iot new.example']);
    await store.close();
    const next = newTeller();
    const again = await openStore(folder, { ...SETTINGS, firstSeen: ['iot'] }, next);
    await again.add(ask(['new.example', 'newer.example'], 4, NOON + 2 * HOUR));
    await again.add(toBatch(named('home', 1), { sequence: 5 }));
    t.strictSame(next.seen, ['iot newer.example']);
    again.apply(SETTINGS);
    await again.add(ask(['newest.example'], 6));
    t.strictSame(next.seen, ['iot newer.example'], 'nor when it is not watched any more');
    await again.close();
  },
);

t.test(
  'the file stays within its bound while it is written to, the oldest go first, and sums stay',
  async (t) => {
    const folder = shortFolder(t);
    const maxOctets = 400 * 1024;
    const store = await openStore(folder, { ...SETTINGS, maxOctets }, newTeller());
    let most = 0;
    const rounds = 16;
    for (let round = 0; round < rounds; round++) {
      const unixMs = NOON + round * HOUR;
      const names = Array.from({ length: 500 }, (_, at) => ({
        ...named('n', 1)[0]!,
        name: `n${(at * 7 + round) % 900}.example`,
        unixMs: unixMs + at * 50,
      }));
      const batches = Array.from({ length: 8 }, (_, part) =>
        toBatch(names, { sequence: round * 8 + part + 1 }),
      );
      await Promise.all(batches.map(async (batch) => store.add(batch)));
      most = Math.max(most, (await store.figures()).octets);
    }
    t.ok(most <= maxOctets, `${most} octets at most`);
    const { queries, oldestMs = 0 } = await store.figures();
    t.ok(queries < rounds * 4000 && queries > 8000, `${queries} queries are there`);
    t.ok(oldestMs > NOON + 5 * HOUR);
    const { queries: newest } = await store.page({}, { limit: 1 });
    t.ok(newest[0]!.unixMs >= NOON + (rounds - 1) * HOUR);
    const sums = await store.statistics({}, 'day');
    t.equal(
      sums.reduce((sum, { queries: more }) => sum + more, 0),
      rounds * 4000,
    );
    t.equal(store.counts.lost, 0);
    await store.close();
  },
);

t.test('a bound that is made lower is reached in small steps, and the file shrinks', async (t) => {
  const folder = shortFolder(t);
  const store = await openStore(folder, SETTINGS, newTeller());
  const batches = Array.from({ length: 40 }, (_, place) =>
    toBatch(named(`n${place}x`, 500, NOON + place * HOUR), { sequence: place + 1 }),
  );
  await Promise.all(batches.map(async (batch) => store.add(batch)));
  t.ok((await store.figures()).octets > 1_000_000);
  store.apply({ ...SETTINGS, maxOctets: 512 * 1024 });
  while ((await store.figures()).octets > 512 * 1024) await pause(5);
  const { queries } = await store.figures();
  t.ok(queries < 15_000 && queries > 2000, `${queries} queries are there`);
  t.strictSame((await store.page({}, { limit: 1 })).queries[0]?.name, 'n39x499.example');
  await store.close();
});

t.test(
  'what is too old is removed, and names, clients and reasons with it, from every octet of the file',
  async (t) => {
    const folder = shortFolder(t);
    const settings = { ...SETTINGS, keepMs: 2 * DAY_MS, statisticsMs: 2 * DAY_MS };
    const store = await openStore(folder, settings, newTeller());
    const now = Date.now();
    const secret = {
      unixMs: now - 3 * DAY_MS,
      name: 'secret.example',
      client: '192.0.2.99',
      reason: 2,
      depth: 2,
      flags: FLAG.BLOCKED,
    };
    await store.add(toBatch([secret, ...named('old', 300, now - 3 * DAY_MS)], { sequence: 1 }));
    await store.add(toBatch(named('young', 10, now), { sequence: 2 }));
    for (const text of ['secret', '192.0.2.99', 'ads.example^', 'old7']) t.ok(isIn(folder, text), text);
    store.apply(settings);
    while (
      isIn(folder, 'secret') ||
      isIn(folder, '192.0.2.99') ||
      isIn(folder, 'ads.example^') ||
      isIn(folder, 'old7')
    )
      await pause(5);
    t.strictSame(
      (await store.statistics({}, 'day')).reduce((sum, { queries }) => sum + queries, 0),
      10,
    );
    t.equal((await store.page({ name: 'young3.example' }, { limit: 5 })).queries[0]?.client?.address, CLIENT);
    await store.add(toBatch([{ ...secret, unixMs: now, client: CLIENT }], { sequence: 3 }));
    const { queries } = await store.page({ name: 'secret.example' }, { limit: 5 });
    t.match(
      queries,
      [{ client: { address: CLIENT }, reason: { rule: '||ads.example^' } }],
      'what comes again is known anew',
    );
    await store.close();
  },
);

for (const [what, spoil] of [
  ['no database', (file: string) => writeFileSync(file, 'x'.repeat(9000))],
  ['cut short', (file: string) => truncateSync(file, 8192)],
  ['overwritten in the middle', (file: string) => overwrite(file)],
] as const) {
  t.test(`a log that is ${what} is put aside, said, and begun anew`, async (t) => {
    const folder = shortFolder(t);
    const file = path.join(folder, 'querylog.db');
    const before = await openStore(folder, SETTINGS, newTeller());
    await before.add(toBatch([...named('a', 900), ...named('b', 400, NOON + 2 * HOUR)], { sequence: 1 }));
    await before.add(toBatch(named('c', 300, NOON + 4 * HOUR), { sequence: 2 }));
    await before.close();
    spoil(file);
    const told = newTeller();
    const store = await openStore(folder, SETTINGS, told);
    await store.add(toBatch(named('new', 3), { sequence: 3 }));
    await store.page({}, { limit: 5000 }).catch(() => undefined);
    await store.top('names', {}, 5).catch(() => undefined);
    await store.add(toBatch(named('newer', 3), { sequence: 4 }));
    t.match(told.warnings, [
      /querylog\.db is damaged .*; it is now .*querylog\.db\.damaged-2.*, and a new one is begun/,
    ]);
    t.equal(readdirSync(folder).filter((name) => name.startsWith('querylog.db.damaged-')).length, 1);
    const { queries } = await store.page({}, { limit: 10 });
    t.equal(queries[0]?.name.startsWith('new'), true);
    t.equal(store.counts.lost, 0);
    await store.close();
  });
}

function overwrite(file: string): void {
  const octets = readFileSync(file);
  octets.fill(0xa5, 4096 * 2, octets.length - 4096);
  writeFileSync(file, octets);
}

t.test('of damaged logs the latest two stay', async (t) => {
  const folder = shortFolder(t);
  for (let time = 0; time < 4; time++) {
    writeFileSync(path.join(folder, 'querylog.db'), `no database ${time}`.repeat(1000));
    const store = await openStore(folder, SETTINGS, newTeller());
    await store.add(toBatch(named('a', 1)));
    await store.close();
  }
  const kept = readdirSync(folder).filter((name) => name.startsWith('querylog.db.damaged-'));
  t.equal(kept.length, 2, kept.join(' '));
  t.ok(kept.some((name) => readFileSync(path.join(folder, name)).includes('no database 3')));
});

t.test(
  'what cannot be written waits, too much of it is lost and counted, and it goes on when it can be',
  async (t) => {
    const folder = shortFolder(t);
    const told = newTeller();
    const file = path.join(folder, 'querylog.db');
    mkdirSync(file);
    const store = await openStore(folder, SETTINGS, told);
    const added = Array.from({ length: 70 }, async (_, place) =>
      store.add(toBatch(named('a', 2), { sequence: place + 1 })),
    );
    await Promise.all(added.slice(0, 5));
    t.equal(store.counts.lost, 10, 'the oldest ones');
    t.equal(told.warnings.length, 1);
    t.match(told.warnings, [/querylog\.db cannot be written: .*the latest queries wait in memory/]);
    t.match(await store.figures(), { fault: /cannot be written/ });
    execFileSync('rmdir', [file]);
    await Promise.all(added);
    t.strictSame(store.counts, { kept: 130, lost: 10, again: 0 });
    t.match(told.news, [/is written again; 10 queries were lost/]);
    t.equal((await store.figures()).fault, undefined);
    await store.close();
  },
);

const noMount = process.getuid?.() === 0 ? mountFault() : 'only root can make a small disk';

function mountFault(): string | false {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'no disk can be mounted here';
  }
}

t.test('a full disk costs what does not fit, and no more than that', { skip: noMount }, async (t) => {
  const folder = shortFolder(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', folder]);
  t.teardown(() => execFileSync('umount', ['-l', folder]));
  const told = newTeller();
  const store = await openStore(folder, SETTINGS, told);
  const filler = path.join(folder, 'filler');
  await store.add(toBatch(named('before', 100), { sequence: 1 }));
  writeFileSync(filler, Buffer.alloc(440_000));
  const much = Array.from({ length: 20 }, async (_, place) =>
    store.add(toBatch(named('n', 400), { sequence: place + 2 })),
  );
  while (told.warnings.length === 0) await pause(5);
  t.match(told.warnings, [/querylog\.db cannot be written: .*(I\/O error|full)/]);
  t.equal(
    (await store.page({ name: 'before7.example' }, { limit: 1 })).queries.length,
    1,
    'what is there can be asked for',
  );
  execFileSync('rm', [filler]);
  await Promise.all(much);
  t.match(told.news, [/is written again/]);
  t.equal(store.counts.kept + store.counts.lost, 8100);
  await store.close();
});
