// The prefixes of an interface as subnets of its VLAN (`subnets: interface`).
import type { Prefix } from '../config/config.ts';
import type { LinkState } from '../links/link-state.ts';
import { toClientAddress } from '../addresses/client-address.ts';
import type { InterfacePrefix } from '../listeners/vlans/vlan-plan.ts';

/** The prefixes that an interface's addresses lie in, host bits cleared. */
export function toPrefixes(addresses: readonly InterfacePrefix[]): Prefix[] {
  return addresses.flatMap(({ address, family, prefixLength }) => {
    const parsed = toClientAddress(address.replace(/%.*/, ''));
    if (parsed === undefined) return [];
    const words = [...parsed.words].map((word, index) => (word & maskOf(prefixLength - index * 32)) >>> 0);
    const [a = 0, b = 0, c = 0, d = 0] = words;
    return [{ family, words: [a, b, c, d], length: prefixLength, text: `${address}/${prefixLength}` }];
  });
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

function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - bits)) >>> 0;
}
