// What keeps the query log, whatever it is: batches in, questions answered. The rule: nothing here knows which database it is.
import type { RecorderSettings } from '../../querylog/messages.ts';
import type { Batch } from '../batch.ts';

/** What a store has to tell while it works. */
export interface StoreTeller {
  /** Something is wrong, and what comes of it. */
  warn(text: string): void;
  /** Something is as it should be again, or was done as it was asked. */
  inform(text: string): void;
  /** A VLAN of `firstSeen` asked for a name that it had not asked for in all that is kept. */
  firstSeen(seen: { readonly vlan: string; readonly name: string; readonly unixMs: number }): void;
}

/** Counts since the store was opened. */
export interface StoreCounts {
  /** Records that are kept for good, sums only included. */
  readonly kept: number;
  /** Records that could not be kept. */
  readonly lost: number;
  /** Batches that had been kept before and came again. */
  readonly again: number;
}

/** Keeps records. */
export interface RecordStore {
  /**
   * Takes a batch and what it is made of, which nobody may change from then on. Fulfilled when it is kept for good, had been before,
   * or is lost for good and counted: the worker may forget it. Never rejected. What fails is told and tried again.
   */
  add(batch: Batch): Promise<void>;
  /** Goes by other settings from now on. A `store` that is another one is not its business. */
  apply(settings: RecorderSettings): void;
  readonly counts: StoreCounts;
  /** Keeps what was added and ends; from then on nothing else may be called. */
  close(): Promise<void>;
}

/** The query log is open in another process. */
export class StoreInUse extends Error {}
