// What doctor reasons on: facts, each with the line that shows it. A fact says what a tool printed and nothing more; what
// follows from several of them is for findings/ to say.

import type { Prefix } from '../config/config.ts';
import type { LinkState } from '../links/link-state.ts';

/** An output of a tool, or a file that was read. */
export interface SourceText {
  /** The name of its file in a capture. */
  readonly name: string;
  readonly text: string;
}

/** One line of a source; it counts from 1, and blanks around the text are gone. */
export interface Quote {
  readonly source: string;
  readonly line: number;
  readonly text: string;
}

/** An interface of the machine that serves, as ifconfig(8) or ip(8) shows it. */
export interface LinkFact extends LinkState {
  readonly kind: 'link';
  readonly system: 'openbsd' | 'linux';
  /** The groups of OpenBSD that it is in, such as `egress`. */
  readonly groups: readonly string[];
  /** Whether its address comes from DHCP or router advertisements; undefined where that is not shown. */
  readonly autoconf: boolean | undefined;
  /** The line with its flags. */
  readonly at: Quote;
  /** All lines that tell of it. */
  readonly lines: readonly Quote[];
}

/** A network device that dmesg(8) shows being attached. */
export interface NicFact {
  readonly kind: 'nic';
  readonly name: string;
  /** Lower case, with colons. */
  readonly mac: string;
  readonly at: Quote;
}

/** How a virtio device is interrupted: `msix per-VQ`, `msix shared`, `irq 5`. */
export interface InterruptModeFact {
  readonly kind: 'interrupt mode';
  readonly device: string;
  readonly mode: string;
  readonly at: Quote;
}

/** A line in which a network device or its bus tells of trouble. */
export interface TroubleFact {
  readonly kind: 'trouble';
  readonly device: string;
  readonly at: Quote;
}

/** When something that is there was made: the running kernel, a file. The clock cannot be before that. */
export interface MadeFact {
  readonly kind: 'made';
  readonly ms: number;
  readonly at: Quote;
}

/** The system says by itself that its clock is wrong, or is not set by anybody. */
export interface ClockDoubtFact {
  readonly kind: 'clock doubt';
  readonly at: Quote;
}

/** What the clock said when the evidence was taken. */
export interface ClockFact {
  readonly kind: 'clock';
  readonly ms: number;
  readonly at: Quote;
}

/** Interrupts of one vector of a device since boot. */
export interface InterruptCountFact {
  readonly kind: 'interrupt count';
  readonly device: string;
  /** `0` is the configuration of a virtio device; undefined where a device has only one. */
  readonly vector: number | undefined;
  readonly count: number;
  /** Which of several samples it is, in the order of their names. */
  readonly sample: string;
  readonly at: Quote;
}

/** Frames that an interface has taken in. */
export interface FrameCountFact {
  readonly kind: 'frame count';
  readonly interface: string;
  readonly received: number;
  readonly sample: string;
  readonly at: Quote;
}

/** A counter of UDP for the whole machine. */
export interface UdpCountFact {
  readonly kind: 'udp count';
  readonly what: 'received' | 'no socket' | 'buffer full';
  readonly count: number;
  readonly sample: string;
  readonly at: Quote;
}

/** A hostname.if(5) file; without lines where only its name is known. */
export interface HostnameFileFact {
  readonly kind: 'hostname file';
  /** The interface in its name, or the hardware address. */
  readonly interface: string;
  readonly lines: readonly Quote[];
  readonly at: Quote;
}

/** The hostname.if(5) files were all listed. */
export interface HostnameListFact {
  readonly kind: 'hostname list';
  readonly at: Quote;
}

/** A program that listens. */
export interface SocketFact {
  readonly kind: 'socket';
  readonly program: string;
  readonly processId: number | undefined;
  readonly transport: 'udp' | 'tcp';
  /** `*` for all addresses. */
  readonly address: string;
  readonly port: number;
  readonly at: Quote;
}

/** One rule of pf(4) as `pfctl -sr` prints it, in its order. */
export interface PfRuleFact {
  readonly kind: 'pf rule';
  readonly text: string;
  readonly at: Quote;
}

/** Whether pf(4) is on. */
export interface PfStateFact {
  readonly kind: 'pf state';
  readonly enabled: boolean;
  readonly at: Quote;
}

/** A line of nft(8) or iptables(8) in the chain that guards the machine itself. */
export interface InputRuleFact {
  readonly kind: 'input rule';
  readonly verdict: 'accept' | 'drop';
  /** Whether it is what holds when no rule does. */
  readonly isPolicy: boolean;
  readonly text: string;
  readonly at: Quote;
}

/** A network card of a VM in `qm config`. */
export interface VmNicFact {
  readonly kind: 'vm nic';
  /** Undefined where neither the file's name nor a prompt tells it. */
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
  /** What stands behind `netN: `. */
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

/** What a DHCP server tells the clients of a subnet. */
export interface DhcpFact {
  readonly kind: 'dhcp';
  readonly server: 'dhcpd' | 'kea' | 'dnsmasq' | 'mikrotik';
  readonly subnet: Prefix;
  /** Empty where none are given. */
  readonly dnsServers: readonly string[];
  /** The line with the DNS servers, else that of the subnet. */
  readonly at: Quote;
}

/** A `nameserver` of resolv.conf. */
export interface ResolverFact {
  readonly kind: 'resolver';
  readonly address: string;
  readonly at: Quote;
}

/** A route to everywhere; without `gateway` a table was seen that has none. */
export interface DefaultRouteFact {
  readonly kind: 'default route';
  readonly family: 4 | 6;
  readonly gateway: string | undefined;
  readonly at: Quote;
}

/** A service as rcctl(8) lists it. */
export interface ServiceFact {
  readonly kind: 'service';
  readonly name: string;
  readonly state: 'on' | 'failed' | 'started';
  readonly at: Quote;
}

/** One try to reach an upstream from the machine. */
export interface ReachFact {
  readonly kind: 'reach';
  /** As the configuration has it. */
  readonly server: string;
  readonly ok: boolean;
  /** The system's code or a word for what happened. */
  readonly reason: string;
  readonly at: Quote;
}

/** A VLAN as the running daemon tells of it. */
export interface ServedVlanFact {
  readonly kind: 'served vlan';
  readonly vlan: string;
  readonly state: string;
  readonly problem: string | undefined;
  readonly queries: number;
  readonly sourceMismatch: number;
  readonly kernelDrops: number;
  readonly addresses: readonly string[];
  readonly sample: string;
  /** The line with its name, and those with counters. */
  readonly at: Quote;
  readonly queriesAt: Quote;
  readonly mismatchAt: Quote;
  readonly dropsAt: Quote;
}

/** An upstream server as the running daemon tells of it. */
export interface UpstreamFact {
  readonly kind: 'upstream';
  readonly set: string;
  readonly server: string;
  readonly state: string;
  readonly answered: number;
  readonly failed: number;
  readonly at: Quote;
}

/** The daemon could not be asked. */
export interface NotRunningFact {
  readonly kind: 'not running';
  readonly at: Quote;
}

/** Anything that evidence can say. */
export type Fact =
  | LinkFact
  | NicFact
  | InterruptModeFact
  | TroubleFact
  | MadeFact
  | ClockDoubtFact
  | ClockFact
  | InterruptCountFact
  | FrameCountFact
  | UdpCountFact
  | HostnameFileFact
  | HostnameListFact
  | SocketFact
  | PfRuleFact
  | PfStateFact
  | InputRuleFact
  | VmNicFact
  | HostPortFact
  | PortVlanFact
  | VlanFilteringFact
  | VmFirewallFact
  | RouterEntryFact
  | DhcpFact
  | ResolverFact
  | DefaultRouteFact
  | ServiceFact
  | ReachFact
  | ServedVlanFact
  | UpstreamFact
  | NotRunningFact;

/** The facts of one kind. */
export type FactOf<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;

/** All facts of one run, to be asked by kind. */
export class Evidence {
  readonly facts: readonly Fact[];
  /** The names of the sources that nothing was understood of. */
  readonly unread: readonly string[];

  constructor(facts: readonly Fact[], unread: readonly string[] = []) {
    this.facts = facts;
    this.unread = unread;
  }

  /** Gives the facts of a kind, in the order of their sources. */
  all<Kind extends Fact['kind']>(kind: Kind): FactOf<Kind>[] {
    return this.facts.filter((fact): fact is FactOf<Kind> => fact.kind === kind);
  }

  /** Says whether anything is known of a kind. */
  has(kind: Fact['kind']): boolean {
    return this.facts.some((fact) => fact.kind === kind);
  }
}
