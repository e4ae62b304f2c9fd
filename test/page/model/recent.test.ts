import t from 'tap';
import { offeredFor, toRecents, withRecent } from '../../../src/page/model/recent.ts';
import type { Recent } from '../../../src/page/model/recent.ts';

const RECENT: Recent = {
  kind: 'grant',
  vlan: 'kids',
  who: 'vlan:kids',
  label: 'kids',
  what: 'youtube',
  minutes: 45,
};

t.test('what is kept is read back', (t) => {
  t.strictSame(toRecents(JSON.stringify([RECENT])), [RECENT]);
  t.strictSame(toRecents(null), []);
  t.end();
});

t.test('what is kept may be anything, and what is not understood is left out', (t) => {
  const wrong = [
    'null',
    '{}',
    '[',
    '5',
    '[null,5,"x",[]]',
    JSON.stringify([{ ...RECENT, kind: 'pause' }]),
    JSON.stringify([{ ...RECENT, minutes: 0 }]),
    JSON.stringify([{ ...RECENT, minutes: '45' }]),
    JSON.stringify([{ ...RECENT, minutes: 1e9 }]),
    JSON.stringify([{ ...RECENT, what: '' }]),
    JSON.stringify([{ ...RECENT, what: { toString: 1 } }]),
    JSON.stringify([{ ...RECENT, label: 'x'.repeat(1000) }]),
  ];
  for (const text of wrong) t.strictSame(toRecents(text), [], text.slice(0, 60));
  t.equal(
    toRecents(JSON.stringify(Array.from({ length: 99 }, () => RECENT))).length,
    12,
    'and there is an end to it',
  );
  t.end();
});

t.test('the last one comes first, and none is there twice', (t) => {
  const roblox = { ...RECENT, what: 'roblox' };
  const recents = withRecent(withRecent(withRecent([], RECENT), roblox), RECENT);
  t.strictSame(recents, [RECENT, roblox]);
  t.end();
});

t.test('a VLAN is offered its own, and before there are any what it has an allowance for', (t) => {
  const allowances = [
    { vlan: 'kids', what: 'youtube', secondsLeft: 3600 },
    { vlan: 'kids', what: 'youtube', secondsLeft: 3600 },
    { vlan: 'kids', what: 'roblox', secondsLeft: 30 },
    { vlan: 'kids', what: 'everything', secondsLeft: 3600 },
    { vlan: 'teens', what: 'tiktok', secondsLeft: 600 },
  ];
  t.strictSame(offeredFor('kids', [], allowances), [{ ...RECENT, minutes: 30 }]);
  t.strictSame(
    offeredFor('teens', [], allowances).map(({ what, minutes }) => [what, minutes]),
    [['tiktok', 10]],
    'no more than is left',
  );
  const others = ['a', 'b', 'c', 'd'].map((what) => ({ ...RECENT, what }));
  t.strictSame(offeredFor('kids', [RECENT, { ...RECENT, vlan: 'teens', what: 'x' }], allowances), [RECENT]);
  t.equal(offeredFor('kids', others, allowances).length, 3);
  t.end();
});
