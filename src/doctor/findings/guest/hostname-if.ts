// hostname.if(5): nothing configures an interface without a file, and a file for a name that is gone configures nothing.
// Reported only where all files were listed.

import type { Evidence } from '../../facts/evidence.ts';
import type { HostnameFileFact, LinkFact } from '../../facts/machine-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { hostnameFile, isMade, writeFile } from '../../questions/hostname-file.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds interfaces without a hostname.if(5) file, and says where a file for another name was perhaps meant for them. */
export function noHostnameIf({ evidence, subjects }: Scene): Finding[] {
  const [list] = evidence.all('hostname list');
  if (list === undefined) return [];
  return subjects.flatMap((subject) => {
    const { link } = subject;
    if (link?.system !== 'openbsd' || link.driver === 'lo') return [];
    if (hostnameFile(evidence, link.name) !== undefined || isConfiguredByOther(evidence, link.name))
      return [];
    const [old, ...more] = isMade(link.name) ? [] : filesWithoutCard(evidence);
    const meant = more.length === 0 && loneLink(subject, evidence) ? old : undefined;
    return [meant === undefined ? missing(subject, link, list.at) : renamed(subject, link, meant)];
  });
}

// A line `!ifconfig vio1 ...` in the file of another interface configures it just as well.
function isConfiguredByOther(evidence: Evidence, name: string): boolean {
  const commands = evidence.all('hostname file').flatMap(({ lines }) => lines);
  return commands.some(({ text }) => text.startsWith('!') && text.split(/\W+/).includes(name));
}

function missing(subject: Subject, link: LinkFact, list: Finding['evidence'][number]): Finding {
  const { name } = link;
  const works = link.up && link.addresses.length > 0;
  return {
    id: 'no-hostname-if',
    layer: 'link',
    ...whose(subject),
    what: works
      ? `${name} works, but there is no /etc/hostname.${name}: after the next boot it will not`
      : `there is no /etc/hostname.${name}, so nothing configures ${name} at boot`,
    sure: 'certain',
    evidence: [{ ...list, text: `(no hostname.${name} before) ${list.text}` }, link.at],
    cure: writeFile(link),
    prove: [here(`ifconfig ${name}`, 'UP, and with its address, also after a reboot')],
    later: works,
  };
}

function renamed(subject: Subject, link: LinkFact, old: HostnameFileFact): Finding {
  const { name } = link;
  return {
    id: 'hostname-if-old-name',
    layer: 'link',
    ...whose(subject),
    what: `/etc/hostname.${old.interface} is for an interface that is not there any more, and ${name} has no file: the card was given another model, and with it the name ${name}`,
    sure: 'likely',
    evidence: [old.at, ...old.lines, link.at],
    cure: [
      here(`mv /etc/hostname.${old.interface} /etc/hostname.${name}`),
      here(`sh /etc/netstart ${name}`),
      {
        on: 'this machine',
        say: `where the configuration says \`interface: ${old.interface}\`, write \`${name}\``,
      },
    ],
    prove: [here(`ifconfig ${name}`, 'UP, and with the address of the file')],
    later: link.up && link.addresses.length > 0,
  };
}

function filesWithoutCard(evidence: Evidence): HostnameFileFact[] {
  const names = new Set(evidence.all('link').flatMap(({ name, mac }) => [name, mac ?? name]));
  return evidence
    .all('hostname file')
    .filter(({ interface: name }) => !names.has(name.toLowerCase()) && !isMade(name) && /\d$/.test(name));
}

// With two cards without a file, nothing shows which one a file was meant for.
function loneLink({ link }: Subject, evidence: Evidence): boolean {
  const lacking = evidence
    .all('link')
    .filter(
      ({ name, mac }) => mac !== undefined && !isMade(name) && hostnameFile(evidence, name) === undefined,
    );
  return lacking.length === 1 && lacking[0] === link;
}
