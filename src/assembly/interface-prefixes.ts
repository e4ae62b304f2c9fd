// The prefixes of an interface as subnets of its VLAN (`subnets: interface`).
import type { Prefix } from '../addresses/prefix.ts';
import { PrefixMap } from '../addresses/prefix-map.ts';
import type { VlanPlace } from '../clients/gather-clients.ts';
import type { Config } from '../config/config.ts';
import type { LinkState } from '../links/link-state.ts';
import { toNetwork } from '../addresses/prefix-text.ts';
import type { InterfacePrefixes } from './inputs.ts';
import type { InterfacePrefix } from '../listeners/vlans/vlan-plan.ts';

/** The prefixes that an interface's addresses lie in, host bits cleared. */
export function toPrefixes(addresses: readonly InterfacePrefix[]): Prefix[] {
  return addresses.flatMap(
    ({ address, prefixLength }) => toNetwork(address.replace(/%.*/, ''), prefixLength) ?? [],
  );
}

/** The prefixes of these interfaces, as far as they have any now. */
export function prefixesByName(
  links: readonly LinkState[],
  names: readonly (string | undefined)[],
): ReadonlyMap<string, readonly Prefix[]> {
  const found = new Map<string, readonly Prefix[]>();
  for (const name of names) {
    const prefixes = prefixesOfLink(links, name);
    if (name !== undefined && prefixes.length > 0) found.set(name, prefixes);
  }
  return found;
}

/** The prefixes of the interface of that name; none where there is no such interface. */
export function prefixesOfLink(links: readonly LinkState[], name: string | undefined): Prefix[] {
  return toPrefixes(links.find((link) => link.name === name)?.addresses ?? []);
}

/** The subnets of a VLAN: those that are written, or those of its interface. */
export function subnetsOf(vlan: Config['vlans'][number], prefixes: InterfacePrefixes): readonly Prefix[] {
  if (vlan.subnets !== 'interface') return vlan.subnets;
  return prefixes.get(vlan.interface ?? '') ?? [];
}

/** The VLANs of a configuration as places of clients. */
export function toVlanPlaces({ vlans }: Pick<Config, 'vlans'>, prefixes: InterfacePrefixes): VlanPlace[] {
  return vlans.map((vlan) => ({
    name: vlan.name,
    link: vlan.interface,
    subnets: new PrefixMap(subnetsOf(vlan, prefixes).map((prefix) => [prefix, 0] as const)),
  }));
}

/** Reads the interfaces of these names, and others where that is not more work. */
export type ReadLinks = (names: readonly string[]) => Promise<LinkState[]>;

/**
 * The prefixes of interfaces as they are known, and of these VLANs as they are now: a VLAN knows its subnets before its first
 * query, not just after its sockets are open.
 */
export async function readPrefixes(
  { vlans }: Pick<Config, 'vlans'>,
  known: InterfacePrefixes,
  readLinks: ReadLinks,
): Promise<InterfacePrefixes> {
  const names = vlans.flatMap(({ interface: name }) => name ?? []);
  if (names.length === 0) return known;
  return new Map([...known, ...prefixesByName(await readLinks(names), names)]);
}
