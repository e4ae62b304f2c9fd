// nft(8) or iptables(8) on the Linux machine that serves drops clients' queries, at `input` or earlier.

import type { Finding, Scene, Step } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import type { InputQuery } from '../../filters/netfilter-match.ts';
import { dropOf, sentOf } from '../../filters/netfilter.ts';
import { servedAddresses } from '../../questions/served-addresses.ts';
import type { InputRuleFact } from '../../facts/service-facts.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds listeners that the packet filter lets no query through to. */
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
        const rule = dropOf(query, ofFamily, afterNat(query, subject, ofFamily));
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
          what: `the packet filter of this machine drops ${names} to ${address} port ${port}${whereIn(first.rule)}`,
          sure: 'likely',
          evidence: [...new Map(dropped.map(({ rule }) => [rule.at.line, rule.at])).values()],
          cure: cureOf(subject, { address, port }, first.rule),
          prove: [
            {
              on: 'client',
              run: `dig${port === 53 ? '' : ` -p ${port}`} @${address} localhost`,
              say: 'answers',
            },
          ],
        },
      ];
    });
  });
}

// The query as chains at `input` see it; undefined where that is not known, or it goes elsewhere (netfilter-redirects.ts).
function afterNat(
  query: InputQuery,
  { listen }: Subject,
  rules: readonly InputRuleFact[],
): InputQuery | undefined {
  const sent = sentOf(query, rules);
  if (sent === undefined) return query;
  if (sent === 'unknown' || (sent.address !== undefined && sent.address !== query.to)) return undefined;
  const port = sent.port ?? query.port;
  return listen.some((one) => one.port === port) ? { ...query, port } : undefined;
}

function whereIn({ isPolicy, hooked }: InputRuleFact): string {
  if (hooked !== undefined && hooked.hook !== 'input')
    return `, at ${hooked.hook}, before it is taken in: the policy is drop`;
  return isPolicy ? ': no rule lets it in, and the policy is drop' : '';
}

function cureOf(
  { interface: name = '<INTERFACE>' }: Subject,
  { address, port }: { readonly address: string; readonly port: number },
  { chain, at }: InputRuleFact,
): Step[] {
  const isIptables = /^(?::\S+ (?:ACCEPT|DROP)|-A ) ?/.test(at.text);
  const [, table = 'filter', own = 'INPUT'] = chain.split(' ');
  if (isIptables) {
    const program = address.includes(':') ? 'ip6tables' : 'iptables';
    const where = `${table === 'filter' ? '' : `-t ${table} `}-I ${table === 'filter' ? 'INPUT' : own}`;
    return [
      here(
        `${program} ${where} -i ${name} -p udp --dport ${port} -j ACCEPT`,
        `and the same with -p tcp; to keep it, as this system keeps its rules (with ufw: ufw allow in on ${name} to any port ${port})`,
      ),
    ];
  }
  return [
    here(
      `nft insert rule ${chain} iifname '${name}' meta l4proto { tcp, udp } th dport ${port} accept`,
      'until the next boot; to keep it, in /etc/nftables.conf, or as what makes these rules wants it (firewalld: firewall-cmd --add-service=dns --permanent)',
    ),
  ];
}
