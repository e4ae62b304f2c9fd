import t from 'tap';
import { HourSums, eachSum } from '../../../../src/recorder/store/packed/sums.ts';

t.test('sums come back by sort and client', (t) => {
  const sums = new HourSums();
  const added = [
    [3, 70_000, 5],
    [1, 9, 1],
    [3, 0, 300],
    [1, 9, 2],
    [200_000, 4, 7],
  ] as const;
  for (const [sort, client, count] of added) sums.add(sort, client, count);
  const found: number[][] = [];
  eachSum(sums.pack(), (sort, client, count) => found.push([sort, client, count]));
  t.strictSame(found, [
    [1, 9, 3],
    [3, 0, 300],
    [3, 70_000, 5],
    [200_000, 4, 7],
  ]);
  t.end();
});

t.test('no sums are no octets', (t) => {
  t.equal(new HourSums().pack().length, 0);
  t.end();
});
