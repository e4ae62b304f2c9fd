// The longest prefix that holds an address, against arithmetic.
import t from 'tap';
import { ClientAddress } from '../../src/addresses/client-address.ts';
import { PrefixMap } from '../../src/addresses/prefix-map.ts';
import type { Address, PrefixNumbers } from '../../src/addresses/prefix.ts';
import { makeRandom } from '../support/rule-model.ts';
import { parsePrefix } from '../support/serving.ts';

function addressOf(text: string): ClientAddress {
  const address = new ClientAddress();
  if (!address.set(text)) throw new Error(`${text} is no address`);
  return address;
}

/** The address as one number. */
function toBigInt({ family, words }: { family: 4 | 6; words: ArrayLike<number> }): bigint {
  const used = Array.from(words).slice(0, family === 4 ? 1 : 4);
  return used.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

t.test('the longest prefix that holds an address is found', (t) => {
  const prefixes = [
    '0.0.0.0/0',
    '10.0.0.0/8',
    '10.1.0.0/16',
    '10.1.2.3/32',
    '2001:db8::/32',
    '2001:db8::1/128',
    'fe80::/10',
  ];
  const map = new PrefixMap(prefixes.map((text, index) => [parsePrefix(text), index] as const));
  const table: [address: string, prefix: string | undefined][] = [
    ['192.0.2.1', '0.0.0.0/0'],
    ['10.255.255.255', '10.0.0.0/8'],
    ['11.0.0.0', '0.0.0.0/0'],
    ['10.1.2.4', '10.1.0.0/16'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['::ffff:10.1.2.3', '10.1.2.3/32'],
    ['2001:db8::2', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['2001:db9::1', undefined],
    ['febf::1%em0', 'fe80::/10'],
    ['fec0::1', undefined],
    ['::a01:203', undefined],
  ];
  for (const [address, prefix] of table) t.equal(prefixes[map.find(addressOf(address))], prefix, address);
  t.equal(new PrefixMap([]).find(addressOf('192.0.2.1')), -1, 'no prefixes');
  t.end();
});

t.test('any number of whole addresses is found among prefixes, and the first of those given twice', (t) => {
  const random = makeRandom(14);
  for (const family of [4, 6] as const)
    for (const count of [8, 9, 15, 16, 17, 1000]) {
      // Near each other, as those of a house are, so that many have the same slot.
      const last = (at: number): string => (family === 4 ? `10.1.${at >> 8}.${at & 255}` : `2001:db8::${at}`);
      const [wide, near, whole] =
        family === 4 ? ['10.0.0.0/8', '10.1.0.0/25', 32] : ['2001::/16', '2001:db8::/123', 128];
      const texts = Array.from({ length: count }, (_, at) => `${last(2 * at)}/${whole}`);
      const entries = [wide, near, ...texts, ...texts.slice(0, 3)].map(
        (text, value) => [parsePrefix(text), value] as const,
      );
      const map = new PrefixMap(entries);
      const wrong: string[] = [];
      for (let at = 0; at < 2 * count + 40; at++) {
        const address = addressOf(last(at));
        const isWhole = at % 2 === 0 && at < 2 * count;
        // The prefixes by arithmetic: near holds 128 addresses of IPv4, 32 of IPv6, whose last word here is read as hexadecimal.
        const host = address.words[family === 4 ? 0 : 3]! & 0xffff;
        const expected = isWhole ? 2 + at / 2 : host < (family === 4 ? 128 : 32) ? 1 : 0;
        if (map.find(address) !== expected)
          wrong.push(`${address.text}: ${map.find(address)}, not ${expected}`);
      }
      for (let tries = 0; tries < 1000; tries++) {
        const words = Uint32Array.from({ length: 4 }, () => random(2 ** 32));
        words[0]! |= 0x8000_0000;
        if (map.find({ family, words }) !== -1) wrong.push(words.join(' '));
      }
      t.strictSame(wrong, [], `${count} of family ${family}`);
    }
  t.end();
});

t.test('100,000 lookups agree with arithmetic on whole numbers', (t) => {
  const random = makeRandom(8);
  const words = (): [number, number, number, number] => [
    random(2 ** 32),
    random(2 ** 32),
    random(2 ** 32),
    random(2 ** 32),
  ];
  let held = 0;
  for (let round = 0; round < 500; round++) {
    const prefixes = Array.from({ length: 1 + random(12) }, (): PrefixNumbers => {
      const family = random(2) === 0 ? 4 : 6;
      const [first, ...rest] = words();
      const width = family === 4 ? 32 : 128;
      const length = random(3) === 0 ? random(4) : random(width + 1);
      return { family, length, words: family === 4 ? [first, 0, 0, 0] : [first, ...rest] };
    });
    const map = new PrefixMap(prefixes.map((prefix, index) => [prefix, index] as const));
    for (let i = 0; i < 200; i++) {
      const near = prefixes[random(prefixes.length)];
      const family = near?.family ?? 4;
      const flipped = near === undefined || random(3) === 0 ? words() : ([...near.words] as const);
      const address: Address = { family, words: Uint32Array.from(flipped) };
      if (random(2) === 0) address.words[random(family === 4 ? 1 : 4)]! ^= 1 << random(32);
      if (family === 4) address.words.fill(0, 1);
      const value = toBigInt(address);
      const width = family === 4 ? 32 : 128;
      const holding = prefixes.filter(
        (prefix) =>
          prefix.family === family &&
          value >> BigInt(width - prefix.length) === toBigInt(prefix) >> BigInt(width - prefix.length),
      );
      const longest = Math.max(-1, ...holding.map(({ length }) => length));
      const found = map.find(address);
      if (found >= 0) held++;
      if ((prefixes[found]?.length ?? -1) !== longest || (found >= 0 && !holding.includes(prefixes[found]!)))
        t.fail(`${value} in ${JSON.stringify(prefixes)}: prefix ${found}`);
    }
  }
  t.ok(held > 30_000, `${held} held`);
  t.end();
});
