// Times of the query log as people write and read them: in the zone of the configuration. The rule: a time without a date is in the past.
import { readDurationMs } from '../../config/values/duration.ts';
import { toDay, weekdayOf } from '../../schedules/schedule.ts';
import { toMoment } from '../../schedules/moment.ts';
import type { Moment } from '../../schedules/moment.ts';
import type { Zone } from '../../time/zone.ts';

/** What to write, to follow "write". */
export const PAST_FORM = '2h, 7d, "21:00", "Mon 21:00", 2026-12-01, "2026-12-01 21:00", today or yesterday';

const MS_A_DAY = 86_400_000;
const WEEK = 7;

/** Reads a moment in the past, in milliseconds since 1970; undefined where it is none. */
export function toPast(text: string, zone: Zone, nowMs: number): number | undefined {
  const duration = readDurationMs(text);
  if ('value' in duration) return nowMs - duration.value;
  const today = zone.wallClockAt(nowMs).day;
  if (text === 'today') return zone.firstInstant(today, 0);
  if (text === 'yesterday') return zone.firstInstant(today - 1, 0);
  const date = toDay(text);
  if (date !== undefined) return zone.firstInstant(date, 0);
  const moment = toMoment(text);
  return moment && lastInstantOf(moment, zone, nowMs);
}

/** The last instant that a moment was, at or before `nowMs` where it has no date. */
function lastInstantOf({ on, minutes }: Moment, zone: Zone, nowMs: number): number {
  if (on !== undefined && 'date' in on) return zone.firstInstant(on.date, minutes);
  const today = zone.wallClockAt(nowMs).day;
  for (let day = today; day > today - WEEK; day--) {
    if (on !== undefined && weekdayOf(day) !== on.weekday) continue;
    const instant = zone.firstInstant(day, minutes);
    if (instant <= nowMs) return instant;
  }
  return zone.firstInstant(today - WEEK, minutes);
}

/** `2026-12-01`: the date of a day, in days since 1970-01-01. */
export function dateText(day: number): string {
  return new Date(day * MS_A_DAY).toISOString().slice(0, 10);
}

/** `2026-12-01 21:03:05` on the zone's clock. */
export function timeText(unixMs: number, zone: Zone): string {
  const { day, minutes } = zone.wallClockAt(unixMs);
  // Zones differ from UTC by whole minutes.
  const seconds = Math.floor(unixMs / 1000) % 60;
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${dateText(day)} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds)}`;
}
