// Up, with a wire, and no address that could be bound.

import { probe } from '../../../links/probe.ts';
import type { LinkFact } from '../../machine-facts.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { hostnameFile } from '../../hostname-file.ts';
import type { Evidence } from '../../evidence.ts';

/** Finds interfaces without an address. */
export function noAddress({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject): Finding[] => {
    const { link } = subject;
    if (link === undefined) return [];
    const view = { links: evidence.all('link'), platform: link.system } as const;
    const found = probe(link.name, view);
    if (found.usable || (found.fault !== 'no address' && found.fault !== 'tentative')) return [];
    const about = {
      ...whose(subject),
      layer: 'address',
      evidence: [link.at, ...link.lines.filter(isTelling)],
    } as const;
    if (link.addresses.some(({ state }) => state === 'duplicated'))
      return [
        {
          ...about,
          id: 'address-duplicated',
          what: found.why,
          sure: 'certain',
          cure: [{ on: 'this machine', say: 'give this machine or the other one another address' }],
          prove: [proofFor(link)],
        },
      ];
    if (found.fault === 'tentative')
      return [
        {
          ...about,
          id: 'address-tentative',
          what: found.why,
          sure: 'possible',
          cure: [
            { on: 'this machine', say: 'wait 2 seconds and look again; vlandns binds it by itself then' },
          ],
          prove: [proofFor(link)],
        },
      ];
    return [
      {
        ...about,
        id: 'no-address',
        what: link.autoconf === true ? `${link.name} waits for DHCP and has no address yet` : found.why,
        sure: 'certain',
        cure: cureOf(link, evidence),
        prove: [proofFor(link)],
      },
    ];
  });
}

function isTelling({ text }: { text: string }): boolean {
  return /^(?:status:|inet6? )/.test(text);
}

function cureOf({ system, name, autoconf }: LinkFact, evidence: Evidence): Step[] {
  if (system !== 'openbsd')
    return [here(`ip addr add <ADDRESS>/<PREFIX> dev ${name}`, 'or start a DHCP client on it')];
  if (autoconf === true)
    return [
      here(
        `tcpdump -ni ${name} port 67 or port 68`,
        'no answer to DISCOVER: no DHCP server reaches this VLAN',
      ),
      here(
        `echo 'inet <ADDRESS> <NETMASK>' > /etc/hostname.${name}`,
        'a DNS server does better with an address that stays',
      ),
      here(`sh /etc/netstart ${name}`),
    ];
  const file = hostnameFile(evidence, name);
  const isUnused = file?.lines.some(({ text }) => /^(?:inet|dhcp)\b/.test(text)) === true;
  return isUnused
    ? [
        here(
          `sh /etc/netstart ${name}`,
          `/etc/hostname.${file.interface} has an address, it was only not applied`,
        ),
      ]
    : [here(`echo 'inet <ADDRESS> <NETMASK>' >> /etc/hostname.${name}`), here(`sh /etc/netstart ${name}`)];
}

function proofFor({ system, name }: LinkFact): Step {
  return system === 'openbsd'
    ? here(`ifconfig ${name} | grep inet`, 'the address is there')
    : here(`ip addr show dev ${name}`, 'the address is there');
}
