// The line of each rule in its source, stored apart from the trie: read only for `explain`.

/**
 * The line numbers of a trie's rules, in the order of the trie's records and, for one record, of its set's members.
 * `[bucketFirst[bucket], bucketFirst[bucket + 1])` are the rules of a bucket.
 */
export interface LineNumbers {
  /** Gives the index of a bucket's first rule. */
  firstOfBucket(bucket: number): Promise<number>;
  /** Gives `count` line numbers, counted from 1, from index `first` on. */
  read(first: number, count: number): Promise<Uint32Array>;
  /** Closes the file, if there is one. */
  close(): Promise<void>;
}

/** Line numbers that lie in memory, of a trie that was built in this process. */
export class LinesInMemory implements LineNumbers {
  readonly #bucketFirst: Uint32Array;
  readonly #lines: Uint32Array;

  constructor(bucketFirst: Uint32Array, lines: Uint32Array) {
    this.#bucketFirst = bucketFirst;
    this.#lines = lines;
  }

  firstOfBucket(bucket: number): Promise<number> {
    return Promise.resolve(this.#bucketFirst[bucket] ?? 0);
  }

  read(first: number, count: number): Promise<Uint32Array> {
    return Promise.resolve(this.#lines.subarray(first, first + count));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The line numbers of a trie without rules. */
export const NO_LINES: LineNumbers = new LinesInMemory(new Uint32Array(2), new Uint32Array(0));
