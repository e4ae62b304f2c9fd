// firewall=1 puts a bridge of its own between the tap and the VLAN-aware bridge: tap, fwbr, fwln, fwpr, vmbr. A whole chain
// is no fault; a broken one is, and rules that do not let port 53 in may be.

import { usesOpenVswitch } from '../../questions/bridge-facts.ts';
import type { Evidence } from '../../facts/evidence.ts';
import type { Quote } from '../../facts/source-text.ts';
import type { Finding, Scene } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import type { Wire } from '../../questions/wiring.ts';
import { hostPort, qmRestart, qmSet, vmIdText, wireOf } from '../../questions/wiring.ts';

/** Finds firewall chains with a missing link, and VM firewalls that do not let port 53 in. */
export function firewallBridge({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const wire = wireOf(subject, evidence);
    if (wire?.nic.firewall !== true) return [];
    const breaks = brokenLinks(evidence, wire);
    const first = { ...whose(subject), layer: 'tap' } as const;
    const chain: Finding[] = breaks.map(({ what, at }) => ({
      ...first,
      id: 'firewall-bridge',
      what,
      sure: 'certain',
      evidence: [wire.nic.at, ...at],
      cure: [
        onHost(qmRestart(wire), 'Proxmox makes the chain again at the start'),
        onHost(
          qmSet(wire, { firewall: '0' }),
          'or do without the firewall: takes effect at once, and the rules of the VM no longer apply',
        ),
      ],
      cost: 'a full stop of the VM; or its firewall',
      prove: [
        onHost(
          `bridge link show | grep '${vmIdText(wire)}[ip]${wire.nic.index}'`,
          'tap and fwln in fwbr, fwpr in the bridge',
        ),
      ],
    }));
    const rules = evidence
      .all('vm firewall')
      .find(
        ({ vmId, enabled, policyIn, letsDnsIn }) =>
          vmId === wire.nic.vmId && enabled && policyIn !== 'ACCEPT' && !letsDnsIn,
      );
    return rules === undefined ? chain : [...chain, { ...first, ...closed(wire, rules.at, rules.policyIn) }];
  });
}

interface Break {
  readonly what: string;
  readonly at: readonly Quote[];
}

// https://git.proxmox.com pve-common, PVE::Network: tapVMIDiN and fwlnVMIDiN in fwbrVMIDiN, fwprVMIDpN in the bridge.
function brokenLinks(evidence: Evidence, { nic, tap, port }: Wire): Break[] {
  if (!evidence.has('host port') || tap === undefined || port === undefined || nic.bridge === undefined)
    return [];
  // The chain of Open vSwitch has other names; where there is no chain, none is broken.
  if (usesOpenVswitch(evidence) || port === tap) return [];
  const name = `${nic.vmId}i${nic.index}`;
  const wanted: readonly (readonly [string, readonly string[]])[] = [
    [tap, [`fwbr${name}`]],
    [`fwln${name}`, [`fwbr${name}`]],
    [port, [nic.bridge, `${nic.bridge}v${nic.tag}`]],
  ];
  return wanted.flatMap(([device, masters]): Break[] => {
    const found = hostPort(evidence, device);
    const [master] = masters;
    if (found === undefined)
      return [{ what: `the firewall chain of the card is broken: the host shows no ${device}`, at: [] }];
    if (found.master === undefined || !masters.includes(found.master))
      return [
        {
          what: `the firewall chain of the card is broken: ${device} is in ${found.master ?? 'no bridge'}, not in ${master}`,
          at: [found.at],
        },
      ];
    return found.up
      ? []
      : [{ what: `the firewall chain of the card is broken: ${device} is not up`, at: [found.at] }];
  });
}

function closed(wire: Wire, at: Quote, policy: string): Omit<Finding, 'layer'> {
  const id = vmIdText(wire);
  return {
    id: 'host-firewall-blocks-dns',
    what: `the firewall of VM ${id} on the host is on, drops what no rule lets in (policy_in ${policy}), and has no rule for port 53`,
    sure: 'likely',
    evidence: [at, wire.nic.at],
    cure: [
      {
        on: 'host',
        say: `in /etc/pve/firewall/${id}.fw, under [RULES]: \`IN DNS(ACCEPT)\`; it takes effect within seconds`,
      },
    ],
    prove: [{ on: 'client', run: 'dig @<ADDRESS> localhost', say: 'answers' }],
  };
}
