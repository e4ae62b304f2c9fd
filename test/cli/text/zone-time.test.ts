import t from 'tap';
import { timeText, toPast } from '../../../src/cli/text/zone-time.ts';
import { openZone } from '../../../src/time/zone.ts';

/** A Tuesday in Berlin, 22:03:05. */
const NOW_MS = Date.parse('2026-12-01T21:03:05.678Z');
const HOUR_MS = 3_600_000;

t.test('a time without a date is in the past', async (t) => {
  const zone = await openZone('Europe/Berlin');
  for (const [text, then] of [
    ['2h', '2026-12-01T19:03:05.678Z'],
    ['0', '2026-12-01T21:03:05.678Z'],
    ['today', '2026-11-30T23:00:00.000Z'],
    ['yesterday', '2026-11-29T23:00:00.000Z'],
    ['22:03', '2026-12-01T21:03:00.000Z'],
    ['22:04', '2026-11-30T21:04:00.000Z'],
    ['tue 22:04', '2026-11-24T21:04:00.000Z'],
    ['Mon 08:00', '2026-11-30T07:00:00.000Z'],
    ['2026-10-25', '2026-10-24T22:00:00.000Z'],
    ['2026-07-01 12:30', '2026-07-01T10:30:00.000Z'],
    ['2026-07-01T12:30', '2026-07-01T10:30:00.000Z'],
  ] as const) {
    const instant = toPast(text, zone, NOW_MS);
    t.equal(instant === undefined ? undefined : new Date(instant).toISOString(), then, text);
  }
  for (const text of ['', '5', 'noon', '25:00', '2026-13-01', '2026-02-30', '-2h'])
    t.equal(toPast(text, zone, NOW_MS), undefined, JSON.stringify(text));
});

t.test('times are those of the clock on the wall, over the change of summer time too', async (t) => {
  const zone = await openZone('Europe/Berlin');
  const change = Date.parse('2026-10-25T01:00:00Z');
  t.strictSame(
    [-1, 0].map((hours) => timeText(change + hours * HOUR_MS + 61_999, zone)),
    ['2026-10-25 02:01:01', '2026-10-25 02:01:01'],
  );
  t.equal(timeText(change + 2 * HOUR_MS, zone), '2026-10-25 04:00:00');
  const kathmandu = await openZone('Asia/Kathmandu');
  t.equal(timeText(Date.parse('2026-12-01T18:20:59.999Z'), kathmandu), '2026-12-02 00:05:59');
});
