// Numbers by keys of a few 32-bit words, without an object a key: what was not asked for lately may be forgotten. The rule: a key is
// found only if every word of it is the same.

/** Places that one key may stand in, side by side. */
const WAYS = 4;
const MULTIPLIER = 0x9e3779b1;

/** A bounded memory of numbers above 0. */
export class WordCache {
  /** The key to find or to put, filled by the caller. */
  readonly key: Uint32Array;
  readonly #keys: Uint32Array;
  readonly #values: Uint32Array;
  readonly #seed: number;
  readonly #mask: number;
  #next = 0;

  /** Words of a key; places, a power of two; what hashes begin with, so that nobody outside can choose keys that push each other out. */
  constructor(words: number, places: number, seed: number) {
    this.key = new Uint32Array(words);
    this.#keys = new Uint32Array(words * places);
    this.#values = new Uint32Array(places);
    this.#mask = places / WAYS - 1;
    this.#seed = seed;
  }

  /** The number of the key; 0 where it is not known. */
  find(): number {
    const first = this.#firstPlace();
    for (let place = first; place < first + WAYS; place++) {
      if (this.#isAt(place)) return this.#values[place]!;
    }
    return 0;
  }

  /** Keeps the number of the key. */
  put(value: number): void {
    const first = this.#firstPlace();
    let place = first;
    while (place < first + WAYS && this.#values[place] !== 0 && !this.#isAt(place)) place++;
    if (place === first + WAYS) place = first + (this.#next++ % WAYS);
    this.#keys.set(this.key, place * this.key.length);
    this.#values[place] = value;
  }

  clear(): void {
    this.#values.fill(0);
  }

  #firstPlace(): number {
    const { key } = this;
    let hash = this.#seed;
    for (let word = 0; word < key.length; word++) {
      hash = Math.imul(hash ^ key[word]!, MULTIPLIER);
      hash ^= hash >>> 15;
    }
    return (hash & this.#mask) * WAYS;
  }

  #isAt(place: number): boolean {
    if (this.#values[place] === 0) return false;
    const { key } = this;
    const from = place * key.length;
    for (let word = 0; word < key.length; word++) if (this.#keys[from + word] !== key[word]) return false;
    return true;
  }
}
