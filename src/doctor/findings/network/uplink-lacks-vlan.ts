// The bridge's port to the switch is not in the VLAN, or takes its tag off.

import { covers, isVlanAware, uplinksOf, vlansOf } from '../../questions/bridge-facts.ts';
import type { Evidence } from '../../facts/evidence.ts';
import type { PortVlanFact } from '../../facts/network-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import { entriesOf, portsOf, vlanEntries } from '../../questions/router-facts.ts';
import { wireOf } from '../../questions/wiring.ts';

/** Finds uplinks that let frames of the VLAN neither in nor out, or out without the tag that the router wants. */
export function uplinkLacksVlan({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const wire = wireOf(subject, evidence);
    const { bridge, tag } = wire?.nic ?? {};
    if (bridge === undefined || tag === undefined || isVlanAware(evidence, bridge) === false) return [];
    const uplinks = uplinksOf(evidence, bridge);
    // With two uplinks, one that has the VLAN is enough: the other may lead elsewhere.
    const hasOne = uplinks.some(({ port }) => vlansOf(evidence, port).some((line) => covers(line, tag)));
    return uplinks.flatMap((uplink): Finding[] => {
      const lines = vlansOf(evidence, uplink.port);
      const own = lines.find((line) => covers(line, tag));
      if (own === undefined && hasOne) return [];
      if (lines.length === 0 || (own !== undefined && !isStripped(own, tag, evidence))) return [];
      const about = { layer: 'bridge', ...whose(subject) } as const;
      const prove = [onHost(`tcpdump -eni ${uplink.port} vlan ${tag}`, 'frames in both directions')];
      if (own === undefined)
        return [
          {
            ...about,
            id: 'uplink-lacks-vlan',
            what: `${uplink.port}, the way out of ${bridge}, is not in VLAN ${tag}: the bridge drops its frames there`,
            sure: 'certain',
            evidence: [...lines.map(({ at }) => at), uplink.at],
            cure: [
              onHost(`bridge vlan add dev ${uplink.port} vid ${tag}`, 'works at once'),
              {
                on: 'host',
                say: `to keep it so: \`bridge-vids 2-4094\` under \`iface ${bridge}\` in /etc/network/interfaces, then \`ifreload -a\``,
              },
            ],
            prove,
          },
        ];
      return [
        {
          ...about,
          id: 'uplink-untags',
          what: `${uplink.port} sends VLAN ${tag} out without its tag (Egress Untagged), but the router has it tagged only`,
          sure: 'likely',
          evidence: [own.at, ...vlanEntries({ evidence }, tag).map(({ at }) => at)],
          cure: [
            onHost(`bridge vlan del dev ${uplink.port} vid ${tag}`),
            onHost(`bridge vlan add dev ${uplink.port} vid ${tag}`, 'the same, tagged'),
          ],
          prove,
        },
      ];
    });
  });
}

// Untagged frames are right where the switch expects them. Only a router that has the VLAN tagged, and untagged nowhere,
// shows that they are wrong.
function isStripped({ untagged }: PortVlanFact, tag: number, evidence: Evidence): boolean {
  const entries = vlanEntries({ evidence }, tag);
  const isTagged = entries.some((entry) => portsOf(entry, 'tagged').length > 1);
  const isUntagged =
    entries.some((entry) => portsOf(entry, 'untagged').length > 0) ||
    entriesOf({ evidence }, '/interface bridge port').some(
      ({ values }) => values.get('pvid') === String(tag),
    );
  return untagged && isTagged && !isUntagged;
}
