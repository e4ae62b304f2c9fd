// A list of 32-bit integers that grows: 4 octets each outside of the heap; an array of numbers takes 8 to 16 inside it.

/** A growing list of signed 32-bit integers. */
export class IntList {
  length = 0;
  #room = new Int32Array(16);

  /** Appends a number; gives its index. */
  push(value: number): number {
    if (this.length === this.#room.length) {
      const room = new Int32Array(this.length * 2);
      room.set(this.#room);
      this.#room = room;
    }
    this.#room[this.length] = value;
    return this.length++;
  }

  /** The number at an index, which must be in the list. */
  at(index: number): number {
    return this.#room[index]!;
  }

  /** Replaces the number at an index, which must be in the list. */
  set(index: number, value: number): void {
    this.#room[index] = value;
  }
}
