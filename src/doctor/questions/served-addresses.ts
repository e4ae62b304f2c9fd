// The addresses of a VLAN that clients are to ask: not loopback, where the packet filter redirects to, and not link-local.

import { isLinkLocal, isLoopback } from '../../addresses/address-scope.ts';
import type { Subject } from './subject.ts';

/** Where clients of the VLAN find its listener. */
export function servedAddresses({ listen }: Subject): Subject['listen'] {
  return listen.filter(({ address }) => !isLoopback(address) && !isLinkLocal(address));
}
