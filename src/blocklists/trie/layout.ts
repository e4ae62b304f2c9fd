// The typed arrays that a trie is made of, and the bits of a record in them.

/**
 * A record, in 16-bit units of the pool:
 *
 * | units            | meaning                                                                                |
 * |------------------|----------------------------------------------------------------------------------------|
 * | 1                | header: label units (5 bits), has children (1), remainder of the parent (4), set code (6) |
 * | 0, 1 or 2        | the set's number, only for set code 63: one unit, or two (low first) in a wide trie     |
 * | 1 to 21          | the label, packed                                                                      |
 *
 * Set code 0 is a node without rules, 1 to 62 is set 0 to 61. Sets are numbered by falling use: on the real lists
 * 99 of 100 names have theirs in the header.
 */
export const UNITS_SHIFT = 11;
export const HAS_CHILDREN = 1 << 10;
export const REMAINDER_SHIFT = 6;
export const REMAINDER_MASK = 0xf << REMAINDER_SHIFT;
export const SET_CODE_MASK = 0x3f;
/** The set code that says that the set's number follows. */
export const SET_FOLLOWS = 0x3f;

/** From this many sets on, a number that follows takes two units. */
export const WIDE_SETS = 65_536;

/** What a trie's walk reads: all of it lies in memory, in one buffer when it came from a file. */
export interface TrieParts {
  /** Seed of the label hash, chosen at random when the trie is built. */
  readonly seed: number;
  /** There are 2^bucketBits buckets. */
  readonly bucketBits: number;
  /** Buckets share a base in groups of 2^groupShift. */
  readonly groupShift: number;
  /** Nodes, the root not counted. */
  readonly nodeCount: number;
  /** Names that have rules of their own. */
  readonly entryCount: number;
  /** Rules: one for each name, source and kind. */
  readonly ruleCount: number;
  /** `[bucket >>> groupShift]` is the pool offset, in units, at which the group starts. */
  readonly groupStart: Uint32Array;
  /** `[bucket]` is a bucket's offset from its group's start, in units; one entry more marks the last one's end. */
  readonly bucketStart: Uint16Array;
  /** `[set]` is where the set's members start in `members`; one entry more marks the last one's end. */
  readonly setStart: Uint32Array;
  /** `source << 4 | kind`, rising within a set. */
  readonly members: Uint32Array;
  /** The records, bucket by bucket; within a bucket nodes with children come first. */
  readonly pool: Uint16Array;
}
