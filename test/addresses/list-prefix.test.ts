// Prefixes as lists write them: host bits left off, ranges, and what is no prefix.
import t from 'tap';
import { shortPrefixToText } from '../../src/addresses/address-text.ts';
import { rangeToPrefixes, toListPrefix } from '../../src/addresses/list-prefix.ts';
import type { PrefixNumbers } from '../../src/addresses/prefix.ts';

function prefix(text: string): PrefixNumbers {
  const read = toListPrefix(text);
  if (read === undefined) throw new Error(`${text} is no prefix`);
  return read;
}

t.test('addresses and prefixes are read and written', async (t) => {
  for (const [text, wanted] of [
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1', '2001:db8::1'],
    ['::', '::'],
    ['1::8', '1::8'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
    ['2001:db8:ffff:ffff::/33', '2001:db8:8000::/33'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['::ffff:0:0/95', '::fffe:0:0/95'],
  ] as const)
    t.equal(shortPrefixToText(prefix(text)), wanted, text);
  for (const text of [
    '',
    '/',
    '192.0.2',
    '192.0.2.1/',
    '192.0.2.1/33',
    '192.0.2.1/-1',
    '192.0.2.1/1e1',
    '::/129',
    'fe80::1%em0',
    'a.example',
    '1::2::3',
  ])
    t.equal(toListPrefix(text), undefined, text);
});

t.test('a range is the fewest prefixes', async (t) => {
  for (const [first, last, wanted] of [
    ['192.0.2.0', '192.0.2.255', ['192.0.2.0/24']],
    ['192.0.2.1', '192.0.2.1', ['192.0.2.1']],
    ['192.0.2.1', '192.0.2.6', ['192.0.2.1', '192.0.2.2/31', '192.0.2.4/31', '192.0.2.6']],
    ['0.0.0.0', '255.255.255.255', ['0.0.0.0/0']],
    ['255.255.255.254', '255.255.255.255', ['255.255.255.254/31']],
    ['192.0.2.2', '192.0.2.1', undefined],
    ['::1', '::2', undefined],
  ] as const)
    t.same(rangeToPrefixes(first, last), wanted, `${first} to ${last}`);
  t.equal(rangeToPrefixes('0.0.0.1', '255.255.255.254')?.length, 62);
});
