// The local data of a configuration: its records and hosts files. Read in slices, with other work in between, since hosts
// files may be large, and only if something has changed.
import { setImmediate } from 'node:timers/promises';
import { reasonOf } from '../system/system-error.ts';
import type { FaultLog } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { aliasFaults, ownerKey } from '../local/alias-check.ts';
import type { PlacedRecord } from '../local/alias-check.ts';
import { readHostsFile } from '../local/hosts-file.ts';
import { LocalData } from '../local/local-data.ts';
import { TYPE } from '../dns/numbers.ts';
import { parseZoneLine } from '../local/zone-line.ts';
import { readFileState } from '../system/file-state.ts';
import { HostsRemarks } from './hosts-remarks.ts';

/** Local data, and what it was made of; that is undefined where there were remarks. */
export interface LocalReading {
  readonly data: LocalData;
  readonly madeOf: string | undefined;
}

/** Reads the local data of a configuration, unless it would be the same as before. */
export async function readLocalData(
  config: Config,
  faults: FaultLog,
  before?: LocalReading,
): Promise<LocalReading> {
  const madeOf = await stateOf(config);
  if (madeOf === before?.madeOf) return before;
  const records = parseRecords(config, faults);
  const data = new LocalData(records.map(({ record }) => record));
  const aliases = new Map(
    records.flatMap(({ record, at }) =>
      record.type === TYPE.CNAME ? [[ownerKey(record.owner), at.line] as const] : [],
    ),
  );
  let isWhole = true;
  for (const [index, { file, at }] of config.hosts.entries()) {
    const remarks = new HostsRemarks(file, aliases);
    try {
      await readHostsFile(file, {
        record: (record, line) => {
          remarks.noteRecord(record, line);
          data.add(record);
        },
        skipped: (line, why) => remarks.noteSkipped(line, why),
      });
    } catch (error) {
      const message = `${file} cannot be read (${reasonOf(error)}); write the path of a hosts file`;
      faults.error(at, `hosts[${index}]`, message);
    }
    for (const remark of remarks.all()) {
      isWhole = false;
      faults.warn(at, `hosts[${index}]`, remark);
    }
  }
  const placed = new Map(records.map(({ record, at, setting }) => [record, { at, setting }] as const));
  for (const { record, message } of aliasFaults([...placed.keys()], data)) {
    const place = placed.get(record);
    if (place !== undefined) faults.error(place.at, place.setting, message);
  }
  await inSlices(data.addPointers());
  return { data, madeOf: isWhole ? madeOf : undefined };
}

async function stateOf({ records, hosts }: Config): Promise<string> {
  const files = await Promise.all(hosts.map(async ({ file }) => [file, await readFileState(file)] as const));
  return JSON.stringify([records.map(({ text }) => text), files]);
}

/** A record of the configuration, with its position. */
interface WrittenRecord {
  readonly record: PlacedRecord;
  readonly at: Config['records'][number]['at'];
  readonly setting: string;
}

function parseRecords({ records }: Config, faults: FaultLog): WrittenRecord[] {
  return records.flatMap(({ text, at }, index) => {
    const setting = `records[${index}]`;
    try {
      return [{ record: { ...parseZoneLine(text), line: at.line }, at, setting }];
    } catch (error) {
      faults.error(at, setting, reasonOf(error));
      return [];
    }
  });
}

/** How long a slice of steps may take, in milliseconds. */
const SLICE_MS = 1;

/** Takes all steps, with other work in between. */
async function inSlices(steps: Iterator<unknown>): Promise<void> {
  for (let since = performance.now(); steps.next().done !== true;) {
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
}
