// The addresses of a VLAN that clients are to ask: not loopback, where the packet filter redirects to, and not link-local.

import type { Subject } from './subject.ts';

/** Where clients of the VLAN find its listener. */
export function servedAddresses({ listen }: Subject): Subject['listen'] {
  return listen.filter(({ address }) => !/^(?:127\.|::1$|fe80:)/i.test(address));
}
