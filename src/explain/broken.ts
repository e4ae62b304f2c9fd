// Broken expectations as lines with their place in the file: for check, for a reload that is refused, for lists that are held back.
import { formatFault } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import type { Serving } from '../server/serving.ts';
import { brokenExpectations } from './expectations.ts';
import type { BrokenExpectation } from './expectations.ts';

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
