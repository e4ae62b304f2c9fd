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
  return holding(table, prefix(address)).map((at) => entryText(table, at));
}

/** The entries of every prefix that holds the address, the longest first. */
function holding(table: AddressTable, { family, words }: PrefixNumbers): number[] {
  const found: number[] = [];
  for (let at = table.find({ family, words: Uint32Array.from(words) }); at >= 0; at = table.around(at))
    found.push(at);
  return found;
}

function entryText(table: AddressTable, at: number): string {
  const members = table.membersOf(table.setOf(at)).map(({ source, kind }) => `${source}:${kind}`);
  return [shortPrefixToText(table.prefixOf(at)), ...members].join(' ');
}

/** The bits of a prefix, behind its family: one holds another where its bits are what the other's begin with. */
function bitsOf({ family, words, length }: PrefixNumbers): string {
  const bits = words.slice(0, family === 4 ? 1 : 4).map((word) => word.toString(2).padStart(32, '0'));
  return `${family} ${bits.join('').slice(0, length)}`;
}

/** What a table is to say: each prefix once, with all its members in order, told and compared as text. */
function plainEntries(entries: readonly (readonly [text: string, source: number, kind: number])[]) {
  const byBits = new Map<string, { text: string; members: Set<string> }>();
  for (const [text, source, kind] of entries) {
    const read = prefix(text);
    const known = byBits.get(bitsOf(read)) ?? { text: shortPrefixToText(read), members: new Set<string>() };
    byBits.set(bitsOf(read), known);
    known.members.add(`${source}:${kind}`);
  }
  return [...byBits]
    .toSorted(([a], [b]) => b.length - a.length)
    .map(([bits, { text, members }]) => ({ bits, text: [text, ...[...members].toSorted()].join(' ') }));
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
    const known = plainEntries(entries);
    // Each entry as text once: that is slower than all else here.
    const texts = new Map<number, string>();
    const textAt = (at: number): string => {
      const text = texts.get(at) ?? entryText(table, at);
      texts.set(at, text);
      return text;
    };
    for (let trial = 0; trial < 10_000; trial++) {
      const address = random(2) === 0 ? four() : six();
      const asked = prefix(address);
      const bits = bitsOf(asked);
      const wanted = known.filter((entry) => bits.startsWith(entry.bits)).map(({ text }) => text);
      const said = holding(table, asked).map(textAt);
      if (said.join() !== wanted.join()) {
        t.same(said, wanted, address);
        return;
      }
    }
    t.pass(`seed ${seed}`);
  }
});
