// The DHCP server of the VLAN hands out another DNS server than the VLAN's listener.

import { isOverlapping } from '../../../addresses/prefix.ts';
import type { DhcpFact } from '../../facts/network-facts.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { onRouter, whose } from '../../finding.ts';
import { servedAddresses } from '../../questions/served-addresses.ts';
import type { Subject } from '../../questions/subject.ts';
import { liesIn } from '../../questions/subject.ts';

/** Finds DHCP subnets of a VLAN that lead its clients elsewhere. */
export function dhcpOtherDns({ evidence, subjects, config }: Scene): Finding[] {
  // Without a configuration nothing says that this machine is to serve these clients.
  if (config === undefined) return [];
  const local = evidence.all('link').flatMap(({ addresses }) => addresses.map(({ address }) => address));
  return subjects.flatMap((subject) => {
    const served = servedAddresses(subject).filter(({ port }) => port === 53);
    const [first] = served;
    if (first === undefined) return [];
    // An address of the VLAN's network on another interface of this machine (carp, alias) may be meant.
    const own = [
      ...served.map(({ address }) => address),
      ...local.filter((one) => liesIn(one, subject.subnets)),
    ];
    return ownDhcp(subject, subjects, evidence.all('dhcp')).flatMap((dhcp) => {
      const others = dhcp.dnsServers.filter((server) => !own.includes(server));
      if (dhcp.dnsServers.length > 0 && others.length === 0) return [];
      return [finding(subject, dhcp, others, first.address)];
    });
  });
}

// The DHCP subnet that its listener is in; without one, those within its subnets that are not another VLAN's.
function ownDhcp(
  subject: Subject,
  subjects: readonly Subject[],
  all: readonly DhcpFact[],
): readonly DhcpFact[] {
  const isOf = (one: Subject, { subnet }: DhcpFact): boolean =>
    servedAddresses(one).some(({ address }) => liesIn(address, [subnet]));
  const around = all.filter((dhcp) => isOf(subject, dhcp));
  if (around.length > 0) return around;
  return all.filter(
    (dhcp) =>
      subject.subnets.some((one) => isOverlapping(one, dhcp.subnet)) &&
      !subjects.some((one) => one !== subject && isOf(one, dhcp)),
  );
}

function finding(subject: Subject, dhcp: DhcpFact, others: readonly string[], address: string): Finding {
  const isBeside = others.length < dhcp.dnsServers.length;
  const name = subject.vlan ?? subject.interface;
  const gives =
    dhcp.dnsServers.length === 0
      ? `no DNS server for ${dhcp.subnet.text}${dhcp.server === 'mikrotik' ? ', and RouterOS then gives its own' : ''}`
      : `${others.join(', ')} as DNS server for ${dhcp.subnet.text}${isBeside ? ` beside ${address}` : ''}`;
  return {
    id: 'dhcp-other-dns',
    layer: 'DHCP',
    ...whose(subject),
    what: `${dhcp.server} gives ${gives}; ${name} listens on ${address}${isBeside ? ', and clients ask whichever they like' : ''}`,
    sure: isBeside ? 'likely' : 'certain',
    evidence: [dhcp.at],
    cure: CURES[dhcp.server](dhcp, address),
    prove: [
      { on: 'client', say: 'renew the lease (wireless off and on), then see which DNS server it shows' },
      { on: 'client', run: 'dig localhost', say: `SERVER: ${address}#53` },
    ],
  };
}

const CURES: Readonly<Record<DhcpFact['server'], (dhcp: DhcpFact, address: string) => readonly Step[]>> = {
  dhcpd: (_, address) => [
    {
      on: 'DHCP server',
      say: `in dhcpd.conf, inside that subnet: \`option domain-name-servers ${address};\``,
    },
    {
      on: 'DHCP server',
      run: 'dhcpd -n -c /etc/dhcpd.conf && rcctl restart dhcpd',
      say: 'OpenBSD; ISC on Linux: `dhcpd -t`, then restart',
    },
  ],
  kea: (_, address) => [
    {
      on: 'DHCP server',
      say: `in kea-dhcp4.conf, inside that subnet: \`"option-data": [ { "name": "domain-name-servers", "data": "${address}" } ]\``,
    },
    { on: 'DHCP server', run: 'kea-dhcp4 -t /etc/kea/kea-dhcp4.conf', say: 'then restart it' },
  ],
  dnsmasq: ({ at }, address) => {
    const tag = /=(?:tag:)?([^,:]+),(?:option:dns-server|6),/.exec(at.text)?.[1];
    const line = `dhcp-option=${tag === undefined ? '' : `tag:${tag},`}option:dns-server,${address}`;
    return [
      { on: 'DHCP server', say: `in place of \`${at.text}\` in the configuration of dnsmasq: \`${line}\`` },
      { on: 'DHCP server', run: 'dnsmasq --test', say: 'then restart it' },
    ];
  },
  mikrotik: ({ at, subnet }, address) => {
    const written = /address=(\S+)/.exec(at.text)?.[1] ?? subnet.text;
    return [onRouter(`/ip dhcp-server network set [find address=${written}] dns-server=${address}`)];
  },
};
