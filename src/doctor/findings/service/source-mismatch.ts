// Queries from outside the VLAN's subnets: refused and counted. OpenBSD and Linux take a packet for any address of theirs
// on any interface, so a client of one VLAN may ask the listener of another.

import type { Finding, Scene } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { servedAddresses } from '../../questions/served-addresses.ts';

/** Finds VLANs with queries that were refused for their source. */
export function sourceMismatch({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const told = evidence.all('served vlan').findLast(({ vlan }) => vlan === subject.vlan);
    if (told === undefined || told.sourceMismatch === 0) return [];
    const subnets = subject.subnets.map(({ text }) => text);
    const filter = subnets.map((subnet) => `not src net ${subnet}`).join(' and ');
    const [served] = servedAddresses(subject);
    const name = subject.interface ?? '<INTERFACE>';
    return [
      {
        id: 'source-outside',
        layer: 'address',
        ...whose(subject),
        what: `${told.sourceMismatch} ${told.sourceMismatch === 1 ? 'query' : 'queries'} to the listener of ${told.vlan} came from outside its subnets (${subnets.join(', ') || 'none known'}) and ${told.sourceMismatch === 1 ? 'was' : 'were'} refused`,
        // Where every query comes from outside, the subnets are wrong; otherwise these are clients of another VLAN.
        sure: told.queries > 0 && told.queries === told.sourceMismatch ? 'likely' : 'possible',
        evidence: [told.mismatchAt, told.queriesAt],
        cure: [
          here(`tcpdump -ni ${name} dst port 53${filter === '' ? '' : ` and ${filter}`}`, 'who asks'),
          { on: 'this machine', say: 'if they are of this VLAN: add their network to its `subnets`' },
          {
            on: 'DHCP server',
            say: `if they are of another VLAN: give them that VLAN's address${served === undefined ? '' : `, not ${served.address}`}`,
          },
        ],
        prove: [here('vlandns status', 'the count under `wrong source` stays as it is')],
      },
    ];
  });
}
