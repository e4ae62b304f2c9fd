// The daemon itself says that it does not serve a VLAN yet.

import type { Finding, Scene } from '../../finding.ts';
import { here } from '../../finding.ts';
import type { ServedVlanFact } from '../../facts/service-facts.ts';

/** Whether all its addresses are bound, so that only lists are missing, which have a finding of their own. */
function lacksOnlyLists({ state, unbound, missingLists }: ServedVlanFact): boolean {
  return ['refusing', 'in part'].includes(state) && unbound.length === 0 && missingLists.length > 0;
}

/** Finds VLANs that the daemon does not serve, with its own reason. */
export function notServed({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const told = evidence.all('served vlan').findLast(({ vlan }) => vlan === subject.vlan);
    if (told === undefined || told.state === 'serving' || lacksOnlyLists(told)) return [];
    return [
      {
        id: 'vlan-not-served',
        layer: 'listener',
        vlan: told.vlan,
        what: `vlandns says of ${told.vlan}: ${told.state}${told.problem === undefined ? '' : `; ${told.problem}`}`,
        sure: 'certain',
        evidence: [told.at, told.stateAt],
        cure: [
          { on: 'this machine', say: 'nothing here: it is bound by itself as soon as the reason is gone' },
        ],
        prove: [here('vlandns status', `${told.vlan} is serving`)],
      },
    ];
  });
}
