// An open-addressed index from hashes to entries of the ring, with linear probing. It holds no hashes itself: an entry's
// own words hold it. A search is bounded, so that names chosen to collide cost little.

/** The most slots that a search looks at; at the highest load (0.6), no search gets this far by chance. */
const MAX_PROBES = 128;

/** Entries are multiples of 8 below 2^32. */
const ALIGNMENT = 8;

/** What the entries' owner tells the index. */
export interface IndexedEntries {
  /** Whether the entry is the one that is looked for now. */
  isMatch(entry: number): boolean;
  /** The hash under which the entry was added. */
  hashOf(entry: number): number;
}

/** The index: each slot holds entry / 8 + 1, or 0 when it is free. */
export class CacheIndex {
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #entries: IndexedEntries;

  /** `capacity`, a power of two, must exceed the largest number of entries. */
  constructor(capacity: number, entries: IndexedEntries) {
    this.#slots = new Int32Array(capacity);
    this.#mask = capacity - 1;
    this.#entries = entries;
  }

  /** Gives the matching entry, or -1. */
  find(hash: number): number {
    let slot = hash & this.#mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const value = this.#slots[slot]!;
      if (value === 0) return -1;
      const entry = (value - 1) * ALIGNMENT;
      if (this.#entries.isMatch(entry)) return entry;
      slot = (slot + 1) & this.#mask;
    }
    return -1;
  }

  /** Adds an entry; false when there is no free slot near enough to be found again. */
  add(hash: number, entry: number): boolean {
    let slot = hash & this.#mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      if (this.#slots[slot] === 0) {
        this.#slots[slot] = entry / ALIGNMENT + 1;
        return true;
      }
      slot = (slot + 1) & this.#mask;
    }
    return false;
  }

  /** Removes an entry. */
  remove(hash: number, entry: number): void {
    let hole = this.#slotOf(hash, entry);
    // The entries of the run behind the hole move up, unless that would put one before its home slot.
    for (let slot = (hole + 1) & this.#mask; this.#slots[slot] !== 0; slot = (slot + 1) & this.#mask) {
      const home = this.#entries.hashOf((this.#slots[slot]! - 1) * ALIGNMENT) & this.#mask;
      if (((slot - home) & this.#mask) < ((slot - hole) & this.#mask)) continue;
      this.#slots[hole] = this.#slots[slot]!;
      hole = slot;
    }
    this.#slots[hole] = 0;
  }

  /** Moves an entry of the index to another offset. */
  move(hash: number, from: number, to: number): void {
    this.#slots[this.#slotOf(hash, from)] = to / ALIGNMENT + 1;
  }

  /** Removes all entries. */
  clear(): void {
    this.#slots.fill(0);
  }

  #slotOf(hash: number, entry: number): number {
    const value = entry / ALIGNMENT + 1;
    let slot = hash & this.#mask;
    while (this.#slots[slot] !== value) slot = (slot + 1) & this.#mask;
    return slot;
  }
}
