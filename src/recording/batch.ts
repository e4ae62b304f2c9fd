// A batch of records as it goes to the recorder: the head of its frame, its own head, records. Filled in place and sent as it is.
import { BATCH_HEAD_OCTETS, FRAME, FRAME_HEAD_OCTETS, FRAME_VERSION } from '../querylog/messages.ts';
import type { Epoch } from './epoch.ts';

/** Octets of a batch, heads included: some 850 records. */
const BATCH_OCTETS = 64 * 1024;

/** Where records begin. */
export const RECORDS_AT = FRAME_HEAD_OCTETS + BATCH_HEAD_OCTETS;

/** What is known of a batch before its first record. */
export interface BatchStart {
  readonly epoch: Epoch;
  /** What times in its records count from, in milliseconds since 1970. */
  readonly unixMs: number;
  /** Records that were lost since the batch before. */
  readonly lost: number;
}

/** One batch; `words` and `octets` are the same memory. */
export class Batch {
  readonly octets = new Uint8Array(BATCH_OCTETS);
  readonly words = new Uint32Array(this.octets.buffer);
  /** 0 until it is sealed. */
  sequence = 0;
  records = 0;
  epoch: Epoch | undefined;
  readonly #view = new DataView(this.octets.buffer);
  #used = 0;

  /** Begins it anew. */
  begin({ epoch, unixMs, lost }: BatchStart): void {
    this.epoch = epoch;
    this.sequence = this.records = 0;
    const view = this.#view;
    view.setUint32(16, epoch.number, true);
    view.setFloat64(24, unixMs, true);
    view.setUint32(32, Math.min(lost, 0xffff_ffff), true);
    view.setUint32(36, 0, true);
  }

  /** Ends it: its records lie before `end`, in octets. */
  seal(sequence: number, end: number): void {
    this.sequence = sequence;
    this.#used = end;
    const view = this.#view;
    view.setUint32(0, end - FRAME_HEAD_OCTETS, true);
    view.setUint8(4, FRAME.BATCH);
    view.setUint8(5, FRAME_VERSION);
    view.setUint16(6, 0, true);
    view.setFloat64(8, sequence, true);
    view.setUint32(20, this.records, true);
  }

  /** The frame, once it is sealed. */
  get frame(): Uint8Array {
    return this.octets.subarray(0, this.#used);
  }
}
