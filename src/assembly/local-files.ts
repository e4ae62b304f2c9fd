// The local data of a configuration: records and hosts files, those for all and those of single VLANs. Read in slices, with other
// work in between, since hosts files may be large, and only what has changed.
import { setImmediate } from 'node:timers/promises';
import { reasonOf } from '../system/system-error.ts';
import type { FaultLog } from '../config/config-error.ts';
import type { Config, Position } from '../config/config.ts';
import { localSources } from '../config/local-sources.ts';
import type { LocalSource } from '../config/local-sources.ts';
import { aliasFaults, ownerKey } from '../local/alias-check.ts';
import type { PlacedRecord } from '../local/alias-check.ts';
import { readHostsFile } from '../local/hosts-file.ts';
import { ABSENT, LocalData } from '../local/local-data.ts';
import { OWN_ZONE } from '../policy/special-names.ts';
import { LocalLayers } from '../local/local-layers.ts';
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import { parseZoneLine } from '../local/zone-line.ts';
import { readFileState } from '../system/file-state.ts';
import { HostsRemarks } from './hosts-remarks.ts';

/** What one source was made into, and what it was made of; that is undefined where there were remarks. */
interface LocalPart {
  readonly data: LocalData;
  readonly madeOf: string | undefined;
}

/** Local data by the VLAN whose own they are; those for all have no VLAN. */
type LocalParts = ReadonlyMap<string | undefined, LocalPart>;

/** The local data of a configuration, as they were read. */
export interface LocalReading {
  readonly parts: LocalParts;
  /** What every VLAN sees that has nothing of its own. */
  readonly forAll: LocalLayers;
  /** What the others see, by VLAN: their own before what is for all. */
  readonly forVlans: ReadonlyMap<string, LocalLayers>;
}

/** Reads the local data of a configuration; what would be the same as before is taken from there. */
export async function readLocalData(
  config: Config,
  faults: FaultLog,
  before?: LocalReading,
): Promise<LocalReading> {
  const parts = new Map<string | undefined, LocalPart>();
  const own: { readonly source: LocalSource; readonly records: readonly WrittenRecord[] }[] = [];
  for (const source of localSources(config)) {
    const madeOf = await stateOf(source);
    const known = before?.parts.get(source.vlan);
    const records = parseRecords(source, faults);
    const part = madeOf === known?.madeOf ? known : await readPart(source, records, { madeOf, faults });
    parts.set(source.vlan, part);
    own.push({ source, records });
  }
  const reading = toReading(parts, before);
  if (reading === before) return before;
  const [{ records: general } = { records: [] }] = own;
  for (const { source, records } of own) {
    const seen = source.vlan === undefined ? reading.forAll : reading.forVlans.get(source.vlan);
    if (seen !== undefined) reportAliases(source.vlan === undefined ? [] : general, records, seen, faults);
  }
  for (const { data } of parts.values()) await inSlices(data.addPointers());
  return reading;
}

/** What each VLAN sees of the parts; the reading of before, where they are all the same. */
function toReading(parts: LocalParts, before: LocalReading | undefined): LocalReading {
  const isSame =
    before?.parts.size === parts.size && [...parts].every(([vlan, part]) => before.parts.get(vlan) === part);
  if (isSame) return before;
  const general = { data: parts.get(undefined)?.data ?? new LocalData(), from: 'records or hosts' };
  const forVlans = new Map<string, LocalLayers>();
  for (const [vlan, { data }] of parts)
    if (vlan !== undefined)
      forVlans.set(vlan, new LocalLayers([{ data, from: `records or hosts of VLAN ${vlan}` }, general]));
  return { parts, forAll: new LocalLayers([general]), forVlans };
}

async function readPart(
  { hosts, prefix }: LocalSource,
  records: readonly WrittenRecord[],
  { madeOf, faults }: { readonly madeOf: string; readonly faults: FaultLog },
): Promise<LocalPart> {
  const data = new LocalData();
  data.reserve(OWN_ZONE);
  for (const { record } of records) data.add(record);
  const aliases = new Map(
    records.flatMap(({ record }) =>
      record.type === TYPE.CNAME ? [[ownerKey(record.owner), record.line] as const] : [],
    ),
  );
  let isWhole = true;
  for (const [index, { file, at }] of hosts.entries()) {
    const setting = `${prefix}hosts[${index}]`;
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
      faults.error(
        at,
        setting,
        `${file} cannot be read (${reasonOf(error)}); write the path of a hosts file`,
      );
    }
    for (const remark of remarks.all()) {
      isWhole = false;
      faults.warn(at, setting, remark);
    }
  }
  return { data, madeOf: isWhole ? madeOf : undefined };
}

/** Reports aliases among records that cannot be, as they are seen: with those for all, where a VLAN's own leave their names alone. */
function reportAliases(
  general: readonly WrittenRecord[],
  records: readonly WrittenRecord[],
  seen: LocalLayers,
  faults: FaultLog,
): void {
  const places = new Map(records.map(({ record, at, setting }) => [record, { at, setting }] as const));
  const name = new NameView();
  const others = general.flatMap(({ record }) => {
    name.setWire(record.owner);
    return seen.layers[0]?.data.locateExact(name) === ABSENT ? [record] : [];
  });
  for (const { record, message } of aliasFaults([...places.keys()], seen, others)) {
    const place = places.get(record);
    if (place !== undefined) faults.error(place.at, place.setting, message);
  }
}

async function stateOf({ records, hosts }: LocalSource): Promise<string> {
  const files = await Promise.all(hosts.map(async ({ file }) => [file, await readFileState(file)] as const));
  return JSON.stringify([records.map(({ text }) => text), files]);
}

/** A record of the configuration, with its position. */
interface WrittenRecord {
  readonly record: PlacedRecord;
  readonly at: Position;
  readonly setting: string;
}

function parseRecords({ records, prefix }: LocalSource, faults: FaultLog): WrittenRecord[] {
  return records.flatMap(({ text, at }, index) => {
    const setting = `${prefix}records[${index}]`;
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
