// Numbers as octets, as few as each needs: seven bits in each octet, the least significant first, the eighth says that more follow.

/** The highest number whose octets are made by shifting. */
const MOST_SHIFTED = 0x0fffffff;

/** Writes numbers one after the other. */
export class OctetWriter {
  length = 0;
  #octets = new Uint8Array(1024);

  /** Writes a whole number from 0 to 2^53 - 1. */
  number(value: number): void {
    if (this.length + 8 > this.#octets.length) this.#grow(8);
    const octets = this.#octets;
    let rest = value;
    while (rest > MOST_SHIFTED) {
      octets[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      octets[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    octets[this.length++] = rest;
  }

  /** Writes a whole number of either sign. */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Writes numbers that rise: how many, and each as what it is above the one before. */
  rising(numbers: ArrayLike<number>): void {
    this.number(numbers.length);
    let before = 0;
    for (let at = 0; at < numbers.length; at++) {
      this.number(numbers[at]! - before);
      before = numbers[at]!;
    }
  }

  text(value: string): void {
    this.block(Buffer.from(value));
  }

  /** Writes octets and, before them, how many. */
  block(octets: Uint8Array): void {
    this.number(octets.length);
    if (this.length + octets.length > this.#octets.length) this.#grow(octets.length);
    this.#octets.set(octets, this.length);
    this.length += octets.length;
  }

  /** What was written since the last time; from here on, nothing is. */
  take(): Uint8Array {
    const taken = this.#octets.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  #grow(octets: number): void {
    const more = new Uint8Array(Math.max(this.#octets.length * 2, this.length + octets));
    more.set(this.#octets);
    this.#octets = more;
  }
}

/** Reads what OctetWriter wrote. Throws a RangeError where it ends too soon. */
export class OctetReader {
  at = 0;
  readonly #octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#octets.length;
  }

  number(): number {
    const octets = this.#octets;
    let octet = octets[this.at++]!;
    if (octet < 128) return octet;
    let value = octet & 127;
    for (let shift = 7; shift <= 21; shift += 7) {
      octet = octets[this.at++]!;
      value |= (octet & 127) << shift;
      if (octet < 128) return value;
    }
    let weight = 2 ** 28;
    do {
      if (this.at >= octets.length) throw new RangeError('malformed: packed numbers end too soon');
      octet = octets[this.at++]!;
      value += (octet & 127) * weight;
      weight *= 128;
    } while (octet > 127);
    return value;
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  rising(): Uint32Array {
    const count = this.number();
    if (count > this.#octets.length) throw new RangeError('malformed: packed numbers end too soon');
    const numbers = new Uint32Array(count);
    let before = 0;
    for (let at = 0; at < count; at++) numbers[at] = before += this.number();
    return numbers;
  }

  text(): string {
    return Buffer.from(this.block()).toString();
  }

  block(): Uint8Array {
    const count = this.number();
    const octets = this.#octets.subarray(this.at, this.at + count);
    if (octets.length < count) throw new RangeError('malformed: packed octets end too soon');
    this.at += count;
    return octets;
  }
}
