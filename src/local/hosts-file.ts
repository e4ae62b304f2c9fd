// A file in the form of /etc/hosts (hosts(5)): address, names, comments. What is not understood is skipped and
// counted, since the system's own readers do so too.
import { isIPv4, isIPv6 } from 'node:net';
import { parseName } from '../dns/name-text.ts';
import { openRegular } from '../system/regular-file.ts';
import { encodeRdata } from '../dns/packet.ts';
import { TYPE } from '../dns/numbers.ts';
import { DEFAULT_TTL_SECONDS } from './zone-line.ts';
import type { LocalRecord } from './record-store.ts';

/** Answered with both loopback addresses whatever a hosts file says (RFC 6761 section 6.3). */
const LOOPBACK = /(^|\.)localhost\.?$/i;

/** Not allowed in a host's name; as a whole label, records would take it for a wildcard. */
const ASTERISK = 0x2a;

/** Octets that are read at a time, with other work in between: a millisecond's worth. */
const CHUNK_OCTETS = 8192;

/** Why a line was skipped: it is not "ADDRESS NAME...", or it has a wildcard, which hosts files do not have. */
export type SkippedFor = 'form' | 'wildcard';

/** Receives the records of a hosts file and its skipped lines; lines are counted from 1. */
export interface HostsTaker {
  record(record: LocalRecord, line: number): void;
  skipped?(line: number, why: SkippedFor): void;
}

/** Reads a hosts file; gives the number of lines that were skipped. Rejects where it cannot be read. */
export async function readHostsFile(file: string, taker: HostsTaker): Promise<number> {
  let line = 0;
  let skipped = 0;
  const takeLine = (text: string): void => {
    line++;
    const records = toHostsRecords(text);
    if (typeof records === 'object') for (const record of records) taker.record(record, line);
    else {
      skipped++;
      taker.skipped?.(line, records);
    }
  };
  let rest = '';
  const opened = await openRegular(file);
  const chunks: AsyncIterable<string> = opened.createReadStream({
    encoding: 'utf8',
    highWaterMark: CHUNK_OCTETS,
  });
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(takeLine);
  }
  takeLine(rest);
  return skipped;
}

/** The A and AAAA records of a line, or why it is skipped. PTR records are made from them later. */
export function toHostsRecords(line: string): LocalRecord[] | SkippedFor {
  const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
  if (address === undefined || address === '') return [];
  const plain = address.replace(/%.*/, '');
  const type = isIPv4(plain) ? TYPE.A : isIPv6(plain) ? TYPE.AAAA : undefined;
  if (type === undefined || names.length === 0) return 'form';
  const rdata = encodeRdata({ type: type === TYPE.A ? 'A' : 'AAAA', data: plain });
  try {
    const owners = names.filter((name) => !LOOPBACK.test(name)).map((name) => parseName(name));
    if (owners.some((owner) => owner.includes(ASTERISK))) return 'wildcard';
    return owners.map((owner) => ({ owner, type, ttl: DEFAULT_TTL_SECONDS, rdata }));
  } catch {
    // Not a valid name.
    return 'form';
  }
}
