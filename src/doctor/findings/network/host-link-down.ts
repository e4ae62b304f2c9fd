// The card's link is switched off on the host: `link_down=1`.

import type { Finding, Scene } from '../../finding.ts';
import { here, onHost, whose } from '../../finding.ts';
import { qmSet, vmIdText, wireOf } from '../../questions/wiring.ts';

/** Finds cards that are set down. */
export function hostLinkDown({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const wire = wireOf(subject, evidence);
    if (wire?.nic.linkDown !== true) return [];
    return [
      {
        id: 'host-link-down',
        layer: 'NIC',
        ...whose(subject),
        what: `on the host the link of net${wire.nic.index} of VM ${vmIdText(wire)}${subject.interface === undefined ? '' : `, which is ${subject.interface},`} is set down (link_down=1)`,
        sure: 'certain',
        evidence: [wire.nic.at, ...wire.shown],
        cure: [onHost(qmSet(wire, { link_down: undefined }), 'works at once, without a restart')],
        prove: [
          subject.link?.system === 'linux'
            ? here(`ip link show ${subject.interface}`, 'LOWER_UP in the flags')
            : here(`ifconfig ${subject.interface ?? '<INTERFACE>'}`, 'status: active'),
        ],
      },
    ];
  });
}
