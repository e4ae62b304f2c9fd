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

  /** Adds the answer section, and if wanted the authority section; where a record does not fit, finish() sets TC. */
  splice(reply: Reply, answer: AnswerView, how: { withoutEch: boolean; withAuthority: boolean }): void {
    if (this.#message.length === 0) this.#message = new Uint8Array(MAX_MESSAGE_OCTETS);
    const message = this.#message.subarray(0, answer.copyTo(this.#message));
    this.#copier.begin(reply.target, reply.length, reply.limit);
    this.#copySection(reply, message, { section: 1, counter: HEADER.ANCOUNT, withoutEch: how.withoutEch });
    if (!how.withAuthority || this.#copier.isFull) return;
    this.#copySection(reply, message, { section: 2, counter: HEADER.NSCOUNT, withoutEch: false });
  }

  #copySection(
    reply: Reply,
    message: Uint8Array,
    what: { section: number; counter: number; withoutEch: boolean },
  ): void {
    const copied = this.#copier.copySection(message, what.section, what.withoutEch);
    writeU16(reply.target, what.counter, readU16(reply.target, what.counter) + copied);
    reply.length = this.#copier.end;
    if (this.#copier.isFull) reply.overflow();
  }
}
