// A list of 32-bit integers that grows: 4 octets each outside of the heap, where an array of numbers takes 8 to 16 in it.

/** A growing list of signed 32-bit integers. */
export class IntList {
  length = 0;
  #room = new Int32Array(16);

  /** Adds a number behind the others; gives its index. */
  push(value: number): number {
    if (this.length === this.#room.length) {
      const room = new Int32Array(this.length * 2);
      room.set(this.#room);
      this.#room = room;
    }
    this.#room[this.length] = value;
    return this.length++;
  }

  /** The number at an index that the list has. */
  at(index: number): number {
    return this.#room[index]!;
  }

  /** Puts another number in place of the one at an index that the list has. */
  set(index: number, value: number): void {
    this.#room[index] = value;
  }
}
