// Which policy applies to a client: the listener gives the VLAN, and the source address must be in its subnets.
import type { LocalLayers } from '../local/local-layers.ts';
import type { Policy } from './policy.ts';
import type { PrefixMap } from '../addresses/prefix-map.ts';
import type { Address } from '../addresses/prefix.ts';

/** A VLAN, prepared for queries. */
export interface Vlan {
  readonly name: string;
  /** The prefixes that its clients have. */
  readonly subnets: PrefixMap;
  /** Exceptions inside the VLAN: prefix to index in clientPolicies. */
  readonly clients: PrefixMap;
  readonly clientPolicies: readonly Policy[];
  /** The name of each, if it has one. */
  readonly clientNames: readonly (string | undefined)[];
  /** The same as the end of an Extended DNS Error's text: ", client NAME" in UTF-8. */
  readonly clientNotes: readonly (Uint8Array | undefined)[];
  /** The MAC of each that is known by one: its addresses follow from leases and neighbours. */
  readonly clientMacs: readonly (string | undefined)[];
  /** Whether devices have exceptions by their MACs: then any address may be, or become, that of one. */
  readonly hasDevices: boolean;
  readonly policy: Policy;
  /** The local data that its clients see; the same object for all VLANs that have none of their own. */
  readonly local: LocalLayers;
}

/** The policy for a source address, or undefined where the source is not of this VLAN. */
export function selectPolicy(vlan: Vlan, source: Address): Policy | undefined {
  if (vlan.subnets.find(source) < 0) return undefined;
  const exception = vlan.clients.find(source);
  return exception < 0 ? vlan.policy : vlan.clientPolicies[exception];
}

/** The place of a client among the exceptions of its VLAN; -1 where it is none. */
export function exceptionOf(vlan: Vlan, source: Address): number {
  return vlan.clients.find(source);
}

/** The end of an Extended DNS Error's text for a client of that name. */
export function clientNote(name: string | undefined): Uint8Array | undefined {
  return name === undefined ? undefined : new TextEncoder().encode(`, client ${name}`);
}
