// Why this machine cannot ask an upstream at all: what the system calls it in words, and what can be told before anybody asks.
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import { isLinkLocal, isLoopback } from '../addresses/address-scope.ts';

/** The addresses of this machine by interface. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

const WORDS: Readonly<Record<string, string>> = {
  EMFILE: 'this process has no file descriptors left; raise its limit (ulimit -n, openfiles in login.conf)',
  ENFILE: 'this system has no file descriptors left',
  ENOBUFS: 'this system has no room for another socket',
  EAFNOSUPPORT: 'this machine has no address of its family',
  EADDRNOTAVAIL: 'this machine has no address or port to ask it from',
  EADDRINUSE: 'this machine has no port left to ask it from',
  ENETUNREACH: 'this machine has no route to its network',
  EHOSTUNREACH: 'this machine has no way to it',
  ENETDOWN: 'the interface to it is down',
  EINVAL: 'its interface is not here',
  ENXIO: 'its interface is not here',
  ENODEV: 'its interface is not here',
  EACCES: 'the system does not let this process ask it',
  EPERM: 'the system does not let this process ask it, which may be a firewall of its own',
};

/** Says what an error code of the system means for an upstream. */
export function obstacleText(code: string): string {
  const words = WORDS[code];
  return words === undefined ? code : `${words} (${code})`;
}

/**
 * Gives the family of an upstream's address where this machine has no address to ask it from, though it has one of the
 * other family: a machine that has none at all is not on the network yet, which is another matter.
 */
export function lackedFamily(
  address: string,
  interfaces: Interfaces = networkInterfaces(),
): 'IPv4' | 'IPv6' | undefined {
  const family = address.includes(':') ? 'IPv6' : 'IPv4';
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const isLocal = isLoopback(address) || isLinkLocal(address);
  const isOfUse = (info: NetworkInterfaceInfo): boolean =>
    isLocal || (!info.internal && !isLinkLocal(info.address));
  if (all.some((info) => info.family === family && isOfUse(info))) return undefined;
  const hasOther = all.some((info) => info.family !== family && !info.internal && !isLinkLocal(info.address));
  return hasOther ? family : undefined;
}
