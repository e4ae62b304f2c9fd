// Which policy holds for a client: the listener has said which VLAN it is, the source must agree.
import type { Policy } from './policy.ts';
import type { Address, PrefixMap } from './prefix-map.ts';

/** A VLAN as queries meet it. */
export interface Vlan {
  readonly name: string;
  /** The prefixes that its clients have. */
  readonly subnets: PrefixMap;
  /** Exceptions inside the VLAN: prefix to index in clientPolicies. */
  readonly clients: PrefixMap;
  readonly clientPolicies: readonly Policy[];
  readonly policy: Policy;
}

/** The policy for a source address, or undefined where the source is not of this VLAN. */
export function selectPolicy(vlan: Vlan, source: Address): Policy | undefined {
  if (vlan.subnets.find(source) < 0) return undefined;
  const exception = vlan.clients.find(source);
  return exception < 0 ? vlan.policy : vlan.clientPolicies[exception];
}
