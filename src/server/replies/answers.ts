// Replies made here, not upstream: special names, local data, blocked names, ANY. Each function puts the records of one
// reply into a Reply that has been begun.
import { FLAG, HEADER, writeU32 } from '../../dns/message.ts';
import { parseName } from '../../dns/name-text.ts';
import type { NameView } from '../../dns/name-view.ts';
import { encodeRdata } from '../../dns/packet.ts';
import { RCODE, TYPE, typeToText } from '../../dns/numbers.ts';
import type { QueryView } from '../../dns/query-view.ts';
import { MAX_LOCAL_CHAIN } from '../../local/alias-check.ts';
import type { LocalData, LocalNode, LocalSet } from '../../local/local-data.ts';
import { parseZoneLine } from '../../local/zone-line.ts';
import type { ListAnswer } from '../../policy/lists/list-answer.ts';
import type { BlockedAnswer, Policy } from '../../policy/policy.ts';
import { SPECIAL } from '../../policy/special-names.ts';
import type { Special } from '../../policy/special-names.ts';
import type { Reply, ReplyRecord } from './reply.ts';

/** TTL of special names and of the SOA of local data, in seconds: long enough to be kept, short enough to change. */
const LOCAL_TTL_SECONDS = 300;

/** TTL and negative TTL of empty zones, in seconds (RFC 6303 section 3). */
const EMPTY_ZONE_TTL_SECONDS = 10_800;

/** RFC 1035 section 2.3.4. */
const MAX_NAME_OCTETS = 255;

const STAR = 0x2a;

/** RFC 8482 section 4.2 lets ANY be answered with one HINFO record; its TTL in seconds is ours to choose. */
const ANY_TTL_SECONDS = 3600;

const IPV4_LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const IPV6_LOOPBACK = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
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
  reply.addRecordAbove(HEADER.NSCOUNT, { type: TYPE.SOA, ttl: LOCAL_TTL_SECONDS, rdata: LOCAL_SOA });
}

/** A special name: the question's, or one that an alias of ours leads to. */
export interface SpecialName {
  readonly name: NameView;
  readonly special: Special;
  /** The label of the name at which the special zone starts. */
  readonly zone: number;
  /** Whether there is local data below the name, which NXDOMAIN would deny as well (RFC 8020). */
  readonly exists: boolean;
}

/** Answers a special name. */
export function answerSpecial(reply: Reply, view: QueryView, found: SpecialName): void {
  const { name, special, zone, exists } = found;
  const owner = name === view.name ? undefined : name.wire.subarray(0, name.length);
  const apex = zone === 0;
  reply.setFlags(FLAG.AA);
  if (special === SPECIAL.LOOPBACK && answerLoopback(reply, view.qtype, owner)) return;
  if (special === SPECIAL.EMPTY_ZONE && apex && answerApex(reply, view.qtype, owner)) return;
  const absent = special === SPECIAL.ABSENT || (special === SPECIAL.EMPTY_ZONE && !apex);
  const denied = absent && !exists;
  if (denied) reply.setRcode(RCODE.NXDOMAIN);
  const record = { type: TYPE.SOA, ttl: EMPTY_ZONE_TTL_SECONDS, rdata: EMPTY_ZONE_SOA };
  if (apex && !denied) return reply.addRecord(HEADER.NSCOUNT, record, owner);
  // The SOA record that denies a whole zone is that of the name above it.
  const above = name.labelStart[apex ? 1 : zone];
  reply.addRecord(HEADER.NSCOUNT, record, name.wire.subarray(above, name.length));
}

function answerLoopback(reply: Reply, qtype: number, owner: Uint8Array | undefined): boolean {
  if (qtype !== TYPE.A && qtype !== TYPE.AAAA) return false;
  const rdata = qtype === TYPE.A ? IPV4_LOOPBACK : IPV6_LOOPBACK;
  reply.addRecord(HEADER.ANCOUNT, { type: qtype, ttl: LOCAL_TTL_SECONDS, rdata }, owner);
  return true;
}

function answerApex(reply: Reply, qtype: number, owner: Uint8Array | undefined): boolean {
  if (qtype !== TYPE.SOA && qtype !== TYPE.NS) return false;
  const rdata = qtype === TYPE.SOA ? EMPTY_ZONE_SOA : EMPTY_ZONE_NS;
  reply.addRecord(HEADER.ANCOUNT, { type: qtype, ttl: EMPTY_ZONE_TTL_SECONDS, rdata }, owner);
  return true;
}

/** A question that local data answers. */
export interface LocalQuestion {
  qtype: number;
  /** The local data of the name. */
  node: LocalNode;
  data: LocalData;
  /** Room for the target of an alias. */
  readonly target: NameView;
}

/**
 * Answers a name of local data. A CNAME is followed as long as it leads to local data; where it leads out, the CNAME
 * records are in the reply, `target` holds the name they lead to, and false is returned: it has to be resolved.
 * `owner` is the name, where it is not the question's.
 */
export function answerLocal(reply: Reply, question: LocalQuestion, owner?: Uint8Array): boolean {
  const { qtype, data, target } = question;
  reply.setFlags(FLAG.AA);
  let node: LocalNode | undefined = question.node;
  let named = owner;
  for (let chained = 0; node !== undefined && chained <= MAX_LOCAL_CHAIN; chained++) {
    const alias: LocalSet | undefined = qtype === TYPE.CNAME ? undefined : node.get(TYPE.CNAME);
    if (alias !== undefined && chained === MAX_LOCAL_CHAIN) return true;
    const set: LocalSet | undefined = alias ?? node.get(qtype);
    if (set === undefined) {
      reply.addRecord(HEADER.NSCOUNT, { type: TYPE.SOA, ttl: LOCAL_TTL_SECONDS, rdata: LOCAL_SOA }, named);
      return true;
    }
    for (let i = 0; i < set.length; i++) reply.addRecord(HEADER.ANCOUNT, set[i]!, named);
    named = alias?.[0]?.rdata;
    if (named === undefined) return true;
    target.setWire(named);
    node = data.find(target);
  }
  return node !== undefined;
}

/** The answer for blocked names; its records are made once, since blocked names are asked for often. */
export interface BlockedReply {
  /** `drop`: nothing is sent. `tcp`: over UDP an empty reply with TC is, and over TCP nothing is blocked. */
  readonly manner: 'reply' | 'drop' | 'tcp';
  readonly rcode: number;
  /** Records of the qtype are answered, and a CNAME always; if there are none, the SOA record. */
  readonly records: readonly ReplyRecord[];
  readonly soa: ReplyRecord;
  /** The name that the records lead to: its records belong to the answer. */
  readonly alias: Uint8Array | undefined;
  /** The labels that follow the qname in the alias's target; the record is made for each qname. */
  readonly wildAlias: Uint8Array | undefined;
}

/** Makes the blocked reply of a policy. */
export function toBlockedReply(policy: Pick<Policy, 'answer' | 'blockTtlSeconds'>): BlockedReply {
  return answeredWith(policy.answer, policy.blockTtlSeconds);
}

/** Makes the reply of a rule with an answer of its own, with all of its records; the TTL is the policy's. */
export function toRuleReply(answer: ListAnswer, ttlSeconds: number): BlockedReply {
  if (typeof answer === 'string') {
    return answer === 'drop' || answer === 'tcp'
      ? { ...answeredWith('nodata', ttlSeconds), manner: answer }
      : answeredWith(answer, ttlSeconds);
  }
  const records = answer.flatMap(({ type, data }) => toRuleRecord(type, data, ttlSeconds));
  const alias = records.find(({ type }) => type === TYPE.CNAME);
  // An alias has no other records beside it (RFC 2181 section 10.1).
  const isWild = alias?.rdata[0] === 1 && alias.rdata[1] === STAR;
  return {
    ...answeredWith('nodata', ttlSeconds),
    records: isWild ? [] : alias === undefined ? records : [alias],
    alias: isWild ? undefined : alias?.rdata,
    wildAlias: isWild ? alias.rdata.subarray(2) : undefined,
  };
}

/** A reply whose alias is made from the qname; undefined where it gets too long. */
export function toAliasOf(reply: BlockedReply, name: NameView): BlockedReply | undefined {
  const { wildAlias } = reply;
  const own = name.length - 1;
  if (wildAlias === undefined || own + wildAlias.length > MAX_NAME_OCTETS) return undefined;
  const alias = Uint8Array.of(...name.wire.subarray(0, own), ...wildAlias);
  return { ...reply, records: [{ type: TYPE.CNAME, ttl: reply.soa.ttl, rdata: alias }], alias };
}

/** The record, or none where data in generic form does not fit its type: the rest of a list's answer is still good. */
function toRuleRecord(type: number, data: string, ttl: number): ReplyRecord[] {
  try {
    return [{ type, ttl, rdata: parseZoneLine(`. ${typeToText(type)} ${data}`).rdata }];
  } catch (error) {
    if (data.startsWith('\\#')) return [];
    throw error;
  }
}

function answeredWith(answer: BlockedAnswer, ttl: number): BlockedReply {
  const plain = {
    manner: 'reply',
    rcode: RCODE.NOERROR,
    records: [],
    soa: { type: TYPE.SOA, ttl, rdata: soa(ttl) },
    alias: undefined,
    wildAlias: undefined,
  } as const;
  if (answer === 'nxdomain') return { ...plain, rcode: RCODE.NXDOMAIN };
  if (answer === 'nodata') return plain;
  if (answer === 'refused') return { ...plain, rcode: RCODE.REFUSED };
  const { ipv4, ipv6 } = answer === 'zero' ? { ipv4: '0.0.0.0', ipv6: '::' } : answer;
  const records: ReplyRecord[] = [];
  if (ipv4 !== undefined) records.push({ type: TYPE.A, ttl, rdata: encodeRdata({ type: 'A', data: ipv4 }) });
  if (ipv6 !== undefined)
    records.push({ type: TYPE.AAAA, ttl, rdata: encodeRdata({ type: 'AAAA', data: ipv6 }) });
  return { ...plain, records };
}

/** Answers a blocked name; everything but a refusal can be cached by the client for the policy's block_ttl. */
export function answerBlocked(reply: Reply, view: QueryView, blocked: BlockedReply): void {
  reply.setRcode(blocked.rcode);
  if (blocked.rcode === RCODE.REFUSED) return;
  const { records } = blocked;
  let given = 0;
  for (let i = 0; i < records.length; i++) {
    const record = records[i]!;
    if (record.type !== view.qtype && record.type !== TYPE.CNAME) continue;
    reply.addRecord(HEADER.ANCOUNT, record);
    given++;
  }
  // A name that does not exist cannot own an SOA record: with one at the name, dnsmasq answers NODATA from then on.
  if (given === 0) reply.addRecordAbove(HEADER.NSCOUNT, blocked.soa);
}
