import t from 'tap';
import { dayTimeText, minutesText, soonText } from '../../src/schedules/time-text.ts';
import { openZone } from '../../src/time/zone.ts';

t.test('an instant is told as people in the zone say it', async (t) => {
  const zone = await openZone('Europe/Berlin');
  // A Monday, 21:30 in Berlin.
  const now = Date.parse('2026-12-21T20:30Z');
  for (const [at, soon, day] of [
    ['2026-12-21T20:45Z', '21:45', 'Mon 21:45'],
    ['2026-12-22T05:30Z', '06:30', 'Tue 06:30'],
    ['2026-12-22T20:29Z', '21:29', 'Tue 21:29'],
    ['2026-12-22T20:30Z', 'Tue 21:30', 'Tue 21:30'],
    ['2026-12-27T20:00Z', 'Sun 21:00', 'Sun 21:00'],
    ['2026-12-28T20:00Z', '2026-12-28 21:00', '2026-12-28 21:00'],
    ['2026-12-21T19:00Z', 'Mon 20:00', 'Mon 20:00'],
  ] as const) {
    t.equal(soonText(zone, Date.parse(at), now), soon, at);
    t.equal(dayTimeText(zone, Date.parse(at), now), day, at);
  }
});

t.test('minutes are a time of the day, past midnight too', (t) => {
  t.strictSame([0, 390, 1260, 1440 + 390].map(minutesText), ['00:00', '06:30', '21:00', '06:30']);
  t.end();
});
