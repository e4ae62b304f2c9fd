// Everything made from a configuration without lists, network or sockets: house rules, local data, forward zones. Every
// fault has its place in the file, so that `check` reports it before it is in service.
import { FaultLog } from '../config/config-error.ts';
import type { Fault } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { parseName } from '../dns/name-text.ts';
import { compileHouseRules, houseSources } from '../policy/compile-policies.ts';
import type { HouseRules, HouseSource } from '../policy/compile-policies.ts';
import { safeSearchEngines } from '../packaged/safe-search-engines.ts';
import { SafeSearch } from '../policy/safe-search.ts';
import { bypassNames } from '../packaged/bypass-names.ts';
import { Timetable } from '../schedules/timetable.ts';
import { openZone } from '../time/zone.ts';
import { readLocalData } from './local-files.ts';
import type { LocalReading } from './local-files.ts';

/** A configuration with what was made from it. */
export interface Prepared {
  readonly config: Config;
  readonly house: HouseRules;
  /** What `house` was made of. */
  readonly houseSources: readonly HouseSource[];
  /** What policies lead on to strict results, by their names. */
  readonly safeSearch: ReadonlyMap<string, SafeSearch>;
  readonly local: LocalReading;
  /** Pairs of a zone in wire form and the name of its upstream set. */
  readonly forward: readonly (readonly [Uint8Array, string])[];
  /** The clock that schedules go by; undefined where no policy has any. */
  readonly timetable: Timetable | undefined;
  /** The file as it was read; undefined where it was made without one. */
  readonly text?: string | undefined;
  /** Warnings only. */
  readonly faults: readonly Fault[];
}

/** Prepares a configuration, or gives the faults that prevent it. Unchanged parts are taken from the one before. */
export async function prepare(
  config: Config,
  before?: Prepared,
): Promise<Prepared | { readonly faults: readonly Fault[] }> {
  const faults = new FaultLog(config.file);
  const local = await readLocalData(config, faults, before?.local);
  const forward = config.forward.flatMap(({ zones, upstream }) =>
    zones.map((zone) => [parseName(zone), upstream] as const),
  );
  if (faults.hasErrors()) return { faults: faults.inOrder() };
  const sources = houseSources(config.policies, config.file, bypassNames(), config.services);
  return {
    config,
    house: compileHouseRules(sources),
    houseSources: sources,
    safeSearch: readSafeSearch(config),
    local,
    forward,
    timetable: await openTimetable(config),
    faults: faults.inOrder(),
  };
}

/** What is wrong with the local data of a configuration. */
export async function localFaults(config: Config): Promise<readonly Fault[]> {
  const faults = new FaultLog(config.file);
  await readLocalData(config, faults);
  return faults.inOrder();
}

function readSafeSearch({ policies }: Config): ReadonlyMap<string, SafeSearch> {
  const used = policies.filter(({ safeSearch }) =>
    Object.values(safeSearch).some((level) => level !== 'off'),
  );
  const engines = used.length === 0 ? [] : safeSearchEngines();
  return new Map(used.map(({ name, safeSearch }) => [name, new SafeSearch(engines, safeSearch)]));
}

async function openTimetable({ policies, server }: Config): Promise<Timetable | undefined> {
  // Without schedules, only the desk asks what time it is, and the machine's own zone costs it nothing.
  const isNeeded = server.timeZone !== 'local' || policies.some(({ schedules }) => schedules.length > 0);
  return isNeeded ? new Timetable(await openZone(server.timeZone)) : undefined;
}
