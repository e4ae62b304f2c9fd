import t from 'tap';
import type { Sum } from '../../../src/querylog/history.ts';
import {
  busiest,
  byVlan,
  seriesOf,
  sinceOf,
  SPANS,
  toSpan,
  totalsOf,
} from '../../../src/page/model/traffic.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 11, 1, 12);

const sum = (fromMs: number, queries: number, change: Partial<Sum> = {}): Sum => ({
  fromMs,
  vlan: 'kids',
  policy: 'kids',
  queries,
  blocked: 1,
  cached: 2,
  failed: 0,
  ...change,
});

t.test('a stretch in which nothing was asked is zero, and no curve has a gap', (t) => {
  const sinceMs = NOON - 5 * HOUR;
  const sums = [
    sum(NOON - 3 * HOUR, 7),
    sum(NOON - HOUR, 4),
    sum(NOON - HOUR, 5, { vlan: 'iot', blocked: 0 }),
  ];
  const series = seriesOf(sums, { per: 'hour', sinceMs, nowMs: NOON + 10 });
  t.strictSame(
    series.times.map((time) => (time - NOON) / HOUR),
    [-5, -4, -3, -2, -1, 0],
  );
  t.strictSame(series.queries, [0, 0, 7, 0, 9, 0]);
  t.strictSame(series.blocked, [0, 0, 1, 0, 1, 0]);
  t.strictSame(series.cached, [0, 0, 2, 0, 4, 0]);
  t.strictSame(busiest(series), { unixMs: NOON - HOUR, queries: 9 });
  t.end();
});

t.test('days of 23 and 25 hours are days like others', (t) => {
  // Europe/Berlin, when summer time begins and when it ends.
  for (const starts of [
    [
      Date.UTC(2026, 2, 27, 23),
      Date.UTC(2026, 2, 28, 23),
      Date.UTC(2026, 2, 29, 22),
      Date.UTC(2026, 2, 30, 22),
    ],
    [
      Date.UTC(2026, 9, 23, 22),
      Date.UTC(2026, 9, 24, 22),
      Date.UTC(2026, 9, 25, 23),
      Date.UTC(2026, 9, 26, 23),
    ],
  ]) {
    const [first = 0, ...others] = starts;
    const last = others.at(-1) ?? 0;
    const sums = starts.map((start, at) => sum(start, at + 1));
    const series = seriesOf(sums, { per: 'day', sinceMs: first, nowMs: last + HOUR });
    t.strictSame(series.times, starts);
    t.strictSame(series.queries, [1, 2, 3, 4]);
  }
  t.end();
});

t.test('nothing at all is a line of zeros', (t) => {
  const series = seriesOf([], { per: 'hour', sinceMs: NOON - 3 * HOUR, nowMs: NOON });
  t.strictSame(series.queries, [0, 0, 0]);
  t.equal(busiest(series), undefined);
  t.end();
});

t.test('sums add up, on the whole and by VLAN, the most first', (t) => {
  const sums = [sum(NOON, 3), sum(NOON + HOUR, 10, { vlan: 'iot' }), sum(NOON, 4, { policy: 'open' })];
  t.strictSame(totalsOf(sums), { queries: 17, blocked: 3, cached: 6, failed: 0 });
  t.strictSame(
    byVlan(sums).map(({ vlan, queries }) => [vlan, queries]),
    [
      ['iot', 10],
      ['kids', 7],
    ],
  );
  t.end();
});

t.test('a span is one of those that there are, and begins on a whole hour', (t) => {
  t.equal(toSpan('week'), 'week');
  for (const text of [undefined, '', 'toString', 'decade']) t.equal(toSpan(text), 'day');
  t.equal(sinceOf('day', NOON + 1234) % HOUR, 0);
  t.equal(sinceOf('week', NOON + 1234), sinceOf('week', NOON + 5678), 'asking again is asking the same');
  t.equal(sinceOf('day', NOON), NOON - SPANS.day.ms + HOUR, 'this hour is the last of 24');
  t.end();
});
