// Instants as people in a zone say them: 06:30, Mon 21:00, 2026-12-24 21:00.
import type { Zone } from '../time/zone.ts';
import { dayText, MINUTES_A_DAY, weekdayOf } from './schedule.ts';

/** A time of the day, as `06:30`. */
export function minutesText(minutes: number): string {
  const inDay = minutes % MINUTES_A_DAY;
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`;
}

/** An instant with its day: `Mon 21:00`, and from a week after `nowMs` on with its date. */
export function dayTimeText(zone: Zone, atMs: number, nowMs: number): string {
  const { day, minutes } = zone.wallClockAt(atMs);
  const weekday = weekdayOf(day);
  const isNear = Math.abs(day - zone.wallClockAt(nowMs).day) < 7;
  const dayOrDate = isNear ? weekday.charAt(0).toUpperCase() + weekday.slice(1) : dayText(day);
  return `${dayOrDate} ${minutesText(minutes)}`;
}

/** An instant with its date, whichever it is: `Thu 2026-12-24 21:00`. */
export function dateTimeText(zone: Zone, atMs: number): string {
  const { day, minutes } = zone.wallClockAt(atMs);
  const weekday = weekdayOf(day);
  return `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)} ${dayText(day)} ${minutesText(minutes)}`;
}

/** An instant that is to come: `06:30` where the clock shows that next within a day, else with its day. */
export function soonText(zone: Zone, atMs: number, nowMs: number): string {
  const at = zone.wallClockAt(atMs);
  const now = zone.wallClockAt(nowMs);
  const aheadMinutes = (at.day - now.day) * MINUTES_A_DAY + at.minutes - now.minutes;
  return atMs >= nowMs && aheadMinutes >= 0 && aheadMinutes < MINUTES_A_DAY
    ? minutesText(at.minutes)
    : dayTimeText(zone, atMs, nowMs);
}
