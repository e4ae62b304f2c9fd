// A RouterOS script: the resolver of each DHCP network that is there already. Addresses are all that goes into it.

import { comment, headingOf, titleOf } from '../comments.ts';
import { dhcpPlanOf, redirectionRemark } from './dhcp-plan.ts';
import type { DhcpVlan } from './dhcp-plan.ts';
import type { Generated, Plan } from '../plan.ts';

/** Makes a RouterOS script. */
export function mikrotikScript(plan: Plan): Generated {
  const four = dhcpPlanOf(plan, 4);
  if ('faults' in four) return four;
  const six = dhcpPlanOf(plan, 6);
  const heading = headingOf(plan, {
    mark: '#',
    title: 'MikroTik RouterOS: the clients of each VLAN ask the listener of that VLAN.',
    install: [
      `Install: ${plan.call} > vlandns.rsc`,
      '  copy it to the router, then: /import vlandns.rsc',
      'It changes the networks of the DHCP server that are there, and tells which are not.',
      ...four.remarks,
    ],
    check: '/ip dhcp-server network print',
  });
  const advertised = 'faults' in six ? [] : six.vlans;
  return { text: `${heading}${[...four.vlans.map(networkText), ...advertised.map(advertised6)].join('\n')}` };
}

function networkText({ vlan, resolver, subnets }: DhcpVlan): string {
  const lines = subnets.map(({ prefix: { text } }) => {
    const find = `[/ip dhcp-server network find address=${text}]`;
    return (
      `:if ([:len ${find}] = 0) do={ :put "there is no DHCP network ${text}" } ` +
      `else={ /ip dhcp-server network set ${find} dns-server=${resolver} }\n`
    );
  });
  return `${comment('#', [titleOf(vlan), ...redirectionRemark(vlan)])}${lines.join('')}`;
}

/** The router's own name of the interface is not known here. */
function advertised6({ vlan, resolver }: DhcpVlan): string {
  return comment('#', [
    `${titleOf(vlan)}, IPv6: put the router's interface of this VLAN in place of INTERFACE, and take the mark away.`,
    `/ipv6 nd set [find interface=INTERFACE] advertise-dns=yes dns=${resolver}`,
  ]);
}
