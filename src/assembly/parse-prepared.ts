// A configuration file read and prepared: in the same way for the start, a reload and the commands, so that all refuse the same.
import { formatFault } from '../config/config-error.ts';
import type { Fault } from '../config/config-error.ts';
import { readConfig } from '../config/reader.ts';
import type { ReadOptions } from '../config/reader.ts';
import { InvalidConfig } from '../config/refused.ts';
import { localFaults, prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';

/** What a file gives: the prepared configuration, where no fault is an error, and all faults of reading and preparing it. */
export interface PreparedReading {
  readonly prepared: Prepared | undefined;
  readonly faults: readonly Fault[];
}

/** Reads and prepares a configuration file. What is as it was in the configuration before is taken from there. */
export async function readPrepared(
  file: string,
  options?: ReadOptions,
  before?: Prepared,
): Promise<PreparedReading> {
  const { config, remains, faults, text } = readConfig(file, options);
  if (remains === undefined) return { prepared: undefined, faults };
  // Where something is wrong already, what is wrong with local data is told in the same run.
  if (config === undefined)
    return { prepared: undefined, faults: together(faults, await localFaults(remains)) };
  const prepared = await prepare(config, before);
  return {
    prepared: 'config' in prepared ? { ...prepared, text } : undefined,
    faults: together(faults, prepared.faults),
  };
}

/** Faults of the reading and of what came after it, in the order of the file; of two about one place the first. */
function together(first: readonly Fault[], second: readonly Fault[]): Fault[] {
  const placeOf = ({ line, column, setting }: Fault): string => `${line} ${column} ${setting}`;
  const told = new Set(first.map(placeOf));
  const others = second.filter((fault) => !told.has(placeOf(fault)));
  return [...first, ...others].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/**
 * Reads and prepares a configuration file, or rejects with InvalidConfig and all its faults; warnings go to `warn`. What
 * is as it was in the configuration before is taken from there.
 */
export async function parsePrepared(
  file: string,
  warn: (line: string) => void,
  before?: Prepared,
  options?: ReadOptions,
): Promise<Prepared> {
  const { prepared, faults } = await readPrepared(file, options, before);
  if (prepared === undefined) throw new InvalidConfig(faults.map(formatFault));
  for (const fault of faults) warn(formatFault(fault));
  return prepared;
}

/**
 * The same for a daemon, which serves on without the file of a list: with its last good copy, or where there is none the
 * VLANs that do not use the list.
 */
export function parseForDaemon(
  file: string,
  warn: (line: string) => void,
  before?: Prepared,
): Promise<Prepared> {
  return parsePrepared(file, warn, before, { mayLackLists: true });
}
