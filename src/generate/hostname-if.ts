// hostname.if(5) for the interface of one VLAN: up, with the address that the VLAN is served on.

import type { Prefix } from '../config/config.ts';
import { comment, headingOf, titleOf } from './comments.ts';
import { isOpenbsdInterface, notOpenbsd } from './openbsd-names.ts';
import type { Generated, Plan, VlanFacts } from './plan.ts';
import { contains } from './plan.ts';
import { hostOf, netmaskOf } from './pools.ts';

/** Where in its subnet an address is proposed: behind the first, which most networks give to their router. */
const PROPOSED = 2n;

/** Makes hostname.if(5); the plan has to be of one VLAN, since there is a file for each interface. */
export function hostnameIf(plan: Plan): Generated {
  const [vlan] = plan.vlans;
  if (vlan === undefined || plan.vlans.length > 1) throw new Error('hostname.if is made for one VLAN');
  if (!isOpenbsdInterface(vlan)) return { faults: [notOpenbsd(vlan)] };
  const heading = headingOf(plan, {
    mark: '#',
    title: `hostname.if(5) of ${vlan.interface}: ${titleOf(vlan)}.`,
    install: [
      `Install: ${plan.call} > /etc/hostname.${vlan.interface}; chmod 640 /etc/hostname.${vlan.interface}`,
      `  sh /etc/netstart ${vlan.interface}`,
    ],
    check: `ifconfig ${vlan.interface}`,
  });
  const lines = [...tagLines(vlan), ...addressLines(vlan, 4), ...addressLines(vlan, 6), 'up'];
  return { text: `${heading}${lines.map((line) => `${line}\n`).join('')}` };
}

/** vlan(4) has to be told its tag and what it lies on; frames on any other interface arrive without a tag. */
function tagLines({ interface: name, id, parent }: VlanFacts): string[] {
  if (!/^vlan[0-9]+$/.test(name ?? '')) return [];
  if (parent !== undefined && id !== undefined) return [`vnetid ${id} parent ${parent}`];
  const advice =
    'Put the tag and the interface that carries the tagged frames in here; that one has to be up, too.';
  return [commentLine(advice), `vnetid ${id ?? 'TAG'} parent ${parent ?? 'PARENT'}`];
}

function addressLines({ subnets, ownAddresses }: VlanFacts, family: 4 | 6): string[] {
  const found = subnets.filter((subnet) => subnet.family === family);
  // Nothing says that the VLAN has IPv6; of IPv4 that is taken for granted.
  if (found.length === 0)
    return family === 6
      ? []
      : [commentLine('The subnet is not known: the address is asked for by DHCP.'), 'inet autoconf'];
  return found.flatMap((subnet) => {
    const own = ownAddresses.filter(({ address }) => contains(subnet, address));
    const proposal = hostOf(subnet, PROPOSED);
    return own.length > 0
      ? own.map(({ address }) => addressLine(subnet, address))
      : [
          commentLine(`Proposed: ${proposal} of ${subnet.text}; take another where it is in use.`),
          addressLine(subnet, proposal),
        ];
  });
}

function addressLine(subnet: Prefix, address: string): string {
  return subnet.family === 4 ? `inet ${address} ${netmaskOf(subnet)}` : `inet6 ${address} ${subnet.length}`;
}

function commentLine(text: string): string {
  return comment('#', [text]).trimEnd();
}
