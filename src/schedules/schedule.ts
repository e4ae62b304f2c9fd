// A schedule: on which days, from when to when. Days, dates and times are those of the clock on the wall; which instants
// they are is the timetable's to say.

/** The days of the week in their order, as the configuration has them. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A day of the week. */
export type Weekday = (typeof WEEKDAYS)[number];

export const MINUTES_A_DAY = 1440;
const MS_A_DAY = 86_400_000;
// 1970-01-01 was a Thursday.
const WEEKDAY_OF_DAY_0 = 3;

/** Periods that come again every week. */
export interface Schedule {
  readonly name: string;
  /** The days that a period begins on. */
  readonly days: ReadonlySet<Weekday>;
  /** When a period begins, in minutes since midnight, 0..1439. */
  readonly fromMinutes: number;
  /** When it ends, 0..1439: on the next day where this is not after `fromMinutes`. The same time makes 24 hours. */
  readonly toMinutes: number;
  /** The days that no period begins on, as days since 1970-01-01. */
  readonly except: ReadonlySet<number>;
}

/** The day of the week of a day since 1970-01-01. */
export function weekdayOf(day: number): Weekday {
  return WEEKDAYS[(((day + WEEKDAY_OF_DAY_0) % 7) + 7) % 7] ?? 'mon';
}

/** Whether a period begins on this day since 1970-01-01. */
export function beginsOn(schedule: Schedule, day: number): boolean {
  return schedule.days.has(weekdayOf(day)) && !schedule.except.has(day);
}

/** When a period ends, in minutes since the midnight before it began. */
export function endMinutes({ fromMinutes, toMinutes }: Schedule): number {
  return toMinutes > fromMinutes ? toMinutes : toMinutes + MINUTES_A_DAY;
}

/** Whether every instant lies in a period. */
export function holdsAlways({ days, fromMinutes, toMinutes, except }: Schedule): boolean {
  return days.size === WEEKDAYS.length && fromMinutes === toMinutes && except.size === 0;
}

/** The day of `2026-12-24` since 1970-01-01; undefined where there is no such day. */
export function toDay(text: string): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const day = Date.UTC(Number(year), Number(month) - 1, Number(date)) / MS_A_DAY;
  return Number.isInteger(day) && dayText(day) === text ? day : undefined;
}

/** A day since 1970-01-01 as `2026-12-24`. */
export function dayText(day: number): string {
  return new Date(day * MS_A_DAY).toISOString().slice(0, 10);
}
