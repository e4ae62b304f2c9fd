// dhcpd.conf(5) of OpenBSD, kept to what ISC's dhcpd takes as well.

import { REPLACES, comment, headingOf, titleOf } from '../comments.ts';
import { ASSUMED, dhcpPlanOf, redirectionRemark } from './dhcp-plan.ts';
import type { DhcpSubnet, DhcpVlan } from './dhcp-plan.ts';
import type { Generated, Plan } from '../plan.ts';

/** Makes dhcpd.conf(5). */
export function dhcpdConf(plan: Plan): Generated {
  const found = dhcpPlanOf(plan, 4);
  if ('faults' in found) return found;
  const interfaces = found.vlans.flatMap(({ vlan }) => vlan.interface ?? []);
  const text = headingOf(plan, {
    mark: '#',
    title: 'dhcpd.conf(5): the clients of each VLAN ask the listener of that VLAN.',
    install: [
      `Install: ${plan.call} > /etc/dhcpd.conf`,
      `  rcctl enable dhcpd; rcctl set dhcpd flags ${interfaces.join(' ') || 'INTERFACE ...'}; rcctl restart dhcpd`,
      REPLACES,
      ...ASSUMED,
      ...found.remarks,
    ],
    check: 'dhcpd -n -c /etc/dhcpd.conf (OpenBSD), dhcpd -t -cf FILE (ISC)',
  });
  const lease = 'authoritative;\ndefault-lease-time 43200;\nmax-lease-time 86400;\n';
  return { text: `${text}${lease}${found.vlans.map(vlanText).join('')}` };
}

function vlanText({ vlan, resolver, subnets }: DhcpVlan): string {
  const head = `\n${comment('#', [titleOf(vlan), ...redirectionRemark(vlan)])}`;
  // Subnets on one link have to be declared as shared: otherwise dhcpd knows only the one that its own address is in.
  const isShared = subnets.length > 1;
  const indent = isShared ? '\t' : '';
  const texts = subnets.map((subnet) => subnetText(subnet, resolver, indent)).join('');
  return isShared ? `${head}shared-network "${vlan.name}" {\n${texts}}\n` : `${head}${texts}`;
}

function subnetText(
  { prefix, netmask, router, pools }: DhcpSubnet,
  resolver: string,
  indent: string,
): string {
  const [network] = prefix.text.split('/');
  const lines = [
    `subnet ${network} netmask ${netmask} {`,
    `\toption domain-name-servers ${resolver};`,
    `\toption routers ${router};`,
    ...(pools.length === 0 ? ['\t# There is no address left for a range.'] : []),
    ...pools.map(({ first, last }) => `\trange ${first} ${last};`),
    '}',
  ];
  return lines.map((line) => `${indent}${line}\n`).join('');
}
