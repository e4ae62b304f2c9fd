// dnsmasq as DHCP server and router advertiser, its own DNS switched off.

import { comment, headingOf, titleOf } from '../comments.ts';
import { ASSUMED, dhcpPlanOf, redirectionRemark } from './dhcp-plan.ts';
import type { DhcpVlan } from './dhcp-plan.ts';
import type { Generated, Plan, VlanFacts } from '../plan.ts';

/** SLAAC works with this length only (RFC 4862 section 5.5.3, RFC 4291 section 2.5.1). */
const SLAAC_LENGTH = 64;

/** Makes dnsmasq.conf. */
export function dnsmasqConf(plan: Plan): Generated {
  const four = dhcpPlanOf(plan, 4);
  const six = dhcpPlanOf(plan, 6);
  // Either family may be missing altogether; a fault of a VLAN stands in at least one of the plans.
  const told = [four, six].flatMap((each) => ('faults' in each ? each.faults : []));
  const wrong = told.filter((fault) => plan.vlans.some(({ place }) => fault.startsWith(place)));
  const faults = [...new Set('faults' in four && 'faults' in six ? told : wrong)];
  if (faults.length > 0) return { faults };
  const fours = 'faults' in four ? [] : four.vlans;
  const sixes = 'faults' in six ? [] : six.vlans;
  const passing = plan.vlans.filter(
    (vlan) => isPassingOnly(vlan) && !sixes.some((each) => each.vlan === vlan),
  );
  const heading = headingOf(plan, {
    mark: '#',
    title: 'dnsmasq.conf: the clients of each VLAN ask the listener of that VLAN.',
    install: [`Install: ${plan.call} > /etc/dnsmasq.d/vlandns.conf`, ...ASSUMED],
    check: 'dnsmasq --test -C FILE',
  });
  const common = [
    '# No DNS: port 53 belongs to vlandns.',
    'port=0',
    'dhcp-authoritative',
    ...(sixes.some(isSlaac) || passing.length > 0 ? ['enable-ra'] : []),
  ];
  const parts = plan.vlans.map((vlan) => [
    ...fours.filter((each) => each.vlan === vlan).flatMap(fourLines),
    ...sixes.filter((each) => each.vlan === vlan).flatMap(sixLines),
    ...passing.filter((each) => each === vlan).flatMap(passingLines),
  ]);
  const sections = plan.vlans.flatMap((vlan, index) => {
    const lines = parts[index] ?? [];
    const remarks =
      lines.length === 0 ? ['It is left out: it has no subnet of clients.'] : redirectionRemark(vlan);
    return `\n${comment('#', [titleOf(vlan), ...remarks])}${toLines(lines)}`;
  });
  return { text: `${heading}${toLines(common)}${sections.join('')}` };
}

/** A tag for each subnet that is none of dnsmasq's own, such as `known`: it has a dot, as no VLAN's name has. */
function tagOf({ vlan }: DhcpVlan, index: number): string {
  return `vlan-${vlan.name}${index === 0 ? '' : `.${index + 1}`}`;
}

function fourLines(each: DhcpVlan): string[] {
  return each.subnets.flatMap(({ pools, netmask, router }, index) => {
    const tag = tagOf(each, index);
    return [
      ...pools.map(({ first, last }) => `dhcp-range=set:${tag},${first},${last},${netmask},12h`),
      `dhcp-option=tag:${tag},option:router,${router}`,
      `dhcp-option=tag:${tag},option:dns-server,${each.resolver}`,
    ];
  });
}

/** The interface has to be known: `ra-param=*` would take the router's role from every interface of the machine. */
function isSlaac({ vlan, subnets }: DhcpVlan): boolean {
  return vlan.interface !== undefined && subnets.some(({ prefix }) => prefix.length === SLAAC_LENGTH);
}

function sixLines(each: DhcpVlan): string[] {
  const { subnets, resolver, vlan } = each;
  if (vlan.interface === undefined)
    return ['# IPv6: left out, since no interface here has an address of it; write interface: NAME.'];
  if (!isSlaac(each)) return ['# IPv6: no /64 among its subnets, so addresses cannot be advertised.'];
  return [
    '# IPv6 by router advertisements, with the resolver in them (RFC 8106). A lifetime of 0: this machine is',
    '# not the router. Where it is, take ra-param away.',
    `ra-param=${vlan.interface},0,0`,
    ...(vlan.isSubnetFollowed
      ? [`dhcp-range=set:${tagOf(each, 0)},::,constructor:${vlan.interface},ra-stateless,64,12h`]
      : []),
    ...(vlan.isSubnetFollowed ? [`dhcp-option=tag:${tagOf(each, 0)},option6:dns-server,[${resolver}]`] : []),
    ...subnets
      .filter(({ prefix }) => prefix.length === SLAAC_LENGTH && !vlan.isSubnetFollowed)
      .flatMap(({ prefix }, index) => [
        `dhcp-range=set:${tagOf(each, index)},${prefix.text.replace(/\/.*/, '')},ra-stateless,64,12h`,
        `dhcp-option=tag:${tagOf(each, index)},option6:dns-server,[${resolver}]`,
      ]),
  ];
}

/** Whether only the interface of a VLAN's IPv6 is certain: its prefixes and addresses may change. */
function isPassingOnly({ isSubnetFollowed, hasPassing, isFollowed, port }: VlanFacts): boolean {
  return isFollowed && isSubnetFollowed && hasPassing && port === 53;
}

// For dnsmasq `::` is the interface's prefix at the time, and `[::]` its address in it.
function passingLines({ name, interface: link }: VlanFacts): string[] {
  return [
    '# IPv6 by router advertisements, with what prefix and address the interface has then: dnsmasq follows them.',
    `ra-param=${link},0,0`,
    `dhcp-range=set:vlan-${name},::,constructor:${link},ra-stateless,64,12h`,
    `dhcp-option=tag:vlan-${name},option6:dns-server,[::]`,
  ];
}

function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
