// Other programs' words for the answer to a blocked name, translated into ours.

import { toAddress } from '../../addresses/prefix-text.ts';

/** Words for 0.0.0.0 and :: of AdGuard Home, blocky, Pi-hole and Technitium. */
const ZERO = /^(?:null|nullip|null_ip|zeroip|zero_ip|default|anyaddress|0\.0\.0\.0|::|0\.0\.0\.0,\s*::)$/i;

/** Says what a word or an address means here; undefined where that is not known. */
export function meantAnswer(text: string): string | undefined {
  if (ZERO.test(text))
    return `${JSON.stringify(text)} is called zero here: 0.0.0.0 to A, :: to AAAA; write zero`;
  const address = toAddress(text);
  if (address === undefined) return undefined;
  const map = address.includes(':') ? `{ ipv6: "${address}" }` : `{ ipv4: ${address} }`;
  return `an address is given by its family; write ${map}`;
}
