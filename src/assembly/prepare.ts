// What can be made of a configuration without lists, network or sockets: house rules, local data, forward zones. Every
// fault found on the way has its place in the file, so that check tells it before the network does.
import { FaultLog } from '../config/config-error.ts';
import type { Fault } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { parseName } from '../dns/name-text.ts';
import { compileHouseRules } from '../policy/compile-policies.ts';
import type { HouseRules } from '../policy/compile-policies.ts';
import { checkRule } from '../policy/rule-check.ts';
import { bypassNames } from '../packaged/bypass-names.ts';
import { readLocalData } from './local-files.ts';
import type { LocalReading } from './local-files.ts';

/** A configuration with what was made of it. */
export interface Prepared {
  readonly config: Config;
  readonly house: HouseRules;
  readonly local: LocalReading;
  /** Zone in wire form to name of the upstream set. */
  readonly forward: readonly (readonly [Uint8Array, string])[];
  /** Warnings only. */
  readonly faults: readonly Fault[];
}

/** Prepares a configuration, or gives the faults that prevent it. What is as it was in the one before is taken from there. */
export async function prepare(
  config: Config,
  before?: Prepared,
): Promise<Prepared | { readonly faults: readonly Fault[] }> {
  const faults = new FaultLog(config.file);
  checkRules(config, faults);
  const local = await readLocalData(config, faults, before?.local);
  const forward = config.forward.flatMap(({ zones, upstream }) =>
    zones.map((zone) => [parseName(zone), upstream] as const),
  );
  if (faults.hasErrors()) return { faults: faults.inOrder() };
  const house = compileHouseRules(config.policies, bypassNames());
  return { config, house, local, forward, faults: faults.inOrder() };
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
