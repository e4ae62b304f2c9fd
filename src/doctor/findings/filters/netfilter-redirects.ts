// nft(8) or iptables(8) redirects the VLAN's queries to something other than its listener.

import type { Finding, Scene } from '../../finding.ts';
import { whose } from '../../finding.ts';
import type { Sent } from '../../filters/netfilter.ts';
import { sentOf } from '../../filters/netfilter.ts';
import { servedAddresses } from '../../questions/served-addresses.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds rules of type nat that take queries away from a listener. */
export function netfilterRedirects({ evidence, subjects }: Scene): Finding[] {
  const rules = evidence.all('input rule');
  return subjects.flatMap((subject) =>
    servedAddresses(subject)
      .slice(0, 1)
      .flatMap(({ address, port }): Finding[] => {
        const family = address.includes(':') ? 6 : 4;
        const from = subject.subnets.filter((subnet) => subnet.family === family);
        const ofFamily = rules.filter(({ chain }) => !chain.startsWith(family === 6 ? 'ip ' : 'ip6 '));
        const query = { interface: subject.interface, transport: 'udp', from, to: address, port } as const;
        const sent = sentOf(query, ofFamily);
        if (sent === undefined || sent === 'unknown' || isOurs(sent, subject, { address, port })) return [];
        const to = `${sent.address ?? 'this machine'} port ${sent.port ?? port}`;
        return [
          {
            id: 'netfilter-redirects',
            layer: 'packet filter',
            ...whose(subject),
            what: `the packet filter of this machine sends queries to ${address} port ${port} to ${to}, where this VLAN does not listen`,
            sure: 'likely',
            evidence: [sent.rule.at],
            cure: [
              {
                on: 'this machine',
                say: `take that rule out, or let it send to ${address} port ${port}; it stands in ${sent.rule.chain}`,
              },
            ],
            prove: [
              {
                on: 'client',
                run: `dig${port === 53 ? '' : ` -p ${port}`} @${address} localhost`,
                say: 'answers, and `vlandns status` counts it',
              },
            ],
          },
        ];
      }),
  );
}

// `redirect` goes to an address of the interface that the query came in on.
function isOurs(
  { address, port }: Sent,
  { listen }: Subject,
  asked: { readonly address: string; readonly port: number },
): boolean {
  const wanted = port ?? asked.port;
  return listen.some((one) => one.port === wanted && (address === undefined || one.address === address));
}
