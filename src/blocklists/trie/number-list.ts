// Lists of numbers that grow by doubling: what the builder keeps a million of, without objects.

/** A growing list of unsigned 32-bit numbers; `items` is longer than the list and is replaced when it grows. */
export class Uint32List {
  items: Uint32Array;
  length = 0;

  constructor(room = 1024) {
    this.items = new Uint32Array(room);
  }

  push(value: number): void {
    if (this.length === this.items.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.length++] = value;
  }
}

/** A growing list of unsigned 16-bit numbers that takes several at once. */
export class Uint16List {
  items: Uint16Array;
  length = 0;

  constructor(room = 1024) {
    this.items = new Uint16Array(room);
  }

  /** Appends the first `count` of `values`. */
  append(values: Uint16Array, count: number): void {
    if (this.length + count > this.items.length) {
      const larger = new Uint16Array((this.length + count) * 2);
      larger.set(this.items);
      this.items = larger;
    }
    for (let at = 0; at < count; at++) this.items[this.length + at] = values[at]!;
    this.length += count;
  }
}
