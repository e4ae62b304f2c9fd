// rad.conf(5) of OpenBSD: router advertisements that carry the resolver (RFC 8106) and nothing else.

import { REPLACES, comment, headingOf, titleOf } from '../comments.ts';
import { dhcpPlanOf, redirectionRemark } from './dhcp-plan.ts';
import { isOpenbsdInterface, notOpenbsd } from '../system/openbsd-names.ts';
import type { Generated, Plan } from '../plan.ts';

/** Makes rad.conf(5). */
export function radConf(plan: Plan): Generated {
  const found = dhcpPlanOf(plan, 6);
  if ('faults' in found) return found;
  const faults = found.vlans.flatMap(({ vlan }) => (isOpenbsdInterface(vlan) ? [] : [notOpenbsd(vlan)]));
  const again = found.vlans.filter(({ vlan }, index) =>
    found.vlans.slice(0, index).some((other) => other.vlan.interface === vlan.interface),
  );
  faults.push(
    ...again.map(
      ({ vlan }) =>
        `${vlan.place}.interface: ${vlan.interface} is that of another VLAN too, and advertisements go to all of its clients; name the VLAN that is to be told (vlandns generate rad NAME)`,
    ),
  );
  if (faults.length > 0) return { faults };
  const heading = headingOf(plan, {
    mark: '#',
    title: 'rad.conf(5): the IPv6 clients of each VLAN ask the listener of that VLAN.',
    install: [
      `Install: ${plan.call} > /etc/rad.conf`,
      '  rcctl enable rad; rcctl restart rad',
      REPLACES,
      'Another machine is taken for the router of these VLANs. Where it is this one, take away the lines',
      '"default router no" and "no auto prefix".',
      ...found.remarks,
    ],
    check: 'rad -n -f /etc/rad.conf',
  });
  const parts = found.vlans.map(
    ({
      vlan,
      resolver,
    }) => `${comment('#', [titleOf(vlan), ...redirectionRemark(vlan)])}interface ${vlan.interface} {
	default router no
	no auto prefix
	dns {
		nameserver ${resolver}
	}
}
`,
  );
  return { text: `${heading}${parts.join('\n')}` };
}
