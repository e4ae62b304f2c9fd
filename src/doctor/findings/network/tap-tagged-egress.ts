// Frames of the VLAN reach the VM with their tag on: the port is in the VLAN, but not "Egress Untagged".

import { covers, putIntoVlan, tagged } from '../../questions/bridge-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { here, onHost, whose } from '../../finding.ts';
import { wireOf } from '../../questions/wiring.ts';

/** Finds ports that leave the tag of their card's VLAN on. */
export function tapTaggedEgress({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const found = tagged(evidence, wireOf(subject, evidence));
    if (found === undefined) return [];
    const { tag, port, lines, card } = found;
    const own = lines.filter((line) => covers(line, tag));
    if (own.length === 0 || own.some(({ untagged }) => untagged)) return [];
    return [
      {
        id: 'tap-tagged-egress',
        layer: 'tap',
        ...whose(subject),
        what: `${port} hands the frames of VLAN ${tag} to the VM with their tag (it does not say Egress Untagged), but its card has tag=${tag}`,
        sure: 'certain',
        evidence: [card, ...own.map(({ at }) => at)],
        cure: [putIntoVlan(port, tag)],
        prove: [
          onHost(`bridge vlan show dev ${port}`, `${tag} PVID Egress Untagged`),
          here(`tcpdump -eni ${subject.interface ?? '<INTERFACE>'} vlan`, 'shows nothing any more'),
        ],
      },
    ];
  });
}
