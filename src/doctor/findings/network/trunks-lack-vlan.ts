// vlan(4) in the VM, and `trunks=` on the card without that VLAN: the bridge does not let it through.

import { isVlanAware } from '../../questions/bridge-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import { qmSet, wireOf } from '../../questions/wiring.ts';

/** Finds VLAN interfaces whose tag is not among those that the card may carry. */
export function trunksLackVlan({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const { link } = subject;
    const wire = wireOf(subject, evidence);
    const trunks = wire?.nic.trunks;
    if (wire === undefined || trunks === undefined || link?.vlanId === undefined) return [];
    // On such a bridge any trunks are a fault: trunks-need-filtering.ts.
    if (isVlanAware(evidence, wire.nic.bridge) === false) return [];
    const id = link.vlanId;
    const isAllowed = trunks.split(';').some((part) => {
      const [first = NaN, last = first] = part.split('-').map(Number);
      return first <= id && id <= last;
    });
    if (isAllowed) return [];
    return [
      {
        id: 'trunks-lack-vlan',
        layer: 'tap',
        ...whose(subject),
        what: `${link.name} in the VM uses VLAN ${id}, but the card on the host carries only ${trunks} (trunks=)`,
        sure: 'certain',
        evidence: [wire.nic.at, ...link.lines.filter(({ text }) => /^(?:encap:|vlan protocol)/.test(text))],
        cure: [onHost(qmSet(wire, { trunks: `${trunks};${id}` }))],
        prove: [onHost(`bridge vlan show dev ${wire.port ?? 'tap<VMID>i<N>'}`, `${id} is listed`)],
      },
    ];
  });
}
