// What the formats of lease files have in common: addresses, and hardware addresses inside of DUIDs.
import { addressToText } from '../../addresses/address-text.ts';
import { ClientAddress } from '../../addresses/client-address.ts';
import { toMac } from '../../addresses/mac.ts';

const address = new ClientAddress();

/** The canonical text of an address, as a client's is written; undefined for what is none. */
export function toLeaseAddress(text: string): string | undefined {
  return !text.includes('%') && address.set(text) ? addressToText(address.family, address.words) : undefined;
}

/** The MAC inside of a DUID given as hex octets with colons: types 1 (link-layer and time) and 3 (link-layer) of Ethernet. */
export function macOfDuid(duid: string): string | undefined {
  const octets = duid.toLowerCase().split(':');
  if (octets.some((octet) => octet.length !== 2)) return undefined;
  const start = octets.slice(0, 4).join(':');
  if (start === '00:01:00:01' && octets.length === 14) return toMac(octets.slice(8).join(':'));
  if (start === '00:03:00:01' && octets.length === 10) return toMac(octets.slice(4).join(':'));
  return undefined;
}
