// A configuration file read and prepared: in the same way for the start, a reload and the commands, so that all refuse the same.
import { formatFault } from '../config/config-error.ts';
import { readConfig } from '../config/reader.ts';
import type { ReadOptions } from '../config/reader.ts';
import { InvalidConfig } from '../config/refused.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';

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
  const reading = readConfig(file, options);
  if (reading.config === undefined) throw new InvalidConfig(reading.faults.map(formatFault));
  const prepared = await prepare(reading.config, before);
  if (!('config' in prepared))
    throw new InvalidConfig([...reading.faults, ...prepared.faults].map(formatFault));
  for (const fault of [...reading.faults, ...prepared.faults]) warn(formatFault(fault));
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
