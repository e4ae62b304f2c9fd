// A configuration that could be put into effect: read, prepared, its lists compiled, its expectations tried. Made in the
// same way for the start, a reload and a refresh of lists, so that all three refuse the same things.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SourceStore } from '../blocklists/fetch/source-store.ts';
import { formatFault } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/reader.ts';
import type { ReadOptions } from '../config/reader.ts';
import type { Serving } from '../server/serving.ts';
import { brokenExpectations } from './expectations.ts';
import type { BrokenExpectation } from './expectations.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';

/** A refusal: nothing has changed. Each fault is a line for the operator. */
export class Refused extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'Refused';
    this.faults = faults;
  }
}

/** A refusal because the configuration itself is invalid. */
export class InvalidConfig extends Refused {}

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

/** The same for the start of the daemon, which serves on without the file of a list that it has a good copy of. */
export function parseForStart(file: string, warn: (line: string) => void): Promise<Prepared> {
  const { config } = readConfig(file, { mayLackLists: true });
  return parsePrepared(file, warn, undefined, { mayLackLists: config !== undefined && hasCopies(config) });
}

/** Whether there is a good copy of each file of a list that is not there. */
function hasCopies({ lists, server }: Config): boolean {
  const store = new SourceStore({ folder: join(server.state, 'sources') });
  return lists.every(({ sources }) =>
    sources.every(
      ({ kind, location }) => kind === 'url' || existsSync(location) || existsSync(store.fileOf(location)),
    ),
  );
}

/** A broken expectation as a line with its place in the file. */
export function formatBroken(config: Config, { expectation, message, undecided }: BrokenExpectation): string {
  const { line, column } = expectation.at;
  const severity = undecided ? 'warning' : 'error';
  return formatFault({ file: config.file, line, column, setting: 'expect', message, severity });
}

/** The expectations that a state of the service breaks, as lines; those that cannot be told yet are left out. */
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
