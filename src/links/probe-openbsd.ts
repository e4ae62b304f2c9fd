// The words for an unusable interface on OpenBSD: what its ifconfig(8) lines show, never more, and the commands that cure it.

import type { LinkState } from './link-state.ts';
import type { FaultCase, FaultWords, LinkFault } from './link-fault.ts';
import { duplicatedAddresses, interfaceNames } from './link-fault.ts';

const WORDS: Readonly<Record<LinkFault, (found: FaultCase) => FaultWords>> = {
  absent: absentWords,
  down: downWords,
  'no carrier': noCarrierWords,
  tentative: tentativeWords,
  'no address': noAddressWords,
};

/** Explains a fault in terms of ifconfig(8), hostname.if(5) and, for virtual NICs, of the host. */
export function openbsdWords(found: FaultCase): FaultWords {
  return WORDS[found.fault](found);
}

function absentWords({ name, view }: FaultCase): FaultWords {
  const why = `there is no interface ${name}; ${interfaceNames(view)}`;
  if (/^(?:vlan|carp|trunk|aggr|veb|vport|bridge)\d/.test(name)) {
    return {
      why,
      cure: `it is made by /etc/hostname.${name} (for a VLAN: \`vnetid ${view.vlanId ?? 'ID'} parent IF\`, then the address): \`sh /etc/netstart ${name}\``,
    };
  }
  return {
    why,
    cure: `if the VM was given another NIC model, the interface has another name now: put that name into the configuration, and rename /etc/hostname.${name} to match; \`dmesg | grep address\` shows which interface has which hardware address`,
  };
}

function downWords({ name, link, parent }: FaultCase): FaultWords {
  if (parent !== undefined) return parentDownWords(name, parent);
  const cure = `\`ifconfig ${name} up\`; to keep it so: \`echo up >> /etc/hostname.${name}\` (or \`inet autoconf\` there), then \`sh /etc/netstart ${name}\``;
  if (link?.up === true) {
    return { why: `${name} is up but its driver is not running (no RUNNING in its flags)`, cure };
  }
  return { why: `${name} is not up (no UP in its flags)${whatStatusSays(link)}`, cure };
}

// vio_media_status() reports an active link only together with IFF_UP; em_media_status() does not look at it.
function whatStatusSays(link: LinkState | undefined): string {
  if (link?.driver === 'vio' && link.carrier === 'no') {
    return '; on vio(4) an interface that is not up prints `no carrier`, so this says nothing about the wire';
  }
  if (link?.carrier === 'yes') return `, although \`status: ${link.status}\` shows that there is a wire`;
  if (link?.carrier === 'no')
    return `; whether \`status: ${link.status}\` is true of the wire shows once it is up`;
  return '';
}

function parentDownWords(name: string, parent: LinkState): FaultWords {
  return {
    why: `${name} lies on ${parent.name}, which is not up (no UP in its flags)${whatStatusSays(parent)}`,
    cure: `\`ifconfig ${parent.name} up\`; to keep it so: \`echo up >> /etc/hostname.${parent.name}\``,
  };
}

function noCarrierWords({ name, link, parent, view }: FaultCase): FaultWords {
  const wire = parent?.carrier === 'no' ? parent : link;
  const status = `\`status: ${wire?.status ?? 'no carrier'}\``;
  if (link?.driver === 'vlan' && link.parent === undefined) {
    return {
      why: `${name} has no parent interface (${status})`,
      cure: `\`ifconfig ${name} parent IF\`; to keep it so: \`vnetid ${link.vlanId ?? view.vlanId ?? 'ID'} parent IF\` in /etc/hostname.${name}`,
    };
  }
  if (wire?.driver === 'vio') return vioWords({ name, wire, vlanId: view.vlanId, status });
  const where = wire === undefined || wire.name === name ? name : `${name} lies on ${wire.name}, which`;
  return {
    why: `${where} is up but has no link (${status})`,
    cure: 'look at the cable and the switch port; in a VM, at the host: is the NIC set to link_down, is its tap device in the bridge?',
  };
}

interface VioCase {
  readonly name: string;
  readonly wire: LinkState;
  readonly vlanId: number | undefined;
  readonly status: string;
}

function vioWords({ name, wire, vlanId, status }: VioCase): FaultWords {
  const mac = wire.mac?.toUpperCase() ?? '<MAC>';
  const tag = vlanId === undefined ? '<VLAN id>' : String(vlanId);
  return {
    why: `${wire.name === name ? name : `${name} lies on ${wire.name}, which`} is up but has no carrier (${status}): vio(4) asks the host each time, so the host says that the link is down, or the driver misreads it`,
    cure: [
      `1. on the Proxmox host, \`qm config <VMID>\`: the net line with ${mac} must not say link_down=1`,
      '2. there, `bridge link`: the tap device of that line (tap<VMID>i<N>) must be in its bridge and not down',
      `3. only then suspect the driver: \`qm set <VMID> --netN e1000=${mac},bridge=vmbrN,tag=${tag}\`; it costs 10-15 % overhead and one reboot of the VM (a full stop and start), and the interface becomes emN: rename /etc/hostname.${wire.name} and change the configuration`,
    ].join('\n'),
  };
}

function tentativeWords({ name }: FaultCase): FaultWords {
  return {
    why: `${name} has no address that may be used yet: the system still checks whether another machine has it (tentative), or takes it for belonging to another network (detached)`,
    cure: `it is bound by itself as soon as that is done, in 1 to 2 seconds; if it stays so, look at \`ifconfig ${name} inet6\``,
  };
}

function noAddressWords({ name, link }: FaultCase): FaultWords {
  const duplicated = duplicatedAddresses(link);
  if (duplicated !== '') {
    return {
      why: `${name} has no usable address: another machine uses ${duplicated} too (duplicated)`,
      cure: `give one of the two another address; here in /etc/hostname.${name}, then \`sh /etc/netstart ${name}\``,
    };
  }
  return {
    why: `${name} is up and has a link, but no address`,
    cure: `a line \`inet ADDRESS NETMASK\` or \`inet autoconf\` in /etc/hostname.${name}, then \`sh /etc/netstart ${name}\`; if it says autoconf already, no DHCP server has answered on this VLAN yet`,
  };
}
