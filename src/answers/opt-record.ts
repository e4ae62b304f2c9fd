// The OPT record of a response: the parts that we use (upper rcode bits, EDE). OPT is hop by hop (RFC 6891 section
// 6.2.6), so nothing else of it is passed on.
import { readU16 } from '../dns/message.ts';
import { OPTION, TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';

/** EXTRA-TEXT that is passed on; longer text is cut at a character's end. */
const MAX_EXTRA_TEXT_OCTETS = 128;
const INFO_CODE_OCTETS = 2;

const walk = new RecordWalk();

/** What a response's OPT record says. */
export interface OptRecord {
  /** The upper 8 of the rcode's 12 bits, RFC 6891 section 6.1.3. */
  readonly upperRcode: number;
  /** INFO-CODE and EXTRA-TEXT of the first Extended DNS Error, RFC 8914; empty without one. */
  readonly ede: Uint8Array;
}

/** Reads the OPT record of a well-formed response; undefined when it has none. */
export function toOptRecord(response: Uint8Array): OptRecord | undefined {
  walk.start(response, response.length);
  while (walk.next()) {
    if (walk.type !== TYPE.OPT) continue;
    const ede = firstEde(response.subarray(walk.rdataOffset, walk.end));
    return { upperRcode: walk.ttl >>> 24, ede };
  }
  return undefined;
}

/** Cuts an Extended DNS Error so that its text is 128 octets at most, whole UTF-8 characters. */
export function cutEde(ede: Uint8Array): Uint8Array {
  let length = Math.min(ede.length, INFO_CODE_OCTETS + MAX_EXTRA_TEXT_OCTETS);
  while (length < ede.length && length > INFO_CODE_OCTETS && (ede[length]! & 0xc0) === 0x80) length--;
  return ede.subarray(0, length);
}

function firstEde(options: Uint8Array): Uint8Array {
  let at = 0;
  while (at + 4 <= options.length) {
    const value = at + 4;
    const end = value + readU16(options, at + 2);
    if (readU16(options, at) === OPTION.EDE && end >= value + INFO_CODE_OCTETS) {
      return cutEde(options.subarray(value, end));
    }
    at = end;
  }
  return options.subarray(0, 0);
}
