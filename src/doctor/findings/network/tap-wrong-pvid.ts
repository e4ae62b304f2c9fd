// What the VM sends untagged gets another VLAN's tag: the PVID of its port is not that of its card.

import { covers, putIntoVlan, tagged } from '../../questions/bridge-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import { wireOf } from '../../questions/wiring.ts';

/** Finds ports that are in the VLAN of their card, but not with it as PVID. */
export function tapWrongPvid({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const found = tagged(evidence, wireOf(subject, evidence));
    if (found === undefined) return [];
    const { tag, port, lines, card } = found;
    const pvid = lines.find((line) => line.pvid);
    if (!lines.some((line) => covers(line, tag)) || pvid?.first === tag) return [];
    const goes =
      pvid === undefined ? 'is dropped: the port has no PVID' : `goes into VLAN ${pvid.first}, its PVID`;
    return [
      {
        id: 'tap-wrong-pvid',
        layer: 'tap',
        ...whose(subject),
        what: `what the VM sends through ${port} ${goes}; its card has tag=${tag}`,
        sure: 'certain',
        evidence: [card, ...lines.map(({ at }) => at)],
        cure: [
          putIntoVlan(port, tag),
          ...(pvid === undefined ? [] : [onHost(`bridge vlan del dev ${port} vid ${pvid.first}`)]),
        ],
        prove: [onHost(`bridge vlan show dev ${port}`, `${tag} PVID Egress Untagged, and no other`)],
      },
    ];
  });
}
