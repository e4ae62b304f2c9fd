import t from 'tap';
import { SipHash } from '../../src/dns/siphash.ts';

/** Key 00 01 02 ... 0f as little-endian words. */
const KEY = Uint32Array.of(0x0302_0100, 0x0706_0504, 0x0b0a_0908, 0x0f0e_0d0c);

/** SipHash-2-4 as its authors write it down, on 64-bit numbers. */
function plainly(key: Uint32Array, input: Uint8Array): bigint {
  const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
  const rotate = (value: bigint, bits: bigint): bigint => wrap(value << bits) | (value >> (64n - bits));
  const word = (low: number): bigint => BigInt(key[low] ?? 0) | (BigInt(key[low + 1] ?? 0) << 32n);
  let v0 = word(0) ^ 0x736f_6d65_7073_6575n;
  let v1 = word(2) ^ 0x646f_7261_6e64_6f6dn;
  let v2 = word(0) ^ 0x6c79_6765_6e65_7261n;
  let v3 = word(2) ^ 0x7465_6462_7974_6573n;
  const round = (): void => {
    v0 = wrap(v0 + v1);
    v1 = rotate(v1, 13n) ^ v0;
    v0 = rotate(v0, 32n);
    v2 = wrap(v2 + v3);
    v3 = rotate(v3, 16n) ^ v2;
    v0 = wrap(v0 + v3);
    v3 = rotate(v3, 21n) ^ v0;
    v2 = wrap(v2 + v1);
    v1 = rotate(v1, 17n) ^ v2;
    v2 = rotate(v2, 32n);
  };
  const padded = new Uint8Array((input.length & ~7) + 8);
  padded.set(input);
  padded[padded.length - 1] = input.length;
  const words = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 8) {
    const m = words.getBigUint64(at, true);
    v3 ^= m;
    round();
    round();
    v0 ^= m;
  }
  v2 ^= 0xffn;
  for (let i = 0; i < 4; i++) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

function hashHex(hash: SipHash, input: Uint8Array, length = input.length): string {
  const target = new Uint8Array(10);
  hash.hash(input, length, target, 1);
  return Buffer.from(target).toString('hex');
}

t.test('the published vectors of SipHash-2-4 come out', (t) => {
  const table: [octets: number, hash: string][] = [
    [0, '310e0edd47db6f72'],
    [1, 'fd67dc93c539f874'],
    [2, '5a4fa9d909806c0d'],
    [3, '2d7efbd796666785'],
    [4, 'b7877127e09427cf'],
    [5, '8da699cd64557618'],
    [6, 'cee3fe586e46c9cb'],
    [7, '37d1018bf50002ab'],
    [8, '6224939a79f5f593'],
    [15, 'e545be4961ca29a1'],
    [63, '724506eb4c328a95'],
  ];
  const hash = new SipHash(KEY);
  const input = Uint8Array.from({ length: 64 }, (_, i) => i);
  for (const [octets, wanted] of table) {
    t.equal(hashHex(hash, input, octets), `00${wanted}00`, `${octets} octets`);
  }
  t.end();
});

t.test('it agrees with a plain implementation for every length and key', (t) => {
  for (let octets = 0; octets < 64; octets++) {
    const key = Uint32Array.from({ length: 4 }, (_, i) => Math.imul(octets + i, 0x9e37_79b1));
    const input = Uint8Array.from({ length: octets }, (_, i) => 255 - i * octets);
    const wanted = Buffer.alloc(8);
    wanted.writeBigUInt64LE(plainly(key, input));
    const hash = new SipHash(key);
    t.equal(hashHex(hash, input), `00${wanted.toString('hex')}00`);
    t.equal(hashHex(hash, input), `00${wanted.toString('hex')}00`, 'a second time');
  }
  t.throws(() => new SipHash(new Uint32Array(2)), /4 words/);
  t.end();
});
