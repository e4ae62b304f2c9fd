// A query read in place: header, question, EDNS. Filled again for each message, so it allocates nothing. A fault of
// a message is one word of QueryFault; server/query-check.ts decides the reply to it.
import { EDNS_DO, FLAG, HEADER, HEADER_OCTETS, readU16, readU32 } from './message.ts';
import { MAX_LABEL_OCTETS, NameView } from './name-view.ts';
import { OPCODE, OPTION, TYPE } from './numbers.ts';

/** Why a message is not a query we can answer; each has files in test/wire. */
export type QueryFault =
  | 'none'
  | 'short header'
  | 'response'
  | 'opcode'
  | 'question count'
  | 'question'
  | 'sections'
  | 'additional'
  | 'opt owner'
  | 'opt twice'
  | 'opt options'
  | 'cookie length'
  | 'trailing octets'
  | 'edns version';

/** Records behind the question that are looked through for OPT: clients send it alone, or with one that signs. */
const MAX_ADDITIONAL = 16;

/** Options of an OPT record: there are some twenty codes in all. */
const MAX_OPTIONS = 256;

const POINTER = 0xc0;

/** One query at a time. Offsets are into the message given to read(). */
export class QueryView {
  /** What is wrong with the message; one that is not read out of a message has nothing wrong. */
  fault: QueryFault = 'none';
  readonly name = new NameView();
  id = 0;
  flags = 0;
  opcode = 0;
  qtype = 0;
  qclass = 0;
  /** Offset behind the question, or 0 where no question could be read. */
  questionEnd = 0;
  /** Whether the query carries an OPT record, and so the reply must. */
  edns = false;
  ednsVersion = 0;
  dnssecOk = false;
  /** The largest reply that the client accepts over UDP, in octets; 0 without EDNS. */
  payloadOctets = 0;
  /** COOKIE option: offset of its value and its octets (0 = none). */
  cookieOffset = 0;
  cookieOctets = 0;
  /** Whether edns-tcp-keepalive was sent (RFC 7828). */
  keepalive = false;

  /**
   * Reads a message of `length` octets and gives its first fault. Behind the question it reads OPT and
   * nothing else. `mayTrail` says whether octets after the last record that the header counts are allowed.
   */
  read(message: Uint8Array, length: number, mayTrail = false): QueryFault {
    return (this.fault = this.#readAll(message, length, mayTrail));
  }

  #readAll(message: Uint8Array, length: number, mayTrail: boolean): QueryFault {
    const fault = this.#readQuestion(message, length);
    if (fault !== 'none') return fault;
    if (readU16(message, HEADER.ANCOUNT) !== 0 || readU16(message, HEADER.NSCOUNT) !== 0) return 'sections';
    const more = this.#readAdditional(message, length, mayTrail);
    if (more !== 'none') return more;
    return this.ednsVersion > 0 ? 'edns version' : 'none';
  }

  /**
   * Reads what a refusal has to repeat, and nothing else: header, question, and whether an OPT record follows at once.
   */
  readBriefly(message: Uint8Array, length: number): QueryFault {
    const fault = (this.fault = this.#readQuestion(message, length));
    const at = this.questionEnd;
    // Root, type, size, TTL field, RDLENGTH.
    if (fault !== 'none' || at + 11 > length || message[at] !== 0) return fault;
    if (readU32(message, HEADER.ANCOUNT) !== 0 || readU16(message, HEADER.ARCOUNT) === 0) return fault;
    if (readU16(message, at + 1) !== TYPE.OPT) return fault;
    this.#readFixed(message, at + 1);
    return fault;
  }

  #readQuestion(message: Uint8Array, length: number): QueryFault {
    this.#clear();
    if (length < HEADER_OCTETS) return 'short header';
    this.id = readU16(message, HEADER.ID);
    this.flags = readU16(message, HEADER.FLAGS);
    this.opcode = (this.flags & FLAG.OPCODE) >>> 11;
    if ((this.flags & FLAG.QR) !== 0) return 'response';
    if (this.opcode !== OPCODE.QUERY) return 'opcode';
    if (readU16(message, HEADER.QDCOUNT) !== 1) return 'question count';
    const behind = this.name.read(message, HEADER_OCTETS, length);
    // A pointer could only lead into the header: the name of a question is always written out.
    if (behind !== HEADER_OCTETS + this.name.length || behind + 4 > length) return 'question';
    this.qtype = readU16(message, behind);
    this.qclass = readU16(message, behind + 2);
    this.questionEnd = behind + 4;
    return 'none';
  }

  #clear(): void {
    this.id = this.flags = this.opcode = this.qtype = this.qclass = this.questionEnd = 0;
    this.edns = this.dnssecOk = this.keepalive = false;
    this.ednsVersion = this.payloadOctets = this.cookieOffset = this.cookieOctets = 0;
  }

  #readAdditional(message: Uint8Array, length: number, mayTrail: boolean): QueryFault {
    let at = this.questionEnd;
    let left = readU16(message, HEADER.ARCOUNT);
    if (left > MAX_ADDITIONAL) return 'additional';
    for (; left > 0; left--) {
      const owner = at;
      const fixed = skipOwner(message, at, length);
      if (fixed < 0 || fixed + 10 > length) return 'additional';
      const rdataOctets = readU16(message, fixed + 8);
      at = fixed + 10 + rdataOctets;
      if (at > length) return 'additional';
      if (readU16(message, fixed) !== TYPE.OPT) continue;
      if (this.edns) return 'opt twice';
      if (message[owner] !== 0) return 'opt owner';
      const fault = this.#readOpt(message, fixed, rdataOctets);
      if (fault !== 'none') return fault;
    }
    return at === length || mayTrail ? 'none' : 'trailing octets';
  }

  /** Reads the fields of an OPT record whose type stands at `fixed` (RFC 6891 section 6.1.2). */
  #readFixed(message: Uint8Array, fixed: number): void {
    this.edns = true;
    this.payloadOctets = readU16(message, fixed + 2);
    this.ednsVersion = message[fixed + 5]!;
    this.dnssecOk = (readU16(message, fixed + 6) & EDNS_DO) !== 0;
  }

  /** Reads an OPT record with its options. */
  #readOpt(message: Uint8Array, fixed: number, rdataOctets: number): QueryFault {
    this.#readFixed(message, fixed);
    // Only version 0 defines options; another version gets BADVERS, whatever its options are (RFC 6891 section 6.1.3).
    if (this.ednsVersion > 0) return 'none';
    const options = fixed + 10;
    if (!areFewOptions(message, options, options + rdataOctets)) return 'opt options';
    for (let at = options; at < options + rdataOctets; at += 4 + readU16(message, at + 2)) {
      const code = readU16(message, at);
      const octets = readU16(message, at + 2);
      if (code === OPTION.TCP_KEEPALIVE) this.keepalive = true;
      if (code !== OPTION.COOKIE) continue;
      // RFC 7873 section 5.2.2: a client cookie of 8 octets, and with it a server cookie of 8 to 32 or none.
      if (octets !== 8 && (octets < 16 || octets > 40)) return 'cookie length';
      this.cookieOffset = at + 4;
      this.cookieOctets = octets;
    }
    return 'none';
  }
}

/** Whether options fill the octets exactly (RFC 6891 section 6.1.2), and are no more than any client sends. */
function areFewOptions(message: Uint8Array, start: number, end: number): boolean {
  let at = start;
  for (let left = MAX_OPTIONS; left > 0 && at + 4 <= end; left--) at += 4 + readU16(message, at + 2);
  return at === end;
}

/**
 * The offset behind an owner; -1 where it does not fit. A pointer is not followed, but must lead to before the owner, as in
 * every name.
 */
function skipOwner(message: Uint8Array, owner: number, length: number): number {
  let at = owner;
  while (at < length && message[at]! <= MAX_LABEL_OCTETS) {
    const octets = message[at]!;
    at += octets + 1;
    if (octets === 0) return at;
  }
  if (at + 2 > length || message[at]! < POINTER) return -1;
  const target = readU16(message, at) & 0x3fff;
  return target >= HEADER_OCTETS && target < owner ? at + 2 : -1;
}
