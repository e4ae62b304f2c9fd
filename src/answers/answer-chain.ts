// Which records of a response's answer section answer its question, and in which order: those of the name asked for, then those
// of the name that its alias leads to, and so on (RFC 1034 section 3.6.2). Others were not asked for, and are not trusted.
import { HEADER_OCTETS, readU16 } from '../dns/message.ts';
import type { MessageNames } from '../dns/message-names.ts';
import { CLASS, TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';

/** Aliases that one answer may have in a row. */
export const MAX_ALIASES = 16;

/** Names that an answer may lead to in all, by CNAME, DNAME, SVCB and HTTPS: each of them is judged. */
const MAX_LEADS = 100;

/** More records than a message has room for: each takes eleven octets. */
const MAX_RECORDS = 5960;

/** Records of one name stand in this order: DNAME before the alias that is made from it (RFC 6672 section 3.1), then the rest. */
const STEP = { DNAME: 0, CNAME: 1, OTHER: 2, COUNT: 3 } as const;

/** In the place of a step: the record does not belong to the chain. */
const STRAY = 255;

/** Why an answer cannot be used, in words for the Extended DNS Error; undefined where it can. */
export type ChainFault = string | undefined;

/** The answer section of one message at a time. */
export class AnswerChain {
  /** The number of records to keep, and where each starts in the message, in their final order. */
  kept = 0;
  readonly records = new Uint16Array(MAX_RECORDS);
  /** Whether the name at the end of the chain has a record of the type asked for. */
  hasData = false;
  /** Whether there is an alias. */
  hasAlias = false;
  readonly #walk = new RecordWalk();
  /** By record of the answer section, in the order in which they came: its start, and its place in the chain. */
  readonly #starts = new Uint16Array(MAX_RECORDS);
  readonly #steps = new Uint8Array(MAX_RECORDS);
  /** [node] where the first alias that it owns starts; 0 = none. */
  readonly #aliasOf = new Uint16Array(0x8002);
  /** [node] its place in the chain + 1; 0 = none. */
  readonly #placeOf = new Uint8Array(0x8002);
  /** [node] the first place in the chain + 1 that is below it; 0 = none. */
  readonly #above = new Uint8Array(0x8002);
  readonly #counts = new Uint16Array((MAX_ALIASES + 1) * STEP.COUNT + 1);
  #last = 0;

  /** Reads a well-formed response to a question of type `qtype`. */
  read(message: Uint8Array, names: MessageNames, qtype: number): ChainFault {
    this.kept = 0;
    this.hasData = this.hasAlias = false;
    names.begin(message, message.length);
    const fault = this.#follow(message, names, qtype) ?? this.#sortOut(message, names, qtype);
    const nodes = names.count;
    this.#aliasOf.fill(0, 0, nodes);
    this.#placeOf.fill(0, 0, nodes);
    this.#above.fill(0, 0, nodes);
    return fault;
  }

  /** Finds the names of the chain. */
  #follow(message: Uint8Array, names: MessageNames, qtype: number): ChainFault {
    const walk = this.#walk;
    const asked = names.read(HEADER_OCTETS);
    this.#place(names, asked, 0);
    walk.start(message, message.length);
    while (walk.next() && walk.section === 1) {
      if (walk.type !== TYPE.CNAME || walk.class !== CLASS.IN) continue;
      const owner = names.read(walk.ownerOffset);
      if (this.#aliasOf[owner] === 0) this.#aliasOf[owner] = walk.rdataOffset;
    }
    // A question for CNAME wants the alias itself, not what it leads to.
    if (qtype === TYPE.CNAME) return undefined;
    let node = asked;
    for (let place = 1; this.#aliasOf[node] !== 0; place++) {
      node = names.read(this.#aliasOf[node]!);
      if (this.#placeOf[node] !== 0) return 'its aliases lead in a circle';
      if (place > MAX_ALIASES) return `it has more than ${MAX_ALIASES} aliases`;
      this.#place(names, node, place);
      this.hasAlias = true;
    }
    return undefined;
  }

  #place(names: MessageNames, node: number, place: number): void {
    this.#last = place;
    this.#placeOf[node] = place + 1;
    for (let above = node; above !== 0;) {
      above = names.parents[above]!;
      if (this.#above[above] === 0) this.#above[above] = place + 1;
    }
  }

  /** Sorts the chain's records in its order; those of one place stay in the order in which they came. */
  #sortOut(message: Uint8Array, names: MessageNames, qtype: number): ChainFault {
    const walk = this.#walk;
    const counts = this.#counts;
    counts.fill(0);
    let count = 0;
    let leads = 0;
    walk.start(message, message.length);
    while (walk.next() && walk.section === 1) {
      const step = walk.class === CLASS.IN ? this.#stepOf(message, names.read(walk.ownerOffset)) : STRAY;
      this.#starts[count] = walk.ownerOffset;
      this.#steps[count++] = step;
      if (step === STRAY) continue;
      counts[step + 1]!++;
      if (leadsElsewhere(walk.type)) leads++;
      if ((walk.type === qtype || qtype === TYPE.ANY) && step >= this.#last * STEP.COUNT) this.hasData = true;
    }
    if (leads > MAX_LEADS) return `it leads to more than ${MAX_LEADS} names`;
    for (let step = 1; step < counts.length; step++) counts[step]! += counts[step - 1]!;
    this.kept = counts[counts.length - 1]!;
    for (let record = 0; record < count; record++) {
      const step = this.#steps[record]!;
      if (step !== STRAY) this.records[counts[step]!++] = this.#starts[record]!;
    }
    return undefined;
  }

  /** The place in the order of the walk's current record, whose owner is `node`. */
  #stepOf(message: Uint8Array, node: number): number {
    const walk = this.#walk;
    const place = this.#placeOf[node]!;
    const type = walk.type === TYPE.RRSIG ? readU16(message, walk.rdataOffset) : walk.type;
    if (place === 0) {
      // A DNAME stands above a name and covers all names below it (RFC 6672 section 2.2).
      const above = type === TYPE.DNAME ? this.#above[node]! : 0;
      return above === 0 ? STRAY : (above - 1) * STEP.COUNT + STEP.DNAME;
    }
    if (type === TYPE.DNAME) return (place - 1) * STEP.COUNT + STEP.DNAME;
    if (type !== TYPE.CNAME) return (place - 1) * STEP.COUNT + STEP.OTHER;
    // A name has one alias (RFC 2181 section 10.1): of several, the one that was followed.
    const alias = this.#aliasOf[node]!;
    const isOther = walk.type === TYPE.CNAME && alias !== 0 && alias !== walk.rdataOffset;
    return isOther ? STRAY : (place - 1) * STEP.COUNT + STEP.CNAME;
  }
}

function leadsElsewhere(type: number): boolean {
  return type === TYPE.CNAME || type === TYPE.DNAME || type === TYPE.SVCB || type === TYPE.HTTPS;
}
