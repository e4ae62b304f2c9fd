// The port of the card on the VLAN-aware bridge is not a member of the card's VLAN.

import { covers, putIntoVlan, tagged } from '../../questions/bridge-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import { wireOf } from '../../questions/wiring.ts';

/** Finds ports that are in other VLANs, but not in their card's. */
export function tapLacksVlan({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const found = tagged(evidence, wireOf(subject, evidence));
    if (found === undefined) return [];
    const { tag, port, lines, card } = found;
    if (lines.some((line) => covers(line, tag))) return [];
    return [
      {
        id: 'tap-lacks-vlan',
        layer: 'tap',
        ...whose(subject),
        what: `${port} is not in VLAN ${tag}, although its card has tag=${tag}: the bridge drops the frames of the VLAN there`,
        sure: 'certain',
        evidence: [card, ...lines.map(({ at }) => at)],
        cure: [putIntoVlan(port, tag)],
        prove: [onHost(`bridge vlan show dev ${port}`, `${tag} PVID Egress Untagged`)],
      },
    ];
  });
}
