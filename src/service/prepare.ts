// What can be made of a configuration without lists, network or sockets: house rules, local data, forward zones. Every
// fault found on the way has its place in the file, so that check tells it before the network does.
import { readFileSync } from 'node:fs';
import { FaultLog } from '../config/config-error.ts';
import type { Fault } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { parseName } from '../dns/name-text.ts';
import { readHosts } from '../local/hosts-file.ts';
import { LocalData } from '../local/local-data.ts';
import { parseZoneLine } from '../local/zone-line.ts';
import type { LocalRecord } from '../local/zone-line.ts';
import { compileHouseRules } from '../policy/compile-policies.ts';
import type { HouseRules } from '../policy/compile-policies.ts';
import { checkRule } from '../policy/rule-check.ts';
import { bypassNames } from './bypass-names.ts';

/** A configuration with what was made of it. */
export interface Prepared {
  readonly config: Config;
  readonly house: HouseRules;
  readonly local: LocalData;
  /** Zone in wire form to name of the upstream set. */
  readonly forward: readonly (readonly [Uint8Array, string])[];
  /** Warnings only. */
  readonly faults: readonly Fault[];
}

/** Prepares a configuration, or gives the faults that prevent it. */
export function prepare(config: Config): Prepared | { readonly faults: readonly Fault[] } {
  const faults = new FaultLog(config.file);
  checkRules(config, faults);
  const records = [...parseRecords(config, faults), ...readHostsFiles(config, faults)];
  const forward = config.forward.flatMap(({ zones, upstream }) =>
    zones.map((zone) => [parseName(zone), upstream] as const),
  );
  if (faults.hasErrors()) return { faults: faults.inOrder() };
  const house = compileHouseRules(config.policies, bypassNames());
  return { config, house, local: new LocalData(records), forward, faults: faults.inOrder() };
}

function checkRules(config: Config, faults: FaultLog): void {
  for (const policy of config.policies) {
    for (const [side, rules] of [
      ['block', policy.block.rules] as const,
      ['allow', policy.allow.rules] as const,
    ]) {
      for (const rule of rules) {
        const fault = rule.policy === policy.name ? checkRule(rule.text) : undefined;
        if (fault !== undefined) faults.error(rule.at, `policies.${policy.name}.${side}.rules`, fault);
      }
    }
  }
}

function parseRecords(config: Config, faults: FaultLog): LocalRecord[] {
  return config.records.flatMap(({ text, at }, index) => {
    try {
      return [parseZoneLine(text)];
    } catch (error) {
      faults.error(at, `records[${index}]`, error instanceof Error ? error.message : String(error));
      return [];
    }
  });
}

function readHostsFiles(config: Config, faults: FaultLog): LocalRecord[] {
  return config.hosts.flatMap(({ file, at }, index) => {
    try {
      const { records, skipped } = readHosts(readFileSync(file, 'utf8'));
      if (skipped > 0)
        faults.warn(
          at,
          `hosts[${index}]`,
          `${skipped} lines of ${file} are not "ADDRESS NAME..." and were skipped`,
        );
      return records;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      faults.error(
        at,
        `hosts[${index}]`,
        `${file} cannot be read (${reason}); write the path of a hosts file`,
      );
      return [];
    }
  });
}
