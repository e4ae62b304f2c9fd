import t from 'tap';
import { KIND } from '../../../../src/recorder/store/packed/block.ts';
import { OpenBlock } from '../../../../src/recorder/store/packed/open-block.ts';
import { Ranking, eachRanked } from '../../../../src/recorder/store/packed/ranking.ts';
import { NOON } from '../../../support/log-stand.ts';

const manner = (id: number) => ({ vlan: id < 10 ? 'home' : 'iot', blocked: id % 2 === 1 });

function counted(vlan?: string): readonly (readonly number[])[] {
  const ranking = new Ranking();
  for (const names of [
    [5, 5, 900],
    [5, 70_000],
  ]) {
    const block = new OpenBlock(KIND.FULL);
    for (const name of names) {
      for (const id of [2, 3, 12]) block.add(name, block.clientNumber(1), block.mannerNumber(id), NOON, 0);
      if (name === 900) block.add(name, block.clientNumber(1), block.mannerNumber(11), NOON, 0);
    }
    ranking.add(block, manner);
  }
  const found: number[][] = [];
  eachRanked(ranking.pack(), vlan, (...entry) => found.push(entry));
  return found;
}

t.test('queries of names are counted over blocks, by VLAN', (t) => {
  const home = [
    [5, 6, 3],
    [900, 2, 1],
    [70_000, 2, 1],
  ];
  const iot = [
    [5, 3, 0],
    [900, 2, 1],
    [70_000, 1, 0],
  ];
  t.strictSame(counted('home'), home);
  t.strictSame(counted('iot'), iot);
  t.strictSame(counted(), [...home, ...iot]);
  t.strictSame(counted('guests'), []);
  t.end();
});
