// The configuration's subnets leave out the interface's own network: its clients are refused as strangers.

import { toNetwork } from '../../../addresses/prefix-text.ts';
import { isOverlapping } from '../../../addresses/prefix.ts';
import type { Finding, Scene } from '../../finding.ts';
import { here, whose } from '../../finding.ts';

/** Finds VLANs none of whose configured subnets has anything in common with an IPv4 network of the interface. */
export function subnetsMissInterface({ subjects, config }: Scene): Finding[] {
  if (config === undefined) return [];
  return subjects.flatMap((subject) => {
    const { link, subnets, vlan, hasOwnSubnets } = subject;
    const own = (link?.addresses ?? []).flatMap(({ address, prefixLength, family }) =>
      family === 4 ? (toNetwork(address, prefixLength) ?? []) : [],
    );
    if (link === undefined || !hasOwnSubnets || own.length === 0 || link.driver === 'lo') return [];
    const missed = own.filter((network) => !subnets.some((subnet) => isOverlapping(subnet, network)));
    if (missed.length < own.length) return [];
    const at = config.vlans.find(({ name }) => name === vlan)?.at;
    const written = subnets.map(({ text }) => text).join(', ');
    return [
      {
        id: 'subnets-miss-interface',
        layer: 'address',
        ...whose(subject),
        what: `${link.name} is in ${missed.map(({ text }) => text).join(', ')}, but the VLAN's subnets are ${written}: who asks from that network is refused`,
        sure: 'possible',
        evidence: [
          ...link.lines.filter(({ text }) => text.startsWith('inet ')),
          { source: config.file, line: at?.line ?? 0, text: `vlans.${vlan}: subnets: ${written}` },
        ],
        cure: [
          {
            on: 'this machine',
            say: 'write the right subnets, or `subnets: interface` to follow the interface, then `vlandns check && vlandns reload`',
          },
        ],
        prove: [here('vlandns status', 'the count under `wrong source` stays as it is')],
      },
    ];
  });
}
