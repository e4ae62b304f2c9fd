// nft(8) or iptables(8) on a Linux machine that serves drops port 53. Their rules are not judged one by one: only what
// names port 53, and a policy that drops beside no rule that lets it in.

import type { Finding, Scene } from '../../finding.ts';
import { here } from '../../finding.ts';

/** Finds rules of the input chain that drop port 53, or none that lets it in. */
export function netfilterBlocks({ evidence, subjects }: Scene): Finding[] {
  const rules = evidence.all('input rule');
  const names = subjects.flatMap(({ interface: name }) => name ?? []);
  const isOurs = (text: string): boolean => {
    const named = /\b(?:iifname|iif|-i) "?([\w.-]+)"?/.exec(text)?.[1];
    return named === undefined || names.includes(named);
  };
  const about = rules.filter(({ isPolicy, text }) => !isPolicy && isDns(text) && isOurs(text));
  const dropped = about.filter(({ verdict }) => verdict === 'drop');
  const policy = rules.find(({ isPolicy, verdict }) => isPolicy && verdict === 'drop');
  const letsIn = rules.some(
    ({ isPolicy, verdict, text }) => !isPolicy && verdict === 'accept' && (isDns(text) || isAll(text, names)),
  );
  if (dropped.length === 0 && (policy === undefined || letsIn)) return [];
  const isNft = !rules.some(({ text }) => /^(?::INPUT|-A INPUT)/.test(text));
  return [
    {
      id: 'netfilter-blocks',
      layer: 'packet filter',
      what:
        dropped.length > 0
          ? 'a rule of the packet filter of this machine drops port 53'
          : 'the packet filter of this machine drops what no rule lets in, and no rule names port 53',
      sure: about.some(({ verdict }) => verdict === 'accept') ? 'possible' : 'likely',
      evidence: dropped.length > 0 ? dropped.map(({ at }) => at) : policy === undefined ? [] : [policy.at],
      cure: [
        isNft
          ? here(
              "nft insert rule <FAMILY> <TABLE> <CHAIN> iifname '<INTERFACE>' meta l4proto { tcp, udp } th dport 53 accept",
              'until the next boot; to keep it, in /etc/nftables.conf',
            )
          : here(
              'iptables -I INPUT -i <INTERFACE> -p udp --dport 53 -j ACCEPT',
              'and the same with -p tcp; to keep it, as this system keeps its rules',
            ),
      ],
      prove: [{ on: 'client', run: 'dig @<ADDRESS> localhost', say: 'answers' }],
    },
  ];
}

function isDns(text: string): boolean {
  return /\b(?:dport|--dports?) (?:\{[^}]*\b(?:53|domain)\b|[\d,]*\b53\b|domain)/.test(text);
}

// "iifname "em0" accept" without anything more lets everything in.
function isAll(text: string, names: readonly string[]): boolean {
  const named =
    /^(?:iifname|iif) "?([\w.-]+)"? (?:counter .*)?accept$/.exec(text)?.[1] ??
    /^-A INPUT -i (\S+) -j ACCEPT$/.exec(text)?.[1];
  return named !== undefined && names.includes(named);
}
