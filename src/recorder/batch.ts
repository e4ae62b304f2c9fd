// A batch of records as the recorder holds it: views over the body of a BATCH frame, no object a record. The rule: what is read here
// has been checked once, at read(), so that whoever walks over the records needs no check of bounds.
import { BATCH_HEAD_OCTETS } from '../querylog/messages.ts';
import { HEAD_OCTETS, WORD } from '../querylog/record-layout.ts';
import type { Meaning } from './meaning.ts';

const HEAD_WORDS = BATCH_HEAD_OCTETS >> 2;

/** What is wrong with the body of a BATCH frame. */
export class BatchFault extends Error {}

/**
 * One batch. Records stand one after the other in `words`: the first at `first`, the next one after that at `at` where `next(at)`
 * says, up to `end`.
 */
export class Batch {
  /** Of the worker's life that it is of, and its number in it. */
  readonly session: string;
  readonly sequence: number;
  readonly meaning: Meaning;
  readonly count: number;
  /** Unix milliseconds that records count from. */
  readonly baseMs: number;
  /** Records that the worker lost between the batch before and this one. */
  readonly lostBefore: number;
  readonly words: Uint32Array;
  readonly octets: Uint8Array;
  readonly first = HEAD_WORDS;
  readonly end: number;

  private constructor(session: string, meaning: Meaning, body: Uint8Array) {
    this.octets = body;
    this.words = new Uint32Array(body.buffer, body.byteOffset, body.length >> 2);
    const head = new DataView(body.buffer, body.byteOffset, BATCH_HEAD_OCTETS);
    this.session = session;
    this.meaning = meaning;
    this.sequence = head.getFloat64(0, true);
    this.count = head.getUint32(12, true);
    this.baseMs = head.getFloat64(16, true);
    this.lostBefore = head.getUint32(24, true);
    this.end = this.words.length;
  }

  /** The epoch of the state that a body's numbers are of; undefined where it is too short to have one. */
  static epochOf(body: Uint8Array): number | undefined {
    if (body.length < BATCH_HEAD_OCTETS) return undefined;
    return new DataView(body.buffer, body.byteOffset).getUint32(8, true);
  }

  /** Reads a body, which is copied where it does not lie on a boundary of 4 octets. Throws a BatchFault. */
  static read(session: string, meaning: Meaning, body: Uint8Array): Batch {
    if (body.length < BATCH_HEAD_OCTETS || body.length % 4 !== 0)
      throw new BatchFault(`a batch has ${body.length} octets, which is no multiple of 4 from 32 on`);
    const batch = new Batch(session, meaning, body.byteOffset % 4 === 0 ? body : Uint8Array.from(body));
    batch.#check();
    return batch;
  }

  next(at: number): number {
    return at + ((this.words[at + WORD.SIZE]! & 0xffff) >> 2);
  }

  #check(): void {
    if (!Number.isSafeInteger(this.sequence) || !Number.isFinite(this.baseMs))
      throw new BatchFault('the head of a batch has no sequence number or time');
    let count = 0;
    let at = this.first;
    while (at < this.end) {
      const size = this.words[at + WORD.SIZE]!;
      const octets = size & 0xffff;
      const nameOctets = (size >>> 16) & 0xff;
      if (octets % 4 !== 0 || octets < HEAD_OCTETS + nameOctets || at + (octets >> 2) > this.end)
        throw new BatchFault(`record ${count} of a batch says that it has ${octets} octets`);
      at += octets >> 2;
      count++;
    }
    if (count !== this.count)
      throw new BatchFault(`a batch says that it has ${this.count} records, and has ${count}`);
  }
}
