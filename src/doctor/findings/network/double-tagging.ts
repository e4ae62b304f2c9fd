// The hypervisor takes the tag off (tag= on the card), and vlan(4) in the VM waits for a tag: neither side is wrong alone.

import type { Finding, Scene } from '../../finding.ts';
import { here, onHost, whose } from '../../finding.ts';
import { qmSet, wireOf } from '../../questions/wiring.ts';

/** Finds VLAN interfaces in the VM on cards that have a tag on the host. */
export function doubleTagging({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const { link, parent } = subject;
    if (link?.vlanId === undefined || link.parent === undefined) return [];
    const wire = wireOf(subject, evidence);
    if (wire?.nic.tag === undefined) return [];
    const { name, parent: below } = link;
    const inet = link.addresses.find(({ family }) => family === 4);
    const encapsulation = link.lines.filter(({ text }) => /^(?:encap:|vlan protocol)/.test(text));
    const bsd = link.system === 'openbsd';
    return [
      {
        id: 'double-tagging',
        layer: 'NIC',
        ...whose(subject),
        what: `VLAN ${link.vlanId} is tagged twice: the host has tag=${wire.nic.tag} on the card, and ${name} in the VM expects a tag on ${below}, where none arrives`,
        sure: parent?.mac === undefined ? 'likely' : 'certain',
        evidence: [wire.nic.at, ...encapsulation, ...wire.shown],
        cure: bsd
          ? [
              here(`ifconfig ${name} destroy`),
              here(`mv /etc/hostname.${name} /root/hostname.${name}.old`),
              here(`echo 'inet ${inet?.address ?? '<ADDRESS>'} <NETMASK>' > /etc/hostname.${below}`),
              here(`sh /etc/netstart ${below}`, `and \`interface: ${below}\` in the configuration`),
              onHost(
                qmSet(wire, { tag: undefined }),
                `or instead of all that, to keep ${name}: no tag on the card, which then gets every VLAN of the bridge`,
              ),
            ]
          : [
              onHost(
                qmSet(wire, { tag: undefined }),
                `so that ${below} gets the tags; or put the address on ${below} and remove ${name}`,
              ),
            ],
        prove: [here(`tcpdump -ni ${bsd ? below : name} port 53`, 'queries of clients of the VLAN')],
      },
    ];
  });
}
