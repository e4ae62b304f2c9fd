// The tap of the card is not where `qm config` says: not in its bridge, in another one, down, or not there.

import { usesOpenVswitch } from '../../questions/bridge-facts.ts';
import type { Evidence } from '../../facts/evidence.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { onHost, whose } from '../../finding.ts';
import type { Wire } from '../../questions/wiring.ts';
import { hostPort, qmRestart, vmIdText, wireOf } from '../../questions/wiring.ts';

/** Finds taps outside their bridge, for cards without firewall=1 (for those with it, firewall-bridge.ts). */
export function tapNotInBridge({ evidence, subjects }: Scene): Finding[] {
  // Open vSwitch keeps its ports to itself.
  if (!evidence.has('host port') || usesOpenVswitch(evidence)) return [];
  return subjects.flatMap((subject): Finding[] => {
    const wire = wireOf(subject, evidence);
    if (wire?.tap === undefined || wire.nic.bridge === undefined || wire.nic.firewall) return [];
    const wrong = whatIsWrong(evidence, wire.tap, wire.nic);
    if (wrong === undefined) return [];
    return [
      {
        id: wrong.id,
        layer: 'tap',
        ...whose(subject),
        what: wrong.what,
        sure: wrong.id === 'tap-absent' ? 'likely' : 'certain',
        evidence: [wire.nic.at, ...(wrong.at ?? [])],
        cure: cureOf(wrong.id, wire),
        ...(wrong.id === 'tap-down' ? {} : { cost: 'a full stop of the VM' }),
        prove: [onHost(`bridge link show dev ${wire.tap}`, `master ${wire.nic.bridge} state forwarding`)],
      },
    ];
  });
}

interface Wrong {
  readonly id: 'tap-absent' | 'tap-not-in-bridge' | 'tap-down';
  readonly what: string;
  readonly at?: Finding['evidence'];
}

function whatIsWrong(evidence: Evidence, tap: string, { bridge, tag }: Wire['nic']): Wrong | undefined {
  const port = hostPort(evidence, tap);
  if (port === undefined)
    return {
      id: 'tap-absent',
      what: `the host shows no ${tap}: the VM does not run, or its tap is in no bridge`,
    };
  // A bridge that is not VLAN-aware has one beside it for each tag, made by Proxmox: vmbr1v40.
  if (port.master !== bridge && port.master !== `${bridge}v${tag}`)
    return {
      id: 'tap-not-in-bridge',
      what: `${tap} is in ${port.master ?? 'no bridge'}, but its card says bridge=${bridge}`,
      at: [port.at],
    };
  return port.up ? undefined : { id: 'tap-down', what: `${tap} is not up on the host`, at: [port.at] };
}

function cureOf(id: Wrong['id'], wire: Wire): Step[] {
  if (id === 'tap-down') return [onHost(`ip link set ${wire.tap} up`)];
  return [
    onHost(`qm status ${vmIdText(wire)}`, 'is it running?'),
    onHost(qmRestart(wire), 'Proxmox puts the tap into its bridge at the start'),
  ];
}
