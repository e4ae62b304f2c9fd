// A day's allowance: what was granted counts on the days that it lies on.
import t from 'tap';
import { sharesOf, usedOn, withSpent } from '../../src/desk/allowance.ts';
import type { DeskEntry } from '../../src/desk/desk-entry.ts';
import { at, entry, UTC_ZONE } from '../support/desk.ts';

const MINUTE = 60_000;
const DAY = Math.floor(at('2026-12-01T00:00Z') / 86_400_000);
const THING = { vlan: 'kids', what: 'youtube' };
const parents = (fields: Partial<DeskEntry> = {}): DeskEntry => entry({ role: 'parent', ...fields });
const book = (entries: readonly DeskEntry[], spent: Parameters<typeof withSpent>[0] = []) => ({
  state: { entries, spent },
  zone: UTC_ZONE,
  isAbout: ({ scope }: DeskEntry, vlan: string) => scope.name === vlan,
});

t.test('a span over midnight lies on both days', (t) => {
  t.strictSame(sharesOf(at('2026-12-01T23:30Z'), at('2026-12-03T01:00Z'), UTC_ZONE), [
    { day: DAY, ms: 30 * MINUTE },
    { day: DAY + 1, ms: 1440 * MINUTE },
    { day: DAY + 2, ms: 60 * MINUTE },
  ]);
  t.end();
});

t.test('what goes on counts to its end, and only what a parent opened', (t) => {
  for (const [what, one, minutes] of [
    ["a parent's grant", parents(), 45],
    ["an admin's", entry(), 0],
    ["a parent's denial", parents({ kind: 'deny' }), 0],
    ['another service', parents({ subject: { kind: 'service', name: 'roblox' } }), 0],
    ['another VLAN', parents({ scope: { kind: 'vlan', name: 'servers' } }), 0],
    ['another day', parents({ fromMs: at('2026-12-02T12:00Z'), untilMs: at('2026-12-02T13:00Z') }), 0],
    ['over midnight', parents({ fromMs: at('2026-11-30T23:50Z'), untilMs: at('2026-12-01T00:20Z') }), 20],
  ] as const)
    t.equal(usedOn(DAY, THING, book([one])), minutes * MINUTE, what);
  t.end();
});

t.test('what ended before its time counts as long as it lasted, and past days are forgotten', (t) => {
  const end = { atMs: at('2026-12-01T12:10Z'), vlans: ['kids'], zone: UTC_ZONE };
  const before = [
    { ...THING, day: DAY - 1, ms: 5 * MINUTE },
    { ...THING, day: DAY, ms: 7 * MINUTE },
  ];
  const spent = withSpent(before, parents(), end);
  t.strictSame(spent, [{ ...THING, day: DAY, ms: 17 * MINUTE }]);
  t.equal(usedOn(DAY, THING, book([], spent)), 17 * MINUTE);
  t.strictSame(withSpent(before, entry(), end), [before[1]], "an admin's counts nothing");
  t.end();
});
