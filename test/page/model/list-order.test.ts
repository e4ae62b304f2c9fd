import t from 'tap';
import { markOf, shownLists } from '../../../src/page/model/list-order.ts';
import type { Status } from '../../../src/status/status.ts';

type Source = Status['lists'][number];

const source = (list: string, code: Source['code'], entries = 1): Source => ({
  list,
  source: `https://lists.example/${list}/${code}`,
  format: 'hosts',
  entries,
  skipped: 0,
  errors: 0,
  code,
  state: code,
  isHeld: code === 'held',
  isRead: true,
  hasFailed: false,
  fetchedAt: undefined,
});

const LISTS = [
  source('fine', 'ok'),
  source('mixed', 'ok', 5),
  source('mixed', 'failed', 2),
  source('late', 'due'),
  source('held', 'held'),
];

t.test('a list is as its worst source is, and what needs somebody comes first', (t) => {
  const lists = shownLists({ lists: LISTS, observed: [{ list: 'late', queries: 7 }] });
  t.strictSame(
    lists.map(({ name, code }) => [name, code]),
    [
      ['held', 'held'],
      ['mixed', 'failed'],
      ['fine', 'ok'],
      ['late', 'due'],
    ],
  );
  t.strictSame(
    lists.map(({ isHeld, entries, observed, sources }) => [isHeld, entries, observed, sources.length]),
    [
      [true, 1, undefined, 1],
      [false, 7, undefined, 2],
      [false, 1, undefined, 1],
      [false, 1, 7, 1],
    ],
  );
  t.end();
});

t.test('the view reads anew when something has changed that it shows', (t) => {
  const before = markOf({ lists: LISTS, observed: [] });
  t.equal(markOf({ lists: LISTS.map((one) => ({ ...one })), observed: [] }), before);
  t.not(markOf({ lists: [source('fine', 'held')], observed: [] }), before);
  t.not(markOf({ lists: LISTS, observed: [{ list: 'late', queries: 1 }] }), before);
  t.end();
});
