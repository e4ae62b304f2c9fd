// A RouterOS script for a router in front of vlandns: port 53 of each VLAN goes to its listener, ways around the filter are
// blocked. Its rules match clients by address, since the router's interface names are not known here.

import { comment, headingOf, titleOf } from '../comments.ts';
import { dhcpPlanOf } from '../neighbours/dhcp-plan.ts';
import type { DhcpVlan } from '../neighbours/dhcp-plan.ts';
import { DNS_PORT } from './firewall-plan.ts';
import type { Generated, Plan, VlanFacts } from '../plan.ts';
import { contains } from '../plan.ts';

const TRANSPORTS = ['udp', 'tcp'] as const;

/** Makes a RouterOS script. */
export function mikrotikFirewall(plan: Plan): Generated {
  const four = dhcpPlanOf(plan, 4);
  const six = dhcpPlanOf(plan, 6);
  if ('faults' in four && 'faults' in six) return four;
  const fours = 'faults' in four ? [] : four.vlans;
  const sixes = 'faults' in six ? [] : six.vlans;
  const heading = headingOf(plan, {
    mark: '#',
    title:
      'MikroTik RouterOS: stray DNS goes to the listener of its VLAN, ways around the filter are closed.',
    install: [
      `Install: ${plan.call} > vlandns-firewall.rsc`,
      '  copy it to the router, then: /import vlandns-firewall.rsc',
      'It takes the place of what it made before, known by its comments, and puts rules at the end: move those of',
      '/ip firewall filter above rules that accept what goes out. Established connections go on as they are.',
      'Where a listener is in the subnet of its clients, answers have to come back through the router: such',
      'queries reach vlandns from the address of the router, and rules for single clients do not hold for them.',
    ],
    check: '/ip firewall nat print where comment~"^vlandns"',
  });
  const blocked = [...fours, ...sixes].filter(({ vlan }) => vlan.bypass === 'block');
  const parts = [
    removals(sixes.length > 0),
    ownAddresses(plan, sixes.length > 0),
    blocked.length === 0 ? '' : resolversOf(plan.resolvers, sixes.length > 0),
    ...fours.map(natOf),
    ...fours.map((each) => waysOf(each, 4)),
    ...sixes.map((each) => straysOf(each)),
    ...sixes.map((each) => waysOf(each, 6)),
  ];
  return { text: `${heading}${parts.filter((part) => part !== '').join('\n')}` };
}

function removals(hasSix: boolean): string {
  const menus = [
    '/ip firewall nat',
    '/ip firewall filter',
    '/ip firewall address-list',
    ...(hasSix ? ['/ipv6 firewall filter', '/ipv6 firewall address-list'] : []),
  ];
  return toLines(menus.map((menu) => `${menu} remove [find comment~"^vlandns"]`));
}

/** The addresses of vlandns itself, whose queries to its upstreams pass, whichever address it asks from. */
function ownAddresses({ vlans }: Plan, hasSix: boolean): string {
  const own = vlans.flatMap(({ listeners, ownAddresses: more }) => [...listeners, ...more]);
  const addresses = new Set(own.filter(({ family }) => family === 4 || hasSix).map(({ address }) => address));
  const lines = [...addresses].map((address) =>
    address.includes(':')
      ? `/ipv6 firewall address-list add address=${address}/128 comment="vlandns" list=vlandns-self`
      : `/ip firewall address-list add address=${address} comment="vlandns" list=vlandns-self`,
  );
  return `${comment('#', ['vlandns itself, which asks its upstreams: add what other addresses this machine asks from.'])}${toLines(lines)}`;
}

function resolversOf(resolvers: readonly string[], hasSix: boolean): string {
  const lines = resolvers.flatMap((address) => {
    const menu = address.includes(':') ? '/ipv6' : '/ip';
    if (menu === '/ipv6' && !hasSix) return [];
    const whole = menu === '/ipv6' && !address.includes('/') ? `${address}/128` : address;
    return [`${menu} firewall address-list add address=${whole} comment="vlandns" list=vlandns-doh`];
  });
  return `${comment('#', ['Public resolvers that also answer over HTTPS, TLS or QUIC: config/bypass/addresses.txt.'])}${toLines(lines)}`;
}

function natOf({ vlan, resolver, subnets }: DhcpVlan): string {
  const port = portOf(vlan, resolver);
  const rules = subnets.flatMap(({ prefix }) =>
    TRANSPORTS.flatMap((protocol) => {
      const common = `comment="vlandns ${vlan.name}"`;
      const what = `protocol=${protocol} ${clientsOf(prefix.text)}`;
      const stray = port === DNS_PORT ? ` dst-address=!${resolver}` : '';
      const hairpin = `/ip firewall nat add action=masquerade chain=srcnat ${common} dst-address=${resolver} dst-port=${port} ${what}`;
      return [
        `/ip firewall nat add action=dst-nat chain=dstnat ${common}${stray} dst-port=${DNS_PORT} ${what} to-addresses=${resolver}${port === DNS_PORT ? '' : ` to-ports=${port}`}`,
        ...(contains(prefix, resolver) ? [hairpin] : []),
      ];
    }),
  );
  return `${comment('#', [`${titleOf(vlan)}, bypass: ${vlan.bypass}`])}${toLines(rules)}`;
}

/** Stray queries over IPv6 are rejected: clients then ask the resolver that they were given. */
function straysOf({ vlan, resolver, subnets }: DhcpVlan): string {
  const rules = subnets.flatMap(({ prefix }) =>
    TRANSPORTS.map(
      (protocol) =>
        `/ipv6 firewall filter add action=reject chain=forward comment="vlandns ${vlan.name}" dst-address=!${resolver}/128 dst-port=${DNS_PORT} protocol=${protocol} ${rejectWith(protocol)} ${clientsOf(prefix.text)}`,
    ),
  );
  const title = `${titleOf(vlan)}, IPv6${vlan.isSubnetFollowed ? ': its prefix is that of now' : ''}`;
  return `${comment('#', [title])}${toLines(rules)}`;
}

function waysOf({ vlan, subnets }: DhcpVlan, family: 4 | 6): string {
  if (vlan.bypass !== 'block') return '';
  const menu = family === 4 ? '/ip' : '/ipv6';
  const rules = subnets.flatMap(({ prefix }) =>
    TRANSPORTS.flatMap((protocol) => {
      const head = `${menu} firewall filter add action=reject chain=forward comment="vlandns ${vlan.name}"`;
      const tail = `protocol=${protocol} ${rejectWith(protocol)} ${clientsOf(prefix.text)}`;
      return [`${head} dst-port=853 ${tail}`, `${head} dst-address-list=vlandns-doh ${tail}`];
    }),
  );
  return `${comment('#', [`${titleOf(vlan)}, IPv${family}: ways around the filter`])}${toLines(rules)}`;
}

function clientsOf(prefix: string): string {
  return `src-address=${prefix} src-address-list=!vlandns-self`;
}

function rejectWith(protocol: (typeof TRANSPORTS)[number]): string {
  return `reject-with=${protocol === 'tcp' ? 'tcp-reset' : 'icmp-port-unreachable'}`;
}

/** The port of the listener; behind a redirection of this machine's own it is asked on 53. */
function portOf({ listeners }: VlanFacts, resolver: string): number {
  return listeners.find(({ address }) => address === resolver)?.port ?? DNS_PORT;
}

function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
