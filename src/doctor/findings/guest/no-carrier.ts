// Up, and still no carrier. The host may have the link down or the tap outside of its bridge; only where the host was looked
// at and neither is so, the driver is suspected.

import { probe } from '../../../links/probe.ts';
import type { Evidence, LinkFact } from '../../evidence.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, onHost, whose } from '../../finding.ts';
import type { Subject } from '../../subject.ts';
import type { Wire } from '../../wiring.ts';
import { hostPort, qmRestart, qmSet, wireOf } from '../../wiring.ts';

/** Finds interfaces that are up without carrier. */
export function noCarrier({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const { link, parent } = subject;
    const below = parent?.carrier === 'no' ? parent : link;
    if (link === undefined || below?.carrier !== 'no' || !below.up || parent?.up === false) return [];
    const found = probe(link.name, { links: evidence.all('link'), platform: below.system });
    if (found.usable) return [];
    const wire = wireOf(subject, evidence);
    const port = hostPort(evidence, wire?.tap);
    const isHostFine = wire?.nic.linkDown === false && port?.master !== undefined && port.up;
    const status = below.lines.filter(({ text }) => text.startsWith('status:'));
    const about = { ...whose(subject), evidence: [below.at, ...status] };
    if (below.driver === 'vio' && wire !== undefined && isHostFine)
      return [
        {
          ...driverSuspected(below, wire, evidence),
          ...about,
          evidence: [...about.evidence, wire.nic.at, port.at],
        },
      ];
    return [
      {
        ...about,
        id: 'no-carrier',
        layer: 'link',
        what: found.why,
        sure: 'certain',
        cure: below.driver === 'vio' ? vioCure(subject, below, wire, evidence) : plainCure(below),
        cost: below.driver === 'vio' ? `of the last step: ${E1000_COST}` : undefined,
        prove: [proofFor(below)],
      },
    ];
  });
}

const E1000_COST =
  'a full stop of the VM, some 10-15 % more work for the card, and the interface gets another name (emN)';

function driverSuspected(below: LinkFact, wire: Wire, evidence: Evidence): Omit<Finding, 'evidence'> {
  const now = emName(evidence);
  return {
    id: 'driver-no-carrier',
    layer: 'driver',
    what: `${below.name} is up without carrier, while on the host its link is not set down and its tap is up and in a bridge: the driver, or the host's virtio, misreads the link`,
    sure: 'likely',
    cure: [
      onHost(qmSet(wire, {}, 'e1000')),
      onHost(qmRestart(wire)),
      here(
        `mv /etc/hostname.${below.name} /etc/hostname.${now}`,
        'then `sh /etc/netstart` and the new name in the configuration',
      ),
    ],
    cost: E1000_COST,
    prove: [
      here(
        `ifconfig ${now}`,
        'status: active, and UP in the flags: em(4) says active also when it is not up',
      ),
    ],
  };
}

function vioCure(
  { id }: Subject,
  { name, mac }: LinkFact,
  wire: Wire | undefined,
  evidence: Evidence,
): Step[] {
  const vmId = wire?.nic.vmId ?? '<VMID>';
  const card = mac?.toUpperCase() ?? '<MAC>';
  const e1000 =
    wire === undefined
      ? `qm set <VMID> --net<N> e1000=${card},bridge=<BRIDGE>${id === undefined ? '' : `,tag=${id}`}`
      : qmSet(wire, { link_down: undefined }, 'e1000');
  return [
    onHost(`qm config ${vmId} | grep -i ${card}`, 'the line must not say link_down=1'),
    onHost(`bridge link show | grep tap${vmId}i`, `the tap of that line must be there, in its bridge and UP`),
    onHost(
      e1000,
      `last, where both are fine: then the driver is suspect; ${name} becomes ${emName(evidence)}`,
    ),
  ];
}

function emName(evidence: Evidence): string {
  const numbers = evidence.all('link').flatMap(({ name }) => /^em(\d+)$/.exec(name)?.[1] ?? []);
  return numbers.length === 0 ? 'em0' : 'em<N>';
}

function plainCure({ system, name }: LinkFact): Step[] {
  const look = system === 'openbsd' ? `ifconfig ${name} media` : `ip -d link show ${name}`;
  return [
    {
      on: 'this machine',
      say: 'look at the cable and the switch port; in a VM at the host: is the link of the card set down, is its tap in the bridge?',
    },
    here(look, 'what it is, and what the medium says'),
  ];
}

function proofFor({ system, name }: LinkFact): Step {
  return system === 'openbsd'
    ? here(`ifconfig ${name}`, 'status: active')
    : here(`ip link show ${name}`, 'LOWER_UP in the flags');
}
