// The tables of the query log, and the steps to them from what earlier releases made. The rule: a step that was released is never
// changed; what is new is a step of its own.
import type { SqliteDatabase } from './database.ts';

/** "vlog": says that a file is a query log of ours. */
const APPLICATION_ID = 0x766c6f67;

/** From no table at all, one after the other; how many were done is the file's version. */
export const STEPS: readonly string[] = [
  // What is said once: names with their labels turned round; clients; how queries were answered and why; what sums are made by.
  `CREATE TABLE name (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
   CREATE TABLE client (id INTEGER PRIMARY KEY, address TEXT NOT NULL, name TEXT NOT NULL, mac TEXT NOT NULL,
     UNIQUE (address, name, mac));
   CREATE TABLE manner (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
   CREATE TABLE reason (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
   CREATE TABLE sort (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
   -- Records in blocks (packed/stored-block.ts): part = seq * 4 + its number.
   CREATE TABLE block (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, count INTEGER NOT NULL,
     from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, head BLOB NOT NULL);
   CREATE TABLE part (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
   -- Records that are in no block yet (packed/tail.ts).
   CREATE TABLE tail (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, taken TEXT NOT NULL, data BLOB NOT NULL);
   -- How often names were asked for, over 16 blocks (packed/ranking.ts); sums of an hour (packed/sums.ts).
   CREATE TABLE ranking (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
   CREATE TABLE sum (hour INTEGER PRIMARY KEY, data BLOB NOT NULL);
   CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);`,
  // Which names VLANs have asked for, of those that want to hear of new ones; and when they were new, 0: before anybody wanted to.
  `CREATE TABLE seen (vlan TEXT NOT NULL, name INTEGER NOT NULL, new_ms INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (vlan, name)) WITHOUT ROWID;
   CREATE INDEX seen_new ON seen (new_ms) WHERE new_ms > 0;`,
];

/** The file is of a later release, whose tables this one does not know; or of another program. */
export class ForeignDatabase extends Error {
  readonly version: number;

  constructor(version: number, message: string) {
    super(message);
    this.version = version;
  }
}

/** Makes the tables, or brings those of an earlier release up to this one. Gives the version that was found: 0 for a new file. */
export function migrate(database: SqliteDatabase): number {
  const found = database.pragma('user_version');
  const owner = database.pragma('application_id');
  if (owner !== APPLICATION_ID && (owner !== 0 || found !== 0))
    throw new ForeignDatabase(found, `it is the database of another program (application_id ${owner})`);
  if (found > STEPS.length)
    throw new ForeignDatabase(
      found,
      `its tables are version ${found}, of a later release; this one knows them up to ${STEPS.length}`,
    );
  for (const [place, step] of STEPS.entries()) {
    if (place < found) continue;
    database.transaction(() => {
      database.exec(step);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${place + 1}`);
    });
  }
  return found;
}

/** What has to be said before the first table is made, and at each start. */
export function prepare(database: SqliteDatabase): void {
  database.exec(
    // Free pages go back to the disk when `max_size` shrinks. What is removed is overwritten: names that were to be forgotten.
    // A power cut may cost the last transaction, never the file: NORMAL. Nobody else reads the file: EXCLUSIVE.
    'PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA locking_mode = EXCLUSIVE; ' +
      'PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; ' +
      'PRAGMA cache_size = -3000; PRAGMA temp_store = MEMORY',
  );
}
