// pf(4) redirects the VLAN's queries to something other than its listener.

import type { Finding, Scene } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { judgePf, mayBeSkipped, packetsOn } from '../../filters/pf.ts';
import { servedAddresses } from '../../questions/served-addresses.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds `rdr-to`, `divert-to` and `route-to` rules that take queries away from a listener. */
export function pfRedirects({ evidence, subjects }: Scene): Finding[] {
  const rules = evidence.all('pf rule');
  if (evidence.all('pf state').some(({ enabled }) => !enabled)) return [];
  const links = evidence.all('link');
  const skips = evidence.all('pf skip');
  return subjects.flatMap((subject) => {
    const { subnets } = subject;
    const link = subject.link === undefined ? undefined : packetsOn(subject.link, links);
    const [served] = servedAddresses(subject);
    if (link === undefined || served === undefined || mayBeSkipped(link, skips)) return [];
    const { address, port } = served;
    const from = subnets.filter(({ family }) => family === (address.includes(':') ? 6 : 4));
    const { redirect, action, isSure } = judgePf(
      { link, transport: 'udp', from, to: address, port },
      rules,
      links,
    );
    if (redirect === undefined || action === 'block' || isOurs(redirect.to, subject, served.port)) return [];
    return [
      {
        id: 'pf-redirects',
        layer: 'packet filter',
        ...whose(subject),
        what: `pf sends queries that come in on ${link.name} to ${redirect.to}, where this VLAN does not listen`,
        sure: isSure ? 'certain' : 'likely',
        evidence: [redirect.rule.at],
        cure: [
          {
            on: 'this machine',
            say: `in /etc/pf.conf take that rule out, or let it send to ${address} port ${port}`,
          },
          here('pfctl -nf /etc/pf.conf && pfctl -f /etc/pf.conf'),
          here('pfctl -k <CLIENT>', 'ends its states, which keep the old way'),
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
  });
}

// "192.168.40.2 port 53", "127.0.0.1 port 5340", "(em0:0)", "192.168.40.2"
function isOurs(to: string, { listen, interface: name, link }: Subject, asked: number): boolean {
  const [host = '', portText] = to.replace(/ port (?:= )?/, ' ').split(' ');
  const port = portText === undefined ? asked : portText === 'domain' ? 53 : Number(portText);
  if (listen.some((one) => one.address === host && one.port === port)) return true;
  const own = link?.addresses.some(({ address }) => address === host) ?? false;
  return (own || host.replace(/[()]/g, '').split(':')[0] === name) && listen.some((one) => one.port === port);
}
