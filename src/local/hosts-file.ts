// A file in the form of /etc/hosts (hosts(5)): address, names, comments. What is not understood is skipped and
// counted, since the system's own readers do so too.
import { isIPv4, isIPv6 } from 'node:net';
import { parseName } from '../dns/name-text.ts';
import { openRegular } from '../system/regular-file.ts';
import { encodeRdata } from '../dns/packet.ts';
import { TYPE } from '../dns/numbers.ts';
import { DEFAULT_TTL_SECONDS } from './zone-line.ts';
import type { LocalRecord } from './zone-line.ts';

/** Answered with both loopback addresses whatever a hosts file says (RFC 6761 section 6.3). */
const LOOPBACK = /(^|\.)localhost\.?$/i;

/** Octets that are read at a time, with other work in between: a millisecond's worth. */
const CHUNK_OCTETS = 8192;

/** Reads a hosts file; gives the number of lines that were not understood. Rejects where it cannot be read. */
export async function readHostsFile(file: string, take: (record: LocalRecord) => void): Promise<number> {
  let skipped = 0;
  const takeLine = (line: string): void => {
    const records = toHostsRecords(line);
    if (records === undefined) skipped++;
    else for (const record of records) take(record);
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

/** The A and AAAA records of a line; undefined where it is not understood. PTR records are made from them later. */
export function toHostsRecords(line: string): LocalRecord[] | undefined {
  const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
  if (address === undefined || address === '') return [];
  const plain = address.replace(/%.*/, '');
  const type = isIPv4(plain) ? TYPE.A : isIPv6(plain) ? TYPE.AAAA : undefined;
  if (type === undefined || names.length === 0) return undefined;
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
