// What a walk down the trie found; one object is made once and refilled for every name.

/** Every node on a name's path that has rules, from the top-level domain down to the name itself. */
export class Matches {
  /** How many of the entries below are filled, 0 to 127. */
  count = 0;
  /** `[i]` is the number of the node's set, 0 to `trie.setCount - 1`. */
  readonly setIds = new Uint32Array(128);
  /** `[i]` is how many labels the node's name has; equal to the looked-up name's count where it is that name itself. */
  readonly depths = new Uint8Array(128);
  /** `[i]` is where the node's record stands in the trie, for `explain`. */
  readonly records = new Uint32Array(128);
}
