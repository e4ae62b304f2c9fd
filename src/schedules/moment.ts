// A moment as people write it: Mon 22:00, 22:00, 2026-12-24T22:00. The rule: a day of the week or a time alone means the next such.
import type { Zone } from '../time/zone.ts';
import { toDay, WEEKDAYS, weekdayOf } from './schedule.ts';
import type { Weekday } from './schedule.ts';

/** A moment on the clock on the wall: on a date (days since 1970-01-01), on a day of the week, or at any day's time. */
export interface Moment {
  readonly on: { readonly date: number } | { readonly weekday: Weekday } | undefined;
  /** Minutes since midnight, 0..1439. */
  readonly minutes: number;
}

/** What to write, to follow "write". */
export const MOMENT_FORM = 'a moment such as "Mon 22:00", "22:00" or "2026-12-24T22:00"';

const WEEK = 7;

/** Reads a moment; undefined where it is none. */
export function toMoment(text: string): Moment | undefined {
  const [, day = '', hours = '', minutes = ''] = /^(?:(\S+?)[ T])?(\d{2}):(\d{2})$/.exec(text.trim()) ?? [];
  if (hours === '' || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const time = Number(hours) * 60 + Number(minutes);
  if (day === '') return { on: undefined, minutes: time };
  const date = toDay(day);
  if (date !== undefined) return { on: { date }, minutes: time };
  const weekday = WEEKDAYS.find((known) => day.toLowerCase() === known);
  return weekday === undefined ? undefined : { on: { weekday }, minutes: time };
}

/** The instant that a moment is in a zone, in milliseconds since 1970: at or after `nowMs`, where it has no date. */
export function instantOf({ on, minutes }: Moment, zone: Zone, nowMs: number): number {
  if (on !== undefined && 'date' in on) return zone.firstInstant(on.date, minutes);
  const today = zone.wallClockAt(nowMs).day;
  for (let day = today; day <= today + WEEK; day++) {
    if (on !== undefined && weekdayOf(day) !== on.weekday) continue;
    const instant = zone.firstInstant(day, minutes);
    if (instant >= nowMs) return instant;
  }
  return zone.firstInstant(today + WEEK, minutes);
}
