// Moments as people write them, and which instants they are.
import t from 'tap';
import { instantOf, toMoment } from '../../src/schedules/moment.ts';
import { openZone } from '../../src/time/zone.ts';

/** Tuesday, 1 December 2026, 06:00 in Berlin. */
const NOW = Date.UTC(2026, 11, 1, 5);

t.test('a moment is the next such, or the one on its date', async (t) => {
  const zone = await openZone('Europe/Berlin');
  for (const [text, iso, now = NOW] of [
    ['Mon 22:00', '2026-12-07T21:00'],
    ['tue 06:00', '2026-12-01T05:00'],
    ['Tue 05:59', '2026-12-08T04:59'],
    ['22:00', '2026-12-01T21:00'],
    ['05:00', '2026-12-02T04:00'],
    ['2026-12-24T22:00', '2026-12-24T21:00'],
    ['2026-07-01 22:00', '2026-07-01T20:00'],
    // The clock jumps over it.
    ['2026-03-29T02:30', '2026-03-29T01:00'],
    ['sun 02:30', '2026-03-29T01:00', Date.UTC(2026, 2, 25)],
  ] as const) {
    const moment = toMoment(text);
    const instant = moment && instantOf(moment, zone, now);
    t.equal(instant === undefined ? '' : new Date(instant).toISOString().slice(0, 16), iso, text);
  }
});

t.test('what is no moment is none', (t) => {
  for (const text of [
    '',
    'Mon',
    '24:00',
    '9:00',
    'Mon 22:60',
    '2026-02-30T22:00',
    'Monday 22:00',
    '2026-12-24',
  ])
    t.equal(toMoment(text), undefined, text);
  t.end();
});
