// Entries that make no difference as things are: what they are about was taken out of the configuration, or its time has not
// come by the clock. The rule: they are kept, since a configuration comes back, and told.
import { holdsAt, scopeToText } from './desk-entry.ts';
import type { DeskEntry } from './desk-entry.ts';
import { vlansOfScope } from './desk-scope.ts';
import type { DeskNetwork } from './desk-scope.ts';
import type { KnownServices } from './desk-subject.ts';

/** Why an entry is without effect; undefined where it has one. */
export function lackOf(entry: DeskEntry, network: DeskNetwork, { names }: KnownServices): string | undefined {
  const { scope, subject } = entry;
  const isPolicy = scope.kind === 'policy';
  const isThere = network.config.policies.some(({ name }) => isPolicy && name === scope.name);
  if (!isThere && vlansOfScope(scope, network).length === 0)
    return scope.kind === 'address'
      ? `no VLAN has a subnet with ${scope.name}`
      : `the configuration has no ${scopeToText(scope)}`;
  if (subject.kind === 'service' && !names.includes(subject.name))
    return `there is no service ${subject.name}`;
  return undefined;
}

/** Why an entry does not hold although its time has not passed; undefined where it holds. */
export function clockLackOf(entry: DeskEntry, unixMs: number): string | undefined {
  return holdsAt(entry, unixMs) || unixMs >= entry.untilMs
    ? undefined
    : `it was made at ${new Date(entry.fromMs).toISOString()}, which the clock says is to come`;
}
