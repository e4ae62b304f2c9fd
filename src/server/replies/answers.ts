// Replies made here, not upstream: special names, local data, blocked names, ANY. Each function puts the records of one
// reply into a Reply that has been begun.
import { FLAG, HEADER, writeU32 } from '../../dns/message.ts';
import { parseName } from '../../dns/name-text.ts';
import type { NameView } from '../../dns/name-view.ts';
import { encodeRdata } from '../../dns/packet.ts';
import { RCODE, TYPE, typeToText } from '../../dns/numbers.ts';
import type { QueryView } from '../../dns/query-view.ts';
import type { LocalChain } from '../../local/local-chain.ts';
import { parseZoneLine } from '../../local/zone-line.ts';
import type { ListAnswer } from '../../policy/lists/list-answer.ts';
import type { BlockedAnswer } from '../../policy/policy-settings.ts';
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

const IPV4_LOOPBACK = toRecord(TYPE.A, LOCAL_TTL_SECONDS, Uint8Array.of(127, 0, 0, 1));
const IPV6_LOOPBACK = toRecord(TYPE.AAAA, LOCAL_TTL_SECONDS, Uint8Array.of(...new Uint8Array(15), 1));
const HINFO_8482 = toRecord(TYPE.HINFO, ANY_TTL_SECONDS, Uint8Array.of(7, ...Buffer.from('RFC8482'), 0));
const EMPTY_ZONE_SOA = toRecord(TYPE.SOA, EMPTY_ZONE_TTL_SECONDS, soa(EMPTY_ZONE_TTL_SECONDS));
const EMPTY_ZONE_NS = toRecord(TYPE.NS, EMPTY_ZONE_TTL_SECONDS, parseName('localhost'));
const LOCAL_SOA = toRecord(TYPE.SOA, LOCAL_TTL_SECONDS, soa(LOCAL_TTL_SECONDS));

function toRecord(type: number, ttl: number, rdata: Uint8Array): ReplyRecord {
  return { type, ttl, rdata };
}

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
  reply.addRecord(HEADER.ANCOUNT, HINFO_8482);
}

/** Answers a canary: it does not exist. */
export function answerCanary(reply: Reply): void {
  reply.setFlags(FLAG.AA);
  reply.setRcode(RCODE.NXDOMAIN);
  reply.addDenial(LOCAL_SOA.rdata, LOCAL_TTL_SECONDS);
}

/** A special name: the question's, or one that an alias of ours leads to. */
export interface SpecialName {
  name: NameView;
  special: Special;
  /** The label of the name at which the special zone starts. */
  zone: number;
  /** Whether there is local data below the name: NXDOMAIN would deny that as well (RFC 8020). */
  exists: boolean;
}

/** Answers a special name. */
export function answerSpecial(reply: Reply, view: QueryView, found: SpecialName): void {
  const { name, special, zone, exists } = found;
  const apex = zone === 0;
  reply.setFlags(FLAG.AA);
  const record = specialRecord(special, view.qtype, apex);
  if (record !== undefined) return reply.addRecordOf(HEADER.ANCOUNT, record, name, 0);
  const absent = special === SPECIAL.ABSENT || (special === SPECIAL.EMPTY_ZONE && !apex);
  const denied = absent && !exists;
  if (denied) reply.setRcode(RCODE.NXDOMAIN);
  // A zone that does not exist is denied by what is above it.
  reply.addRecordOf(HEADER.NSCOUNT, EMPTY_ZONE_SOA, name, apex && denied ? 1 : zone);
}

/** Answers a question about this server with one TXT record, a string each; it holds for this moment. */
export function answerInWords(reply: Reply, texts: readonly string[]): void {
  const strings = texts.flatMap((text) => {
    const octets = Buffer.from(text);
    return [octets.length, ...octets];
  });
  reply.setFlags(FLAG.AA);
  reply.addAnswer(TYPE.TXT, Uint8Array.from(strings), 0);
}

/** The record that a special name has of a type, if it has one. */
function specialRecord(special: Special, qtype: number, apex: boolean): ReplyRecord | undefined {
  if (special === SPECIAL.LOOPBACK)
    return qtype === TYPE.A ? IPV4_LOOPBACK : qtype === TYPE.AAAA ? IPV6_LOOPBACK : undefined;
  if (special !== SPECIAL.EMPTY_ZONE || !apex) return undefined;
  return qtype === TYPE.SOA ? EMPTY_ZONE_SOA : qtype === TYPE.NS ? EMPTY_ZONE_NS : undefined;
}

/** Answers what local data has for a question: its aliases, what the last name has, or that it has nothing of the type. */
export function answerLocal(reply: Reply, chain: LocalChain): void {
  reply.setFlags(FLAG.AA);
  const { sets, owners, length } = chain;
  for (let i = 0; i < length; i++) {
    const set = sets[i]!;
    for (let at = 0; at < set.length; at++) reply.addRecord(HEADER.ANCOUNT, set[at]!, owners[i]);
  }
  if (chain.endsEmpty) reply.addRecord(HEADER.NSCOUNT, LOCAL_SOA, owners[length]);
}

/** What is answered for blocked names, made once, since blocked names are asked for often; its TTL is said when it is given. */
export interface BlockedReply {
  /** `drop`: nothing is sent. `tcp`: over UDP an empty reply with TC is, and over TCP nothing is blocked. */
  readonly manner: 'reply' | 'drop' | 'tcp';
  readonly rcode: number;
  /** Those of the type asked for are given, and a CNAME always; where there is none, an SOA record. */
  readonly records: readonly BlockedRecord[];
  /** The name that the records lead to: what it has belongs to the answer. */
  readonly alias: Uint8Array | undefined;
  /** The labels that follow the qname in the alias's target; the record is made for each qname. */
  readonly wildAlias: Uint8Array | undefined;
}

/** A record of an answer to a blocked name: its TTL is the policy's. */
type BlockedRecord = Omit<ReplyRecord, 'ttl'>;

/** Always the fields in this order, so that a reply is an object of one shape for what writes it. */
function blockedReply({
  manner = 'reply',
  rcode = RCODE.NOERROR,
  records = [],
  alias,
  wildAlias,
}: Partial<BlockedReply>): BlockedReply {
  return { manner, rcode, records, alias, wildAlias };
}

/** Makes the reply for blocked names of a policy that answers so. */
export function toBlockedReply(answer: BlockedAnswer): BlockedReply {
  if (answer === 'nxdomain') return blockedReply({ rcode: RCODE.NXDOMAIN });
  if (answer === 'nodata') return blockedReply({});
  if (answer === 'refused') return blockedReply({ rcode: RCODE.REFUSED });
  const { ipv4, ipv6 } = answer === 'zero' ? { ipv4: '0.0.0.0', ipv6: '::' } : answer;
  const records: BlockedRecord[] = [];
  if (ipv4 !== undefined) records.push({ type: TYPE.A, rdata: encodeRdata({ type: 'A', data: ipv4 }) });
  if (ipv6 !== undefined) records.push({ type: TYPE.AAAA, rdata: encodeRdata({ type: 'AAAA', data: ipv6 }) });
  return blockedReply({ records });
}

/** Makes the reply of a rule that has an answer of its own, all of whose records are given. */
export function toRuleReply(answer: ListAnswer): BlockedReply {
  if (answer === 'drop' || answer === 'tcp') return blockedReply({ manner: answer });
  if (typeof answer === 'string') return toBlockedReply(answer);
  const records = answer.flatMap(({ type, data }) => toRuleRecord(type, data));
  const alias = records.find(({ type }) => type === TYPE.CNAME);
  // An alias has no other records beside it (RFC 2181 section 10.1).
  const isWild = alias?.rdata[0] === 1 && alias.rdata[1] === STAR;
  if (isWild) return blockedReply({ wildAlias: alias.rdata.subarray(2) });
  return alias === undefined ? blockedReply({ records }) : aliasReply(alias.rdata);
}

/** A reply whose alias is made from the qname; undefined where it gets too long. */
export function toAliasOf(reply: BlockedReply, name: NameView): BlockedReply | undefined {
  const { wildAlias } = reply;
  const own = name.length - 1;
  if (wildAlias === undefined || own + wildAlias.length > MAX_NAME_OCTETS) return undefined;
  const alias = Uint8Array.of(...name.wire.subarray(0, own), ...wildAlias);
  return aliasReply(alias);
}

/** Makes the reply that leads to a name in wire form. */
export function aliasReply(alias: Uint8Array): BlockedReply {
  return blockedReply({ records: [{ type: TYPE.CNAME, rdata: alias }], alias });
}

/** None where data in generic form is not that of its type: a list says so, and the rest of the answer is good. */
function toRuleRecord(type: number, data: string): BlockedRecord[] {
  try {
    return [{ type, rdata: parseZoneLine(`. ${typeToText(type)} ${data}`).rdata }];
  } catch (error) {
    if (data.startsWith('\\#')) return [];
    throw error;
  }
}

/** Answers a blocked name; everything but a refusal can be cached by the client for so many seconds: the policy's block_ttl. */
export function answerBlocked(
  reply: Reply,
  view: QueryView,
  blocked: BlockedReply,
  ttlSeconds: number,
): void {
  reply.setRcode(blocked.rcode);
  if (blocked.rcode === RCODE.REFUSED) return;
  const { records } = blocked;
  let given = 0;
  for (let i = 0; i < records.length; i++) {
    const record = records[i]!;
    if (record.type !== view.qtype && record.type !== TYPE.CNAME) continue;
    reply.addAnswer(record.type, record.rdata, ttlSeconds);
    given++;
  }
  // A name that does not exist is no zone's name: with the SOA at it, dnsmasq goes on to say NODATA.
  if (given === 0) reply.addDenial(LOCAL_SOA.rdata, ttlSeconds);
}
