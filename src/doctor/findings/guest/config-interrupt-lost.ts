// virtio tells of link changes by its configuration interrupt, vector 0. Where that does not come, ifconfig(8) is still
// right, since vio(4) asks the host each time, but nobody is told of the change.

import type { InterruptCountFact } from '../../evidence.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, onHost, whose } from '../../finding.ts';
import { earlierAndLater } from '../../samples.ts';
import { qmSet, wireOf } from '../../wiring.ts';

/** Compares two `vmstat -iz` that were taken before and after the link was switched on the host. */
export function configInterruptLost({ evidence, subjects }: Scene): Finding[] {
  const counts = evidence.all('interrupt count');
  return subjects.flatMap((subject) => {
    const device = subject.parent?.name ?? subject.interface;
    const own = counts.filter((count) => count.device === device && count.device.startsWith('vio'));
    const config = earlierAndLater(own.filter(({ vector }) => vector === 0));
    if (device === undefined || config === undefined) return [];
    const [before, after] = config;
    // Only names say that the link was switched in between: without them, nothing to count is nothing wrong.
    if (!isAcrossToggle(before, after) || after.count > before.count) return [];
    const wire = wireOf(subject, evidence);
    const off = wire === undefined ? undefined : qmSet(wire, { link_down: '1' });
    const on = wire === undefined ? undefined : qmSet(wire, { link_down: undefined });
    return [
      {
        id: 'config-interrupt-lost',
        layer: 'driver',
        ...whose(subject),
        what: `${device}:0, the configuration interrupt of ${device}, did not come while the link was switched on the host: link changes are seen only by who asks`,
        sure: 'likely',
        evidence: [before.at, after.at],
        cure: [
          {
            on: 'this machine',
            say: 'vlandns asks by itself every few seconds; dhcpleased(8), ifstated(8) and `route monitor` are not told. `sh /etc/netstart` after a change makes up for it',
          },
          ...(wire === undefined ? [] : [onHost(qmSet(wire, {}, 'e1000'), 'cures it for good')]),
        ],
        cost: 'of e1000: a full stop of the VM, some 10-15 % more work for the card, and another interface name (emN)',
        prove: proof(device, off, on),
      },
    ];
  });
}

function isAcrossToggle(before: InterruptCountFact, after: InterruptCountFact): boolean {
  return /before/i.test(before.sample) && /after/i.test(after.sample);
}

function proof(device: string, off: string | undefined, on: string | undefined): Step[] {
  return [
    here(`vmstat -iz | grep ${device}:0`),
    onHost(off ?? 'qm set <VMID> --net<N> <THE SAME>,link_down=1'),
    onHost(on ?? 'qm set <VMID> --net<N> <THE SAME>'),
    here(`vmstat -iz | grep ${device}:0`, 'the count is 2 higher'),
  ];
}
