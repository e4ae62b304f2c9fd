// Another machine uses an address of this one: duplicate address detection shows it for IPv6 (RFC 4862 section 5.4), the
// kernel's log for IPv4. Other addresses of the interface may be sound; that one is not served.

import { duplicatedAddresses } from '../../../links/link-fault.ts';
import { probe } from '../../../links/probe.ts';
import type { Evidence } from '../../facts/evidence.ts';
import type { LinkFact } from '../../facts/machine-facts.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds addresses of a VLAN's interface that somebody else has, too. */
export function addressDuplicated({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const link = subject.link ?? linkWith(subject, evidence);
    return link === undefined
      ? []
      : [...bySystem(subject, link, evidence), ...byLog(subject, link, evidence)];
  });
}

// A VLAN that listens on an address belongs to the interface that has it, even if it cannot be bound.
function linkWith({ listen }: Subject, evidence: Evidence): LinkFact | undefined {
  const wanted = new Set(listen.map(({ address }) => address));
  return evidence
    .all('link')
    .find(({ addresses }) => addresses.some(({ address }) => wanted.has(address.replace(/%.*$/, ''))));
}

function bySystem(subject: Subject, link: LinkFact, evidence: Evidence): Finding[] {
  const duplicated = duplicatedAddresses(link);
  if (duplicated === '') return [];
  const found = probe(link.name, { links: evidence.all('link'), platform: link.system });
  // An interface that is down is for other findings, which come first.
  if (!found.usable && found.fault !== 'no address' && found.fault !== 'tentative') return [];
  const word = link.system === 'openbsd' ? 'duplicated' : 'dadfailed';
  return [
    {
      id: 'address-duplicated',
      layer: 'address',
      ...whose(subject),
      what: found.usable
        ? `another machine uses ${duplicated} too (${word}), so that ${link.name} is not served on it`
        : found.why,
      sure: found.usable ? 'likely' : 'certain',
      evidence: [link.at, ...link.lines.filter(({ text }) => /^(?:status:|inet6? )/.test(text))],
      cure: [ANOTHER],
      prove: [proofFor(link)],
    },
  ];
}

// The virtual hardware address of carp(4) and VRRP is meant to move between machines (RFC 5798 section 7.3).
function byLog(subject: Subject, link: LinkFact, evidence: Evidence): Finding[] {
  const own = new Set(evidence.all('link').flatMap(({ mac }) => mac ?? []));
  return evidence
    .all('twice used')
    .filter(({ address, mac }) => {
      const isOwn = link.addresses.some((one) => one.address === address);
      return isOwn && !own.has(mac) && !/^00:00:5e:00:0[12]:/.test(mac);
    })
    .map(({ address, mac, at }) => ({
      id: 'address-duplicated',
      layer: 'address' as const,
      ...whose(subject),
      what: `another machine (${mac}) has used ${address} of ${link.name} since the boot: answers may go there`,
      sure: 'possible' as const,
      evidence: [at, ...link.lines.filter(({ text }) => text.includes(address))],
      cure: [ANOTHER],
      prove: [here(`arp -an | grep '${mac}'`, 'it has another address now, or is gone')],
    }));
}

const ANOTHER: Step = { on: 'this machine', say: 'give this machine or the other one another address' };

function proofFor({ system, name }: LinkFact): Step {
  return system === 'openbsd'
    ? here(`ifconfig ${name} | grep inet`, 'the address is there, without "duplicated"')
    : here(`ip addr show dev ${name}`, 'the address is there, without "dadfailed"');
}
