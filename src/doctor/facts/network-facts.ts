// What is known of the way to the machine: the card and bridges on its host, the router, and what DHCP tells clients.

import type { Prefix } from '../../addresses/prefix.ts';
import type { Quote } from './source-text.ts';

/** A network card of a VM in `qm config`. */
export interface VmNicFact {
  readonly kind: 'vm nic';
  /** Undefined where neither the file's name nor a prompt says it. */
  readonly vmId: number | undefined;
  /** N of `netN`. */
  readonly index: number;
  readonly model: string;
  /** Lower case, with colons. */
  readonly mac: string;
  readonly bridge: string | undefined;
  readonly tag: number | undefined;
  readonly trunks: string | undefined;
  readonly firewall: boolean;
  readonly linkDown: boolean;
  /** The text after `netN: `. */
  readonly value: string;
  readonly at: Quote;
}

/** A network device of the host: its bridge where it is in one. */
export interface HostPortFact {
  readonly kind: 'host port';
  readonly port: string;
  readonly master: string | undefined;
  readonly up: boolean;
  readonly at: Quote;
}

/** VLANs `first` to `last` of a port of a VLAN-aware bridge. */
export interface PortVlanFact {
  readonly kind: 'port vlan';
  readonly port: string;
  readonly first: number;
  readonly last: number;
  readonly pvid: boolean;
  readonly untagged: boolean;
  readonly at: Quote;
}

/** Whether a bridge of the host looks at VLAN tags. */
export interface VlanFilteringFact {
  readonly kind: 'vlan filtering';
  readonly bridge: string;
  readonly on: boolean;
  readonly at: Quote;
}

/** The firewall of one VM on the host, `/etc/pve/firewall/VMID.fw`. */
export interface VmFirewallFact {
  readonly kind: 'vm firewall';
  readonly vmId: number | undefined;
  readonly enabled: boolean;
  readonly policyIn: 'ACCEPT' | 'DROP' | 'REJECT';
  readonly letsDnsIn: boolean;
  readonly at: Quote;
}

/** An `add` or `set` of a RouterOS export. */
export interface RouterEntryFact {
  readonly kind: 'router entry';
  /** Such as `/interface bridge vlan`. */
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
  readonly at: Quote;
}

/** The release of RouterOS that an export was made by. */
export interface RouterReleaseFact {
  readonly kind: 'router release';
  readonly major: number;
  readonly minor: number;
  readonly at: Quote;
}

/** The DNS servers that a DHCP server gives to the clients of a subnet. */
export interface DhcpFact {
  readonly kind: 'dhcp';
  readonly server: 'dhcpd' | 'kea' | 'dnsmasq' | 'mikrotik';
  readonly subnet: Prefix;
  /** Empty where none are given. */
  readonly dnsServers: readonly string[];
  /** The line with the DNS servers, else that of the subnet. */
  readonly at: Quote;
}
