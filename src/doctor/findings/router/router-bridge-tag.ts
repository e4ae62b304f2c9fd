// A VLAN interface of the router lies on its bridge, and the bridge itself is not tagged for that VLAN: the router's own
// address, its DHCP and its routing are cut off from it. RouterOS 7.16 adds the bridge by itself.

import type { RouterEntryFact } from '../../facts/network-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { onRouter, whose } from '../../finding.ts';
import { entriesOf, filtersVlans, portsOf, vlanEntries } from '../../questions/router-facts.ts';

/** The first release that tags the bridge for the VLAN interfaces on it. */
const ADDS_IT_ITSELF = [7, 16] as const;

/** Finds VLANs whose interface on the router has no way into its bridge. */
export function routerBridgeTag(scene: Scene): Finding[] {
  const addsIt = addsItItself(scene);
  if (filtersVlans(scene) !== true || addsIt === true) return [];
  return scene.subjects.flatMap((subject) => {
    const { id } = subject;
    if (id === undefined) return [];
    return entriesOf(scene, '/interface vlan')
      .filter(({ values }) => values.get('vlan-id') === String(id))
      .flatMap((own): Finding[] => {
        const name = own.values.get('interface') ?? '';
        const bridge = entriesOf(scene, '/interface bridge').find(
          ({ values }) => values.get('name') === name,
        );
        const entries = vlanEntries(scene, id).filter(({ values }) => values.get('bridge') === name);
        const [entry] = entries;
        // A VLAN that is in no entry at all is for router-vlan.ts.
        if (bridge === undefined || entry === undefined || !filters(bridge)) return [];
        if (entries.some((one) => [...portsOf(one, 'tagged'), ...portsOf(one, 'untagged')].includes(name)))
          return [];
        const tagged = [name, ...portsOf(entry, 'tagged')].join(',');
        return [
          {
            id: 'router-bridge-not-tagged',
            layer: 'router',
            ...whose(subject),
            what: `${own.values.get('name') ?? `VLAN ${id}`} of the router lies on ${name}, but ${name} itself is not tagged for VLAN ${id}: the router has no part in it, neither as gateway nor by DHCP`,
            sure: addsIt === false ? 'likely' : 'possible',
            evidence: [own.at, ...entries.map(({ at }) => at)],
            cure: [
              onRouter(
                `/interface bridge vlan set [find bridge=${name} vlan-ids=${entry.values.get('vlan-ids') ?? id}] tagged=${tagged}`,
              ),
            ],
            prove: [
              onRouter(
                `/interface bridge vlan print where vlan-ids=${id}`,
                `${name} is under CURRENT-TAGGED`,
              ),
            ],
          },
        ];
      });
  });
}

function filters({ values }: RouterEntryFact): boolean {
  return values.get('vlan-filtering') === 'yes';
}

// Undefined where the export does not name its release.
function addsItItself({ evidence }: Scene): boolean | undefined {
  const [release] = evidence.all('router release');
  if (release === undefined) return undefined;
  const { major, minor } = release;
  const [least, from] = ADDS_IT_ITSELF;
  return major > least || (major === least && minor >= from);
}
