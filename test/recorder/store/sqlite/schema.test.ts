import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { SqliteDatabase } from '../../../../src/recorder/store/sqlite/database.ts';
import { STEPS, migrate, prepare } from '../../../../src/recorder/store/sqlite/schema.ts';
import { openStore } from '../../../../src/recorder/store/store.ts';
import { NOON, SETTINGS, newTeller, shortFolder, toBatch } from '../../../support/log-stand.ts';

const tablesOf = (database: SqliteDatabase) =>
  database
    .all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .map(({ name }) => String(name));

t.test('a file of an earlier release is brought up to this one, with what it holds', (t) => {
  const file = path.join(shortFolder(t), 'old.db');
  const old = new SqliteDatabase(file);
  prepare(old);
  old.exec(`${STEPS[0]}; PRAGMA application_id = 1986817895; PRAGMA user_version = 1`);
  old.run("INSERT INTO name (key) VALUES ('com example')");
  t.notOk(tablesOf(old).includes('seen'));
  t.equal(migrate(old), 1, 'what was found');
  t.equal(old.pragma('user_version'), STEPS.length);
  t.ok(tablesOf(old).includes('seen'));
  t.equal(old.one('SELECT key FROM name')?.['key'], 'com example');
  t.equal(migrate(old), STEPS.length, 'and nothing is done twice');
  old.close();
  t.end();
});

for (const [what, pragmas, message] of [
  [
    'a later release',
    'PRAGMA application_id = 1986817895; PRAGMA user_version = 99',
    /version 99, of a later release/,
  ],
  ['another program', 'PRAGMA application_id = 7; PRAGMA user_version = 3', /of another program/],
  ['another program that does not say so', 'PRAGMA user_version = 3', /of another program/],
] as const) {
  t.test(`a file of ${what} is not touched`, (t) => {
    const database = new SqliteDatabase(path.join(shortFolder(t), 'other.db'));
    database.exec(pragmas);
    t.throws(() => migrate(database), message);
    t.strictSame(tablesOf(database), []);
    database.close();
    t.end();
  });
}

t.test('a log of a later release is kept under another name, and a new one is begun', async (t) => {
  const folder = shortFolder(t);
  const file = path.join(folder, 'querylog.db');
  const later = new SqliteDatabase(file);
  later.exec('PRAGMA application_id = 1986817895; PRAGMA user_version = 99; CREATE TABLE later (a)');
  later.close();
  const told = newTeller();
  const store = await openStore(folder, SETTINGS, told);
  await store.add(toBatch([{ unixMs: NOON }]));
  t.equal((await store.figures()).queries, 1);
  await store.close();
  t.match(told.warnings, [
    /version 99, of a later release.*it is left as it is, now as .*querylog.db.version-99, and a new one is begun/,
  ]);
  t.ok(existsSync(`${file}.version-99`), readdirSync(folder).join(' '));
  const kept = new SqliteDatabase(`${file}.version-99`);
  t.strictSame(tablesOf(kept), ['later']);
  kept.close();
});
