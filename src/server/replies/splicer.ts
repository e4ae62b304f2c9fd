// Appends the records of an upstream's answer to a reply: after a local alias, or without a parameter that a policy
// removes.
import { HEADER, MAX_MESSAGE_OCTETS, readU16, writeU16 } from '../../dns/message.ts';
import { RecordCopier } from '../../dns/record-copy.ts';
import type { AnswerView } from '../../answers/answer-view.ts';
import type { Reply } from './reply.ts';

/** Splices one answer at a time. */
export class Splicer {
  readonly #copier = new RecordCopier();
  /** The answer with its TTLs counted down; allocated when first needed. */
  #message = new Uint8Array(0);

  /** Adds the answer records, and with them those of authority or not; from the first that does not fit on, finish() sets TC. */
  splice(reply: Reply, answer: AnswerView, withoutEch: boolean, withAuthority: boolean): void {
    if (this.#message.length === 0) this.#message = new Uint8Array(MAX_MESSAGE_OCTETS);
    const message = this.#message.subarray(0, answer.copyTo(this.#message));
    this.#copier.begin(reply.target, reply.length, reply.limit);
    this.#copySection(reply, message, 1, withoutEch);
    if (withAuthority && !this.#copier.isFull) this.#copySection(reply, message, 2, false);
  }

  #copySection(reply: Reply, message: Uint8Array, section: number, withoutEch: boolean): void {
    const copied = this.#copier.copySection(message, section, withoutEch);
    const counter = section === 1 ? HEADER.ANCOUNT : HEADER.NSCOUNT;
    writeU16(reply.target, counter, readU16(reply.target, counter) + copied);
    reply.length = this.#copier.end;
    if (this.#copier.isFull) reply.overflow();
  }
}
