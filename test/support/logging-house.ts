/** A household whose queries are logged, and what is in its log. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { LoggedQuery } from '../../src/querylog/history.ts';
import { openStore } from '../../src/recorder/store/store.ts';
import type { Daemon, House, Sections } from './house.ts';
import { openHouse, until, WITHOUT_LISTS } from './house.ts';
import { SETTINGS } from './memory-store.ts';

/** Policies that both block casino.example and log as they are told. */
export const policies = (kids: string, open = kids): string => `policies:
  open: { block: { rules: [casino.example] }, querylog: ${open} }
  kids: { block: { rules: [casino.example] }, querylog: ${kids} }`;

/** Makes a household with a recorder. */
export function openLoggingHouse(t: Test, sections: Sections = {}): Promise<House> {
  return openHouse(t, { ...WITHOUT_LISTS, querylog: '', policies: policies('full'), ...sections });
}

/** Waits until the daemon's recorder has the batches that there are and is connected; gives its pid. */
export async function recorderOf(daemon: Daemon, otherThan = 0): Promise<number> {
  let pid = 0;
  const isThere = await until(async () => {
    const { queryLog } = await daemon.status();
    pid = queryLog.figures?.pid ?? 0;
    return queryLog.isConnected && queryLog.recorder === 'running' && pid !== otherThan && pid !== 0;
  });
  // Whoever goes on would send signals to process 0, which is the test itself.
  if (!isThere) throw new Error(`there is no recorder:\n${daemon.said}`);
  return pid;
}

/** The queries in the log of a household whose daemon has ended, the oldest first. */
export async function loggedIn(house: House): Promise<LoggedQuery[]> {
  const tell = { warn: () => undefined, inform: () => undefined, firstSeen: () => undefined };
  const store = await openStore(join(house.folder, 'state'), SETTINGS, tell);
  try {
    const { queries } = await store.page({}, { limit: 10_000 });
    return [...queries].toReversed();
  } finally {
    await store.close();
  }
}

/** The files of a folder, at any depth, that have these octets in them. */
export function filesWith(folder: string, octets: Uint8Array | string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => {
    const file = join(folder, name);
    return statSync(file).isFile() && readFileSync(file).includes(Buffer.from(octets));
  });
}
