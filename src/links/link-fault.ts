// An interface that cannot be served on, as the probe hands it to the files that describe it in words.

import type { LinkState } from './link-state.ts';

/** What keeps an interface from being served on. */
export type LinkFault = 'absent' | 'down' | 'no carrier' | 'no address' | 'tentative';

/** What a probe judges by. */
export interface ProbeView {
  /** All interfaces of the system. */
  readonly links: readonly LinkState[];
  readonly platform: NodeJS.Platform;
  /** The VLAN tag from the configuration, for the cure's commands. */
  readonly vlanId?: number;
}

/** One interface found unusable, with the facts that its description needs. */
export interface FaultCase {
  readonly fault: LinkFault;
  readonly name: string;
  readonly link?: LinkState;
  /** Where the fault lies in the interface below (a VLAN's parent). */
  readonly parent?: LinkState;
  readonly view: ProbeView;
}

/** Why, and what cures it. */
export interface FaultWords {
  readonly why: string;
  readonly cure: string;
}

/** The names of the interfaces there are, for a message; loopback and packet-log ones left out. */
export function interfaceNames(view: ProbeView): string {
  const names = view.links
    .filter((link) => !['lo', 'enc', 'pflog'].includes(link.driver))
    .map((link) => link.name);
  return names.length === 0 ? 'there is no other' : `there are: ${names.join(', ')}`;
}

/** The addresses of an interface that failed duplicate address detection. */
export function duplicatedAddresses(link: LinkState | undefined): string {
  const duplicated = (link?.addresses ?? []).filter((address) => address.state === 'duplicated');
  return duplicated.map((address) => address.address).join(', ');
}
