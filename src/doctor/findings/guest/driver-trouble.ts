// What the kernel itself says of a card: negotiation failed, needs a reset, no driver took it.

import type { Finding, Scene } from '../../finding.ts';
import { here, onHost, whose } from '../../finding.ts';
import { wireOf, qmRestart, qmSet } from '../../questions/wiring.ts';

const IN_A_VM = onHost(
  'qm set <VMID> --net<N> e1000=<MAC>,bridge=<BRIDGE>,tag=<TAG>',
  'another model of card; leave no option of that line out',
);
const REAL_CARD =
  'where it is a real card: the cable, the port of the switch, then the card; in a VM give it another model (virtio)';

/** Finds lines of dmesg(8) in which the card of a VLAN, or the virtio device below it, reports trouble. */
export function driverTrouble({ evidence, subjects }: Scene): Finding[] {
  const troubles = evidence.all('trouble');
  return subjects.flatMap((subject) => {
    const device = subject.parent?.name ?? subject.interface;
    const attached = evidence.all('nic').find(({ name }) => name === device);
    const bus = / at (virtio\d+)/.exec(attached?.at.text ?? '')?.[1];
    const own = troubles.filter((one) => one.device === device || one.device === bus);
    if (own.length === 0) return [];
    const wire = wireOf(subject, evidence);
    const isVirtio = device?.startsWith('vio') === true;
    const model = isVirtio ? 'e1000' : 'virtio';
    return [
      {
        id: 'driver-trouble',
        layer: 'driver',
        ...whose(subject),
        what: `the kernel has trouble with ${device}`,
        sure: 'likely',
        evidence: own.map(({ at }) => at),
        cure:
          wire === undefined
            ? [isVirtio ? IN_A_VM : { on: 'this machine', say: REAL_CARD }]
            : [onHost(qmSet(wire, {}, model), 'another model of card'), onHost(qmRestart(wire))],
        cost:
          wire === undefined && !isVirtio
            ? undefined
            : `a full stop of the VM, and another interface name (${isVirtio ? 'emN' : 'vioN'})`,
        prove: [here('dmesg | tail', 'the lines do not come again')],
      },
    ];
  });
}
