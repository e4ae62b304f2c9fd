// Which hostname.if(5) file is for an interface: by its name, or by its hardware address.

import type { Evidence } from './evidence.ts';
import type { HostnameFileFact } from './machine-facts.ts';

/** The file for an interface, where there is one in the evidence. */
export function hostnameFile(evidence: Evidence, name: string): HostnameFileFact | undefined {
  const mac = evidence.all('link').find((link) => link.name === name)?.mac;
  return evidence
    .all('hostname file')
    .find((file) => file.interface === name || (mac !== undefined && file.interface.toLowerCase() === mac));
}

/** Interfaces that netstart(8) makes from their file: a file without such an interface is for one that failed, not for a card. */
export function isMade(name: string): boolean {
  return /^(?:vlan|svlan|carp|trunk|aggr|bridge|veb|vport|vether|pair|tun|tap|wg|gre|egre|gif|pppoe|lo|enc|pflow|pfsync|pflog|mpe|mpip|rport|sec|etherip|eoip|vxlan|bpe|tpmr)\d/.test(
    name,
  );
}
