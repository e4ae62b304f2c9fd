// Writes a reply in place: header and question taken from the query, then records, OPT last. One object is
// refilled for every reply; its target is the listener's buffer.
import {
  EDNS_DO,
  FLAG,
  HEADER,
  HEADER_OCTETS,
  UDP_PAYLOAD_OCTETS,
  readU16,
  writeU16,
  writeU32,
} from '../../dns/message.ts';
import { CLASS, OPTION, TYPE } from '../../dns/numbers.ts';
import type { NameView } from '../../dns/name-view.ts';
import type { QueryView } from '../../dns/query-view.ts';
import { RecordWalk } from '../../dns/record-walk.ts';
import type { AnswerView } from '../../answers/answer-view.ts';

/** A compression pointer to the question's name, which every reply with a question has there. */
const QUESTION_NAME = 0xc000 | HEADER_OCTETS;

/** The size of our OPT record without options: root, type, size, TTL field, RDLENGTH. */
const OPT_OCTETS = 11;

/** The counters of an upstream answer's sections; it has no additional section. */
const COUNTERS = [HEADER.ANCOUNT, HEADER.NSCOUNT] as const;

/** An Extended DNS Error (RFC 8914): INFO-CODE in two octets, then EXTRA-TEXT. */
export type ExtendedError = Uint8Array;

/** The most octets of EXTRA-TEXT that are sent. */
const MAX_TEXT_OCTETS = 120;

/** Makes an Extended DNS Error of a code and a text, which is cut to 120 octets, never inside a character. */
export function toExtendedError(code: number, text: string): ExtendedError {
  const octets = new Uint8Array(MAX_TEXT_OCTETS);
  const { written } = new TextEncoder().encodeInto(text, octets);
  const error = new Uint8Array(2 + written);
  writeU16(error, 0, code);
  error.set(octets.subarray(0, written), 2);
  return error;
}

/** A record of class IN, its owner left open. */
export interface ReplyRecord {
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** A reply while it is being written. */
export class Reply {
  target: Uint8Array = new Uint8Array(HEADER_OCTETS);
  length = 0;
  /** The most octets that the client takes, OPT included. */
  limit = 0;
  #questionName: NameView | undefined;
  #questionEnd = 0;
  /** Whether there are records for which there was no room. */
  #isFull = false;
  readonly #walk = new RecordWalk();

  /** Starts over in target: the query's id, question (as the client wrote it), RD and CD; QR and RA set. */
  begin(query: Uint8Array, view: QueryView, target: Uint8Array, limit: number): void {
    this.target = target;
    this.limit = limit;
    this.#questionName = view.name;
    this.#questionEnd = view.questionEnd === 0 ? HEADER_OCTETS : view.questionEnd;
    for (let at = HEADER_OCTETS; at < this.#questionEnd; at++) target[at] = query[at]!;
    writeU16(target, HEADER.ID, view.id);
    writeU16(target, HEADER.FLAGS, (view.flags & (FLAG.OPCODE | FLAG.RD | FLAG.CD)) | FLAG.QR | FLAG.RA);
    writeU16(target, HEADER.QDCOUNT, view.questionEnd === 0 ? 0 : 1);
    writeU32(target, HEADER.ANCOUNT, 0);
    writeU16(target, HEADER.ARCOUNT, 0);
    this.length = this.#questionEnd;
    this.#isFull = false;
  }

  /** Takes back all records and the rcode. */
  restart(): void {
    const flags = readU16(this.target, HEADER.FLAGS);
    writeU16(this.target, HEADER.FLAGS, flags & ~(FLAG.AA | FLAG.RCODE));
    writeU32(this.target, HEADER.ANCOUNT, 0);
    writeU16(this.target, HEADER.ARCOUNT, 0);
    this.length = this.#questionEnd;
    this.#isFull = false;
  }

  /** Sets flag bits, such as AA. */
  setFlags(bits: number): void {
    writeU16(this.target, HEADER.FLAGS, readU16(this.target, HEADER.FLAGS) | bits);
  }

  /** The low four bits of the rcode. */
  get rcode(): number {
    return this.target[HEADER.FLAGS + 1]! & FLAG.RCODE;
  }

  /** Sets the low four bits of the rcode. */
  setRcode(rcode: number): void {
    const flags = readU16(this.target, HEADER.FLAGS);
    writeU16(this.target, HEADER.FLAGS, (flags & ~FLAG.RCODE) | (rcode & FLAG.RCODE));
  }

  /**
   * Adds a record of class IN to a section (HEADER.ANCOUNT or HEADER.NSCOUNT; in that order), owned by a name in wire
   * form, by default the question's.
   */
  addRecord(section: number, record: ReplyRecord, owner?: Uint8Array): void {
    const { target } = this;
    const at = this.length;
    // After the first record that does not fit all are left out, so that there are no gaps.
    if (this.#isFull) return;
    if (at + (owner?.length ?? 2) + 10 + record.rdata.length > target.length) return this.overflow();
    if (owner === undefined) {
      writeU16(target, at, QUESTION_NAME);
      this.#put(section, record, at + 2);
    } else {
      target.set(owner, at);
      this.#put(section, record, at + owner.length);
    }
  }

  /** Adds a record as addRecord does, owned by the part of a name from a label on; the question's name as the client wrote it. */
  addRecordOf(section: number, record: ReplyRecord, name: NameView, label: number): void {
    if (label === 0 && name === this.#questionName) return this.addRecord(section, record);
    const { target } = this;
    if (this.#isFull) return;
    let at = this.length;
    let from = name.labelStart[label]!;
    if (at + name.length - from + 10 + record.rdata.length > target.length) return this.overflow();
    for (; from < name.length; from++) target[at++] = name.wire[from]!;
    this.#put(section, record, at);
  }

  /** Adds an answer to the question, a record of this type, data and TTL. */
  addAnswer(type: number, rdata: Uint8Array, ttlSeconds: number): void {
    const { target } = this;
    const at = this.length;
    if (this.#isFull) return;
    if (at + 2 + 10 + rdata.length > target.length) return this.overflow();
    writeU16(target, at, QUESTION_NAME);
    this.#putRdata(type, ttlSeconds, rdata, at + 2);
    this.#count(HEADER.ANCOUNT);
  }

  /**
   * Denies what is asked for: adds SOA data to the authority section, owned by the name above the question's (the root has none
   * above it). The TTL is also the last field of the data, which is that of the denial (RFC 2308 section 3).
   */
  addDenial(soa: Uint8Array, ttlSeconds: number): void {
    const { target } = this;
    const at = this.length;
    if (this.#isFull) return;
    if (at + 2 + 10 + soa.length > target.length) return this.overflow();
    const firstLabel = target[HEADER_OCTETS]!;
    const parent = firstLabel === 0 ? HEADER_OCTETS : HEADER_OCTETS + 1 + firstLabel;
    const isRoot = target[parent] === 0;
    if (isRoot) target[at] = 0;
    else writeU16(target, at, 0xc000 | parent);
    this.#putRdata(TYPE.SOA, ttlSeconds, soa, at + (isRoot ? 1 : 2));
    writeU32(target, this.length - 4, ttlSeconds);
    this.#count(HEADER.NSCOUNT);
  }

  #put(section: number, record: ReplyRecord, at: number): void {
    this.#putRdata(record.type, record.ttl, record.rdata, at);
    this.#count(section);
  }

  /** Writes what stands behind the owner. */
  #putRdata(type: number, ttl: number, rdata: Uint8Array, at: number): void {
    const { target } = this;
    writeU16(target, at, type);
    writeU16(target, at + 2, CLASS.IN);
    writeU32(target, at + 4, ttl);
    writeU16(target, at + 8, rdata.length);
    const start = at + 10;
    // Most are an address or a name: a loop takes half the time of set().
    if (rdata.length > 64) target.set(rdata, start);
    else for (let i = 0; i < rdata.length; i++) target[start + i] = rdata[i]!;
    this.length = start + rdata.length;
  }

  #count(section: number): void {
    writeU16(this.target, section, readU16(this.target, section) + 1);
  }

  /**
   * Copies an upstream's answer after the client's id, question and flags: AD only for a client that asked for it (RFC 6840
   * section 5.8).
   */
  copyAnswer(answer: AnswerView, view: QueryView): void {
    const { target } = this;
    const { octets, messageStart } = answer;
    const wantsAd = view.dnssecOk || (view.flags & FLAG.AD) !== 0;
    this.setFlags(
      readU16(octets, messageStart + HEADER.FLAGS) & (wantsAd ? FLAG.AD | FLAG.RCODE : FLAG.RCODE),
    );
    for (const counter of COUNTERS) writeU16(target, counter, readU16(octets, messageStart + counter));
    // The question stored has the same length, so the compression pointers after it are still right.
    this.length = answer.copyTo(target, this.#questionEnd);
  }

  /** Notes that there are more records than room: finish() will set TC. */
  overflow(): void {
    this.#isFull = true;
  }

  /**
   * Ends the reply: if it is too long, keeps the records that fit, in order, and sets TC (RFC 2181 section 9); adds OPT where
   * the query had one. Gives its length in octets.
   */
  finish(view: QueryView, options: OptOptions): number {
    const optOctets = view.edns ? OPT_OCTETS + optionOctets(options) : 0;
    if (this.#isFull || this.length + optOctets > this.limit) this.#cut(this.limit - optOctets);
    if (view.edns) this.#addOpt(view, options);
    return this.length;
  }

  /** Keeps the records that end within `octets` octets, up to the first that does not. */
  #cut(octets: number): void {
    const { target } = this;
    const walk = this.#walk;
    let answers = 0;
    let authorities = 0;
    let end = this.#questionEnd;
    walk.start(target, this.length);
    while (walk.next() && walk.end <= octets) {
      end = walk.end;
      if (walk.section === 1) answers++;
      else authorities++;
    }
    this.length = end;
    writeU16(target, HEADER.ANCOUNT, answers);
    writeU16(target, HEADER.NSCOUNT, authorities);
    this.setFlags(FLAG.TC);
  }

  #addOpt(view: QueryView, options: OptOptions): void {
    const { target } = this;
    const start = this.length;
    target[start] = 0;
    writeU16(target, start + 1, TYPE.OPT);
    writeU16(target, start + 3, UDP_PAYLOAD_OCTETS);
    target[start + 5] = options.rcode >>> 4;
    target[start + 6] = 0;
    writeU16(target, start + 7, view.dnssecOk ? EDNS_DO : 0);
    let at = start + OPT_OCTETS;
    if (options.cookie !== undefined) at = this.#addOption(at, OPTION.COOKIE, options.cookie);
    if (options.keepalive !== undefined) at = this.#addOption(at, OPTION.TCP_KEEPALIVE, options.keepalive);
    const { error, note } = options;
    if (error !== undefined && at + 4 + error.length <= this.limit) {
      const behind = this.#addOption(at, OPTION.EDE, error);
      at = note === undefined || behind + note.length > this.limit ? behind : this.#addNote(at, error, note);
    }
    writeU16(target, start + 9, at - start - OPT_OCTETS);
    writeU16(target, HEADER.ARCOUNT, readU16(target, HEADER.ARCOUNT) + 1);
    this.length = at;
  }

  /** Appends a note to the text of the error at `at`. */
  #addNote(at: number, error: Uint8Array, note: Uint8Array): number {
    const behind = at + 4 + error.length;
    writeU16(this.target, at + 2, error.length + note.length);
    for (let i = 0; i < note.length; i++) this.target[behind + i] = note[i]!;
    return behind + note.length;
  }

  #addOption(at: number, code: number, value: Uint8Array): number {
    writeU16(this.target, at, code);
    writeU16(this.target, at + 2, value.length);
    // For about ten octets a loop takes half the time of set().
    for (let i = 0; i < value.length; i++) this.target[at + 4 + i] = value[i]!;
    return at + 4 + value.length;
  }
}

/** What goes into the OPT record of a reply. */
export interface OptOptions {
  /** All 12 bits; the upper 8 go into OPT. */
  rcode: number;
  /** COOKIE value: the client's cookie and ours. */
  cookie: Uint8Array | undefined;
  /** edns-tcp-keepalive value (RFC 7828). */
  keepalive: Uint8Array | undefined;
  error: ExtendedError | undefined;
  /** The end of the error's text, in UTF-8. */
  note: Uint8Array | undefined;
}

/** Octets of the options that may not be left out; an Extended DNS Error is dropped where records need its room. */
function optionOctets(options: OptOptions): number {
  return (
    (options.cookie === undefined ? 0 : 4 + options.cookie.length) +
    (options.keepalive === undefined ? 0 : 4 + options.keepalive.length)
  );
}
