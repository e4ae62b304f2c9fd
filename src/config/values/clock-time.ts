// Times of the day, dates and days of the week as they are written in the configuration.

import { dayText, toDay, WEEKDAYS } from '../../schedules/schedule.ts';
import type { Weekday } from '../../schedules/schedule.ts';
import { minutesText } from '../../schedules/time-text.ts';
import { nearest } from './nearest.ts';
import { text } from './scalars.ts';
import type { TextReading } from './scalars.ts';

const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
const DATE = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/;

/** Several days by one word. */
const DAY_GROUPS: Readonly<Record<string, readonly Weekday[]>> = {
  daily: WEEKDAYS,
  weekdays: WEEKDAYS.slice(0, 5),
  weekend: WEEKDAYS.slice(5),
};

const DAY_WORDS = [...WEEKDAYS, ...Object.keys(DAY_GROUPS)];

/** A time of the day, in minutes since midnight. */
export const timeOfDay = text('a time from "00:00" to "23:59" such as "21:00"', readTime, {
  pattern: TIME.source,
});

/** A date, as days since 1970-01-01. */
export const date = text('a date such as "2026-12-24"', readDate, { pattern: DATE.source });

/** A day of the week, or several by one word. */
export const weekdays = text(`one or more of ${DAY_WORDS.join(', ')}`, readWeekdays, { enum: DAY_WORDS });

function readTime(written: string): TextReading<number> {
  if (TIME.test(written)) return { value: Number(written.slice(0, 2)) * 60 + Number(written.slice(3)) };
  const quoted = JSON.stringify(written);
  if (written === '24:00')
    return { fault: '"24:00" is the midnight that the next day begins with; write "00:00"' };
  const meant = meantTime(written);
  if (meant !== undefined)
    return { fault: `${quoted} is written with hours and minutes of two digits here; write "${meant}"` };
  return { fault: `${quoted} is not a time of the day; write one from "00:00" to "23:59"` };
}

/** The time that is written in another way: 9:00, 9pm, 21.00, 2100, 21h30, 21:00:00; undefined where it is none. */
function meantTime(written: string): string | undefined {
  const parts = /^(?<hour>\d{1,2})[:.h]?(?<minute>\d{2})?(?::00)?\s*(?<half>[ap])?(?:\.?m\.?)?$/i.exec(
    written.trim(),
  );
  if (parts?.groups === undefined) return undefined;
  const { hour = '', minute = '0', half = '' } = parts.groups;
  if (half !== '' && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  return hours < 24 && Number(minute) < 60 ? minutesText(hours * 60 + Number(minute)) : undefined;
}

function readDate(written: string): TextReading<number> {
  const day = toDay(written);
  if (day !== undefined) return { value: day };
  const quoted = JSON.stringify(written);
  const [, year = '', month = '', of = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(written) ?? [];
  // The last day of the month is the one before the first of the next.
  const last = DATE.test(written) ? Date.UTC(Number(year), Number(month)) / 86_400_000 - 1 : undefined;
  if (last !== undefined && of !== '')
    return { fault: `there is no ${written}, the month ends on ${dayText(last)}; write a day that there is` };
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(written);
  const turned =
    german === null ? '' : [german[3], german[2]?.padStart(2, '0'), german[1]?.padStart(2, '0')].join('-');
  const example = toDay(turned) === undefined ? '2026-12-24' : turned;
  return { fault: `${quoted} is not a date; write year, month and day, such as "${example}"` };
}

function readWeekdays(written: string): TextReading<readonly Weekday[]> {
  const day = WEEKDAYS.find((known) => known === written);
  if (day !== undefined) return { value: [day] };
  const group = Object.hasOwn(DAY_GROUPS, written) ? DAY_GROUPS[written] : undefined;
  if (group !== undefined) return { value: group };
  const range = rangeOf(written.toLowerCase());
  if (range !== undefined)
    return { fault: `${JSON.stringify(written)} is written day by day here; write ${range}` };
  const lower = written.toLowerCase();
  const meant =
    WEEKDAYS.find((known) => lower === known || (lower.startsWith(known) && lower.length > 3)) ??
    nearest(lower, DAY_WORDS);
  const advice =
    meant === undefined
      ? `one of ${DAY_WORDS.join(', ')}`
      : `"${meant}" (or another of ${DAY_WORDS.join(', ')})`;
  return { fault: `${JSON.stringify(written)} is not a day of the week; write ${advice}` };
}

/** What to write for several days in a row: mon-fri, sun-thu; undefined where it is something else. */
function rangeOf(lower: string): string | undefined {
  const [, first = '', last = ''] = /^([a-z]{3})[a-z]*\s*-\s*([a-z]{3})[a-z]*$/.exec(lower) ?? [];
  const [from, to] = [first, last].map((day) => WEEKDAYS.findIndex((known) => known === day));
  if (from === undefined || to === undefined || from === -1 || to === -1) return undefined;
  const count = ((to - from + WEEKDAYS.length) % WEEKDAYS.length) + 1;
  const days = Array.from({ length: count }, (_, index) => WEEKDAYS[(from + index) % WEEKDAYS.length]);
  const group = Object.entries(DAY_GROUPS).find(([, known]) => known.join(' ') === days.join(' '));
  return group === undefined ? `[${days.join(', ')}]` : `"${group[0]}"`;
}
