// The normal form of an upstream's answer, made once when it arrives, so that a reply is a copy with patched TTLs.
import { FLAG, HEADER, HEADER_OCTETS, readU16, readU32, writeU16, writeU32 } from '../dns/message.ts';
import { CLASS, EDE, RCODE, TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';
import { FACT, factsOfRecord } from './answer-facts.ts';
import type { AnswerChain } from './answer-chain.ts';
import { AnswerWriter } from './answer-writer.ts';
import { cutEde, toOptRecord } from './opt-record.ts';
import type { UpstreamQuestion } from './asked-question.ts';

/** Bounds on the TTLs of an answer, in seconds. TTL 0 is never raised. */
export interface TtlLimits {
  readonly minSeconds: number;
  readonly maxSeconds: number;
  /** Upper bound for NXDOMAIN and NODATA, RFC 2308 section 5. */
  readonly negativeSeconds: number;
}

/** An answer in its normal form. */
export interface StoredAnswer {
  /**
   * `messageLength` octets of message: the answer section in the order of its aliases, each record once, the authority section,
   * and no additional one, `ttlCount` offsets of its TTL fields (two octets each, low octet
   * first), then `edeLength` octets of Extended DNS Error. In the message's header only QR, RA, AD and the
   * low rcode bits are set, its id is 0; its question is the one asked, lower-cased.
   */
  readonly octets: Uint8Array;
  readonly messageLength: number;
  readonly ttlCount: number;
  /** 0 without EDE; else 2 octets of INFO-CODE and up to 128 of EXTRA-TEXT, RFC 8914. */
  readonly edeLength: number;
  /** All 12 bits, RFC 6891 section 6.1.3. */
  readonly rcode: number;
  /** How long it may be kept: the lowest TTL, or that of RFC 2308; 0 when it may not be kept. */
  readonly ttlSeconds: number;
  readonly negative: 'no' | 'nxdomain' | 'nodata';
  /** Bits of `FACT`. */
  readonly facts: number;
  /** Why the response could not be used, where it could not; the answer is then a failure with that reason. */
  readonly fault?: string;
}

/** A TTL with the top bit set counts as 0, RFC 2181 section 8. */
const MAX_TTL = 0x7fff_ffff;
/** MINIMUM is the last number of an SOA record's rdata, RFC 1035 section 3.3.13. */
const SOA_MINIMUM_OCTETS = 4;

const walk = new RecordWalk();
const writer = new AnswerWriter();
const textEncoder = new TextEncoder();

/** Converts a well-formed response to `question` into its normal form; `response` itself is left as it is. */
export function toStoredAnswer(
  response: Uint8Array,
  question: UpstreamQuestion,
  limits: TtlLimits,
): StoredAnswer {
  const message = writer.write(response, question);
  if (typeof message === 'string') {
    const ede = { code: EDE.OTHER, text: `the answer is not used: ${message}` };
    return { ...toFailureAnswer(question, RCODE.SERVFAIL, ede), fault: message };
  }
  const opt = toOptRecord(response);
  const rcode = ((opt?.upperRcode ?? 0) << 4) | (readU16(message, HEADER.FLAGS) & FLAG.RCODE);
  cleanHeader(message);
  const hasSoa = hasSoaRecord(message);
  const negative = negativeKind(writer.chain, rcode, hasSoa);
  const { ttlOffsets, lowest, facts } = boundTtls(message, limits, negative !== 'no');
  // RFC 2308 section 5: a negative answer without SOA is not kept, since nothing says for how long.
  const keepable =
    negative === 'no'
      ? rcode === RCODE.NOERROR
      : hasSoa && (rcode === RCODE.NOERROR || rcode === RCODE.NXDOMAIN);
  const ttlSeconds = keepable ? lowest : 0;
  const leadsOn = writer.chain.hasAlias && !writer.chain.hasData ? FACT.leadsOn : 0;
  return { ...pack(message, ttlOffsets, opt?.ede), rcode, ttlSeconds, negative, facts: facts | leadsOn };
}

/** Brings the TTLs within the limits, and collects the facts of each record. */
function boundTtls(
  message: Uint8Array,
  limits: TtlLimits,
  isNegative: boolean,
): { readonly ttlOffsets: readonly number[]; readonly lowest: number; readonly facts: number } {
  const ttlOffsets: number[] = [];
  let facts = 0;
  let lowest = MAX_TTL;
  walk.start(message, message.length);
  while (walk.next()) {
    ttlOffsets.push(walk.ttlOffset);
    facts |= factsOfRecord(message, walk);
    let ttl = walk.ttl > MAX_TTL ? 0 : walk.ttl;
    let upper = limits.maxSeconds;
    if (isNegative && walk.section === 2 && walk.type === TYPE.SOA) {
      // RFC 2308 section 3: a negative answer lives as long as the lesser of the SOA's TTL and its MINIMUM.
      ttl = Math.min(ttl, readU32(message, walk.end - SOA_MINIMUM_OCTETS));
      upper = Math.min(upper, limits.negativeSeconds);
    }
    if (ttl > 0) ttl = Math.min(Math.max(ttl, limits.minSeconds), upper);
    writeU32(message, walk.ttlOffset, ttl);
    lowest = Math.min(lowest, ttl);
  }
  return { ttlOffsets, lowest, facts };
}

/** Makes the answer that stands for a failure: no records, `rcode`, and an EDE where one is given. */
export function toFailureAnswer(
  question: UpstreamQuestion,
  rcode: number,
  ede?: { readonly code: number; readonly text: string },
): StoredAnswer {
  const { name } = question;
  const message = new Uint8Array(HEADER_OCTETS + name.length + 4);
  writeU16(message, HEADER.FLAGS, rcode & FLAG.RCODE);
  writeU16(message, HEADER.QDCOUNT, 1);
  message.set(name, HEADER_OCTETS);
  writeU16(message, HEADER_OCTETS + name.length, question.qtype);
  writeU16(message, HEADER_OCTETS + name.length + 2, CLASS.IN);
  cleanHeader(message);
  const option =
    ede === undefined
      ? undefined
      : cutEde(Uint8Array.of(ede.code >>> 8, ede.code & 0xff, ...textEncoder.encode(ede.text)));
  return { ...pack(message, [], option), rcode, ttlSeconds: 0, negative: 'no', facts: 0 };
}

/** Keeps what the header says of the records (AD, rcode), and drops what is between the server and us (id, AA, TC, RD, CD, Z). */
function cleanHeader(message: Uint8Array): void {
  const kept = readU16(message, HEADER.FLAGS) & (FLAG.AD | FLAG.RCODE);
  writeU16(message, HEADER.ID, 0);
  writeU16(message, HEADER.FLAGS, FLAG.QR | FLAG.RA | kept);
}

/**
 * NODATA is NOERROR without a record of the type asked for, with or without aliases (RFC 2308 section 2.2). Aliases without an
 * SOA record say nothing about the name that they lead to: that name is asked for.
 */
function negativeKind(chain: AnswerChain, rcode: number, hasSoa: boolean): StoredAnswer['negative'] {
  if (rcode === RCODE.NXDOMAIN) return 'nxdomain';
  if (rcode !== RCODE.NOERROR || chain.hasData) return 'no';
  return chain.hasAlias && !hasSoa ? 'no' : 'nodata';
}

function hasSoaRecord(message: Uint8Array): boolean {
  walk.start(message, message.length);
  while (walk.next()) if (walk.section === 2 && walk.type === TYPE.SOA) return true;
  return false;
}

function pack(
  message: Uint8Array,
  ttlOffsets: readonly number[],
  ede: Uint8Array = message.subarray(0, 0),
): Pick<StoredAnswer, 'octets' | 'messageLength' | 'ttlCount' | 'edeLength'> {
  const edeStart = message.length + 2 * ttlOffsets.length;
  const octets = new Uint8Array(edeStart + ede.length);
  octets.set(message);
  let at = message.length;
  for (const offset of ttlOffsets) {
    octets[at++] = offset & 0xff;
    octets[at++] = offset >>> 8;
  }
  octets.set(ede, edeStart);
  return { octets, messageLength: message.length, ttlCount: ttlOffsets.length, edeLength: ede.length };
}
