// Reads what `ip neigh`, `arp -an` and `ndp -an` print. What is incomplete, failed or the machine's own is no neighbour; what is not
// understood is left alone, since the tools print headings and releases add columns.
import { toMac } from '../../addresses/mac.ts';
import { toLeaseAddress } from '../leases/fields.ts';
import type { Neighbour } from './neighbour.ts';

/** More entries than a kernel keeps unless its bounds were raised. */
const MOST_NEIGHBOURS = 65_536;

// 192.0.2.7 dev eth0 lladdr 00:00:5e:00:53:07 [router] [extern_learn] REACHABLE
const IP_NEIGH = /^(\S+) dev (\S+) lladdr (\S+)\b(.*)$/;
// ? (192.0.2.7) at 00:00:5e:00:53:07 [ether] on eth0, as net-tools and FreeBSD print it
const ARP_AT = /^\S+ \(([\d.]+)\) at (\S+) (?:\[\S+\] )?(?:PERM )?(?:PUP )?on (\S+)/;
// 192.0.2.7   00:00:5e:00:53:07   em0 19m58s   l, OpenBSD's arp(8); its ndp(8) has a state before the flags
const COLUMNS = /^([0-9a-f.:]+)(?:%\S+)?\s+([0-9a-f:]+)\s+([A-Za-z][\w.]*)\s+(\S+)\s*(.*)$/i;

/** States in which the system has heard from the neighbour within half a minute or is just asking it (RFC 4861 section 7.3.2). */
const FRESH = /\b(?:REACHABLE|PERMANENT|NOARP)\b/;
const UNKNOWN = /\b(?:FAILED|INCOMPLETE|NONE)\b/;

/** The neighbours in the output of one of the tools, or of several together. */
export function toNeighbours(text: string): Neighbour[] {
  const found: Neighbour[] = [];
  for (const line of text.split('\n')) {
    const one = toNeighbour(line.trimEnd());
    if (one !== undefined && found.length < MOST_NEIGHBOURS) found.push(one);
  }
  return found;
}

function toNeighbour(line: string): Neighbour | undefined {
  const [, address = '', link = '', mac = '', rest = ''] = IP_NEIGH.exec(line) ?? [];
  if (address !== '') return UNKNOWN.test(rest) ? undefined : made(address, mac, link, FRESH.test(rest));
  const [, at = '', atMac = '', atLink = ''] = ARP_AT.exec(line) ?? [];
  if (at !== '') return made(at, atMac, atLink, false);
  return ofColumns(line);
}

function ofColumns(line: string): Neighbour | undefined {
  const [, address = '', mac = '', link = '', expires = '', rest = ''] = COLUMNS.exec(line) ?? [];
  const words = rest.split(/\s+/);
  // `l` is an address of this machine.
  if (words.some((word) => word.includes('l')) || expires === 'expired') return undefined;
  return made(address, mac, link, address.includes(':') && words[0] === 'R');
}

function made(text: string, macText: string, link: string, isFresh: boolean): Neighbour | undefined {
  const address = toLeaseAddress(text.replace(/%.*/, ''));
  const mac = toMac(macText);
  return address === undefined || mac === undefined ? undefined : { address, mac, link, isFresh };
}
