// dns-packet, for building rdata off the hot path; the only file of src that imports it. Its traps: HTTPS is
// written as type 0, a dot inside a label is lost, nothing is compressed, and it hardly checks what it reads.
import type * as DnsPacket from 'dns-packet';
import { createRequire } from 'node:module';
import { HEADER_OCTETS } from './message.ts';

// Required, not imported: Node looks through all files of a CommonJS package for its names where it is imported, at every start.
const { encode }: typeof DnsPacket = createRequire(import.meta.url)('dns-packet');

/** Rdata in dns-packet's terms, for types that hold no names (see its traps above). */
interface Rdata {
  readonly type: 'A' | 'AAAA';
  readonly data: string;
}

/** Owner "a" (3 octets), type, class, TTL and RDLENGTH stand before the rdata of the only record. */
const RDATA_OFFSET = HEADER_OCTETS + 3 + 10;

/** The octets of rdata, without RDLENGTH. */
export function encodeRdata(rdata: Rdata): Uint8Array {
  const message = encode({ type: 'response', answers: [{ name: 'a', ...rdata }] });
  return Uint8Array.from(message.subarray(RDATA_OFFSET));
}
