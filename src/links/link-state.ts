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
  /** The system's number of the interface, where link-local; an interface that is removed and made again gets another. */
  readonly zoneIndex?: number;
  /** `autoconf`: by DHCP or from an advertised prefix; `temporary`: that, and it soon goes away; where the system shows it. */
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
  /** The interface below a VLAN or CARP interface. */
  readonly parent?: string;
  /** The settings of carp(4), without its password, which the system does not show. */
  readonly carp?: { readonly vhid: number; readonly advbase: number; readonly advskew: number };
  /** The trunk, bond or bridge that this interface is a port of. */
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

/** Whether it is a placeholder: what an interface that still waits for an address shows, such as pppoe(4). */
export function isUnspecified(address: string): boolean {
  return /^(?:0\.0\.0\.0|::)(?:%.*)?$/.test(address);
}

/** The name of an interface without its number. */
export function driverOf(name: string): string {
  return /^[a-z_-]*[a-z]/i.exec(name)?.[0] ?? name;
}
