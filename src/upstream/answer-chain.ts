// What of a response is about its question. Every record of the answer section must be owned by the question's name or by
// a name that a CNAME or DNAME of the same section leads to; others were not asked for, and are not believed.
import { HEADER, HEADER_OCTETS, MAX_MESSAGE_OCTETS, writeU16 } from '../dns/message.ts';
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import { RecordCopier } from '../dns/record-copy.ts';
import { RecordWalk } from '../dns/record-walk.ts';

/** The counts of answer, authority and additional records in the header. */
const COUNTS = [HEADER.ANCOUNT, HEADER.NSCOUNT, HEADER.ARCOUNT];

/** Gives a well-formed response as it is, or, where it answers what was not asked, a copy without that. */
export function withoutStrays(message: Uint8Array): Uint8Array {
  const chain = new AnswerChain(message);
  if (!chain.hasStrays) return message;
  const copy = new Uint8Array(MAX_MESSAGE_OCTETS);
  const behindQuestion = HEADER_OCTETS + chain.questionOctets;
  copy.set(message.subarray(0, behindQuestion));
  const copier = new RecordCopier();
  copier.begin(copy, behindQuestion, (record) => record.section !== 1 || chain.holds(record));
  for (const [index, count] of COUNTS.entries()) {
    const copied = copier.copySection(message, index + 1, false);
    // Names written out may be too many: what is left of the records is then not needed for the answer.
    writeU16(copy, count, Math.max(copied, 0));
  }
  return copy.slice(0, copier.end);
}

/** The names that the answer section of one message leads to from its question. */
class AnswerChain {
  readonly questionOctets: number;
  hasStrays = false;
  readonly #message: Uint8Array;
  readonly #name = new NameView();
  readonly #reached = new Set<string>();

  constructor(message: Uint8Array) {
    this.#message = message;
    this.questionOctets = this.#name.read(message, HEADER_OCTETS, message.length) + 4 - HEADER_OCTETS;
    this.#reached.add(this.#key());
    // The records of a chain may stand in any order: look again as long as that leads further.
    let known = 0;
    while (known < this.#reached.size) {
      known = this.#reached.size;
      this.#follow();
    }
  }

  /** Whether the record is owned by a name of the chain, or stands above one of them as a DNAME and its signatures do. */
  holds(record: RecordWalk): boolean {
    this.#name.read(this.#message, record.ownerOffset, this.#message.length);
    const owner = this.#key();
    if (this.#reached.has(owner)) return true;
    // RFC 6672 section 2.2.
    const standsAbove = record.type === TYPE.DNAME || record.type === TYPE.RRSIG;
    return standsAbove && [...this.#reached].some((name) => name.endsWith(owner));
  }

  #follow(): void {
    const walk = new RecordWalk();
    walk.start(this.#message, this.#message.length);
    this.hasStrays = false;
    while (walk.next() && walk.section === 1) {
      if (!this.holds(walk)) {
        this.hasStrays = true;
      } else if (walk.type === TYPE.CNAME) {
        this.#name.read(this.#message, walk.rdataOffset, this.#message.length);
        this.#reached.add(this.#key());
      }
    }
  }

  #key(): string {
    return Buffer.from(this.#name.wire.buffer, 0, this.#name.length).toString('latin1');
  }
}
