// A bridge that does not look at tags, with the tap of a tagged card in it. (Usually Proxmox makes a bridge of its own for
// the tag then, vmbr1v40, and all is well.)

import { isVlanAware } from '../../questions/bridge-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import { hostPort, qmRestart, wireOf } from '../../questions/wiring.ts';

/** Finds tagged cards in a bridge with vlan_filtering off. */
export function vlanFilteringOff({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const wire = wireOf(subject, evidence);
    const { bridge, tag } = wire?.nic ?? {};
    if (wire === undefined || bridge === undefined || tag === undefined) return [];
    // With trunks the card cannot be plugged in at all: trunks-need-filtering.ts.
    if (wire.nic.trunks !== undefined) return [];
    const filtering = evidence.all('vlan filtering').find((one) => one.bridge === bridge);
    const port = hostPort(evidence, wire.port);
    if (isVlanAware(evidence, bridge) !== false || filtering === undefined || port?.master !== bridge)
      return [];
    return [
      {
        id: 'vlan-filtering-off',
        layer: 'bridge',
        ...whose(subject),
        what: `${bridge} does not look at VLAN tags (vlan_filtering is 0), and ${port.port} is in it: tag=${tag} of the card has no effect, the VM gets what is untagged on the wire`,
        sure: 'certain',
        evidence: [filtering.at, port.at, wire.nic.at],
        cure: [
          {
            on: 'host',
            say: `in /etc/network/interfaces, under \`iface ${bridge}\`: \`bridge-vlan-aware yes\` and \`bridge-vids 2-4094\``,
          },
          onHost('ifreload -a'),
          onHost(qmRestart(wire), 'its tap joined the bridge before that knew VLANs'),
        ],
        cost: `every VM on ${bridge} has to be stopped and started, and the host's own address on ${bridge} may be gone for a moment`,
        prove: [
          onHost(`cat /sys/class/net/${bridge}/bridge/vlan_filtering`, '1'),
          onHost(`bridge vlan show dev ${port.port}`, `${tag} PVID Egress Untagged`),
        ],
      },
    ];
  });
}
