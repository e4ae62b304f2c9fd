// The words for an unusable interface on Linux, and plain ones for other systems.

import type { FaultCase, FaultWords, LinkFault } from './link-fault.ts';
import { duplicatedAddresses, interfaceNames } from './link-fault.ts';

const WORDS: Readonly<Record<LinkFault, (found: FaultCase) => FaultWords>> = {
  absent: ({ name, view }) => ({
    why: `there is no interface ${name}; ${interfaceNames(view)}`,
    cure: `put the right name into the configuration, or make the interface (a VLAN: \`ip link add link PARENT name ${name} type vlan id ${view.vlanId ?? 'ID'}\`)`,
  }),
  down: ({ name, link, parent }) => ({
    why:
      parent === undefined
        ? `${name} is ${link?.up === true ? 'up but not running' : 'not up'}`
        : `${name} lies on ${parent.name}, which is not up`,
    cure: `\`ip link set ${parent?.name ?? name} up\``,
  }),
  'no carrier': ({ name }) => ({
    why: `${name} is up but has no carrier`,
    cure: `look at what \`ip -d link show ${name}\` says it is: a NIC needs its cable and switch port, a bridge a port that is up, a veth its peer up (\`ip link set PEER up\`), a VM's NIC the host's link`,
  }),
  tentative: ({ name }) => ({
    why: `${name} has no address that may be used yet: duplicate address detection still runs (tentative)`,
    cure: `it is bound by itself as soon as that is done, in 1 to 2 seconds; if it stays so, look at \`ip -6 addr show dev ${name}\``,
  }),
  'no address': ({ name, link }) => noAddressWords(name, duplicatedAddresses(link)),
};

/** Explains a fault in terms of ip(8). */
export function linuxWords(found: FaultCase): FaultWords {
  return WORDS[found.fault](found);
}

function noAddressWords(name: string, duplicated: string): FaultWords {
  if (duplicated !== '') {
    return {
      why: `${name} has no usable address: another machine uses ${duplicated} too (dadfailed)`,
      cure: `give one of the two another address: \`ip addr add ADDRESS/PREFIX dev ${name}\``,
    };
  }
  return {
    why: `${name} is up and has a carrier, but no address`,
    cure: `\`ip addr add ADDRESS/PREFIX dev ${name}\`, or start a DHCP client on it`,
  };
}
