// SipHash-2-4 with 64-bit output in 32-bit arithmetic, for server cookies (RFC 9018 section 4.4). Node has no
// SipHash; BigInt would allocate.

/** Sixteen octets of key as four little-endian 32-bit words. */
export type SipKey = Uint32Array;

/** SipHash-2-4 of the first `length` octets of input; one object holds the scratch state. */
export class SipHash {
  readonly #key: SipKey;
  /** v0..v3 as low, high word pairs. */
  readonly #v = new Uint32Array(8);

  constructor(key: SipKey) {
    if (key.length !== 4) throw new Error(`a SipHash key has 4 words, not ${key.length}`);
    this.#key = key;
  }

  /** Writes the 8 octets of the hash, least significant first, at offset of target. */
  hash(input: Uint8Array, length: number, target: Uint8Array, offset: number): void {
    const v = this.#v;
    const key = this.#key;
    v[0] = key[0]! ^ 0x70736575;
    v[1] = key[1]! ^ 0x736f6d65;
    v[2] = key[2]! ^ 0x6e646f6d;
    v[3] = key[3]! ^ 0x646f7261;
    v[4] = key[0]! ^ 0x6e657261;
    v[5] = key[1]! ^ 0x6c796765;
    v[6] = key[2]! ^ 0x79746573;
    v[7] = key[3]! ^ 0x74656462;
    const whole = length & ~7;
    for (let at = 0; at < whole; at += 8) this.#word(readLe(input, at, 4), readLe(input, at + 4, 4));
    const low = readLe(input, whole, Math.min(length - whole, 4));
    const high = readLe(input, whole + 4, Math.max(length - whole - 4, 0));
    this.#word(low, high | (length << 24));
    this.#finish();
    let low64 = 0;
    let high64 = 0;
    for (let i = 0; i < 8; i += 2) {
      low64 ^= v[i]!;
      high64 ^= v[i + 1]!;
    }
    for (let i = 0; i < 4; i++) {
      target[offset + i] = low64 >>> (8 * i);
      target[offset + 4 + i] = high64 >>> (8 * i);
    }
  }

  #finish(): void {
    this.#v[4]! ^= 0xff;
    for (let round = 0; round < 4; round++) this.#round();
  }

  #word(low: number, high: number): void {
    const v = this.#v;
    v[6] = v[6]! ^ low;
    v[7] = v[7]! ^ high;
    this.#round();
    this.#round();
    v[0] = v[0]! ^ low;
    v[1] = v[1]! ^ high;
  }

  #round(): void {
    const v = this.#v;
    add(v, 0, 2);
    rotate(v, 2, 13);
    xor(v, 2, 0);
    rotate(v, 0, 32);
    add(v, 4, 6);
    rotate(v, 6, 16);
    xor(v, 6, 4);
    add(v, 0, 6);
    rotate(v, 6, 21);
    xor(v, 6, 0);
    add(v, 4, 2);
    rotate(v, 2, 17);
    xor(v, 2, 4);
    rotate(v, 4, 32);
  }
}

function readLe(bytes: Uint8Array, offset: number, octets: number): number {
  let word = 0;
  for (let i = 0; i < octets; i++) word |= bytes[offset + i]! << (8 * i);
  return word;
}

/** v[a] += v[b], as 64-bit numbers of which a and b index the low words. */
function add(v: Uint32Array, a: number, b: number): void {
  const low = v[a]! + v[b]!;
  v[a] = low;
  v[a + 1] = v[a + 1]! + v[b + 1]! + (low > 0xffff_ffff ? 1 : 0);
}

function xor(v: Uint32Array, a: number, b: number): void {
  v[a] = v[a]! ^ v[b]!;
  v[a + 1] = v[a + 1]! ^ v[b + 1]!;
}

function rotate(v: Uint32Array, a: number, bits: number): void {
  const low = v[a]!;
  const high = v[a + 1]!;
  if (bits === 32) {
    v[a] = high;
    v[a + 1] = low;
    return;
  }
  v[a] = (low << bits) | (high >>> (32 - bits));
  v[a + 1] = (high << bits) | (low >>> (32 - bits));
}
