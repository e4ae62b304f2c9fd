// Numbers from 0 on for ids, in the order in which they come, and counts by them; made for every record, so that they are found in an
// array and not in a Map, which costs three times as much.

const MULTIPLIER = 0x9e3779b1;

/** Ids, whole numbers of 32 bits, by number and the other way round. */
export class TermList {
  readonly ids: number[] = [];
  /** Numbers + 1 where their ids are to be found; 0: nothing. Never more than half full. */
  #places = new Uint16Array(256) as Uint16Array | Uint32Array;
  #shift = 24;

  numberOf(id: number): number {
    const { ids } = this;
    const mask = this.#places.length - 1;
    let place = Math.imul(id, MULTIPLIER) >>> this.#shift;
    for (;;) {
      const number = this.#places[place]! - 1;
      if (number < 0) break;
      if (ids[number] === id) return number;
      place = (place + 1) & mask;
    }
    this.#places[place] = ids.push(id);
    if (ids.length * 2 > this.#places.length) this.#grow();
    return ids.length - 1;
  }

  #grow(): void {
    const length = this.#places.length * 2;
    this.#places = length > 65536 ? new Uint32Array(length) : new Uint16Array(length);
    this.#shift--;
    for (const [number, id] of this.ids.entries()) {
      let place = Math.imul(id, MULTIPLIER) >>> this.#shift;
      while (this.#places[place] !== 0) place = (place + 1) & (length - 1);
      this.#places[place] = number + 1;
    }
  }
}

/** Two counts by id. */
export class Counts {
  readonly #terms = new TermList();
  #first = new Uint32Array(64);
  #second = new Uint32Array(64);

  /** Ids, by their numbers. */
  get ids(): readonly number[] {
    return this.#terms.ids;
  }

  add(id: number, first: number, second = 0): void {
    const number = this.#terms.numberOf(id);
    if (number >= this.#first.length) {
      this.#first = toTwice(this.#first);
      this.#second = toTwice(this.#second);
    }
    this.#first[number]! += first;
    this.#second[number]! += second;
  }

  /** The counts of a number. */
  first(number: number): number {
    return this.#first[number]!;
  }

  second(number: number): number {
    return this.#second[number]!;
  }
}

function toTwice(counts: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(counts.length * 2);
  more.set(counts);
  return more;
}
