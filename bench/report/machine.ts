// The machine, and the versions of all programs of a run.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, totalmem } from 'node:os';
import { spawnSync } from 'node:child_process';
import type { ToolName, Tools } from '../tools.ts';

/** A machine, as far as it matters for ratios. */
export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly system: string;
}

/** Describes this machine. */
export function thisMachine(): Machine {
  const all = cpus();
  return {
    processor: all[0]?.model ?? 'unknown',
    processors: all.length,
    memoryGb: Math.round(totalmem() / 1e9),
    kernel: `Linux ${release()}`,
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown',
  };
}

/** How each program prints its version, and where the version is in that output. */
const VERSIONS: readonly (readonly [ToolName, string, RegExp])[] = [
  ['unbound', '-V', /Version (\S+)/],
  ['dnsmasq', '-v', /version (\S+)/],
  ['nsd', '-v', /NSD version (\S+)/],
  ['dnsperf', '-h', /Version (\S+)/],
  ['cc', '--version', /^.* (\S+)$/m],
];

/** The versions of everything that was measured, or measured with. */
export function versionsOf(tools: Tools): Record<string, string> {
  const versions: Record<string, string> = {
    vlandns: packageVersion('../../package.json'),
    node: process.version,
    koffi: packageVersion('../../node_modules/koffi/package.json'),
  };
  for (const [name, option, pattern] of VERSIONS) {
    const path = tools[name];
    if (path === undefined) continue;
    const { stdout, stderr } = spawnSync(path, [option], { encoding: 'utf8' });
    versions[name] = pattern.exec(stdout + stderr)?.[1] ?? 'unknown';
  }
  return versions;
}

function packageVersion(file: string): string {
  try {
    const { version }: { version: string } = createRequire(import.meta.url)(file);
    return version;
  } catch {
    return 'not installed';
  }
}
