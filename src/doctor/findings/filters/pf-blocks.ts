// pf(4) blocks what clients ask.

import type { Finding, Scene } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import type { PfVerdict } from '../../filters/pf.ts';
import { judgePf, mayBeSkipped, packetsOn } from '../../filters/pf.ts';
import { servedAddresses } from '../../questions/served-addresses.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds listeners that pf(4) lets no query through to. */
export function pfBlocks(scene: Scene): Finding[] {
  const { evidence, subjects } = scene;
  const rules = evidence.all('pf rule');
  if (rules.length === 0 || evidence.all('pf state').some(({ enabled }) => !enabled)) return [];
  const links = evidence.all('link');
  const skips = evidence.all('pf skip');
  return subjects.flatMap((subject) => {
    const { subnets } = subject;
    const link = subject.link === undefined ? undefined : packetsOn(subject.link, links);
    if (link === undefined || link.driver === 'lo' || mayBeSkipped(link, skips)) return [];
    return servedAddresses(subject).flatMap(({ address, port }): Finding[] => {
      const [first, ...blocked] = (['udp', 'tcp'] as const).flatMap((transport) => {
        const family = address.includes(':') ? 6 : 4;
        const from = subnets.filter((subnet) => subnet.family === family);
        const verdict = judgePf({ link, transport, from, to: address, port }, rules, links);
        return verdict.action === 'block' && verdict.rule !== undefined
          ? [{ transport, verdict, rule: verdict.rule }]
          : [];
      });
      if (first === undefined) return [];
      const all = [first, ...blocked];
      const lines = [...new Map(all.map(({ rule }) => [rule.at.line, rule.at])).values()];
      const names = all.map(({ transport }) => transport).join(' and ');
      return [
        {
          ...finding(subject, link.name, { address, port }, first.verdict),
          what: `pf blocks ${names} to ${address} port ${port} on ${link.name}`,
          evidence: lines,
        },
      ];
    });
  });
}

function finding(
  subject: Subject,
  name: string,
  { address, port }: { readonly address: string; readonly port: number },
  { isSure }: PfVerdict,
): Omit<Finding, 'what' | 'evidence'> {
  const family = address.includes(':') ? 'inet6' : 'inet';
  const rule = `pass in quick on ${name} ${family} proto { udp tcp } to ${address} port ${port}`;
  return {
    id: 'pf-blocks',
    layer: 'packet filter',
    ...whose(subject),
    sure: isSure ? 'certain' : 'possible',
    cure: [
      { on: 'this machine', say: `into /etc/pf.conf, above the rule that blocks: \`${rule}\`` },
      here('pfctl -nf /etc/pf.conf && pfctl -f /etc/pf.conf'),
    ],
    prove: [
      here(`pfctl -vvsr | grep -A1 'port = ${port}'`, 'Packets: grows while a client asks'),
      { on: 'client', run: `dig${port === 53 ? '' : ` -p ${port}`} @${address} localhost`, say: 'answers' },
    ],
  };
}
