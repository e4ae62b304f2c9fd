// Up, and still no carrier. The host may have the link down or the tap outside its bridge; the driver is suspected only
// where the host was looked at and neither is so.

import { probe } from '../../../links/probe.ts';
import type { Evidence } from '../../facts/evidence.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, onHost, whose } from '../../finding.ts';
import type { HostPortFact } from '../../facts/network-facts.ts';
import type { LinkFact } from '../../facts/machine-facts.ts';
import type { Subject } from '../../questions/subject.ts';
import type { Wire } from '../../questions/wiring.ts';
import { hostPort, qmRestart, qmSet, vmIdText, wireOf } from '../../questions/wiring.ts';

/** Finds interfaces that are up without carrier. */
export function noCarrier({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const below = withoutCarrier(subject);
    if (below === undefined) return [];
    const wire = wireOf(subject, evidence);
    const status = below.lines.filter(({ text }) => text.startsWith('status:'));
    const about = { ...whose(subject), evidence: [below.at, ...status] };
    const port = below.driver === 'vio' ? soundPort(wire, evidence) : undefined;
    if (wire !== undefined && port !== undefined) {
      const shown = [...about.evidence, wire.nic.at, port.at];
      return [{ ...about, ...driverSuspected(below, wire, evidence), evidence: shown }];
    }
    return [{ ...about, ...plain(subject, below, wire, evidence) }];
  });
}

// The carrier of a vlan(4) is that of the interface below.
function withoutCarrier({ link, parent }: Subject): LinkFact | undefined {
  if (link === undefined || !link.up || parent?.up === false) return undefined;
  const below = parent?.carrier === 'no' ? parent : link;
  return below.carrier === 'no' ? below : undefined;
}

/** The tap, where on the host everything is as it should be. */
function soundPort(wire: Wire | undefined, evidence: Evidence): HostPortFact | undefined {
  if (wire === undefined || wire.nic.linkDown) return undefined;
  const port = hostPort(evidence, wire.tap);
  return port?.up === true && port.master !== undefined ? port : undefined;
}

const E1000_COST =
  'a full stop of the VM, some 10-15 % more work for the card, and the interface gets another name (emN)';

type Said = Omit<Finding, 'evidence'>;

function driverSuspected(below: LinkFact, wire: Wire, evidence: Evidence): Said {
  const now = emName(evidence);
  return {
    id: 'driver-no-carrier',
    layer: 'driver',
    what: `${below.name} is up without carrier, while on the host its link is not set down and its tap is up and in a bridge: the driver, or the host's virtio, misreads the link`,
    sure: 'likely',
    cure: [
      onHost(qmSet(wire, {}, 'e1000')),
      onHost(qmRestart(wire)),
      here(`mv /etc/hostname.${below.name} /etc/hostname.${now}`),
      here(`sh /etc/netstart ${now}`, `and \`interface: ${now}\` in the configuration`),
    ],
    cost: E1000_COST,
    prove: [
      here(
        `ifconfig ${now}`,
        'UP in the flags, and status: active (em(4) says active also when it is not up)',
      ),
    ],
  };
}

function plain(subject: Subject, below: LinkFact, wire: Wire | undefined, evidence: Evidence): Said {
  const found = probe(subject.interface ?? below.name, {
    links: evidence.all('link'),
    platform: below.system,
  });
  const isVio = below.driver === 'vio';
  return {
    id: 'no-carrier',
    layer: 'link',
    what: found.usable ? `${below.name} has no carrier` : found.why,
    sure: 'certain',
    cure: isVio ? vioCure(subject, below, wire, evidence) : plainCure(below),
    cost: isVio ? `of the last step: ${E1000_COST}` : undefined,
    prove: [
      below.system === 'openbsd'
        ? here(`ifconfig ${below.name}`, 'status: active')
        : here(`ip link show ${below.name}`, 'LOWER_UP in the flags'),
    ],
  };
}

function vioCure(
  { id }: Subject,
  { name, mac }: LinkFact,
  wire: Wire | undefined,
  evidence: Evidence,
): Step[] {
  const vmId = wire === undefined ? '<VMID>' : vmIdText(wire);
  const card = mac?.toUpperCase() ?? '<MAC>';
  const e1000 =
    wire === undefined
      ? `qm set <VMID> --net<N> e1000=${card},bridge=<BRIDGE>${id === undefined ? '' : `,tag=${id}`}`
      : qmSet(wire, { link_down: undefined }, 'e1000');
  return [
    onHost(`qm config ${vmId} | grep -i ${card}`, 'the line must not say link_down=1'),
    onHost(`bridge link show | grep tap${vmId}i`, 'the tap of that line must be there, in its bridge and UP'),
    onHost(
      e1000,
      `only where both are fine, and then a full stop and start: ${name} becomes ${emName(evidence)}`,
    ),
  ];
}

function emName(evidence: Evidence): string {
  return evidence.all('link').some(({ driver }) => driver === 'em') ? 'em<N>' : 'em0';
}

function plainCure({ system, name }: LinkFact): Step[] {
  return [
    {
      on: 'this machine',
      say: 'look at the cable and the switch port; in a VM at the host: is the link of the card set down, is its tap in the bridge?',
    },
    here(
      system === 'openbsd' ? `ifconfig ${name} media` : `ip -d link show ${name}`,
      'what it is, and what the medium says',
    ),
  ];
}
