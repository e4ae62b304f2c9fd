// When something ends: durations and times of day, and their bounds.
import t from 'tap';
import { instantOf, MAX_PAUSE_MS, MAX_TIMED_MS, readEnd } from '../../src/desk/desk-end.ts';
import { at, UTC_ZONE } from '../support/desk.ts';

t.test('a duration counts from now, a time of day is the next one', (t) => {
  const now = at('2026-12-01T17:30:20Z');
  for (const [text, wanted] of [
    ['45m', '2026-12-01T18:15:20Z'],
    ['1s', '2026-12-01T17:30:21Z'],
    ['until 18:00', '2026-12-01T18:00Z'],
    ['18:00', '2026-12-01T18:00Z'],
    ['until 7:05', '2026-12-02T07:05Z'],
    ['until 17:30', '2026-12-02T17:30Z'],
    ['until 00:00', '2026-12-02T00:00Z'],
  ] as const) {
    const reading = readEnd(text, MAX_TIMED_MS);
    t.equal('value' in reading && instantOf(reading.value, now, UTC_ZONE), at(wanted), text);
  }
  t.end();
});

t.test('at the very minute, the next day is meant', (t) => {
  t.equal(instantOf({ atMinutes: 18 * 60 }, at('2026-12-01T18:00Z'), UTC_ZONE), at('2026-12-02T18:00Z'));
  t.end();
});

t.test('what is no end is told, with what to write', (t) => {
  for (const [text, mostMs, fault] of [
    ['45', MAX_TIMED_MS, /45 has no unit; write 45s, 45m/],
    [
      'soon',
      MAX_TIMED_MS,
      /"soon" is not an end; write a duration such as 45m, or a time such as "until 18:00"/,
    ],
    ['until', MAX_TIMED_MS, /is not an end/],
    ['until bedtime', MAX_TIMED_MS, /is not an end/],
    ['until 24:00', MAX_TIMED_MS, /is no time of day; write 00:00 to 23:59/],
    ['18:60', MAX_TIMED_MS, /is no time of day/],
    ['0', MAX_TIMED_MS, /0 is out of range; write 1s to 31d/],
    ['32d', MAX_TIMED_MS, /32d is out of range; write 1s to 31d/],
    ['25h', MAX_PAUSE_MS, /25h is out of range; write 1s to 1d/],
  ] as const)
    t.match(readEnd(text, mostMs), { fault }, text);
  t.end();
});
