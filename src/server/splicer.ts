// Puts the records of an upstream's answer behind what is already in a reply: after a local alias, or without a
// parameter that a policy takes out.
import { HEADER, MAX_MESSAGE_OCTETS, readU16, writeU16 } from '../dns/message.ts';
import { RecordCopier } from '../dns/record-copy.ts';
import type { AnswerView } from '../upstream/answer-view.ts';
import type { Reply } from './reply.ts';

/** Splices one answer at a time. */
export class Splicer {
  readonly #copier = new RecordCopier();
  /** The answer with its TTLs counted down; room is taken when the first one needs it. */
  #message = new Uint8Array(0);

  /** Adds the answer and authority records; a section that does not fit is left out, and finish() sets TC. */
  splice(reply: Reply, answer: AnswerView, withoutEch: boolean): void {
    if (this.#message.length === 0) this.#message = new Uint8Array(MAX_MESSAGE_OCTETS);
    const message = this.#message.subarray(0, answer.copyTo(this.#message));
    this.#copier.begin(reply.target, reply.length);
    for (const [section, counter] of [[1, HEADER.ANCOUNT] as const, [2, HEADER.NSCOUNT] as const]) {
      const copied = this.#copier.copySection(message, section, withoutEch);
      if (copied < 0) return reply.overflow();
      writeU16(reply.target, counter, readU16(reply.target, counter) + copied);
      reply.length = this.#copier.end;
    }
  }
}
