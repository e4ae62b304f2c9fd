// virtio reports link changes by its configuration interrupt, vector 0. Where that does not come, ifconfig(8) is still
// right, since vio(4) asks the host each time, but no program is notified of the change.

import type { InterruptCountFact } from '../../facts/machine-facts.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, onHost, whose } from '../../finding.ts';
import { earlierAndLater } from '../../facts/samples.ts';
import { qmSet, wireOf } from '../../questions/wiring.ts';

/** Compares two `vmstat -iz` that were taken before and after the link was switched on the host. */
export function configInterruptLost({ evidence, subjects }: Scene): Finding[] {
  const counts = evidence.all('interrupt count');
  return subjects.flatMap((subject) => {
    const device = subject.parent?.name ?? subject.interface;
    const own = counts.filter((count) => count.device === device && count.device.startsWith('vio'));
    const config = earlierAndLater(own.filter(({ vector }) => vector === 0));
    if (device === undefined || config === undefined) return [];
    const [before, after] = config;
    if (!isAcrossToggle(config, device, subjects.length) || after.count > before.count) return [];
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

// Only the names of the samples say that a link was switched in between, and which: vmstat-vio1-before.txt. A name without
// an interface is for that of the only VLAN that is looked at.
function isAcrossToggle(
  [before, after]: readonly [InterruptCountFact, InterruptCountFact],
  device: string,
  subjects: number,
): boolean {
  const isPair = /before/i.test(before.sample) && /after/i.test(after.sample);
  return isPair && (subjects === 1 || before.sample.includes(device));
}

function proof(device: string, off: string | undefined, on: string | undefined): Step[] {
  return [
    here(`vmstat -iz > vmstat-${device}-before.txt`),
    onHost(off ?? 'qm set <VMID> --net<N> <THE SAME>,link_down=1'),
    onHost(on ?? 'qm set <VMID> --net<N> <THE SAME>'),
    here(`vmstat -iz > vmstat-${device}-after.txt`, `${device}:0 is 2 higher; or ask doctor --capture again`),
  ];
}
