// Records in columns: one of names, clients and manners each (numbers of this block's own, by `terms`), one of times, one of waits.
// The rule: whoever asks something cannot tell a block that is still growing from one that was stored.

/** Records of a block, at most; a block's own numbers have 16 bits. */
export const BLOCK_RECORDS = 16384;

/** Whether records tell who asked and when, or neither. */
export const KIND = { FULL: 0, ANONYMOUS: 1 } as const;

/** A value of KIND. */
export type Kind = (typeof KIND)[keyof typeof KIND];

/** Ids, by a block's own number. */
export type Terms = ArrayLike<number>;

/** Columns of records; a record has the same place in each. */
export interface Block {
  readonly kind: Kind;
  readonly count: number;
  /** Unix milliseconds of the earliest and the latest record. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly nameTerms: Terms;
  readonly clientTerms: Terms;
  readonly mannerTerms: Terms;
  readonly names: ArrayLike<number>;
  readonly clients: ArrayLike<number>;
  readonly manners: ArrayLike<number>;
  readonly times: ArrayLike<number>;
  /** Microseconds. */
  readonly waits: ArrayLike<number>;
}

/** Ids that share one millisecond. */
const PLACES = 1024;

/** The latest time that an id can hold: in the year 2248. */
export const LATEST_MS = 2 ** 43 - 1;

/**
 * The id of a record, which rises with time. Records of one millisecond are told apart by their place in the block; those that are
 * anonymous by what they are, so that their order tells nothing. Two records may still have the same id; pages end behind both.
 */
export function recordId(block: Block, at: number): number {
  const place =
    block.kind === KIND.FULL
      ? at
      : block.nameTerms[block.names[at]!]! * 31 + block.mannerTerms[block.manners[at]!]!;
  return block.times[at]! * PLACES + (place % PLACES);
}

/** The lowest id of a time, which is also above all those of earlier times. */
export function lowestId(unixMs: number): number {
  return Math.max(unixMs, 0) * PLACES;
}
