// `trunks=` on a card whose bridge is not VLAN-aware: Proxmox then refuses to plug the card in, and the VM does not start
// (tap_plug of PVE::Network).

import type { Finding, Scene } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import { qmRestart, qmSet, wireOf } from '../../questions/wiring.ts';

/** Finds cards with trunks in a bridge with vlan_filtering off. */
export function trunksNeedFiltering({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const wire = wireOf(subject, evidence);
    const { bridge, trunks, tag } = wire?.nic ?? {};
    const filtering = evidence.all('vlan filtering').find((one) => one.bridge === bridge);
    if (wire === undefined || bridge === undefined || trunks === undefined || filtering?.on !== false)
      return [];
    return [
      {
        id: 'trunks-need-filtering',
        layer: 'bridge',
        ...whose(subject),
        what: `the card has trunks=${trunks}, but ${bridge} does not look at VLAN tags (vlan_filtering is 0): Proxmox does not start a VM with such a card`,
        sure: 'likely',
        evidence: [filtering.at, wire.nic.at],
        cure: [
          {
            on: 'host',
            say: `in /etc/network/interfaces, under \`iface ${bridge}\`: \`bridge-vlan-aware yes\` and \`bridge-vids 2-4094\``,
          },
          onHost('ifreload -a'),
          onHost(qmRestart(wire), 'its tap joined the bridge before that knew VLANs'),
          ...(tag === undefined
            ? [
                onHost(
                  qmSet(wire, { trunks: undefined }),
                  'or instead of all that: without trunks, every tag of the bridge goes to the VM',
                ),
              ]
            : []),
        ],
        cost: `every VM on ${bridge} has to be stopped and started, and the host's own address on ${bridge} may be gone for a moment`,
        prove: [
          onHost(`cat /sys/class/net/${bridge}/bridge/vlan_filtering`, '1'),
          onHost(`bridge vlan show dev ${wire.port ?? 'tap<VMID>i<N>'}`, `the VLANs of ${trunks} are listed`),
        ],
      },
    ];
  });
}
