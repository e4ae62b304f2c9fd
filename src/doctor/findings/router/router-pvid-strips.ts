// A trunk port of the router with the VLAN as its PVID, or untagged for it: the VLAN leaves without its tag, and the host's
// bridge puts it into another one.

import type { Finding, Scene } from '../../finding.ts';
import { onHost, onRouter, whose } from '../../finding.ts';
import { entriesOf, filtersVlans, portsOf, trunksOf, vlanEntries } from '../../questions/router-facts.ts';
import { wireOf } from '../../questions/wiring.ts';

/** Finds trunk ports that take the tag off a VLAN whose card on the host wants it tagged. */
export function routerPvidStrips(scene: Scene): Finding[] {
  if (typeof filtersVlans(scene) === 'object') return [];
  return scene.subjects.flatMap((subject) => {
    const { id } = subject;
    const wire = wireOf(subject, scene.evidence);
    // Where the card has no tag, untagged is as it should be; where the card is not known, it may be.
    if (id === undefined || wire?.nic.tag === undefined) return [];
    return [...trunksOf(scene)].flatMap(([port, trunk]): Finding[] => {
      const own = vlanEntries(scene, id);
      if (own.some((entry) => portsOf(entry, 'tagged').includes(port))) return [];
      const byPvid = entriesOf(scene, '/interface bridge port').find(
        ({ values }) => values.get('interface') === port && values.get('pvid') === String(id),
      );
      const byTable = own.find((entry) => portsOf(entry, 'untagged').includes(port));
      const entry = byPvid ?? byTable;
      if (entry === undefined) return [];
      const how = byPvid === undefined ? `is untagged for VLAN ${id}` : `has pvid=${id}`;
      const tagged = [...own.flatMap((one) => portsOf(one, 'tagged')), port].join(',');
      return [
        {
          id: 'router-pvid-strips',
          layer: 'router',
          ...whose(subject),
          what: `${port} of the router carries tagged VLANs, but ${how}: VLAN ${id} leaves it without its tag`,
          sure: 'likely',
          evidence: [entry.at, trunk.at, wire.nic.at],
          cure: [
            ...(byPvid === undefined
              ? []
              : [onRouter(`/interface bridge port set [find interface=${port}] pvid=1`)]),
            onRouter(
              own[0] === undefined
                ? `/interface bridge vlan add bridge=${trunk.values.get('bridge') ?? '<BRIDGE>'} tagged=${tagged} vlan-ids=${id}`
                : `/interface bridge vlan set [find vlan-ids=${own[0].values.get('vlan-ids') ?? id}] tagged=${tagged}${
                    byTable === undefined
                      ? ''
                      : ` untagged=${
                          portsOf(byTable, 'untagged')
                            .filter((one) => one !== port)
                            .join(',') || '""'
                        }`
                  }`,
            ),
          ],
          cost: `what is plugged in behind ${port} without tags is in no VLAN, or another one, from then on`,
          prove: [onHost(`tcpdump -eni <UPLINK> vlan ${id}`, 'frames of the VLAN, with their tag')],
        },
      ];
    });
  });
}
