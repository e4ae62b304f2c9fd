import t from 'tap';
import type { SqliteDatabase } from '../../../../src/recorder/store/sqlite/database.ts';
import { SqliteDatabase as Database } from '../../../../src/recorder/store/sqlite/database.ts';
import { openStore } from '../../../../src/recorder/store/store.ts';
import { NOON, SETTINGS, newTeller, shortFolder, toBatch } from '../../../support/log-stand.ts';
import path from 'node:path';
import { copyFileSync } from 'node:fs';

/** Statements that look through a whole table, and why that is right. */
const WHOLE = new Map([
  [
    'SELECT id FROM client WHERE address = ?1 OR name = ?1 COLLATE NOCASE OR mac = ?1',
    'some dozens of clients',
  ],
  [
    'SELECT id, key FROM name WHERE instr(key, ?) > 0',
    'a part of a name can stand anywhere; an index is looked through',
  ],
]);

t.test(
  'what is asked with a name, a client or times is looked up by key, and records are never looked through by the database',
  async (t) => {
    const folder = shortFolder(t);
    const store = await openStore(folder, SETTINGS, newTeller());
    for (let hour = 0; hour < 3; hour++)
      await store.add(
        toBatch([{ unixMs: NOON + hour * 3_600_000, client: '192.0.2.1' }], { sequence: hour + 1 }),
      );
    const asked = new Set<string>();
    // oxlint-disable-next-line typescript/unbound-method -- put back below, and called as it was
    const { all } = Database.prototype;
    Database.prototype.all = function listening(this: SqliteDatabase, sql, ...values) {
      if (sql.startsWith('SELECT')) asked.add(sql);
      return all.call(this, sql, ...values);
    };
    try {
      for (const filter of [
        {},
        { vlan: 'home', blocked: true },
        { sinceMs: NOON + 60_000, untilMs: NOON + 5_000_000 },
        { client: '192.0.2.1' },
        { name: 'example.com' },
        { name: '*ampl*' },
      ]) {
        await store.page(filter, { limit: 10 });
        for (const subject of ['names', 'clients', 'lists'] as const) await store.top(subject, filter, 10);
        await store.statistics(filter, 'day');
        for await (const name of store.asked(filter)) t.ok(name);
      }
    } finally {
      Database.prototype.all = all;
    }
    await store.close();
    const copy = path.join(folder, 'copy.db');
    copyFileSync(path.join(folder, 'querylog.db'), copy);
    const database = new Database(copy);
    t.ok(asked.size >= 10, [...asked].join('\n'));
    for (const sql of asked) {
      const plan = database.all(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => String(detail));
      const scans = plan.filter((line) => line.startsWith('SCAN'));
      if (WHOLE.has(sql)) t.ok(scans.length > 0, `${sql}: ${WHOLE.get(sql)}`);
      else t.strictSame(scans, [], `${sql}: ${plan.join('; ')}`);
    }
    database.close();
  },
);
