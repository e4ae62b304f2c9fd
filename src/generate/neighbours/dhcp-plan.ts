// What every DHCP server and router advertiser has to know of a VLAN: the resolver that its clients shall ask, its subnets,
// and the addresses to lease. The rule: a resolver is never guessed; a router and a pool are, and the output says so.

import type { Prefix } from '../../addresses/prefix.ts';
import type { Generated, Plan, VlanFacts } from '../plan.ts';
import { isLoopback } from '../../addresses/address-scope.ts';
import { contains, prefixOf } from '../plan.ts';
import { isInside, isOverlapping } from '../../addresses/prefix.ts';
import { firstHost, netmaskOf, poolsOf } from './pools.ts';
import type { Pool } from './pools.ts';

/** A subnet and what DHCP gives to its clients. */
export interface DhcpSubnet {
  readonly prefix: Prefix;
  /** The IPv4 mask with dots; empty for IPv6. */
  readonly netmask: string;
  /** The router that is assumed: the first address of the subnet. */
  readonly router: string;
  readonly pools: readonly Pool[];
}

/** A VLAN and what DHCP gives to its clients, for one family. */
export interface DhcpVlan {
  readonly vlan: VlanFacts;
  readonly resolver: string;
  /** At least one. */
  readonly subnets: readonly DhcpSubnet[];
}

/** The VLANs of a plan for one family, and remarks on those that have none of it, a line each. */
export interface DhcpPlan {
  readonly vlans: readonly DhcpVlan[];
  readonly remarks: readonly string[];
}

/** The port that DHCP and router advertisements mean: they have no room for another. */
const DNS_PORT = 53;

/** Collects what a DHCP server has to know, or the faults that prevent it, those of all VLANs. */
export function dhcpPlanOf(plan: Plan, family: 4 | 6): DhcpPlan | Extract<Generated, { faults: unknown }> {
  const vlans: DhcpVlan[] = [];
  const remarks: string[] = [];
  const faults: string[] = [];
  for (const vlan of plan.vlans) {
    const prefixes = clientPrefixes(vlan, family);
    const resolver = resolverOf(vlan, family);
    const fault = faultOf(vlan);
    if (fault !== undefined) faults.push(`${vlan.place}: ${fault}`);
    else if (prefixes.length === 0) remarks.push(leftOut(vlan, `it has no subnet of IPv${family} clients`));
    else if (resolver === undefined) remarks.push(leftOut(vlan, noResolver(vlan, family)));
    else vlans.push({ vlan, resolver, subnets: prefixes.map((prefix) => toSubnet(vlan, prefix)) });
  }
  faults.push(...sharedSubnets(vlans));
  if (faults.length > 0) return { faults };
  if (vlans.length === 0) return { faults: remarks.map((remark) => `${plan.file}: error: ${remark}`) };
  return { vlans, remarks };
}

function noResolver({ hasPassing, interface: name }: VlanFacts, family: 4 | 6): string {
  return family === 6 && hasPassing
    ? `the addresses of IPv6 that ${name ?? 'its interface'} has may be others tomorrow (autoconf, temporary); give it one that stays, such as one of a ULA prefix (RFC 4193)`
    : `no address of IPv${family} can be asked there`;
}

// A DHCP server tells clients apart by their subnet alone.
function sharedSubnets(vlans: readonly DhcpVlan[]): string[] {
  return vlans.flatMap(({ vlan, subnets }, index) =>
    vlans.slice(0, index).flatMap((other) =>
      subnets.flatMap(({ prefix }) => {
        const shared = other.subnets.find((one) => isOverlapping(one.prefix, prefix));
        return shared === undefined
          ? []
          : [
              `${vlan.place}: ${prefix.text} is a subnet of VLAN ${other.vlan.name} too (${shared.prefix.text}), and DHCP cannot tell their clients apart; name the VLAN that most of them are in (vlandns generate WHAT ${other.vlan.name}), and give the address of the other to its clients one by one, by reservations`,
            ];
      }),
    ),
  );
}

/** The VLAN's prefixes, without those of one or two addresses, loopback, and those inside another of its prefixes. */
function clientPrefixes({ subnets }: VlanFacts, family: 4 | 6): Prefix[] {
  const most = family === 4 ? 30 : 126;
  const all = subnets.filter(
    (subnet) =>
      subnet.family === family && subnet.length <= most && !isLoopback(subnet.text.replace(/\/.*/, '')),
  );
  return all.filter((one) => !all.some((other) => other.length < one.length && isInside(one, other)));
}

/**
 * The address that clients shall ask: that of a listener on port 53, or where the listeners are behind a redirection, this
 * machine's address in the VLAN.
 */
function resolverOf(vlan: VlanFacts, family: 4 | 6): string | undefined {
  const direct = vlan.listeners.filter(({ address, port }) => port === DNS_PORT && !isLoopback(address));
  const candidates = direct.length > 0 ? direct : vlan.ownAddresses;
  const ofFamily = candidates
    .filter((listener) => listener.family === family)
    .map(({ address }) => address)
    .toSorted((one, other) => (vlan.isFollowed ? identifierOf(one) - identifierOf(other) : 0));
  return ofFamily.find((address) => vlan.subnets.some((subnet) => contains(subnet, address))) ?? ofFamily[0];
}

/**
 * The interface identifier of an IPv6 address (RFC 4291 section 2.5.1), 0 for IPv4. An address that a person chose has a small
 * one; those that a machine makes for itself are large, and may change (RFC 7217, RFC 8981).
 */
function identifierOf(address: string): number {
  const { family, words } = prefixOf(address);
  return family === 4 ? 0 : words[2] * 2 ** 32 + words[3];
}

/** Whether clients reach the listeners through a redirection only. */
function isRedirected({ listeners }: VlanFacts): boolean {
  return (
    listeners.length > 0 && listeners.every(({ address, port }) => port !== DNS_PORT || isLoopback(address))
  );
}

/** Why nothing can be generated for a VLAN; lacking one family is no fault. */
function faultOf(vlan: VlanFacts): string | undefined {
  if (vlan.isFollowed && vlan.listeners.length === 0)
    return `its address is not known: ${unknownAddress(vlan)}`;
  const families = ([4, 6] as const).filter((family) => clientPrefixes(vlan, family).length > 0);
  if (families.length === 0 || families.some((family) => resolverOf(vlan, family) !== undefined))
    return undefined;
  const where = families.flatMap((family) => clientPrefixes(vlan, family)).map(({ text }) => text);
  const asked = vlan.listeners.map(({ address, port }) => `${address} port ${port}`).join(' or ');
  return `its clients cannot ask ${asked}; give this machine an address in ${where.join(' or ')} and redirect port 53 of it (vlandns generate pf), or listen on such an address and port 53`;
}

/** Why the address of an interface is not known, and what to do. */
export function unknownAddress({ interface: name, trouble, hasPassing }: VlanFacts): string {
  if (hasPassing)
    return `${name} has only addresses that may be others tomorrow (autoconf, temporary); give it one that stays, or write listen: [ADDRESS] in place of interface:`;
  return `${trouble ?? `${name} has no address here`}; or run this on the machine that serves the VLAN, or write listen: [ADDRESS] in place of interface:`;
}

function leftOut({ name }: VlanFacts, why: string): string {
  return `VLAN ${name} is left out: ${why}.`;
}

function toSubnet(vlan: VlanFacts, prefix: Prefix): DhcpSubnet {
  const router = firstHost(prefix);
  const own = [...vlan.listeners, ...vlan.ownAddresses].map(({ address }) => prefixOf(address));
  return {
    prefix,
    netmask: prefix.family === 4 ? netmaskOf(prefix) : '',
    router,
    pools: poolsOf(prefix, [prefixOf(router), ...own, ...vlan.exceptions]),
  };
}

/** What the head of every DHCP output says about its assumptions. */
export const ASSUMED: readonly string[] = [
  'Routers and ranges are proposals: the router is the first address of each subnet, the range lies',
  'in the middle of it and leaves out what the configuration names. Put in those of your network.',
];

/** The remarks for a VLAN whose clients need a redirection, or whose address comes from another machine. */
export function redirectionRemark(vlan: VlanFacts): readonly string[] {
  return [
    ...(isRedirected(vlan) ? ['Port 53 of this address has to be redirected: vlandns generate pf.'] : []),
    ...(vlan.autoconf.includes(4) && vlan.listeners.some(({ family }) => family === 4)
      ? [
          `${vlan.interface} has its address of IPv4 from DHCP: reserve it there, or write it into hostname.if(5).`,
        ]
      : []),
  ];
}
