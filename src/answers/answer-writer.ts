// Rewrites an upstream's answer: the records that belong to it, in order and each once, with names compressed by us, so that
// no pointer leads into octets that change. The additional section is left out: nobody asked for it, and nothing judges it.
import {
  HEADER,
  HEADER_OCTETS,
  MAX_MESSAGE_OCTETS,
  readU16,
  readU32,
  writeU16,
  writeU32,
} from '../dns/message.ts';
import { messageNames } from '../dns/message-names.ts';
import { CLASS, TYPE } from '../dns/numbers.ts';
import { namesStart, rdataLayout } from '../dns/rdata-layout.ts';
import { RecordWalk, skipName } from '../dns/record-walk.ts';
import { AnswerChain } from './answer-chain.ts';
import type { ChainFault } from './answer-chain.ts';
import { RecordSet } from './record-set.ts';
import type { UpstreamQuestion } from './asked-question.ts';

/** Offsets that a compression pointer can lead to. */
const REACH = 0x4000;

/** So much rdata is copied without a view. */
const FEW_OCTETS = 48;

/** How far one record may reach past the room before that is noticed: three names and the fixed part, and its rdata. */
const MARGIN_OCTETS = MAX_MESSAGE_OCTETS + 3 * 255 + 10;

/** Types that say something in the authority section of a response: the zone, and proofs (RFC 2308, RFC 4035 section 3.1). */
const AUTHORITY = new Set<number>([TYPE.SOA, TYPE.NS, TYPE.DS, TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3]);

/** Writes one answer at a time; its scratch is reused. */
export class AnswerWriter {
  /** What is known of the chain of aliases after write(). */
  readonly chain = new AnswerChain();
  readonly #target = new Uint8Array(MAX_MESSAGE_OCTETS + MARGIN_OCTETS);
  readonly #walk = new RecordWalk();
  readonly #known = new RecordSet(messageNames);
  /** [node] the offset of the name in the target; 0 = not within a pointer's reach. */
  readonly #writtenAt = new Uint16Array(0x8002);
  #message: Uint8Array = this.#target;
  #end = 0;

  /**
   * Gives a well-formed response's answer to a question: header and rcode are the response's, the question is the one asked,
   * answer and authority follow. Or says why it cannot be used.
   */
  write(response: Uint8Array, question: UpstreamQuestion): Uint8Array | string {
    const fault = this.chain.read(response, messageNames, question.qtype) ?? this.#write(response, question);
    this.#writtenAt.fill(0, 0, messageNames.count);
    return fault ?? this.#target.slice(0, this.#end);
  }

  #write(response: Uint8Array, question: UpstreamQuestion): ChainFault {
    const target = this.#target;
    this.#message = response;
    target.set(response.subarray(0, HEADER_OCTETS));
    this.#writeQuestion(question);
    this.#known.begin(response, this.chain.kept);
    let answers = 0;
    for (let i = 0; i < this.chain.kept; i++) answers += this.#writeRecord(this.chain.records[i]!);
    writeU16(target, HEADER.ANCOUNT, answers);
    writeU16(target, HEADER.NSCOUNT, this.#writeAuthority(response));
    writeU16(target, HEADER.ARCOUNT, 0);
    // Writing out names that the server compressed against RFC 3597 section 4 can make it too long.
    return this.#end > MAX_MESSAGE_OCTETS ? 'it is too long when its names are written out' : undefined;
  }

  /** The name as it was asked, lower-cased; names behind it may point there. */
  #writeQuestion({ name, qtype }: UpstreamQuestion): void {
    const target = this.#target;
    writeU16(target, HEADER.QDCOUNT, 1);
    target.set(name, HEADER_OCTETS);
    let at = HEADER_OCTETS;
    for (let node = messageNames.read(HEADER_OCTETS); node !== 0; node = messageNames.parents[node]!) {
      this.#writtenAt[node] = at;
      at += target[at]! + 1;
    }
    writeU16(target, at + 1, qtype);
    writeU16(target, at + 3, CLASS.IN);
    this.#end = at + 5;
  }

  #writeAuthority(response: Uint8Array): number {
    const walk = this.#walk;
    const listed = readU16(response, HEADER.NSCOUNT);
    if (listed === 0) return 0;
    this.#known.begin(response, listed);
    let records = 0;
    walk.start(response, response.length);
    while (walk.next() && walk.section < 3) {
      if (walk.section !== 2 || walk.class !== CLASS.IN || !AUTHORITY.has(walk.type)) continue;
      records += this.#writeRecord(walk.ownerOffset);
    }
    return records;
  }

  /** Writes the record that starts there, unless the same one is there already: 1 or 0. */
  #writeRecord(start: number): number {
    const message = this.#message;
    const target = this.#target;
    if (this.#end > MAX_MESSAGE_OCTETS) return 0;
    const fixed = skipName(message, start, message.length);
    if (!this.#known.add(start, fixed)) return 0;
    this.#writeName(messageNames.read(start));
    const at = this.#end;
    writeU32(target, at, readU32(message, fixed));
    writeU32(target, at + 4, readU32(message, fixed + 4));
    this.#end = at + 10;
    this.#writeRdata(readU16(message, fixed), fixed + 10, fixed + 10 + readU16(message, fixed + 8));
    writeU16(target, at + 8, this.#end - at - 10);
    return 1;
  }

  #writeRdata(type: number, start: number, end: number): void {
    const message = this.#message;
    const layout = rdataLayout(type);
    let at = start;
    if (layout !== undefined && layout.names > 0) {
      at = namesStart(layout, message, start, end);
      this.#copy(start, at);
      for (let left = layout.names; left > 0; left--) {
        const node = messageNames.read(at);
        if (layout.compressed) this.#writeName(node);
        else this.#end = messageNames.writeOut(at, this.#target, this.#end);
        at = skipName(message, at, end);
      }
    }
    this.#copy(at, end);
  }

  #copy(start: number, end: number): void {
    const target = this.#target;
    const message = this.#message;
    // Octet by octet where there are few: making a view costs more than copying an address.
    if (end - start > FEW_OCTETS) target.set(message.subarray(start, end), this.#end);
    else for (let at = start, to = this.#end; at < end; at++, to++) target[to] = message[at]!;
    this.#end += end - start;
  }

  /** Writes the labels of a name up to where the target has the rest of it already. */
  #writeName(name: number): void {
    const message = this.#message;
    const target = this.#target;
    const { parents, labels } = messageNames;
    for (let node = name; node !== 0; node = parents[node]!) {
      const known = this.#writtenAt[node]!;
      if (known !== 0) {
        writeU16(target, this.#end, 0xc000 | known);
        this.#end += 2;
        return;
      }
      if (this.#end < REACH) this.#writtenAt[node] = this.#end;
      const label = labels[node]!;
      const octets = message[label]! + 1;
      for (let i = 0; i < octets; i++) target[this.#end + i] = message[label + i]!;
      this.#end += octets;
    }
    target[this.#end++] = 0;
  }
}
