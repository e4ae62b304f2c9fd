// The way to a store of the query log: which one it is, the settings say.
import path from 'node:path';
import type { History } from '../../querylog/history.ts';
import type { RecorderSettings } from '../../querylog/messages.ts';
import type { RecordStore, StoreTeller } from './record-store.ts';
import { StoreInUse } from './record-store.ts';
import { own } from './file/owner.ts';
import type { Ownership } from './file/owner.ts';
import { SqliteHistory } from './sqlite/sqlite-history.ts';

export { StoreInUse } from './record-store.ts';
export type { RecordStore, StoreCounts, StoreTeller } from './record-store.ts';

/**
 * Opens the query log, in `folder` where it is SQLite, and makes it where there is none. Rejected with StoreInUse where another
 * process has it open; whatever else is wrong is told, and tried again while it is open.
 */
export async function openStore(
  folder: string,
  settings: RecorderSettings,
  tell: StoreTeller,
): Promise<RecordStore & History> {
  if (settings.store !== undefined) {
    // Loaded where it is used alone: most recorders have no memory to spare for it.
    const { PostgresStore } = await import('./postgres/postgres-store.ts');
    const ownership = await ownOrThrow(path.join(folder, 'querylog.spool'));
    return new PostgresStore({ folder, url: settings.store, settings, tell, ownership });
  }
  const file = path.join(folder, 'querylog.db');
  const ownership = await ownOrThrow(file);
  const clocks = { now: Date.now, steady: () => performance.now() };
  return new SqliteHistory({ path: file, ownership, settings, tell, clocks });
}

async function ownOrThrow(file: string): Promise<Ownership> {
  const ownership = await own(`${file}.owner`);
  if (ownership === undefined) throw new StoreInUse(`${file} is open in another process; end that one first`);
  return ownership;
}
