// The card has no tag, so the VM gets untagged frames only, and the router sends this VLAN only tagged.

import { covers, isVlanAware, vlansOf } from '../../questions/bridge-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import { entriesOf, filtersVlans, portsOf, vlanEntries } from '../../questions/router-facts.ts';
import { qmSet, wireOf } from '../../questions/wiring.ts';

/**
 * Finds cards without a tag for a VLAN that the router has untagged nowhere. Where the router was not seen, no tag may be
 * right; so it may on a bridge that is not VLAN-aware, since one for a single VLAN (over bond0.40, or an SDN's) wants none.
 */
export function cardWithoutTag(scene: Scene): Finding[] {
  if (typeof filtersVlans(scene) === 'object') return [];
  return scene.subjects.flatMap((subject) => {
    const { id, link } = subject;
    const wire = wireOf(subject, scene.evidence);
    if (wire === undefined || id === undefined || wire.nic.tag !== undefined || link?.vlanId !== undefined)
      return [];
    const port = vlansOf(scene.evidence, wire.port).find((line) => covers(line, id) && line.untagged);
    if (isVlanAware(scene.evidence, wire.nic.bridge) !== true || port !== undefined) return [];
    const own = vlanEntries(scene, id);
    const isUntagged =
      own.some((entry) => portsOf(entry, 'untagged').length > 0) ||
      entriesOf(scene, '/interface bridge port').some(({ values }) => values.get('pvid') === String(id));
    if (own.length === 0 || isUntagged) return [];
    return [
      {
        id: 'card-without-tag',
        layer: 'tap',
        ...whose(subject),
        what: `net${wire.nic.index} has no tag=${id}, and there is no vlan(4) for it in the VM; the router sends VLAN ${id} tagged only, so it does not arrive`,
        sure: 'likely',
        evidence: [wire.nic.at, ...own.map(({ at }) => at)],
        cure: [onHost(qmSet(wire, { tag: String(id) }), 'takes effect at once')],
        prove: [onHost(`bridge vlan show dev ${wire.port ?? 'tap<VMID>i<N>'}`, `${id} PVID Egress Untagged`)],
      },
    ];
  });
}
