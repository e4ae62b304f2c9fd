// Configurations of Kea, for DHCPv4 and DHCPv6. JSON with comments, which Kea takes.

import { REPLACES, headingOf, titleOf } from '../comments.ts';
import { ASSUMED, dhcpPlanOf, redirectionRemark } from './dhcp-plan.ts';
import type { DhcpPlan, DhcpSubnet, DhcpVlan } from './dhcp-plan.ts';
import type { Generated, Plan } from '../plan.ts';

/** One subnet of Kea's, as its configuration has it. */
type Json = Readonly<Record<string, unknown>>;

/** Makes the configuration of kea-dhcp4. */
export function keaFour(plan: Plan): Generated {
  const found = dhcpPlanOf(plan, 4);
  if ('faults' in found) return found;
  const heading = headingOf(plan, {
    mark: '//',
    title: 'Kea, DHCPv4: the clients of each VLAN ask the listener of that VLAN. For DHCPv6: generate kea6.',
    install: [`Install: ${plan.call} > /etc/kea/kea-dhcp4.conf`, REPLACES, ...remarksOf(found)],
    check: 'kea-dhcp4 -t /etc/kea/kea-dhcp4.conf',
  });
  return { text: `${heading}${toText({ Dhcp4: settings(found, 4) })}` };
}

/** Makes the configuration of kea-dhcp6. */
export function keaSix(plan: Plan): Generated {
  const found = dhcpPlanOf(plan, 6);
  if ('faults' in found) return found;
  const faults = found.vlans
    .filter(({ vlan }) => vlan.interface === undefined)
    .map(({ vlan }) => `${vlan.place}: ${NO_INTERFACE}`);
  if (faults.length > 0) return { faults };
  const heading = headingOf(plan, {
    mark: '//',
    title: 'Kea, DHCPv6: the clients of each VLAN ask the listener of that VLAN.',
    install: [
      `Install: ${plan.call} > /etc/kea/kea-dhcp6.conf`,
      REPLACES,
      'Clients ask for this only where router advertisements tell them to (flags O or M). Those that',
      'never do, such as Android, take the resolver from the advertisements: generate rad, or dnsmasq.',
      ...(found.vlans.some(({ vlan }) => vlan.isSubnetFollowed)
        ? ['The prefixes of IPv6 in here are those of now: make this anew when they change.']
        : []),
      ...remarksOf(found),
    ],
    check: 'kea-dhcp6 -t /etc/kea/kea-dhcp6.conf',
  });
  return { text: `${heading}${toText({ Dhcp6: settings(found, 6) })}` };
}

const NO_INTERFACE =
  'DHCPv6 has to be told the interface of the VLAN, and no interface here has an address of it; write interface: NAME, or run this on the machine that has one';

function remarksOf({ vlans, remarks }: DhcpPlan): string[] {
  const redirected = vlans.flatMap(({ vlan }) =>
    redirectionRemark(vlan).map((remark) => `${titleOf(vlan)}: ${remark}`),
  );
  return [...ASSUMED, ...redirected, ...remarks];
}

function settings({ vlans }: DhcpPlan, family: 4 | 6): Json {
  const single = vlans.filter(({ subnets }) => subnets.length === 1);
  const shared = vlans.filter(({ subnets }) => subnets.length > 1);
  const key = `subnet${family}`;
  const numbered = new Numbers();
  const interfaces = [...new Set(vlans.map(({ vlan }) => vlan.interface))];
  return {
    'interfaces-config': { interfaces: interfaces.includes(undefined) ? ['*'] : interfaces },
    'lease-database': { type: 'memfile', persist: true },
    'valid-lifetime': 43_200,
    [key]: single.flatMap((each) => subnetsOf(each, family, numbered)),
    'shared-networks': shared.map((each) => ({
      name: each.vlan.name,
      ...(family === 6 && { interface: each.vlan.interface }),
      [key]: subnetsOf(each, family, numbered),
    })),
  };
}

function subnetsOf({ vlan, resolver, subnets }: DhcpVlan, family: 4 | 6, numbers: Numbers): Json[] {
  return subnets.map((subnet) => ({
    id: numbers.next(vlan.id),
    subnet: subnet.prefix.text,
    ...(family === 6 && { interface: vlan.interface }),
    pools: subnet.pools.map(({ first, last }) => ({ pool: `${first} - ${last}` })),
    'option-data': optionsOf(subnet, resolver, family),
    'user-context': { vlan: vlan.name },
  }));
}

function optionsOf({ router }: DhcpSubnet, resolver: string, family: 4 | 6): Json[] {
  if (family === 6) return [{ name: 'dns-servers', data: resolver }];
  return [
    { name: 'domain-name-servers', data: resolver },
    { name: 'routers', data: router },
  ];
}

/** The numbers by which Kea ties leases to subnets: the VLAN's tag where that is free, since it does not change. */
class Numbers {
  readonly #taken = new Set<number>();
  #next = 10_000;

  next(tag: number | undefined): number {
    const number = tag === undefined || this.#taken.has(tag) ? (this.#next += 1) : tag;
    this.#taken.add(number);
    return number;
  }
}

function toText(value: Json): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
