// A configuration that could be put into effect: read, prepared, its lists compiled, its expectations tried. Made in the
// same way for a start, a reload and a refresh of lists, so that all three refuse the same things.
import { formatFault } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/reader.ts';
import type { ReadOptions } from '../config/reader.ts';
import type { Serving } from '../server/serving.ts';
import { brokenExpectations } from '../explain/expectations.ts';
import type { BrokenExpectation } from '../explain/expectations.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import { InvalidConfig } from './refused.ts';

/**
 * Reads and prepares a configuration file, or rejects with InvalidConfig and all its faults; warnings go to `warn`. Unchanged
 * parts are taken from the configuration before.
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
 * The same for a daemon, which serves without the file of a list: with its last good copy, or without one only the VLANs
 * that do not use the list.
 */
export function parseForDaemon(
  file: string,
  warn: (line: string) => void,
  before?: Prepared,
): Promise<Prepared> {
  return parsePrepared(file, warn, before, { mayLackLists: true });
}

/** A broken expectation as a line with its place in the file. */
export function formatBroken(config: Config, { expectation, message, undecided }: BrokenExpectation): string {
  const { line, column } = expectation.at;
  const severity = undecided ? 'warning' : 'error';
  return formatFault({ file: config.file, line, column, setting: 'expect', message, severity });
}

/** The expectations that a state of the service breaks, as lines; those that cannot be decided yet are left out. */
export function brokenLines(config: Config, serving: Serving): string[] {
  return brokenExpectations(serving, config)
    .filter(({ undecided }) => !undecided)
    .map((broken) => formatBroken(config, broken));
}

/** The expectations that one state of the service breaks and another does not, as lines. */
export function newlyBroken(config: Config, before: Serving, after: Serving): string[] {
  const known = new Set(
    brokenExpectations(before, config).flatMap((broken) => (broken.undecided ? [] : [broken.expectation])),
  );
  return brokenExpectations(after, config)
    .filter(({ expectation, undecided }) => !undecided && !known.has(expectation))
    .map((broken) => formatBroken(config, broken));
}
