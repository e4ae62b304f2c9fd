// What the daemon itself says: it does not run, or a VLAN waits.

import type { Finding, Scene } from '../../finding.ts';
import { here } from '../../finding.ts';
import type { ServedVlanFact } from '../../service-facts.ts';

/** Finds a daemon that cannot be asked. */
export function notRunning({ evidence }: Scene): Finding[] {
  const failed = evidence.all('service').find(({ name, state }) => name === 'vlandns' && state === 'failed');
  const silent = evidence.all('not running')[0] ?? failed;
  if (silent === undefined) return [];
  const isOpenbsd =
    evidence.has('service') || evidence.all('link').some(({ system }) => system === 'openbsd');
  return [
    {
      id: 'daemon-not-running',
      layer: 'listener',
      what:
        failed === undefined
          ? 'vlandns does not run, or not with this configuration'
          : 'vlandns is enabled, but does not run',
      sure: 'certain',
      evidence: failed === undefined || failed === silent ? [silent.at] : [silent.at, failed.at],
      cure: [
        here('vlandns check', 'tells what keeps it from starting'),
        isOpenbsd
          ? here('rcctl start vlandns', 'its log is in /var/log/daemon')
          : here('systemctl start vlandns', 'its log: `journalctl -u vlandns`'),
      ],
      prove: [here('vlandns status')],
    },
  ];
}

/** Whether all of it is bound, and what is wrong is told of its lists. */
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
