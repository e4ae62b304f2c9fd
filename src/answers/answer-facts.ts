// Finds in one record what inspection may have to act on: other names, private addresses, ECH. It only reports facts.
import { readU16 } from '../dns/message.ts';
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import { RecordAddresses } from '../dns/record-addresses.ts';
import type { RecordWalk } from '../dns/record-walk.ts';
import { isSpecialAddress } from '../addresses/special-addresses.ts';

/** The facts of an answer that inspection looks at; bits of `StoredAnswer.facts`. */
export const FACT = {
  /** It leads to another name: CNAME, DNAME, or an SVCB/HTTPS target that is neither "." nor its owner. */
  chain: 1,
  /** An A, AAAA or SVCB hint is, or stands for, a special address: private, loopback, link-local and their kind. */
  privateAddress: 2,
  /** An SVCB/HTTPS record carries `ech`, RFC 9460 section 14.3.2. */
  ech: 4,
  /** It ends in an alias without a record of the type asked for: what the alias leads to may have to be asked for. */
  leadsOn: 8,
} as const;

/** SvcParamKey, RFC 9460 section 14.3.2. */
const ECH = 5;

const ownerName = new NameView();
const targetName = new NameView();
const addresses = new RecordAddresses();

/** Gives the facts of the record that `walk` stands on; the message is well-formed, and leads to few names (`MAX_LEADS`). */
export function factsOfRecord(message: Uint8Array, walk: RecordWalk): number {
  switch (walk.type) {
    case TYPE.CNAME:
    case TYPE.DNAME:
      return FACT.chain;
    case TYPE.A:
    case TYPE.AAAA:
      return factsOfAddresses(message, walk);
    case TYPE.SVCB:
    case TYPE.HTTPS:
      return factsOfService(message, walk) | factsOfAddresses(message, walk);
    default:
      return 0;
  }
}

function factsOfAddresses(message: Uint8Array, walk: RecordWalk): number {
  addresses.start(message, walk);
  while (addresses.next())
    if (isSpecialAddress(addresses.family, addresses.words)) return FACT.privateAddress;
  return 0;
}

function factsOfService(message: Uint8Array, walk: RecordWalk): number {
  const { end } = walk;
  let at = targetName.read(message, walk.rdataOffset + 2, end);
  ownerName.read(message, walk.ownerOffset, message.length);
  const staysHere =
    targetName.length === 1 ||
    (targetName.length === ownerName.length && targetName.suffixEquals(0, ownerName.wire));
  let facts: number = staysHere ? 0 : FACT.chain;
  while (at >= 0 && at + 4 <= end) {
    if (readU16(message, at) === ECH) facts |= FACT.ech;
    at += 4 + readU16(message, at + 2);
  }
  return facts;
}
