import t from 'tap';
import {
  beginsOn,
  dayText,
  endMinutes,
  holdsAlways,
  toDay,
  weekdayOf,
  WEEKDAYS,
} from '../../src/schedules/schedule.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';

const nights: Schedule = {
  name: 'nights',
  days: new Set(WEEKDAYS),
  fromMinutes: 600,
  toMinutes: 600,
  except: new Set(),
};

t.test('a date is a day since 1970, and back; a date that is none is none', (t) => {
  for (const [text, day, weekday] of [
    ['1970-01-01', 0, 'thu'],
    ['1969-12-29', -3, 'mon'],
    ['2026-12-24', 20_811, 'thu'],
    ['2028-02-29', 21_243, 'tue'],
  ] as const) {
    t.equal(toDay(text), day, text);
    t.equal(dayText(day), text);
    t.equal(weekdayOf(day), weekday, text);
  }
  for (const text of ['2026-02-30', '2026-02-29', '2026-13-01', '2026-1-1', '24.12.2026', '', '2026-00-10'])
    t.equal(toDay(text), undefined, text);
  t.end();
});

t.test('a period begins on the days of its schedule that are not excepted', (t) => {
  const schedule = { ...nights, days: new Set(['thu'] as const), except: new Set([20_811]) };
  t.strictSame(
    [20_803, 20_804, 20_811, 20_818].map((day) => beginsOn(schedule, day)),
    [false, true, false, true],
  );
  t.end();
});

t.test('every day from a time to the same time is always, unless a day is excepted', (t) => {
  t.ok(holdsAlways(nights));
  t.notOk(holdsAlways({ ...nights, toMinutes: 599 }));
  t.notOk(holdsAlways({ ...nights, days: new Set(WEEKDAYS.slice(1)) }));
  t.notOk(holdsAlways({ ...nights, except: new Set([20_811]) }));
  t.end();
});

t.test('a period ends on its day, or on the next; from a time to the same time it lasts 24 hours', (t) => {
  for (const [from, to, end] of [
    [600, 720, 720],
    [600, 601, 601],
    [600, 600, 600 + 1440],
    [1260, 390, 390 + 1440],
    [600, 0, 1440],
    [0, 0, 1440],
  ] as const)
    t.equal(endMinutes({ ...nights, fromMinutes: from, toMinutes: to }), end, `${from} to ${to}`);
  t.end();
});
