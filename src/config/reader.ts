// From a file to a configuration: octets, text, YAML, draft, cross-checks. A step ends the reading only if the next one
// would have nothing to work on; all faults so far are given.

import { isUtf8 } from 'node:buffer';
import { closeSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { openRegularSync } from '../system/regular-file.ts';
import type { Config, Position } from './config.ts';
import { ConfigError, FaultLog } from './config-error.ts';
import { reasonOf } from '../system/system-error.ts';
import type { Fault } from './config-error.ts';
import { crossCheck } from './cross-check.ts';
import { configuration } from './definition.ts';
import { readYamlTree } from './yaml/yaml-tree.ts';

const MAX_FILE_OCTETS = 4 * 1024 * 1024;
const FILE_ITSELF: Position = { line: 0, column: 0 };
const FILE_START: Position = { line: 1, column: 1 };

/** What one reading of a file gives. */
export interface ConfigReading {
  /** The configuration; undefined when one of the faults is an error. */
  readonly config: Config | undefined;
  /** What could be read beside the errors, for whoever looks for more of them; undefined where nothing could. */
  readonly remains: Config | undefined;
  /** The file as it was read; undefined where it could not be, or is no text. */
  readonly text: string | undefined;
  /** All faults in the order of the file; only warnings where there is a configuration. */
  readonly faults: readonly Fault[];
}

/** How strictly a file is read. */
export interface ReadOptions {
  /** Whether a list's missing file is a warning only, since it concerns only the VLANs that use the list. */
  readonly mayLackLists?: boolean;
  /** What time it is, in milliseconds since 1970; default `Date.now()`. */
  readonly nowMs?: number;
}

/** Reads a configuration file; never throws for its content or its absence. */
export function readConfig(file: string, options: ReadOptions = {}): ConfigReading {
  const faults = new FaultLog(file);
  const octets = readOctets(file, faults);
  const text = octets === undefined ? undefined : readText(octets, faults);
  const config = text === undefined ? undefined : read(file, text, { faults, options });
  return { config: faults.hasErrors() ? undefined : config, remains: config, text, faults: faults.inOrder() };
}

/** Gives the configuration of a file, or throws a ConfigError with every fault. */
export function parseConfig(file: string): Config {
  const { config, faults } = readConfig(file);
  if (config === undefined) throw new ConfigError(faults);
  return config;
}

function read(
  file: string,
  text: string,
  { faults, options }: { readonly faults: FaultLog; readonly options: ReadOptions },
): Config | undefined {
  const tree = readYamlTree(text, faults);
  if (tree === undefined) return undefined;
  const draft = configuration.read(tree, { setting: '', at: FILE_START, faults });
  return draft === undefined ? undefined : crossCheck(draft, resolve(file), faults, options);
}

function readOctets(file: string, faults: FaultLog): Buffer | undefined {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    const fault = stat === undefined ? 'file not found; write its path behind -c' : unusable(stat);
    if (fault === undefined) return readAll(file);
    faults.error(FILE_ITSELF, '', fault);
  } catch (error) {
    const reason = reasonOf(error);
    faults.error(FILE_ITSELF, '', `cannot be read (${reason}); let the user that runs vlandns read it`);
  }
  return undefined;
}

function readAll(file: string): Buffer {
  const descriptor = openRegularSync(file);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unusable(stat: {
  isFile(): boolean;
  isDirectory(): boolean;
  readonly size: number;
}): string | undefined {
  if (stat.isDirectory()) return 'is a folder; write the path of the file in it';
  if (!stat.isFile()) return 'is not a regular file; write the path of one';
  if (stat.size > MAX_FILE_OCTETS)
    return 'is larger than 4 MiB; put long lists of names into files under "lists"';
  return undefined;
}

function readText(octets: Buffer, faults: FaultLog): string | undefined {
  if (isUtf8(octets)) return new TextDecoder().decode(octets);
  faults.error(firstNotUtf8(octets), '', 'is not UTF-8 from here on; save the file as UTF-8');
  return undefined;
}

function firstNotUtf8(octets: Buffer): Position {
  let line = 1;
  let start = 0;
  for (
    let end = octets.indexOf(10);
    end !== -1 && isUtf8(octets.subarray(start, end));
    end = octets.indexOf(10, start)
  ) {
    line += 1;
    start = end + 1;
  }
  // An invalid sequence decodes to one replacement character, and the text before it is valid.
  const column = new TextDecoder().decode(octets.subarray(start)).indexOf('\ufffd') + 1;
  return { line, column: Math.max(1, column) };
}
