// Hardware addresses (MACs, EUI-48) as text: read in the forms that systems write, held in one. The rule: what no device can send
// from is none: the zero address, and those with the group bit.

/** What a text was read as, or what is wrong with it. */
type Reading = { readonly value: string } | { readonly fault: string };

const HEX = /^[0-9a-f]+$/;
const ZERO = '00:00:00:00:00:00';
const EXAMPLE = 'write one such as 00:00:5e:00:53:01';

/**
 * Gives a MAC in lower case with colons, of any of the forms `0:0:5e:0:53:1`, `00-00-5E-00-53-01`, `0000.5e00.5301` and
 * `00005e005301`; undefined for what is none that a device can have.
 */
export function toMac(text: string): string | undefined {
  const digits = digitsOf(text.toLowerCase());
  if (digits === undefined) return undefined;
  const mac = withColons(digits);
  return mac === ZERO || isGroup(mac) ? undefined : mac;
}

/** The same for a configuration: a fault says what is wrong. */
export function readMac(text: string): Reading {
  const digits = digitsOf(text.toLowerCase());
  if (digits === undefined)
    return { fault: `${JSON.stringify(text)} is not a hardware address (MAC); ${EXAMPLE}` };
  const mac = withColons(digits);
  if (mac === ZERO) return { fault: `${text} is the address of no device; ${EXAMPLE}` };
  if (isGroup(mac))
    return { fault: `${text} is the address of a group (multicast), which no device has; ${EXAMPLE}` };
  return { value: mac };
}

/**
 * Whether a MAC is one that was not given by the maker of the device (the local bit of IEEE 802): phones and notebooks make up
 * such a one for each network, and may change it from time to time; virtual machines have them as well.
 */
export function isPrivateMac(mac: string): boolean {
  return (firstOctet(mac) & 2) !== 0;
}

function isGroup(mac: string): boolean {
  return (firstOctet(mac) & 1) !== 0;
}

function firstOctet(mac: string): number {
  return Number.parseInt(mac.slice(0, 2), 16);
}

/** The twelve hex digits of a MAC in lower case. */
function digitsOf(text: string): string | undefined {
  const groups = text.split(text.includes(':') ? ':' : text.includes('-') ? '-' : '.');
  const size = 12 / groups.length;
  if (![1, 3, 6].includes(groups.length)) return undefined;
  // BSD's tools leave out zeros before a colon; elsewhere a group that is short is a slip.
  const least = groups.length === 6 && text.includes(':') ? 1 : size;
  const isWhole = groups.every((group) => group.length >= least && group.length <= size && HEX.test(group));
  return isWhole ? groups.map((group) => group.padStart(size, '0')).join('') : undefined;
}

function withColons(digits: string): string {
  return digits.replace(/..(?!$)/g, '$&:');
}
