// A ring of octets that holds entries in the order in which they came. Making room drops the oldest, except that its
// owner may keep a few, which then count as new. Entries never straddle the end.

/** The owner of the entries. */
export interface RingOwner {
  /** Says whether the oldest entry, about to be dropped, is worth another round. */
  isKept(entry: number): boolean;
  /** An entry was moved to another offset. */
  moved(from: number, to: number): void;
  /** An entry is gone. */
  dropped(entry: number): void;
}

/** Entries start at multiples of this many octets. */
export const ENTRY_ALIGNMENT = 8;

/** How many entries one call keeps at most: bounds the work of a `put`. */
const MAX_KEPT = 8;

/** Bit 0 of an entry's first word: the entry is in use. The other bits are its length. */
const LIVE = 1;

/** The ring. An entry is the offset of its first octet; its first 32-bit word is the ring's own. */
export class EntryRing {
  readonly octets: Uint8Array;
  readonly words: Uint32Array;
  /** Octets between the oldest entry and the newest's end, dead ones included. */
  used = 0;
  readonly #owner: RingOwner;
  readonly #size: number;
  #oldest = 0;
  #next = 0;

  /** `size` is a multiple of 8. */
  constructor(size: number, owner: RingOwner) {
    const memory = new ArrayBuffer(size);
    this.octets = new Uint8Array(memory);
    this.words = new Uint32Array(memory);
    this.#size = size;
    this.#owner = owner;
  }

  /** Gives a new entry of `length` octets, a multiple of 8 and much less than the ring; its other octets are left over. */
  add(length: number): number {
    const entry = this.#makeRoom(length);
    this.words[entry >>> 2] = length | LIVE;
    this.#next = entry + length;
    this.used += length;
    return entry;
  }

  /** Marks an entry as dead; its room is free again when it is the oldest. */
  kill(entry: number): void {
    this.words[entry >>> 2]! &= ~LIVE;
  }

  /** Forgets all entries without telling the owner. */
  clear(): void {
    this.used = 0;
    this.#oldest = 0;
    this.#next = 0;
  }

  /** Calls `visit` for each entry, oldest first; it may kill the entry. */
  forEach(visit: (entry: number) => void): void {
    let at = this.#oldest;
    for (let left = this.used; left > 0;) {
      const word = this.words[at >>> 2]!;
      const length = word & ~LIVE;
      if ((word & LIVE) !== 0) visit(at);
      left -= length;
      at = this.#wrapped(at + length);
    }
  }

  #makeRoom(length: number): number {
    let mayKeep = MAX_KEPT;
    for (;;) {
      if (this.used === 0) this.clear();
      const isWrapped = this.used > 0 && this.#oldest >= this.#next;
      const limit = isWrapped ? this.#oldest : this.#size;
      if (this.#next + length <= limit) return this.#next;
      if (isWrapped) {
        if (this.#dropOldest(mayKeep > 0)) mayKeep--;
      } else this.#skipToStart();
    }
  }

  /** Fills the rest up to the end with a dead entry. */
  #skipToStart(): void {
    const rest = this.#size - this.#next;
    if (rest > 0) this.words[this.#next >>> 2] = rest;
    this.used += rest;
    this.#next = 0;
  }

  /** Drops the oldest entry, or moves it to the young end; true when it was moved. */
  #dropOldest(mayKeep: boolean): boolean {
    const entry = this.#oldest;
    const word = this.words[entry >>> 2]!;
    const length = word & ~LIVE;
    this.#oldest = this.#wrapped(entry + length);
    this.used -= length;
    if ((word & LIVE) === 0) return false;
    if (mayKeep && this.#owner.isKept(entry)) {
      this.#moveToNext(entry, length);
      return true;
    }
    this.#owner.dropped(entry);
    return false;
  }

  /** The free room in front of the oldest entry and the entry's own are one piece, so it always fits. */
  #moveToNext(entry: number, length: number): void {
    const to = this.#next;
    this.octets.copyWithin(to, entry, entry + length);
    this.#next = to + length;
    this.used += length;
    this.#owner.moved(entry, to);
  }

  #wrapped(offset: number): number {
    return offset === this.#size ? 0 : offset;
  }
}
