// The local data of a configuration: its records and hosts files. Read with other work in between, since hosts files may
// be large, and not again where nothing has changed.
import { setImmediate } from 'node:timers/promises';
import { reasonOf } from '../config/config-error.ts';
import type { FaultLog } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { readHostsFile } from '../local/hosts-file.ts';
import { LocalData } from '../local/local-data.ts';
import { parseZoneLine } from '../local/zone-line.ts';
import type { LocalRecord } from '../local/zone-line.ts';
import { readFileState } from './file-watch.ts';

/** Local data, and what it was made of; undefined where there was something to say about that. */
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
  const data = new LocalData(parseRecords(config, faults));
  let skipped = 0;
  for (const [index, { file, at }] of config.hosts.entries()) {
    const setting = `hosts[${index}]`;
    try {
      const lines = await readHostsFile(file, (record) => data.add(record));
      skipped += lines;
      if (lines > 0)
        faults.warn(at, setting, `${lines} lines of ${file} are not "ADDRESS NAME..." and were skipped`);
    } catch (error) {
      faults.error(
        at,
        setting,
        `${file} cannot be read (${reasonOf(error)}); write the path of a hosts file`,
      );
    }
  }
  await inSlices(data.addPointers());
  return { data, madeOf: skipped > 0 ? undefined : madeOf };
}

async function stateOf({ records, hosts }: Config): Promise<string> {
  const files = await Promise.all(hosts.map(async ({ file }) => [file, await readFileState(file)] as const));
  return JSON.stringify([records.map(({ text }) => text), files]);
}

function parseRecords({ records }: Config, faults: FaultLog): LocalRecord[] {
  return records.flatMap(({ text, at }, index) => {
    try {
      return [parseZoneLine(text)];
    } catch (error) {
      faults.error(at, `records[${index}]`, reasonOf(error));
      return [];
    }
  });
}

/** How long steps are taken in a row, in milliseconds. */
const SLICE_MS = 1;

/** Takes all steps, with other work in between. */
async function inSlices(steps: Iterator<unknown>): Promise<void> {
  for (let since = performance.now(); steps.next().done !== true;) {
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
}
