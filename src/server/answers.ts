// The replies that are made here and not upstream: special names, local data, blocked names, ANY. Each function puts
// the records of one reply into a Reply that has been begun.
import { FLAG, HEADER, writeU32 } from '../dns/message.ts';
import { parseName } from '../dns/name-text.ts';
import type { NameView } from '../dns/name-view.ts';
import { encodeRdata } from '../dns/packet.ts';
import { RCODE, TYPE } from '../dns/numbers.ts';
import type { QueryView } from '../dns/query-view.ts';
import type { LocalData, LocalNode, LocalSet } from '../local/local-data.ts';
import type { Policy } from '../policy/policy.ts';
import { SPECIAL } from '../policy/special-names.ts';
import type { Special } from '../policy/special-names.ts';
import type { Reply } from './reply.ts';

/** TTL of special names and of the SOA of local data, in seconds: long enough to be kept, short enough to change. */
const LOCAL_TTL_SECONDS = 300;

/** TTL and negative TTL of empty zones, in seconds (RFC 6303 section 3). */
const EMPTY_ZONE_TTL_SECONDS = 10_800;

/** RFC 8482 section 4.2 lets ANY be answered with one HINFO record; its TTL in seconds is ours to choose. */
const ANY_TTL_SECONDS = 3600;

const IPV4_LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const IPV6_LOOPBACK = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
const IPV4_ZERO = new Uint8Array(4);
const IPV6_ZERO = new Uint8Array(16);
const HINFO_8482 = Uint8Array.of(7, ...Buffer.from('RFC8482'), 0);
const EMPTY_ZONE_SOA = soa(EMPTY_ZONE_TTL_SECONDS);
const EMPTY_ZONE_NS = parseName('localhost');
const LOCAL_SOA = soa(LOCAL_TTL_SECONDS);

/** SOA rdata for answers without records: nobody serves the zone; the last field is the negative TTL (RFC 2308). */
function soa(negativeSeconds: number): Uint8Array {
  const names = [...parseName('localhost'), ...parseName('nobody.invalid')];
  const rdata = new Uint8Array(names.length + 20);
  rdata.set(names);
  const numbers = [1, 3600, 1200, 604_800, negativeSeconds];
  for (const [index, number] of numbers.entries()) writeU32(rdata, names.length + index * 4, number);
  return rdata;
}

/** Answers ANY with HINFO (RFC 8482). */
export function answerAny(reply: Reply): void {
  reply.addRecord(HEADER.ANCOUNT, { type: TYPE.HINFO, ttl: ANY_TTL_SECONDS, rdata: HINFO_8482 });
}

/** Answers a canary: it does not exist. */
export function answerCanary(reply: Reply): void {
  reply.setFlags(FLAG.AA);
  reply.setRcode(RCODE.NXDOMAIN);
  reply.addRecord(HEADER.NSCOUNT, { type: TYPE.SOA, ttl: LOCAL_TTL_SECONDS, rdata: LOCAL_SOA });
}

/** Answers a special name; `zone` is the label of the question's name at which the special zone starts. */
export function answerSpecial(
  reply: Reply,
  view: QueryView,
  found: { special: Special; zone: number },
): void {
  const { special, zone: label } = found;
  reply.setFlags(FLAG.AA);
  if (special === SPECIAL.LOOPBACK && answerLoopback(reply, view.qtype)) return;
  const apex = label === 0;
  if (special === SPECIAL.EMPTY_ZONE && apex && answerApex(reply, view.qtype)) return;
  const absent = special === SPECIAL.ABSENT || (special === SPECIAL.EMPTY_ZONE && !apex);
  if (absent) reply.setRcode(RCODE.NXDOMAIN);
  const zone = view.name.wire.subarray(view.name.labelStart[label], view.name.length);
  const record = { type: TYPE.SOA, ttl: EMPTY_ZONE_TTL_SECONDS, rdata: EMPTY_ZONE_SOA };
  reply.addRecord(HEADER.NSCOUNT, record, apex ? undefined : zone);
}

function answerLoopback(reply: Reply, qtype: number): boolean {
  if (qtype !== TYPE.A && qtype !== TYPE.AAAA) return false;
  const rdata = qtype === TYPE.A ? IPV4_LOOPBACK : IPV6_LOOPBACK;
  reply.addRecord(HEADER.ANCOUNT, { type: qtype, ttl: LOCAL_TTL_SECONDS, rdata });
  return true;
}

function answerApex(reply: Reply, qtype: number): boolean {
  if (qtype !== TYPE.SOA && qtype !== TYPE.NS) return false;
  const rdata = qtype === TYPE.SOA ? EMPTY_ZONE_SOA : EMPTY_ZONE_NS;
  reply.addRecord(HEADER.ANCOUNT, { type: qtype, ttl: EMPTY_ZONE_TTL_SECONDS, rdata });
  return true;
}

/** Longest chain of local CNAME records that is followed. */
const MAX_LOCAL_CHAIN = 8;

/**
 * Answers a name of local data. A CNAME is followed as long as it leads to local data; where it leads out, the CNAME
 * records are in the reply, `target` holds the name they lead to, and false is returned: it has to be resolved.
 */
export function answerLocal(
  reply: Reply,
  question: { qtype: number; node: LocalNode; data: LocalData; target: NameView },
): boolean {
  const { qtype, data, target } = question;
  reply.setFlags(FLAG.AA);
  let node: LocalNode | undefined = question.node;
  let owner: Uint8Array | undefined;
  for (let chained = 0; node !== undefined && chained < MAX_LOCAL_CHAIN; chained++) {
    const alias: LocalSet | undefined = qtype === TYPE.CNAME ? undefined : node.get(TYPE.CNAME);
    const set: LocalSet | undefined = alias ?? node.get(qtype);
    if (set === undefined) {
      reply.addRecord(HEADER.NSCOUNT, { type: TYPE.SOA, ttl: LOCAL_TTL_SECONDS, rdata: LOCAL_SOA }, owner);
      return true;
    }
    for (const rdata of set.rdata)
      reply.addRecord(HEADER.ANCOUNT, { type: set.type, ttl: set.ttl, rdata }, owner);
    owner = alias?.rdata[0];
    if (owner === undefined) return true;
    target.setWire(owner);
    node = data.find(target);
  }
  return node !== undefined;
}

/** What a policy answers for blocked names, as octets; made once for a policy. */
export interface BlockedReply {
  readonly rcode: number;
  readonly ttl: number;
  /** Addresses by type; undefined where the answer has none of that type. */
  readonly ipv4: Uint8Array | undefined;
  readonly ipv6: Uint8Array | undefined;
  readonly soa: Uint8Array;
}

/** Makes the blocked reply of a policy. */
export function toBlockedReply(policy: Pick<Policy, 'answer' | 'blockTtlSeconds'>): BlockedReply {
  const { answer, blockTtlSeconds: ttl } = policy;
  const plain = { ttl, ipv4: undefined, ipv6: undefined, soa: soa(ttl) };
  if (answer === 'nxdomain') return { ...plain, rcode: RCODE.NXDOMAIN };
  if (answer === 'nodata') return { ...plain, rcode: RCODE.NOERROR };
  if (answer === 'refused') return { ...plain, rcode: RCODE.REFUSED };
  if (answer === 'zero') return { ...plain, rcode: RCODE.NOERROR, ipv4: IPV4_ZERO, ipv6: IPV6_ZERO };
  const { ipv4, ipv6 } = answer;
  return {
    ...plain,
    rcode: RCODE.NOERROR,
    ipv4: ipv4 === undefined ? undefined : encodeRdata({ type: 'A', data: ipv4 }),
    ipv6: ipv6 === undefined ? undefined : encodeRdata({ type: 'AAAA', data: ipv6 }),
  };
}

/** Answers a blocked name; everything but a refusal can be cached by the client for the policy's block_ttl. */
export function answerBlocked(reply: Reply, view: QueryView, blocked: BlockedReply): void {
  reply.setRcode(blocked.rcode);
  if (blocked.rcode === RCODE.REFUSED) return;
  const rdata = view.qtype === TYPE.A ? blocked.ipv4 : view.qtype === TYPE.AAAA ? blocked.ipv6 : undefined;
  if (rdata !== undefined) reply.addRecord(HEADER.ANCOUNT, { type: view.qtype, ttl: blocked.ttl, rdata });
  else reply.addRecord(HEADER.NSCOUNT, { type: TYPE.SOA, ttl: blocked.ttl, rdata: blocked.soa });
}
