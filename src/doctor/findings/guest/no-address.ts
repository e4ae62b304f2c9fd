// Up, with carrier, and no address that clients could ask: none at all, only a link-local one, or no IPv4 address although
// DHCP was asked for one.

import { probe } from '../../../links/probe.ts';
import type { LinkFact } from '../../facts/machine-facts.ts';
import type { Finding, Scene, Step, Sure } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { hostnameFile } from '../../questions/hostname-file.ts';
import type { Evidence } from '../../facts/evidence.ts';
import { hasOnlyLinkLocal, isLinkLocal } from '../../questions/subject.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds interfaces without an address for clients. */
export function noAddress({ evidence, subjects, config }: Scene): Finding[] {
  return subjects.flatMap((subject): Finding[] => {
    const { link } = subject;
    // An address that another machine uses is for address-duplicated.ts.
    if (link === undefined || link.addresses.some(({ state }) => state === 'duplicated')) return [];
    const lack = lackOf(subject, link, { evidence, isConfigured: config !== undefined });
    if (lack === undefined) return [];
    const { id, what, sure } = lack;
    return [
      {
        id,
        what,
        sure,
        ...whose(subject),
        layer: 'address',
        evidence: [link.at, ...link.lines.filter(isTelling)],
        cure: id === 'no-address' ? cureOf(link, evidence) : [WAIT],
        prove: [proofFor(link)],
      },
    ];
  });
}

const WAIT: Step = {
  on: 'this machine',
  say: 'wait 2 seconds and look again; vlandns binds it by itself then',
};

interface Lack {
  readonly id: 'no-address' | 'address-tentative';
  readonly what: string;
  readonly sure: Sure;
}

interface Known {
  readonly evidence: Evidence;
  readonly isConfigured: boolean;
}

function lackOf(subject: Subject, link: LinkFact, known: Known): Lack | undefined {
  const found = probe(link.name, { links: known.evidence.all('link'), platform: link.system });
  if (found.usable) return lackBeside(subject, link, known);
  if (found.fault === 'tentative') return { id: 'address-tentative', what: found.why, sure: 'possible' };
  if (found.fault !== 'no address') return undefined;
  const waits = link.autoconf === true;
  const what = waits ? `${link.name} waits for DHCP and has no address yet` : found.why;
  return { id: 'no-address', what, sure: 'certain' };
}

// What is missing although something could be bound.
function lackBeside(subject: Subject, link: LinkFact, { isConfigured }: Known): Lack | undefined {
  const { name, driver, addresses, autoconfFamilies } = link;
  if (driver === 'lo' || addresses.some(({ state }) => state !== 'ready')) return undefined;
  const asksDhcp = autoconfFamilies?.includes(4) === true;
  if (!hasOnlyLinkLocal(addresses))
    return asksDhcp && !addresses.some(({ family }) => family === 4) && !isForSix(subject)
      ? { id: 'no-address', what: `${name} waits for DHCP and has no address of IPv4 yet`, sure: 'likely' }
      : undefined;
  // An interface without a VLAN needs no other address, and a VLAN may be meant for link-local neighbours alone.
  if (!asksDhcp && (!isConfigured || isForLinkLocal(subject))) return undefined;
  const only = addresses.map(({ address }) => address).join(', ');
  return {
    id: 'no-address',
    what: `${name} has only a link-local address (${only})${asksDhcp ? ', and waits for DHCP' : ''}: clients have none to ask`,
    sure: isConfigured ? 'certain' : 'likely',
  };
}

function isForLinkLocal({ subnets, hasOwnSubnets, listen }: Subject): boolean {
  return (
    (hasOwnSubnets && subnets.every(({ text }) => isLinkLocal(text))) ||
    listen.some(({ address }) => !isLinkLocal(address))
  );
}

function isForSix({ subnets, hasOwnSubnets }: Subject): boolean {
  return hasOwnSubnets && subnets.every(({ family }) => family === 6);
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
      {
        on: 'this machine',
        say: `or \`inet <ADDRESS> <NETMASK>\` in place of \`inet autoconf\` in /etc/hostname.${name}: a DNS server does better with an address that stays`,
      },
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
