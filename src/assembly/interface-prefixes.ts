// The prefixes of an interface as subnets of its VLAN (`subnets: interface`).
import type { Prefix } from '../addresses/prefix.ts';
import type { LinkState } from '../links/link-state.ts';
import { toNetwork } from '../addresses/prefix-text.ts';
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
