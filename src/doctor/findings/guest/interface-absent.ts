// The configuration names an interface that is not there: most often the card got another model, and with it another name.

import { probe } from '../../../links/probe.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { hostnameFile, isMade } from '../../questions/hostname-file.ts';
import type { Evidence } from '../../facts/evidence.ts';
import type { LinkFact } from '../../facts/machine-facts.ts';
import type { VmNicFact } from '../../facts/network-facts.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds interfaces of the configuration that are not among those of the machine. */
export function interfaceAbsent({ evidence, subjects, config }: Scene): Finding[] {
  const links = evidence.all('link');
  const [first] = links;
  if (config === undefined || first === undefined) return [];
  return subjects.flatMap((subject) => {
    const { interface: name, link } = subject;
    if (name === undefined || link !== undefined) return [];
    const found = probe(name, { links, platform: first.system, ...(subject.id && { vlanId: subject.id }) });
    if (found.usable) return [];
    const now = nameNow(subject, evidence);
    return [
      {
        id: 'interface-absent',
        layer: 'NIC',
        ...whose(subject),
        what:
          now === undefined
            ? found.why
            : `there is no interface ${name}; the card of this VLAN is ${now.link.name} now (its hardware address is that of net${now.card.index})`,
        sure: 'certain',
        evidence:
          now === undefined
            ? links.slice(0, 6).map(({ at }) => at)
            : [now.card.at, now.link.at, ...macLines(now)],
        cure: cureOf(name, now?.link.name ?? '<INTERFACE>', first.system, evidence),
        prove: [
          here(
            'vlandns status',
            `the VLAN is serving on the addresses of ${now?.link.name ?? 'that interface'}`,
          ),
        ],
      },
    ];
  });
}

interface NameNow {
  readonly card: VmNicFact;
  readonly link: LinkFact;
}

// The card that the host has for this tag, under the name that it has in the VM.
function nameNow({ id }: Subject, evidence: Evidence): NameNow | undefined {
  const card = evidence.all('vm nic').find(({ tag }) => tag !== undefined && tag === id);
  const link = evidence.all('link').find(({ mac, parent }) => mac === card?.mac && parent === undefined);
  return card === undefined || link === undefined ? undefined : { card, link };
}

function macLines({ card, link }: NameNow): LinkFact['lines'] {
  return link.lines.filter(({ text }) => text.toLowerCase().includes(card.mac));
}

function cureOf(name: string, now: string, system: LinkFact['system'], evidence: Evidence): Step[] {
  const configure: Step = {
    on: 'this machine',
    say: `write \`interface: ${now}\` into the configuration, then \`vlandns check && vlandns reload\``,
  };
  if (system !== 'openbsd') return [configure];
  if (isMade(name)) return [here(`sh /etc/netstart ${name}`, `makes it, from /etc/hostname.${name}`)];
  return hostnameFile(evidence, name) === undefined && evidence.has('hostname list')
    ? [configure]
    : [here(`mv /etc/hostname.${name} /etc/hostname.${now}`), here(`sh /etc/netstart ${now}`), configure];
}
