// The card's tag on the host is not the VLAN's id in the configuration.

import type { Finding, Scene } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import { qmSet, wireOf } from '../../questions/wiring.ts';

/** Finds cards in another VLAN than the configuration says. */
export function wrongTag({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const wire = wireOf(subject, evidence);
    const tag = wire?.nic.tag;
    // With a vlan(4) in the VM, a tag on the card at all is the fault: double-tagging.ts.
    if (wire === undefined || tag === undefined || subject.id === undefined || tag === subject.id) return [];
    if (subject.link?.vlanId !== undefined) return [];
    return [
      {
        id: 'wrong-tag',
        layer: 'tap',
        ...whose(subject),
        what: `the host puts ${subject.interface ?? `net${wire.nic.index}`} into VLAN ${tag}, the configuration says that ${subject.vlan ?? 'it'} is VLAN ${subject.id}`,
        sure: 'likely',
        evidence: [wire.nic.at, ...wire.shown],
        cure: [
          onHost(qmSet(wire, { tag: String(subject.id) }), 'where the configuration is right'),
          { on: 'this machine', say: `or \`id: ${tag}\` in the configuration, where the host is` },
        ],
        prove: [
          onHost(
            `bridge vlan show dev ${wire.port ?? 'tap<VMID>i<N>'}`,
            `${subject.id} PVID Egress Untagged`,
          ),
        ],
      },
    ];
  });
}
