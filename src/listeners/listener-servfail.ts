// The reply to a query that a bug of ours failed on: made from the query's own octets, so that it cannot fail too.

import { FLAG, HEADER, HEADER_OCTETS, readU16, writeU16 } from '../dns/message.ts';
import { RCODE } from '../dns/numbers.ts';
import { skipName } from '../dns/record-walk.ts';

/** Writes SERVFAIL for a query of `length` octets; returns its length, or 0 for a message that is no query. */
export function writeServfail(query: Uint8Array, length: number, reply: Uint8Array): number {
  if (length < HEADER_OCTETS) return 0;
  const flags = readU16(query, HEADER.FLAGS);
  if ((flags & FLAG.QR) !== 0) return 0;
  const questionEnd = readU16(query, HEADER.QDCOUNT) === 1 ? skipName(query, HEADER_OCTETS, length) + 4 : 0;
  const end = questionEnd > HEADER_OCTETS && questionEnd <= length ? questionEnd : HEADER_OCTETS;
  reply.set(query.subarray(0, end));
  reply.fill(0, HEADER.QDCOUNT, HEADER_OCTETS);
  writeU16(reply, HEADER.FLAGS, FLAG.QR | (flags & (FLAG.OPCODE | FLAG.RD)) | FLAG.RA | RCODE.SERVFAIL);
  if (end > HEADER_OCTETS) writeU16(reply, HEADER.QDCOUNT, 1);
  return end;
}
