// What inspection may have to act on, found in one record: other names, private addresses, ECH. It only says what is there.
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import type { RecordWalk } from '../dns/record-walk.ts';

/** What inspection has to look at in an answer; bits of `StoredAnswer.facts`. */
export const FACT = {
  /** It leads to another name: CNAME, DNAME, or an SVCB/HTTPS target that is neither "." nor its owner. */
  chain: 1,
  /** An A, AAAA or SVCB hint lies in a private, loopback, link-local or unspecified range. */
  privateAddress: 2,
  /** An SVCB/HTTPS record carries `ech`, RFC 9460 section 14.3.2. */
  ech: 4,
  /** It ends in an alias without a record of the type asked for: what the alias leads to may have to be asked for. */
  leadsOn: 8,
} as const;

/** SvcParamKeys, RFC 9460 section 14.3.2. */
const SVC_PARAM = { IPV4_HINT: 4, ECH: 5, IPV6_HINT: 6 } as const;

const ownerName = new NameView();
const targetName = new NameView();

/** Gives the facts of the record that `walk` stands on; the message is well-formed, and leads to few names (`MAX_LEADS`). */
export function factsOfRecord(message: Uint8Array, walk: RecordWalk): number {
  switch (walk.type) {
    case TYPE.CNAME:
    case TYPE.DNAME:
      return FACT.chain;
    case TYPE.A:
      return isPrivateIPv4(message, walk.rdataOffset) ? FACT.privateAddress : 0;
    case TYPE.AAAA:
      return isPrivateIPv6(message, walk.rdataOffset) ? FACT.privateAddress : 0;
    case TYPE.SVCB:
    case TYPE.HTTPS:
      return factsOfService(message, walk);
    default:
      return 0;
  }
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
    const key = (message[at]! << 8) | message[at + 1]!;
    const valueEnd = at + 4 + ((message[at + 2]! << 8) | message[at + 3]!);
    if (key === SVC_PARAM.ECH) facts |= FACT.ech;
    if (key === SVC_PARAM.IPV4_HINT || key === SVC_PARAM.IPV6_HINT) {
      if (hasPrivateHint(message, at + 4, valueEnd, key)) facts |= FACT.privateAddress;
    }
    at = valueEnd;
  }
  return facts;
}

function hasPrivateHint(message: Uint8Array, start: number, end: number, key: number): boolean {
  const octets = key === SVC_PARAM.IPV4_HINT ? 4 : 16;
  for (let at = start; at + octets <= end; at += octets) {
    if (octets === 4 ? isPrivateIPv4(message, at) : isPrivateIPv6(message, at)) return true;
  }
  return false;
}

/**
 * RFC 1918, loopback, "this network" and link-local. Not 100.64.0.0/10 (RFC 6598): it is the carrier's network, not
 * this house's, and overlay networks such as Tailscale publish such addresses in the public DNS on purpose.
 */
function isPrivateIPv4(octets: Uint8Array, at: number): boolean {
  const first = octets[at]!;
  const second = octets[at + 1]!;
  return (
    first === 0 ||
    first === 10 ||
    first === 127 ||
    (first === 169 && second === 254) ||
    (first === 172 && (second & 0xf0) === 16) ||
    (first === 192 && second === 168)
  );
}

/**
 * ULA fc00::/7, link-local fe80::/10 and the old site-local fec0::/10, loopback and unspecified; IPv4-mapped
 * (::ffff:0:0/96), IPv4-compatible (::/96) and NAT64 (64:ff9b::/96) addresses count as the IPv4 address inside.
 */
function isPrivateIPv6(octets: Uint8Array, at: number): boolean {
  const first = octets[at]!;
  if ((first & 0xfe) === 0xfc) return true;
  if (first === 0xfe) return octets[at + 1]! >= 0x80;
  if (!carriesIPv4(octets, at)) return false;
  return isPrivateIPv4(octets, at + 12);
}

function carriesIPv4(octets: Uint8Array, at: number): boolean {
  const nat64 = octets[at + 1] === 0x64 && octets[at + 2] === 0xff && octets[at + 3] === 0x9b;
  const prefix =
    octets[at] === 0 && (nat64 || (octets[at + 1] === 0 && octets[at + 2] === 0 && octets[at + 3] === 0));
  if (!prefix) return false;
  for (let i = 4; i < 10; i++) if (octets[at + i] !== 0) return false;
  const mapped = octets[at + 10] === 0xff && octets[at + 11] === 0xff && !nat64;
  return mapped || (octets[at + 10] === 0 && octets[at + 11] === 0);
}
