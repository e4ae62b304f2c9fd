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

/** The prefixes of the interface of that name; none where there is no such interface. */
export function prefixesOfLink(links: readonly LinkState[], name: string | undefined): Prefix[] {
  return toPrefixes(links.find((link) => link.name === name)?.addresses ?? []);
}
