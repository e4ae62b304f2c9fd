// What is known of the machine that serves: its interfaces, their drivers, its counters, clock and routes.

import type { Prefix } from '../../addresses/prefix.ts';
import type { LinkState } from '../../links/link-state.ts';
import type { Quote } from './source-text.ts';

/** An interface of the machine that serves, as ifconfig(8) or ip(8) shows it. */
export interface LinkFact extends LinkState {
  readonly kind: 'link';
  readonly system: 'openbsd' | 'linux';
  /** The groups of OpenBSD that it is in, such as `egress`. */
  readonly groups: readonly string[];
  /** Whether its address comes from DHCP or router advertisements; undefined where that is not shown. */
  readonly autoconf: boolean | undefined;
  /** It is part of another interface (a trunk, a bond, a bridge, PPPoE), which has the addresses. */
  readonly isPart: boolean;
  /** The line with its flags. */
  readonly at: Quote;
  /** All lines about it. */
  readonly lines: readonly Quote[];
}

/** An interface that another one is made of: a port of a trunk or a bridge, what PPPoE goes over. */
export interface MemberFact {
  readonly kind: 'member';
  readonly name: string;
  readonly at: Quote;
}

/** The kernel saw another machine use an address of this one. */
export interface TwiceUsedFact {
  readonly kind: 'twice used';
  readonly address: string;
  /** The hardware address of the other machine; lower case, with colons. */
  readonly mac: string;
  readonly at: Quote;
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

/** A line in which a network device or its bus reports trouble. */
export interface TroubleFact {
  readonly kind: 'trouble';
  readonly device: string;
  readonly at: Quote;
}

/** When something that exists was made: the running kernel, a file. An earlier clock is wrong. */
export interface MadeFact {
  readonly kind: 'made';
  readonly ms: number;
  readonly at: Quote;
}

/** The system itself says that its clock is wrong, or that nothing sets it. */
export interface ClockDoubtFact {
  readonly kind: 'clock doubt';
  readonly at: Quote;
}

/** By how much the clock is off, as a time daemon measures it: positive where it is ahead. */
export interface ClockOffsetFact {
  readonly kind: 'clock offset';
  readonly seconds: number;
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

/** A `nameserver` of resolv.conf. */
export interface ResolverFact {
  readonly kind: 'resolver';
  readonly address: string;
  readonly at: Quote;
}

/** A default route; without `gateway`, a routing table that has none. */
export interface DefaultRouteFact {
  readonly kind: 'default route';
  readonly family: 4 | 6;
  readonly gateway: string | undefined;
  /** The networks that it has routes to, beside the default route. */
  readonly networks: readonly Prefix[];
  readonly at: Quote;
}
