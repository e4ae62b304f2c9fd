import t from 'tap';
import { checkUpdate } from '../../../src/lists/fetch/list-guard.ts';

const bounds = { maxShrink: 0.5, maxErrors: 0.05, maxGrowth: 10, isOwnFile: false };
const file = { ...bounds, isOwnFile: true };
const good = { entries: 1000, lines: 1100, errors: 0, skipped: 0 };

const cases: [when: string, update: Parameters<typeof checkUpdate>[0], reason: string | undefined][] = [
  ['a first copy is good', { ...bounds, next: good }, undefined],
  [
    'lines without a rule are held, also when there was no copy',
    { ...bounds, next: { entries: 0, lines: 12_000, errors: 1, skipped: 11_000 } },
    'no entry in 12,000 lines (1 error, 11,000 skipped)',
  ],
  [
    'no rule is held before the number of errors is looked at',
    { ...bounds, maxErrors: 1, previous: good, next: { entries: 0, lines: 1, errors: 3, skipped: 0 } },
    'no entry in 1 line (3 errors, 0 skipped)',
  ],
  [
    'as many errors as allowed are good',
    { ...bounds, next: { ...good, entries: 950, errors: 50 } },
    undefined,
  ],
  [
    'one error more is held',
    { ...bounds, next: { ...good, entries: 950, errors: 51 } },
    '51 errors in 1,001 rules (5.09 %), more than 5 %',
  ],
  [
    'without allowed errors a single one is held',
    { ...bounds, maxErrors: 0, next: { ...good, entries: 0, lines: 0, errors: 1 } },
    '1 error in 1 rule (100 %), more than 0 %',
  ],
  ['half of the names may go', { ...bounds, previous: good, next: { ...good, entries: 500 } }, undefined],
  [
    'one name more than half is held',
    { ...bounds, previous: good, next: { ...good, entries: 499 } },
    'shrank by 50.1 %, from 1,000 to 499 entries, more than 50 %',
  ],
  [
    'nine tenths of a large list are held',
    { ...bounds, previous: { entries: 100_000 }, next: { ...good, entries: 1 } },
    'shrank by 100 %, from 100,000 to 1 entry, more than 50 %',
  ],
  [
    'an emptied file is held',
    { ...bounds, previous: good, next: { entries: 0, lines: 0, errors: 0, skipped: 0 } },
    'shrank by 100 %, from 1,000 to 0 entries, more than 50 %',
  ],
  [
    'an emptied file is good where a list may lose everything',
    { ...bounds, maxShrink: 1, previous: good, next: { entries: 0, lines: 0, errors: 0, skipped: 0 } },
    undefined,
  ],
  [
    'growth up to ten thousand names is good',
    { ...bounds, previous: { entries: 1 }, next: { ...good, entries: 10_000 } },
    undefined,
  ],
  [
    'growth up to its bound is good',
    { ...bounds, previous: { entries: 2000 }, next: { ...good, entries: 20_000 } },
    undefined,
  ],
  [
    'growth past its bound is held',
    { ...bounds, previous: { entries: 2000 }, next: { ...good, entries: 20_001 } },
    'grew from 2,000 to 20,001 entries, more than 10 times as many',
  ],
  [
    'after an empty copy everything is growth without measure',
    { ...bounds, previous: { entries: 0 }, next: { ...good, entries: 1e6 } },
    undefined,
  ],
  [
    'a first copy of a file on this host is good whatever is in it',
    { ...file, next: { entries: 0, lines: 2, errors: 2, skipped: 0 } },
    undefined,
  ],
  [
    'a small file on this host may lose most, and have errors',
    { ...file, previous: { entries: 99 }, next: { entries: 1, lines: 3, errors: 2, skipped: 0 } },
    undefined,
  ],
  [
    'but not all',
    { ...file, previous: { entries: 3 }, next: { entries: 0, lines: 0, errors: 0, skipped: 0 } },
    'shrank by 100 %, from 3 to 0 entries, more than 50 %',
  ],
  [
    'a larger file on this host is held like any other',
    { ...file, previous: { entries: 100 }, next: { ...good, entries: 49 } },
    'shrank by 51 %, from 100 to 49 entries, more than 50 %',
  ],
];

for (const [when, update, reason] of cases) {
  t.test(when, async (t) => {
    t.equal(checkUpdate(update), reason);
  });
}
