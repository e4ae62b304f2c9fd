import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { seededRandom } from '../../../../bench/names/seeded-random.ts';
import { VERDICT } from '../../../../src/policy/judge.ts';
import type { HistoryFilter, LoggedQuery } from '../../../../src/querylog/history.ts';
import { FLAG } from '../../../../src/querylog/record-layout.ts';
import { openStore } from '../../../../src/recorder/store/store.ts';
import { STEP } from '../../../../src/server/step.ts';
import type { WrittenRecord } from '../../../support/batch-writer.ts';
import {
  NOON,
  SETTINGS,
  STATE,
  newMeaning,
  newTeller,
  shortFolder,
  toBatch,
} from '../../../support/log-stand.ts';
import { KnownClients } from '../../../../src/recorder/meaning.ts';

const HOUR = 3_600_000;
const HOURS = 40;
const NAMES = [
  'example.com',
  'www.example.com',
  'wwwexample.com',
  'a\\.b.example',
  'ads.example',
  'x.ads.example',
  'com',
];
const CLIENTS = ['192.0.2.1', '192.0.2.2', '2001:db8::1', '192.0.2.9'];
const CALLED = new Map([
  ['192.0.2.2', 'Phone'],
  ['2001:db8::1', 'Phone'],
]);

/** A record with all that the model goes by. */
type Recorded = WrittenRecord &
  Required<Pick<WrittenRecord, 'vlan' | 'flags' | 'qtype' | 'rcode'>> & {
    readonly name: string;
    readonly client: string;
  };

const random = seededRandom(3);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() ** 2 * from.length)]!;

/** Hours of queries, some of them at one moment, and the clock is put back now and then. */
const hours = Array.from({ length: HOURS }, (_, hour) =>
  Array.from({ length: 50 }, (): Recorded => {
    const isBlocked = random() < 0.2;
    return {
      unixMs: NOON + (hour % 11 === 10 ? hour - 5 : hour) * HOUR + Math.floor(random() * 30) * 60_000,
      name: pick(NAMES),
      client: pick(CLIENTS),
      vlan: random() < 0.3 ? 1 : 0,
      qtype: random() < 0.5 ? 1 : 28,
      rcode: random() < 0.1 ? 2 : 0,
      flags: isBlocked ? FLAG.BLOCKED : random() < 0.5 ? FLAG.HIT : 0,
      ...(isBlocked
        ? { reason: 1 + Math.floor(random() * 3), step: STEP.BLOCKED, verdict: VERDICT.BLOCKED_BY_LIST }
        : {}),
    };
  }),
);
const all = hours.flat();

/** A log of all of them. */
async function filled(t: Test) {
  const clients = new KnownClients();
  clients.learn({
    clients: [...CALLED].flatMap(([address, name]) =>
      STATE.vlans.map((vlan) => ({ vlan: vlan.name, address, name })),
    ),
  });
  const meaning = newMeaning(clients);
  const store = await openStore(shortFolder(t), SETTINGS, newTeller());
  t.teardown(async () => store.close());
  await Promise.all(
    hours.map(async (records, place) => store.add(toBatch(records, { sequence: place + 1, meaning }))),
  );
  return store;
}

const FILTERS: readonly HistoryFilter[] = [
  {},
  { vlan: 'iot' },
  { within: ['iot'] },
  { within: ['iot', 'home', 'iot'] },
  { within: ['iot'], vlan: 'home' },
  { within: ['iot'], client: 'Phone', blocked: true },
  { within: ['home'], name: 'example.com' },
  { blocked: true },
  { blocked: false, vlan: 'home' },
  { client: '192.0.2.1' },
  { client: 'pHONE' },
  { client: '192.0.2.77' },
  { name: 'example.com' },
  { name: 'EXAMPLE.com.' },
  { name: 'com' },
  { name: '.' },
  { name: 'b.example' },
  { name: 'a\\.b.example' },
  { name: '*example.com' },
  { name: 'www*' },
  { name: '*ads*' },
  { name: 'no name' },
  { name: 'unknown.example' },
  { sinceMs: NOON + 9 * HOUR + 1234, untilMs: NOON + 31 * HOUR + 600_000 },
  { sinceMs: NOON + 20 * HOUR, vlan: 'home', blocked: true },
  { untilMs: NOON + 12 * HOUR, client: '2001:db8::1', name: 'ads.example' },
  { sinceMs: NOON + 600_000, untilMs: NOON + 1_200_000 },
];

function isMeant(
  { vlan, within, client, name, blocked, sinceMs = 0, untilMs = Infinity }: HistoryFilter,
  record: Recorded,
): boolean {
  const called = [record.client, CALLED.get(record.client)?.toLowerCase()];
  return (
    (vlan === undefined || STATE.vlans[record.vlan]?.name === vlan) &&
    (within === undefined || within.includes(STATE.vlans[record.vlan]?.name ?? '')) &&
    (client === undefined || called.includes(client.toLowerCase())) &&
    (name === undefined || isNamed(name.toLowerCase(), record.name)) &&
    (blocked === undefined || ((record.flags & FLAG.BLOCKED) !== 0) === blocked) &&
    record.unixMs >= sinceMs &&
    record.unixMs < untilMs
  );
}

function isNamed(pattern: string, name: string): boolean {
  const rest = pattern.replaceAll('*', '').replace(/\.$/, '');
  if (pattern === '.') return true;
  if (pattern === 'b.example') return false;
  if (pattern.startsWith('*') && pattern.endsWith('*')) return name.includes(rest);
  if (pattern.startsWith('*')) return name.endsWith(rest);
  if (pattern.endsWith('*')) return name.startsWith(rest);
  return name === rest || name.endsWith(`.${rest}`);
}

/** Sums by a key; the most first, then by the key. */
function tallied(records: readonly Recorded[], toKeys: (record: Recorded) => readonly string[]) {
  const sums = new Map<string, { what: string; queries: number; blocked: number }>();
  for (const record of records) {
    for (const what of toKeys(record)) {
      const sum = sums.get(what) ?? { what, queries: 0, blocked: 0 };
      sum.queries++;
      if ((record.flags & FLAG.BLOCKED) !== 0) sum.blocked++;
      sums.set(what, sum);
    }
  }
  return [...sums.values()].toSorted((a, b) => b.queries - a.queries || (a.what < b.what ? -1 : 1));
}

const LISTS_OF = [[], ['ads', 'trackers'], ['ads'], []] as const;

t.test('whatever is asked, it is answered as if all records had been looked through', async (t) => {
  const store = await filled(t);
  for (const filter of FILTERS) {
    const meant = all.filter((record) => isMeant(filter, record));
    const what = JSON.stringify(filter);

    const paged: LoggedQuery[] = [];
    let before: number | undefined;
    do {
      const page = await store.page(filter, { before, limit: 37 });
      paged.push(...page.queries);
      ({ before } = page);
    } while (before !== undefined);
    const keyOf = (unixMs: number, name: string, client = '') => `${unixMs} ${name} ${client}`;
    t.strictSame(
      paged.map(({ unixMs, name, client }) => keyOf(unixMs, name, client?.address)).toSorted(),
      meant.map(({ unixMs, name, client }) => keyOf(unixMs, name, client)).toSorted(),
      `pages of ${what}`,
    );
    t.ok(
      paged.every(({ id }, at) => at === 0 || id <= paged[at - 1]!.id),
      'the newest first',
    );

    t.strictSame(
      await store.top('names', filter, 100),
      tallied(meant, ({ name }) => [name]),
      `names of ${what}`,
    );
    t.strictSame(
      await store.top('clients', filter, 100),
      tallied(meant, ({ client }) => [CALLED.get(client) ?? client]),
      `clients of ${what}`,
    );
    t.strictSame(
      await store.top('lists', filter, 100),
      tallied(meant, ({ reason = 0 }) => LISTS_OF[reason]!),
      `lists of ${what}`,
    );

    const asked = new Map<string, number>();
    for await (const { vlan, client, name, type, queries } of store.asked(filter)) {
      const key = `${vlan} ${client} ${name} ${type}`;
      asked.set(key, (asked.get(key) ?? 0) + queries);
    }
    const toAsked = ({ vlan, client, name, qtype }: Recorded) => [
      `${STATE.vlans[vlan]!.name} ${client} ${name} ${qtype === 1 ? 'A' : 'AAAA'}`,
    ];
    t.strictSame(
      [...asked].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      tallied(meant, toAsked)
        .map(({ what: key, queries }) => [key, queries])
        .toSorted(([a], [b]) => (a! < b! ? -1 : 1)),
      `asked of ${what}`,
    );
  }
});

t.test('sums over hours and days hold every query of the hours that are meant', async (t) => {
  const store = await filled(t);
  for (const filter of FILTERS) {
    const { sinceMs = 0, untilMs = Infinity, ...rest } = filter;
    const floor = (unixMs: number): number => Math.floor(unixMs / HOUR) * HOUR;
    // With a name, what is counted is records, and the times are exact.
    const wide =
      rest.name === undefined
        ? {
            sinceMs: floor(sinceMs),
            untilMs: untilMs === Infinity ? untilMs : Math.ceil(untilMs / HOUR) * HOUR,
          }
        : { sinceMs, untilMs };
    const meant = all.filter((record) => isMeant({ ...rest, ...wide }, record));
    for (const per of ['hour', 'day'] as const) {
      const step = per === 'hour' ? HOUR : 24 * HOUR;
      const sums = await store.statistics(filter, per);
      const told = sums.map(({ fromMs, vlan, policy, queries, blocked }) => ({
        what: `${fromMs} ${vlan} ${policy}`,
        queries,
        blocked,
      }));
      const expected = tallied(meant, ({ unixMs, vlan }) => [
        `${Math.floor(unixMs / step) * step} ${STATE.vlans[vlan]!.name} adults`,
      ]);
      const byKey = (a: { what: string }, b: { what: string }): number => (a.what < b.what ? -1 : 1);
      t.strictSame(told.toSorted(byKey), expected.toSorted(byKey), `${per}s of ${JSON.stringify(filter)}`);
      const cached = meant.filter(({ flags }) => (flags & FLAG.HIT) !== 0).length;
      const failed = meant.filter(({ rcode }) => rcode === 2).length;
      t.strictSame(
        [
          sums.reduce((sum, { cached: more }) => sum + more, 0),
          sums.reduce((sum, { failed: more }) => sum + more, 0),
        ],
        [cached, failed],
        'cached and failed ones',
      );
    }
  }
});

t.test('a page ends behind all queries that have one id', async (t) => {
  const store = await openStore(shortFolder(t), SETTINGS, newTeller());
  t.teardown(async () => store.close());
  const records = Array.from({ length: 3000 }, (_, at) => ({
    unixMs: NOON,
    name: `n${at}.example`,
    client: '192.0.2.1',
  }));
  await store.add(toBatch(records));
  const names = new Set<string>();
  let before: number | undefined;
  do {
    const page = await store.page({}, { before, limit: 10 });
    for (const { name } of page.queries) names.add(name);
    ({ before } = page);
  } while (before !== undefined);
  t.equal(names.size, records.length, 'none is lost where a thousand stand in one millisecond');
});

t.test('the figures are those of the file', async (t) => {
  const store = await filled(t);
  const { store: which, queries, octets, oldestMs, fault } = await store.figures();
  t.strictSame([which, queries, fault], ['sqlite', all.length, undefined]);
  t.equal(oldestMs, Math.min(...all.map(({ unixMs }) => unixMs)));
  t.ok(octets > 4096);
});

t.test('a backup is a log of its own, readable by its owner alone', async (t) => {
  const store = await filled(t);
  const folder = shortFolder(t);
  const file = path.join(folder, 'querylog.db');
  await store.backup(file);
  t.equal(statSync(file).mode & 0o777, 0o600);
  await store.add(toBatch([{ unixMs: NOON }], { session: 'later' }));
  const copy = await openStore(folder, SETTINGS, newTeller());
  t.equal((await copy.figures()).queries, all.length);
  await copy.close();
});

t.test('a backup writes into no file that is there', async (t) => {
  const store = await filled(t);
  const file = path.join(shortFolder(t), 'mine');
  writeFileSync(file, 'mine');
  await t.rejects(store.backup(file), /is there already; write a name that no file has/);
  t.equal(statSync(file).size, 4);
  await t.rejects(store.backup(path.join(file, 'below')), /ENOTDIR|EEXIST/);
});

t.test(
  'queries that are older than they are to be kept are not told, though they may be there',
  async (t) => {
    const folder = shortFolder(t);
    const settings = { ...SETTINGS, keepMs: HOUR, statisticsMs: 3 * HOUR };
    const store = await openStore(folder, settings, newTeller());
    t.teardown(async () => store.close());
    const now = Date.now();
    const ages = [30, 90, 600].map((minutes) => ({
      unixMs: now - minutes * 60_000,
      name: `m${minutes}.example`,
      client: '192.0.2.1',
    }));
    await store.add(toBatch(ages.toReversed()));
    const { queries } = await store.page({}, { limit: 10 });
    t.strictSame(
      queries.map(({ name }) => name),
      ['m30.example'],
    );
    t.strictSame(
      (await store.top('names', {}, 10)).map(({ what }) => what),
      ['m30.example'],
    );
    const sums = await store.statistics({}, 'hour');
    t.equal(
      sums.reduce((sum, { queries: more }) => sum + more, 0),
      2,
      'sums are kept for longer',
    );
  },
);
