// A query log in a folder of its own, and batches for it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Test } from 'tap';
import type { ReasonsNotice, RecorderSettings, StateNotice } from '../../src/querylog/messages.ts';
import { Batch } from '../../src/recorder/batch.ts';
import { KnownClients, Meaning } from '../../src/recorder/meaning.ts';
import type { StoreTeller } from '../../src/recorder/store/record-store.ts';
import type { WrittenRecord } from './batch-writer.ts';
import { BatchWriter } from './batch-writer.ts';

export const DAY_MS = 86_400_000;

/** Noon of a day, which is no edge of an hour, a day or a month. */
export const NOON = Date.UTC(2026, 4, 13, 12, 20);

/** A state with two VLANs, two policies, a set of upstreams with two servers. */
export const STATE: StateNotice = {
  epoch: 1,
  vlans: [
    { name: 'home', clients: ['laptop'] },
    { name: 'iot', clients: [] },
  ],
  policies: [
    { name: 'adults', mode: 'full' },
    { name: 'guests', mode: 'anonymous' },
  ],
  sets: ['default'],
  servers: ['192.0.2.53', '192.0.2.54'],
};

/** Reasons by number: two lists, a list alone with its rule, a house rule, and what an alias led to. */
const REASONS: ReasonsNotice = {
  epoch: 1,
  reasons: [
    { number: 1, kind: 'list', source: 'ads, trackers', text: 'Blocked by the lists ads, trackers' },
    { number: 2, kind: 'list', source: 'ads', rule: '||ads.example^', text: 'Blocked by the list ads' },
    { number: 3, kind: 'rule', source: 'adults', rule: 'games.example', text: 'Blocked by a rule' },
    { number: 4, kind: 'list', source: 'trackers', text: 'Blocked', target: 'cname.tracker.example' },
  ],
};

export function newMeaning(clients = new KnownClients()): Meaning {
  const meaning = new Meaning(STATE, clients);
  meaning.learn(REASONS);
  return meaning;
}

/** Settings that keep everything. */
export const SETTINGS: RecorderSettings = {
  keepMs: 10_000 * DAY_MS,
  statisticsMs: 10_000 * DAY_MS,
  maxOctets: 64 * 1024 * 1024,
  timeZone: 'UTC',
  firstSeen: [],
};

/** What was told, in order, and names that were new. */
export interface Told extends StoreTeller {
  readonly warnings: string[];
  readonly news: string[];
  readonly seen: string[];
}

export function newTeller(): Told {
  const told = { warnings: [] as string[], news: [] as string[], seen: [] as string[] };
  return {
    ...told,
    warn: (text) => void told.warnings.push(text),
    inform: (text) => void told.news.push(text),
    firstSeen: ({ vlan, name }) => void told.seen.push(`${vlan} ${name}`),
  };
}

/** A folder whose path is short enough for a socket, gone with the test. */
export function shortFolder(t: Test): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'vlog-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Records as one batch. */
export function toBatch(
  records: readonly WrittenRecord[],
  { session = 'one', sequence = 1, meaning = newMeaning() } = {},
): Batch {
  const writer = new BatchWriter(32 + records.length * 512);
  for (const record of records) writer.add(record);
  return Batch.read(session, meaning, writer.take(sequence));
}
