// nft(8) or iptables(8) on a Linux machine that serves drops what clients ask.

import type { Finding, Scene, Step } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { dropOf } from '../../netfilter.ts';
import { servedAddresses } from '../../served-addresses.ts';
import type { InputRuleFact } from '../../service-facts.ts';
import type { Subject } from '../../subject.ts';

/** Finds listeners that the input chains let no query through to. */
export function netfilterBlocks({ evidence, subjects }: Scene): Finding[] {
  const rules = evidence.all('input rule');
  return subjects.flatMap((subject) => {
    if (subject.link?.driver === 'lo') return [];
    return servedAddresses(subject).flatMap(({ address, port }): Finding[] => {
      const family = address.includes(':') ? 6 : 4;
      const from = subject.subnets.filter((subnet) => subnet.family === family);
      const ofFamily = rules.filter(({ chain }) => !chain.startsWith(family === 6 ? 'ip ' : 'ip6 '));
      const dropped = (['udp', 'tcp'] as const).flatMap((transport) => {
        const query = { interface: subject.interface, transport, from, to: address, port };
        const rule = dropOf(query, ofFamily);
        return rule === undefined ? [] : [{ transport, rule }];
      });
      const [first] = dropped;
      if (first === undefined) return [];
      const names = dropped.map(({ transport }) => transport).join(' and ');
      return [
        {
          id: 'netfilter-blocks',
          layer: 'packet filter',
          ...whose(subject),
          what: `the packet filter of this machine drops ${names} to ${address} port ${port}${
            first.rule.isPolicy ? ': no rule lets it in, and the policy is drop' : ''
          }`,
          sure: 'likely',
          evidence: [...new Map(dropped.map(({ rule }) => [rule.at.line, rule.at])).values()],
          cure: cureOf(subject, port, first.rule),
          prove: [
            {
              on: 'client',
              run: `dig @${address}${port === 53 ? '' : ` -p ${port}`} localhost`,
              say: 'answers',
            },
          ],
        },
      ];
    });
  });
}

function cureOf(
  { interface: name = '<INTERFACE>' }: Subject,
  port: number,
  { chain, at }: InputRuleFact,
): Step[] {
  const isIptables = /^(?::INPUT|-A) ?/.test(at.text);
  return isIptables
    ? [
        here(
          `iptables -I INPUT -i ${name} -p udp --dport ${port} -j ACCEPT`,
          `and the same with -p tcp; to keep it, as this system keeps its rules (with ufw: ufw allow in on ${name} to any port ${port})`,
        ),
      ]
    : [
        here(
          `nft insert rule ${chain} iifname '${name}' meta l4proto { tcp, udp } th dport ${port} accept`,
          'until the next boot; to keep it, in /etc/nftables.conf, or as what makes these rules wants it (firewalld: firewall-cmd --add-service=dns --permanent)',
        ),
      ];
}
