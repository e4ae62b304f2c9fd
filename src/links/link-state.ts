// What is known of one network interface at one moment, in the same terms on every system.

/** Whether there is a wire: `none` = the medium has no notion of it, or the system does not say. */
export type Carrier = 'yes' | 'no' | 'none';

/** An address an interface has; only a `ready` one can be bound. */
export interface LinkAddress {
  /** With `%interface` where link-local. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly prefixLength: number;
  readonly state: 'ready' | 'tentative' | 'duplicated' | 'detached';
  /** The system's number of the interface, where link-local; one that is made anew gets another. */
  readonly zoneIndex?: number;
  /** How it came, where the system shows that: by DHCP or from an advertised prefix, or so and soon to be gone again. */
  readonly origin?: 'autoconf' | 'temporary';
}

/** One network interface as the system shows it. */
export interface LinkState {
  readonly name: string;
  /** The driver or kind: the name without its number (`vio`, `em`, `vlan`, `carp`). */
  readonly driver: string;
  /** Administratively up. */
  readonly up: boolean;
  /** The driver is started; it does not mean that there is a wire. */
  readonly running: boolean;
  readonly carrier: Carrier;
  /** The system's own word for the link (`active`, `no carrier`, `lowerlayerdown`). */
  readonly status?: string;
  /** Hardware address, lower-case with colons. */
  readonly mac?: string;
  /** What a VLAN or CARP interface lies on. */
  readonly parent?: string;
  /** What carp(4) was told, but for its password, which nobody shows. */
  readonly carp?: { readonly vhid: number; readonly advbase: number; readonly advskew: number };
  /** What this interface is a port of: a trunk, a bond, a bridge. */
  readonly master?: string;
  /** The families whose addresses it takes from DHCP or router advertisements, where that is shown. */
  readonly autoconfFamilies?: readonly (4 | 6)[];
  /** It has one peer, and no network of clients. */
  readonly isPointToPoint?: boolean;
  /** The VLAN tag the system itself puts on (vlan(4)); not the one a hypervisor strips. */
  readonly vlanId?: number;
  readonly addresses: readonly LinkAddress[];
  /** The lines that show all this, for messages. */
  readonly evidence: string;
}

/** Whether it is no address at all: what an interface shows that still waits for one, such as pppoe(4). */
export function isUnspecified(address: string): boolean {
  return /^(?:0\.0\.0\.0|::)(?:%.*)?$/.test(address);
}

/** The name of an interface without its number. */
export function driverOf(name: string): string {
  return /^[a-z_-]*[a-z]/i.exec(name)?.[0] ?? name;
}
