// An interface that is not up. On vio(4) that alone prints `no carrier`, so nothing is said about the wire.

import { probe } from '../../../links/probe.ts';
import type { Evidence } from '../../facts/evidence.ts';
import type { LinkFact } from '../../facts/machine-facts.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { hostnameFile, writeFile } from '../../questions/hostname-file.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds interfaces without UP, or whose driver does not run. */
export function notUp({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const { link, parent } = subject;
    if (link === undefined) return [];
    const lower = link.up && parent?.up === false ? parent : link;
    if (!lower.up) return [finding('not-up', subject, lower, evidence)];
    return link.running || link.carrier === 'no' ? [] : [finding('not-running', subject, link, evidence)];
  });
}

function finding(id: string, subject: Subject, lower: LinkFact, evidence: Evidence): Finding {
  const { system, name } = lower;
  const found = probe(subject.interface ?? name, { links: evidence.all('link'), platform: system });
  const cure = system === 'openbsd' ? openbsdCure(id, lower, subject, evidence) : linuxCure(name);
  const status = lower.lines.filter(({ text }) => text.startsWith('status:'));
  const tells = lower.driver === 'vio' ? '; what `status:` says counts from then on' : '';
  return {
    id,
    layer: 'link',
    ...whose(subject),
    what: found.usable ? `${name} is not up` : found.why,
    sure: 'certain',
    evidence: [lower.at, ...status],
    cure,
    prove: [
      system === 'openbsd'
        ? here(`ifconfig ${name}`, `the flags have UP and RUNNING${tells}`)
        : here(`ip link show ${name}`, 'the flags have UP and LOWER_UP'),
    ],
  };
}

function openbsdCure(id: string, lower: LinkFact, { interface: own }: Subject, evidence: Evidence): Step[] {
  const { name } = lower;
  if (id === 'not-running')
    return [
      here(`ifconfig ${name} down`),
      here(`ifconfig ${name} up`, 'then see what `dmesg` says at its end'),
    ];
  const file = hostnameFile(evidence, name);
  if (file !== undefined)
    return [here(`sh /etc/netstart ${name}`, `does what /etc/hostname.${file.interface} says`)];
  if (!evidence.has('hostname list'))
    return [
      here(`ifconfig ${name} up`, 'until the next boot'),
      here(`cat /etc/hostname.${name}`, 'must exist, with `up` or an `inet` line, for it to stay so'),
    ];
  // A parent needs no address of its own.
  if (own === name) return writeFile(lower);
  return [here(`echo up > /etc/hostname.${name}`), here(`sh /etc/netstart ${name}`)];
}

function linuxCure(name: string): Step[] {
  return [
    here(
      `ip link set ${name} up`,
      'until the next boot; to keep it, write it into what configures the network here',
    ),
  ];
}
