// What is asked of an upstream, and its wire form. Nothing of the client leaves with it: no ECS, no cookie, no case.
import type { UpstreamQuestion } from '../answers/asked-question.ts';
import { randomFillSync } from 'node:crypto';
import {
  EDNS_DO,
  FLAG,
  HEADER,
  HEADER_OCTETS,
  readU16,
  UDP_PAYLOAD_OCTETS,
  writeU16,
} from '../dns/message.ts';
import { FOLD_CASE } from '../dns/name-view.ts';
import { CLASS, OPTION, TYPE } from '../dns/numbers.ts';

/** How a question is written for one server. */
export interface QueryForm {
  /** With an OPT record: version 0, 1232 octets. */
  readonly edns: boolean;
  /** The Padding option brings the message to a multiple of this many octets, RFC 8467; 0 = no padding. */
  readonly paddingBlock: number;
}

/** Octets of an OPT record without options. */
const OPT_OCTETS = 11;
const OPTION_HEADER_OCTETS = 4;

/**
 * Writes a query: RD set, AD set so that the server tells what it validated (RFC 6840 section 5.7), CD copied. Its
 * id is 0, for the exchange to set.
 */
export function writeUpstreamQuery(question: UpstreamQuestion, form: QueryForm): Uint8Array {
  const { name } = question;
  const behindQuestion = HEADER_OCTETS + name.length + 4;
  const opened = behindQuestion + OPT_OCTETS + OPTION_HEADER_OCTETS;
  const padding =
    form.paddingBlock === 0 ? 0 : form.paddingBlock * Math.ceil(opened / form.paddingBlock) - opened;
  const optionOctets = form.paddingBlock === 0 ? 0 : OPTION_HEADER_OCTETS + padding;
  const query = new Uint8Array(behindQuestion + (form.edns ? OPT_OCTETS + optionOctets : 0));
  writeU16(query, HEADER.FLAGS, FLAG.RD | FLAG.AD | (question.checkingDisabled ? FLAG.CD : 0));
  writeU16(query, HEADER.QDCOUNT, 1);
  query.set(name, HEADER_OCTETS);
  writeU16(query, HEADER_OCTETS + name.length, question.qtype);
  writeU16(query, HEADER_OCTETS + name.length + 2, CLASS.IN);
  if (!form.edns) return query;
  writeU16(query, HEADER.ARCOUNT, 1);
  // The owner's root octet is 0 already.
  writeU16(query, behindQuestion + 1, TYPE.OPT);
  writeU16(query, behindQuestion + 3, UDP_PAYLOAD_OCTETS);
  writeU16(query, behindQuestion + 7, question.dnssecOk ? EDNS_DO : 0);
  writeU16(query, behindQuestion + 9, optionOctets);
  if (optionOctets === 0) return query;
  writeU16(query, behindQuestion + OPT_OCTETS, OPTION.PADDING);
  writeU16(query, behindQuestion + OPT_OCTETS + 2, padding);
  return query;
}

/**
 * Says whether a message answers this very question: a response with opcode QUERY whose one question is ours,
 * letters compared without case (RFC 5452 section 9.1). The id is the exchange's to check.
 */
export function isAnswerTo(question: UpstreamQuestion, message: Uint8Array): boolean {
  const { name } = question;
  if (message.length < HEADER_OCTETS + name.length + 4) return false;
  if ((readU16(message, HEADER.FLAGS) & (FLAG.QR | FLAG.OPCODE)) !== FLAG.QR) return false;
  if (readU16(message, HEADER.QDCOUNT) !== 1) return false;
  for (let i = 0; i < name.length; i++) if (FOLD_CASE[message[HEADER_OCTETS + i]!] !== name[i]) return false;
  const behindName = HEADER_OCTETS + name.length;
  return readU16(message, behindName) === question.qtype && readU16(message, behindName + 2) === CLASS.IN;
}

/** Random 16-bit ids that nobody can guess (RFC 5452 section 9.2), drawn from the system 1,024 at a time. */
export class RandomIds {
  readonly #ids = new Uint16Array(1024);
  #next = this.#ids.length;

  /** Gives an id, 0..65535. */
  next(): number {
    if (this.#next === this.#ids.length) {
      randomFillSync(this.#ids);
      this.#next = 0;
    }
    return this.#ids[this.#next++]!;
  }
}
