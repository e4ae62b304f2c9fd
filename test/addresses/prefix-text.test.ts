// Addresses and prefixes against what Node's own BlockList says, over the edges and some thousand random ones.

import { BlockList } from 'node:net';
import t from 'tap';
import type { Prefix } from '../../src/addresses/prefix.ts';
import { readPrefix, toAddress } from '../../src/addresses/prefix-text.ts';
import { isInside, isOverlapping } from '../../src/addresses/prefix.ts';
import { seededRandom } from '../config/random-config.ts';

t.test('an address is given in its canonical form, or not at all', (t) => {
  const cases: [text: string, address: string | undefined][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['192.0.2', undefined],
    ['192.0.2.256', undefined],
    ['192.0.2.01', undefined],
    ['2001:db8::1::2', undefined],
    ['fe80::1%em0', undefined],
    ['[::1]', undefined],
    ['dns.example', undefined],
    ['', undefined],
  ];
  for (const [text, address] of cases) t.equal(toAddress(text), address, JSON.stringify(text));
  t.end();
});

t.test('a prefix is given as words, length and canonical text', (t) => {
  const cases: [text: string, prefix: Prefix][] = [
    ['0.0.0.0/0', { family: 4, words: [0, 0, 0, 0], length: 0, text: '0.0.0.0/0' }],
    ['192.0.2.0/24', { family: 4, words: [0xc0000200, 0, 0, 0], length: 24, text: '192.0.2.0/24' }],
    ['192.0.2.129', { family: 4, words: [0xc0000281, 0, 0, 0], length: 32, text: '192.0.2.129/32' }],
    [
      '255.255.255.254/31',
      { family: 4, words: [0xfffffffe, 0, 0, 0], length: 31, text: '255.255.255.254/31' },
    ],
    ['::/0', { family: 6, words: [0, 0, 0, 0], length: 0, text: '::/0' }],
    ['2001:DB8::/33', { family: 6, words: [0x20010db8, 0, 0, 0], length: 33, text: '2001:db8::/33' }],
    [
      '2001:db8::1:0:2',
      { family: 6, words: [0x20010db8, 0, 1, 2], length: 128, text: '2001:db8::1:0:2/128' },
    ],
    ['::ffff:192.0.2.0/120', { family: 4, words: [0xc0000200, 0, 0, 0], length: 24, text: '192.0.2.0/24' }],
    ['::ffff:0.0.0.0/96', { family: 4, words: [0, 0, 0, 0], length: 0, text: '0.0.0.0/0' }],
  ];
  for (const [text, prefix] of cases) t.strictSame(readPrefix(text), { value: prefix }, text);
  t.end();
});

t.test('host bits are reported with the prefix that was meant', (t) => {
  const cases: [text: string, meant: string][] = [
    ['10.0.0.5/24', '10.0.0.0/24'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['0.0.0.1/0', '0.0.0.0/0'],
    ['2001:db8::1/64', '2001:db8::/64'],
    ['2001:db8::8000:0:0:1/65', '2001:db8:0:0:8000::/65'],
    ['::ffff:10.0.0.5/120', '10.0.0.0/24'],
  ];
  for (const [text, meant] of cases)
    t.strictSame(readPrefix(text), { fault: `${text} has bits set behind its length; write ${meant}` }, text);
  t.end();
});

t.test('what is no prefix is not read as one', (t) => {
  for (const text of [
    '',
    '/',
    '192.0.2.0/',
    '192.0.2.0/24/24',
    '192.0.2.0/+4',
    '192.0.2.0/04',
    '192.0.2.0/1e1',
    '/24',
    '::/129',
  ])
    t.ok('fault' in readPrefix(text), JSON.stringify(text));
  t.end();
});

t.test('random prefixes hold the addresses that BlockList says', (t) => {
  const random = seededRandom(42);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let round = 0; round < 2000; round++) {
    const family = below(2) === 0 ? 4 : 6;
    const groups = (count: number, limit: number): number[] =>
      Array.from({ length: count }, () => below(limit));
    // Few different values, so that prefixes and addresses often share their first bits.
    const toText = (): string =>
      family === 4
        ? groups(4, 3).join('.')
        : groups(8, 3)
            .map((group) => group.toString(16))
            .join(':');
    const [network, address, length] = [toText(), toText(), below(family === 4 ? 33 : 129)];
    const blockList = new BlockList();
    blockList.addSubnet(network, length, `ipv${family}`);
    const outer = prefixOf(`${network}/${length}`);
    const inner = prefixOf(address);
    const expected = blockList.check(address, `ipv${family}`);
    if (isInside(inner, outer) !== expected || isOverlapping(outer, inner) !== expected)
      t.fail(`${address} in ${outer.text}`, { expected });
  }
  t.pass('2000 rounds');
  t.notOk(isInside(prefixOf('0.0.0.0/0'), prefixOf('::/0')), 'families are apart');
  t.notOk(
    isInside(prefixOf('10.0.0.0/8'), prefixOf('10.0.0.0/16')),
    'a shorter prefix is not inside a longer one',
  );
  t.end();
});

/** Reads a prefix, without its host bits where it has some. */
function prefixOf(text: string): Prefix {
  const reading = readPrefix(text);
  if ('value' in reading) return reading.value;
  const meant = /write (.*)$/.exec(reading.fault)?.[1];
  if (meant === undefined) throw new Error(reading.fault);
  return prefixOf(meant);
}
