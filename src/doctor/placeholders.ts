// The placeholders in commands, for what the evidence did not show, and how to find each out.

import type { Finding } from './finding.ts';

const HOW: Readonly<Record<string, string>> = {
  VMID: '`qm list` on the host',
  N: 'of the line `netN` of `qm config` with that hardware address',
  MAC: '`ifconfig` in the VM, lladdr',
  BRIDGE: 'bridge= in that line of `qm config`; on the router `/interface bridge print`',
  TAG: "the VLAN's id",
  PARENT: 'the interface that the tagged frames come in on',
  UPLINK: 'the physical port of the bridge: `bridge link show`, the one that is no tap and no fwpr',
  PORT: 'the port of the router that leads to the host',
  INTERFACE: 'the interface of the VLAN: `ifconfig`, or `ip link`',
  ADDRESS: 'the address that this VLAN asks for DNS',
  NETMASK: "the VLAN's, such as 255.255.255.0",
  PREFIX: "the length of the VLAN's network, such as 24",
  GATEWAY: 'the address of the router on a network of this machine',
  CLIENT: 'the address of the client',
  SERVER: 'the address of the upstream',
  'THE SAME': 'all of that line of `qm config` behind `netN: `',
  FAMILY: '`nft list ruleset`: the table and chain with `hook input`',
  TABLE: 'as the family',
  CHAIN: 'as the family',
};

/** The placeholders of a finding's commands, each with how to find its value; self-explanatory ones are left out. */
export function placeholdersOf({ cure, prove }: Finding): [string, string][] {
  const text = [...cure, ...prove].flatMap(({ run, say }) => [run ?? '', say ?? '']).join(' ');
  const names = new Set(Array.from(text.matchAll(/<([A-Z][A-Z ]*)>/g), ([, name = '']) => name));
  return [...names].flatMap((name): [string, string][] => {
    const how = HOW[name];
    return how === undefined ? [] : [[`<${name}>`, how]];
  });
}
