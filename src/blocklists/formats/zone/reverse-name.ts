// The name under which an address is looked up backwards (RFC 1035 section 3.5, RFC 3596 section 2.5).
import { toListPrefix } from '../../../addresses/list-prefix.ts';

/** `192.0.2.1` is `1.2.0.192.in-addr.arpa`; undefined for what is no address. */
export function reverseName(address: string): string | undefined {
  const prefix = address.includes('/') ? undefined : toListPrefix(address);
  if (prefix === undefined) return undefined;
  const { family, words } = prefix;
  if (family === 4) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  const digits = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  return `${digits.split('').toReversed().join('.')}.ip6.arpa`;
}
