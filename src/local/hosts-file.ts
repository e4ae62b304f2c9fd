// A file in the form of /etc/hosts (hosts(5)): address, names, comments. What is not understood is skipped and
// counted, since the system's own readers do so too.
import { isIPv4, isIPv6 } from 'node:net';
import { parseName } from '../dns/name-text.ts';
import { encodeRdata } from '../dns/packet.ts';
import { TYPE } from '../dns/numbers.ts';
import { DEFAULT_TTL_SECONDS } from './zone-line.ts';
import type { LocalRecord } from './zone-line.ts';

/** Answered with both loopback addresses whatever a hosts file says (RFC 6761 section 6.3). */
const LOOPBACK = /(^|\.)localhost\.?$/i;

/** Records of a hosts file and the number of lines that could not be read. */
export interface HostsReading {
  readonly records: LocalRecord[];
  readonly skipped: number;
}

/** Reads the text of a hosts file into A and AAAA records; PTR records are made from them later. */
export function readHosts(text: string): HostsReading {
  const records: LocalRecord[] = [];
  let skipped = 0;
  for (const line of text.split(/\r?\n/)) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === undefined || address === '') continue;
    const made = names.length === 0 ? undefined : toRecords(address, names);
    if (made === undefined) skipped++;
    else records.push(...made);
  }
  return { records, skipped };
}

function toRecords(address: string, names: string[]): LocalRecord[] | undefined {
  const plain = address.replace(/%.*/, '');
  const type = isIPv4(plain) ? TYPE.A : isIPv6(plain) ? TYPE.AAAA : undefined;
  if (type === undefined) return undefined;
  const rdata = encodeRdata({ type: type === TYPE.A ? 'A' : 'AAAA', data: plain });
  try {
    return names
      .filter((name) => !LOOPBACK.test(name))
      .map((name) => ({ owner: parseName(name), type, ttl: DEFAULT_TTL_SECONDS, rdata }));
  } catch {
    // A name that cannot be one: the line counts as skipped.
    return undefined;
  }
}
