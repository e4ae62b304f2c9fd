// Reading a configuration given as text, in a folder of the test's own, with what its list files need beside it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { formatFault } from '../../src/config/config-error.ts';
import { readConfig } from '../../src/config/reader.ts';
import type { ConfigReading } from '../../src/config/reader.ts';

/** Writes the text as vlandns.yaml and reads it. */
export function readText(folder: string, text: string | Uint8Array): ConfigReading {
  const file = join(folder, 'vlandns.yaml');
  writeFileSync(file, text);
  return readConfig(file);
}

/** Gives the faults as lines without the file's path: `3:9: error: vlans.kids.id: …`. */
export function faultLines(folder: string, text: string | Uint8Array): string[] {
  const prefix = `${join(folder, 'vlandns.yaml')}:`;
  return readText(folder, text).faults.map((fault) => formatFault(fault).replaceAll(prefix, ''));
}

/** Gives the configuration, or throws its faults. */
export function configOf(folder: string, text: string): Config {
  const { config, faults } = readText(folder, text);
  if (config === undefined) throw new Error(faults.map(formatFault).join('\n'));
  return config;
}

/** The smallest configuration, to which a test adds what it is about. */
export const MINIMAL = `vlans:
  lan: { interface: em0, policy: open }
policies:
  open: {}
`;
