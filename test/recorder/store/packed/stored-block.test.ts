import t from 'tap';
import { seededRandom } from '../../../../bench/names/seeded-random.ts';
import type { Block } from '../../../../src/recorder/store/packed/block.ts';
import { BLOCK_RECORDS, KIND } from '../../../../src/recorder/store/packed/block.ts';
import { OpenBlock } from '../../../../src/recorder/store/packed/open-block.ts';
import { StoredBlock, packBlock } from '../../../../src/recorder/store/packed/stored-block.ts';
import { NOON } from '../../../support/log-stand.ts';

/** A block of so many records, of as many different terms at most. */
function filled(
  kind: Block['kind'],
  count: number,
  terms: { names: number; clients: number; manners: number },
) {
  const random = seededRandom(count);
  const block = new OpenBlock(kind);
  const below = (number: number): number => 1 + Math.floor(random() * number) * 7;
  for (let at = 0; at < count; at++) {
    const client = block.clientNumber(kind === KIND.FULL ? below(terms.clients) : 0);
    // Clocks go back, too.
    const time = NOON + at - Math.floor(random() * 5000);
    block.add(
      below(terms.names),
      client,
      block.mannerNumber(below(terms.manners)),
      time,
      random() < 0.5 ? 0 : below(9e6),
    );
  }
  return block;
}

function store(block: Block): { readonly stored: Block; readonly asked: Set<number> } {
  const { head, parts } = packBlock(block);
  const { kind, count, fromMs, toMs } = block;
  const asked = new Set<number>();
  const stored = new StoredBlock({ seq: 1, kind, count, fromMs, toMs }, head, (part) => {
    asked.add(part);
    return parts[part]!;
  });
  return { stored, asked };
}

/** Records as ids. */
function recordsOf(block: Block): readonly (readonly number[])[] {
  return Array.from({ length: block.count }, (_, at) => [
    block.times[at]!,
    block.nameTerms[block.names[at]!]!,
    block.clientTerms[block.clients[at]!]!,
    block.mannerTerms[block.manners[at]!]!,
    block.waits[at]!,
  ]);
}

for (const [when, count, terms] of [
  ['one record', 1, { names: 1, clients: 1, manners: 1 }],
  ['few terms', 1000, { names: 200, clients: 40, manners: 200 }],
  ['many names', BLOCK_RECORDS, { names: 20_000, clients: 40, manners: 200 }],
  ['many clients, an odd count', 9999, { names: 300, clients: 3000, manners: 20 }],
  ['many manners', 9999, { names: 300, clients: 30, manners: 2000 }],
  ['many of all', 9999, { names: 3000, clients: 3000, manners: 2000 }],
] as const) {
  t.test(`a block of ${when} comes back in its order`, (t) => {
    const block = filled(KIND.FULL, count, terms);
    const { stored } = store(block);
    t.strictSame(recordsOf(stored), recordsOf(block));
    t.end();
  });
}

t.test('anonymous records come back in the order of their times, whatever it was', (t) => {
  const block = filled(KIND.ANONYMOUS, 500, { names: 40, clients: 1, manners: 5 });
  const { stored } = store(block);
  const sorted = recordsOf(block).toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  t.strictSame(recordsOf(stored), sorted);
  t.end();
});

t.test('what is not asked for is not read', (t) => {
  const { stored, asked } = store(filled(KIND.FULL, 100, { names: 40, clients: 4, manners: 5 }));
  t.strictSame([...asked], []);
  t.equal(stored.clients.length, 100);
  t.equal(stored.manners.length, 100);
  t.strictSame([...asked], [1]);
  t.end();
});

t.test('a column that is too short is said to be damaged', (t) => {
  const block = filled(KIND.FULL, 100, { names: 40, clients: 4, manners: 5 });
  const { head } = packBlock(block);
  const { kind, count, fromMs, toMs } = block;
  const stored = new StoredBlock({ seq: 1, kind, count, fromMs, toMs }, head, () => new Uint8Array(50));
  t.throws(() => stored.names, /malformed/);
  t.throws(() => stored.clients, /malformed/);
  t.throws(() => stored.times, /malformed/);
  t.throws(() => stored.waits, /malformed/);
  t.end();
});
