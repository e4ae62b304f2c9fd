import t from 'tap';
import { AddressBuilder } from '../../../src/blocklists/addresses/address-builder.ts';
import { AddressTable } from '../../../src/blocklists/addresses/address-table.ts';
import { shortPrefixToText } from '../../../src/addresses/address-text.ts';
import { toListPrefix } from '../../../src/addresses/list-prefix.ts';
import type { PrefixNumbers } from '../../../src/addresses/prefix.ts';
import { ALLOW, BLOCK } from '../../../src/blocklists/rule.ts';
import { makeRandom } from '../../support/rule-model.ts';

function prefix(text: string): PrefixNumbers {
  const read = toListPrefix(text);
  if (read === undefined) throw new Error(`${text} is no prefix`);
  return read;
}

function build(entries: readonly (readonly [text: string, source: number, kind: number])[]): AddressTable {
  const builder = new AddressBuilder();
  for (const [text, source, kind] of entries) builder.add(prefix(text), source, kind);
  const parts = builder.freeze();
  if (parts === undefined) throw new Error('no prefixes');
  return new AddressTable(parts);
}

/** Every prefix that holds the address, the longest first, as `prefix source:kind source:kind`. */
function ask(table: AddressTable, address: string): string[] {
  const { family, words } = prefix(address);
  const found: string[] = [];
  for (let at = table.find({ family, words: Uint32Array.from(words) }); at >= 0; at = table.around(at)) {
    const members = table.membersOf(table.setOf(at)).map(({ source, kind }) => `${source}:${kind}`);
    found.push([shortPrefixToText(table.prefixOf(at)), ...members].join(' '));
  }
  return found;
}

t.test('every prefix that holds an address is found, the longest first', async (t) => {
  const table = build([
    ['192.0.2.0/24', 0, BLOCK],
    ['192.0.2.7', 1, ALLOW],
    ['192.0.2.7', 0, BLOCK],
    ['192.0.0.0/16', 2, BLOCK],
    ['198.51.100.0/24', 0, BLOCK],
    ['0.0.0.0/1', 3, BLOCK],
    ['2001:db8::/32', 0, BLOCK],
    ['2001:db8::1', 1, BLOCK],
    ['2001:db8:0:1::/64', 1, BLOCK],
  ]);
  t.equal(table.size, 8);
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['192.0.2.7', ['192.0.2.7 0:0 1:1', '192.0.2.0/24 0:0', '192.0.0.0/16 2:0']],
    ['192.0.2.8', ['192.0.2.0/24 0:0', '192.0.0.0/16 2:0']],
    ['192.0.3.1', ['192.0.0.0/16 2:0']],
    ['192.1.0.0', []],
    ['198.51.100.255', ['198.51.100.0/24 0:0']],
    ['198.51.101.0', []],
    ['127.255.255.255', ['0.0.0.0/1 3:0']],
    ['128.0.0.0', []],
    ['255.255.255.255', []],
    ['2001:db8::1', ['2001:db8::1 1:0', '2001:db8::/32 0:0']],
    ['2001:db8::2', ['2001:db8::/32 0:0']],
    ['2001:db8:0:1:ffff::', ['2001:db8:0:1::/64 1:0', '2001:db8::/32 0:0']],
    ['2001:db9::', []],
    ['2001:db7:ffff::', []],
    ['::', []],
    ['ffff::', []],
  ];
  for (const [address, wanted] of cases) t.same(ask(table, address), wanted, address);
});

t.test('a table of one family says nothing of the other', async (t) => {
  t.same(ask(build([['::/1', 0, BLOCK]]), '0.0.0.1'), []);
  t.same(ask(build([['0.0.0.0/1', 0, BLOCK]]), '::1'), []);
  t.equal(new AddressBuilder().freeze(), undefined);
});

t.test('table and plain comparison agree over 40,000 look-ups of random prefixes', async (t) => {
  for (const seed of [1, 2, 3, 4]) {
    const random = makeRandom(seed);
    // Few different octets, so that prefixes hold one another and addresses lie at their edges.
    const octet = (): number => [0, 1, 127, 128, 255][random(5)] ?? 0;
    const four = (): string => Array.from({ length: 4 }, octet).join('.');
    const six = (): string =>
      Array.from({ length: 8 }, () => [0, 1, 0x8000, 0xffff][random(4)]?.toString(16)).join(':');
    const entries = Array.from({ length: 400 }, () => {
      const text = random(2) === 0 ? `${four()}/${1 + random(32)}` : `${six()}/${1 + random(128)}`;
      return [text, random(4), random(2)] as const;
    });
    const table = build(entries);
    const bitsOf = ({ family, words }: PrefixNumbers): string =>
      words
        .slice(0, family === 4 ? 1 : 4)
        .map((word) => word.toString(2).padStart(32, '0'))
        .join('');
    const known = entries.map(([text, source, kind]) => ({ at: prefix(text), source, kind }));
    for (let trial = 0; trial < 10_000; trial++) {
      const address = random(2) === 0 ? four() : six();
      const asked = prefix(address);
      const holding = known.filter(
        ({ at }) =>
          at.family === asked.family && bitsOf(asked).slice(0, at.length) === bitsOf(at).slice(0, at.length),
      );
      const byPrefix = new Map<string, Set<string>>();
      for (const { at, source, kind } of holding.toSorted((a, b) => b.at.length - a.at.length)) {
        const text = shortPrefixToText(at);
        const members = byPrefix.get(text) ?? new Set<string>();
        byPrefix.set(text, members.add(`${source}:${kind}`));
      }
      const wanted = [...byPrefix].map(([text, members]) => [text, ...[...members].toSorted()].join(' '));
      const said = ask(table, address);
      if (said.join() !== wanted.join()) {
        t.same(said, wanted, address);
        return;
      }
    }
    t.pass(`seed ${seed}`);
  }
});
