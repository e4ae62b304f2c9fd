import t from 'tap';
import { date, timeOfDay, weekdays } from '../../../src/config/values/clock-time.ts';
import { FaultLog } from '../../../src/config/config-error.ts';
import { toDay } from '../../../src/schedules/schedule.ts';
import { toNode } from '../../../src/config/yaml/node.ts';
import type { Schema } from '../../../src/config/schema.ts';

const at = { line: 1, column: 1 };

/** The value of a text, or the fault. */
function read(schema: Schema<unknown>, written: string): unknown {
  const faults = new FaultLog('vlandns.yaml');
  const value = schema.read(toNode(written, at), { setting: 'x', at, faults });
  return value ?? faults.inOrder()[0]?.message;
}

t.test('a time of the day is minutes since midnight', (t) => {
  for (const [written, minutes] of [
    ['00:00', 0],
    ['06:30', 390],
    ['21:00', 1260],
    ['23:59', 1439],
  ] as const)
    t.equal(read(timeOfDay, written), minutes, written);
  t.end();
});

t.test('what is nearly a time is told as the time that it is', (t) => {
  for (const [written, advice] of [
    ['9pm', '"21:00"'],
    ['9 p.m.', '"21:00"'],
    ['12am', '"00:00"'],
    ['9:00', '"09:00"'],
    ['9', '"09:00"'],
    ['21.30', '"21:30"'],
    ['21h30', '"21:30"'],
    ['2130', '"21:30"'],
    ['21:30:00', '"21:30"'],
    ['24:00', '"00:00"'],
    ['25:61', 'one from "00:00" to "23:59"'],
    ['13pm', 'one from "00:00" to "23:59"'],
    ['noon', 'one from "00:00" to "23:59"'],
    ['', 'one from "00:00" to "23:59"'],
  ] as const)
    t.match(read(timeOfDay, written), new RegExp(`; write ${advice}$`), written);
  t.end();
});

t.test('a date is a day, and one that there is not is told with the last of its month', (t) => {
  t.equal(read(date, '2026-12-24'), toDay('2026-12-24'));
  for (const [written, fault] of [
    ['2026-02-30', 'there is no 2026-02-30, the month ends on 2026-02-28; write a day that there is'],
    ['2028-02-30', 'there is no 2028-02-30, the month ends on 2028-02-29; write a day that there is'],
    ['24.12.2026', '"24.12.2026" is not a date; write year, month and day, such as "2026-12-24"'],
    ['2026-13-01', '"2026-13-01" is not a date; write year, month and day, such as "2026-12-24"'],
    ['christmas', '"christmas" is not a date; write year, month and day, such as "2026-12-24"'],
  ] as const)
    t.equal(read(date, written), fault, written);
  t.end();
});

t.test('days are words of three letters, or one for several', (t) => {
  for (const [written, days] of [
    ['mon', ['mon']],
    ['weekend', ['sat', 'sun']],
    ['weekdays', ['mon', 'tue', 'wed', 'thu', 'fri']],
    ['daily', ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']],
  ] as const)
    t.strictSame(read(weekdays, written), days, written);
  for (const [written, advice] of [
    ['monday', '"mon" (or another of'],
    ['Mon', '"mon" (or another of'],
    ['weekends', '"weekend" (or another of'],
    ['mon-fri', '"weekdays"'],
    ['Sunday - Thursday', '[sun, mon, tue, wed, thu]'],
    ['Montag', '"mon" (or another of'],
    ['constructor', 'one of mon, tue, wed, thu, fri, sat, sun, daily, weekdays, weekend'],
  ] as const)
    t.ok(String(read(weekdays, written)).includes(`; write ${advice}`), written);
  t.end();
});
