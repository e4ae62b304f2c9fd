// Which hostname.if(5) file is for an interface: by its name, or by its hardware address.

import type { Evidence } from '../facts/evidence.ts';
import type { Step } from '../finding.ts';
import { here } from '../finding.ts';
import type { HostnameFileFact, LinkFact } from '../facts/machine-facts.ts';

/** The file for an interface, where there is one in the evidence. */
export function hostnameFile(evidence: Evidence, name: string): HostnameFileFact | undefined {
  const mac = evidence.all('link').find((link) => link.name === name)?.mac;
  return evidence
    .all('hostname file')
    .find((file) => file.interface === name || (mac !== undefined && file.interface.toLowerCase() === mac));
}

/** Interfaces that netstart(8) makes from their file: where one is missing, making it failed; the file is for no card. */
export function isMade(name: string): boolean {
  return /^(?:vlan|svlan|carp|trunk|aggr|bridge|veb|vport|vether|pair|tun|tap|wg|gre|egre|gif|pppoe|lo|enc|pflow|pfsync|pflog|mpe|mpip|rport|sec|etherip|eoip|vxlan|bpe|tpmr)\d/.test(
    name,
  );
}

/** The steps that give an interface its file, with the addresses that it has now. */
export function writeFile(link: LinkFact): Step[] {
  const { name } = link;
  const lines = [...tagLine(link), ...addressLines(link)];
  const written = lines.map((line) => `'${line}'`).join(' ');
  // carp(4), pppoe(4) and others need more than their addresses in the file.
  if (isMade(name) && !/^s?vlan/.test(name))
    return [
      {
        on: 'this machine',
        say: `write /etc/hostname.${name} as hostname.if(5) and the manual of ${link.driver}(4) say; \`ifconfig ${name}\` shows what it has now`,
      },
    ];
  const text = lines.length === 1 ? `echo ${written}` : `printf '%s\\n' ${written}`;
  return [
    here(
      `${text} > /etc/hostname.${name}`,
      link.autoconf === true ? 'its address comes from DHCP now' : 'or `inet autoconf` for DHCP',
    ),
    here(`sh /etc/netstart ${name}`),
  ];
}

function tagLine({ name, vlanId, parent }: LinkFact): string[] {
  return /^s?vlan/.test(name) ? [`vnetid ${vlanId ?? '<TAG>'} parent ${parent ?? '<PARENT>'}`] : [];
}

// A second address is an alias; a single-host address (/32) never comes first.
function addressLines({ addresses, autoconf }: LinkFact): string[] {
  const lasting = addresses.filter(({ address }) => !address.toLowerCase().startsWith('fe80:'));
  const four = lasting
    .filter(({ family }) => family === 4)
    .toSorted((a, b) => Number(a.prefixLength === 32) - Number(b.prefixLength === 32))
    .map(
      ({ address, prefixLength }, index) => `inet ${index === 0 ? '' : 'alias '}${address}/${prefixLength}`,
    );
  const six = lasting
    .filter(({ family }) => family === 6)
    .map(({ address, prefixLength }) => `inet6 ${address} ${prefixLength}`);
  if (autoconf === true) return ['inet autoconf', ...six];
  return four.length > 0 ? [...four, ...six] : ['inet <ADDRESS> <NETMASK>', ...six];
}
