import t from 'tap';
import { seededRandom } from '../../../../bench/names/seeded-random.ts';
import { Counts, TermList } from '../../../../src/recorder/store/packed/term-list.ts';

t.test('ids have numbers in the order in which they come, and keep them', (t) => {
  const random = seededRandom(1);
  const list = new TermList();
  const expected = new Map<number, number>();
  for (let turn = 0; turn < 60_000; turn++) {
    const id = Math.floor(random() ** 3 * 0x1_0000_0000);
    if (!expected.has(id)) expected.set(id, expected.size);
    if (list.numberOf(id) !== expected.get(id)) t.fail(`${id} has number ${list.numberOf(id)}`);
  }
  t.ok(expected.size > 40_000, 'more than a table of 16 bits finds');
  t.strictSame(list.ids, [...expected.keys()]);
  t.end();
});

t.test('counts are added up by id', (t) => {
  const counts = new Counts();
  for (let turn = 0; turn < 300; turn++) counts.add(turn % 100, 2, turn < 100 ? 1 : 0);
  t.equal(counts.ids.length, 100);
  t.ok(counts.ids.every((_, number) => counts.first(number) === 6 && counts.second(number) === 1));
  t.end();
});
