// How far an address reaches: this machine alone, or one link.
import { readIpv4, readIpv6 } from './address-reader.ts';

const words = new Uint32Array(4);

/** Whether an address is one of this machine alone: 127.0.0.0/8 and ::1. A zone is left out. */
export function isLoopback(address: string): boolean {
  const ipv4 = toIpv4(address);
  if (ipv4 >= 0) return ipv4 >>> 24 === 127;
  return readIpv6(address, words) && words[0] === 0 && words[1] === 0 && words[2] === 0 && words[3] === 1;
}

/** Whether an address is one of its link alone: 169.254.0.0/16 and fe80::/10. A zone is left out. */
export function isLinkLocal(address: string): boolean {
  const ipv4 = toIpv4(address);
  if (ipv4 >= 0) return ipv4 >>> 16 === 0xa9fe;
  return readIpv6(address, words) && words[0]! >>> 22 === 0x3fa;
}

/** Whether the host of a URL is this machine: `localhost`, or a loopback address, IPv6 in brackets. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** The address as a word, -1 for what is none. An IPv4-mapped IPv6 address is IPv4. */
function toIpv4(address: string): number {
  const ipv4 = readIpv4(address, 0, address.length);
  if (ipv4 >= 0 || !readIpv6(address, words)) return ipv4;
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? words[3]! : -1;
}
