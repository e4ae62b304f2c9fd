// Places that VLANs share: what one takes, and what is left for the others.
import t from 'tap';
import { sharesOf, VlanShares } from '../../src/bounds/vlan-shares.ts';
import type { ShareOptions } from '../../src/bounds/vlan-shares.ts';

function sharesFor(options: ShareOptions): VlanShares {
  return new VlanShares(() => options);
}

/** Takes as many places as there are for a VLAN. */
function takeAll(shares: VlanShares, vlan: string): number {
  let count = 0;
  while (count < 10_000 && shares.take(vlan)) count++;
  return count;
}

t.test('whatever one VLAN takes, each other one gets its own places', (t) => {
  const table: [limit: number, vlans: number, greedy: number, each: number][] = [
    [256, 1, 256, 0],
    [256, 2, 192, 64],
    [750, 3, 500, 125],
    [10, 3, 8, 1],
    [3, 3, 1, 1],
    [2, 4, 1, 1],
  ];
  for (const [limit, vlans, greedy, each] of table) {
    const shares = sharesFor(sharesOf(limit, vlans));
    t.equal(takeAll(shares, 'a'), greedy, `${limit} places for ${vlans} VLANs: the first to come`);
    for (let i = 1; i < vlans; i++) t.equal(takeAll(shares, `v${i}`), each, `${limit}: another VLAN`);
    t.ok(shares.taken <= Math.max(limit, vlans), 'no more than there are');
  }
  t.end();
});

t.test('a place that was given back is there again, a shared one for anybody', (t) => {
  const shares = sharesFor({ perVlan: 1, shared: 2 });
  t.equal(takeAll(shares, 'a'), 3);
  t.equal(takeAll(shares, 'b'), 1);
  shares.give('a');
  t.equal(takeAll(shares, 'b'), 1);
  t.notOk(shares.hasRoom('a'));
  for (let i = 0; i < 2; i++) shares.give('a');
  t.notOk(shares.of('a') > 0);
  t.equal(takeAll(shares, 'a'), 2, 'its own, and the other shared one');
  t.equal(shares.taken, 4);
  t.end();
});

t.test('other shares hold from the next place on', (t) => {
  let options = { perVlan: 0, shared: 4 };
  const shares = new VlanShares(() => options);
  t.equal(takeAll(shares, 'a'), 4);
  options = { perVlan: 2, shared: 2 };
  t.notOk(shares.take('a'), 'it has two of its own and both shared ones');
  t.equal(takeAll(shares, 'b'), 2);
  for (let i = 0; i < 4; i++) shares.give('a');
  t.equal(takeAll(shares, 'b'), 2);
  t.end();
});

t.test('no limit is no limit', (t) => {
  t.equal(takeAll(sharesFor(sharesOf(0, 2)), 'a'), 10_000);
  t.end();
});
