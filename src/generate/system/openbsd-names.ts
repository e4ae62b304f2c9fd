// Names of interfaces as OpenBSD has them. Its configuration files take such a name bare; no other name is written there.

import type { VlanFacts } from '../plan.ts';

/** Whether the VLAN's interface is known, and named as OpenBSD names interfaces: the driver and a number. */
export function isOpenbsdInterface({ interface: name }: VlanFacts): boolean {
  return name !== undefined && /^[a-z][a-z_]*[0-9]+$/.test(name);
}

/** The fault of a VLAN whose interface is not. */
export function notOpenbsd({ place, interface: name }: VlanFacts): string {
  return name === undefined
    ? `${place}: no interface here has an address of it; write interface: NAME, or run this on the machine that has one`
    : `${place}.interface: "${name}" is no name of an interface of OpenBSD; write one such as em0`;
}
