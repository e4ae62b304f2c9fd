// Schedules without arithmetic on time: minute by minute, what the clock on the wall shows, as Intl formats it.
import type { Schedule } from '../../src/schedules/schedule.ts';

const MINUTE_MS = 60_000;
const LABELS = {
  Mon: 'mon',
  Tue: 'tue',
  Wed: 'wed',
  Thu: 'thu',
  Fri: 'fri',
  Sat: 'sat',
  Sun: 'sun',
} as const;

/** The minutes of a stretch of time, each as the clock shows it: `2026-03-29 02:30`, which sorts by text. */
export interface Wall {
  readonly startMs: number;
  readonly shown: readonly string[];
  /** Where each is shown first and last. */
  readonly first: ReadonlyMap<string, number>;
  readonly last: ReadonlyMap<string, number>;
}

/** What the clock of a zone shows in each minute. */
export function wallOf(zoneName: string, startMs: number, minutes: number): Wall {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zoneName,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const shown = Array.from({ length: minutes }, (_, index) => format.format(startMs + index * MINUTE_MS));
  const last = new Map(shown.map((text, index) => [text, index]));
  const first = new Map(shown.map((text, index) => [text, index] as const).toReversed());
  return { startMs, shown, first, last };
}

/** Whether the schedule holds, for each minute of a wall. Periods that begin before the wall's second day are not known. */
export function holdingOf({ shown, first, last }: Wall, schedule: Schedule): boolean[] {
  const holding = shown.map(() => false);
  const dates = [...new Set(shown.map((text) => text.slice(0, 10)))];
  const [firstDate = '', lastDate = ''] = [dates[0], dates.at(-1)];
  for (let date = firstDate; date <= lastDate; date = nextDate(date)) {
    const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' }).format(
      Date.parse(date),
    );
    const excepted = [...schedule.except].some((day) => isoOf(day) === date);
    if (excepted || !isLabel(weekday) || !schedule.days.has(LABELS[weekday])) continue;
    const from = `${date} ${timeOf(schedule.fromMinutes)}`;
    const overnight = schedule.toMinutes <= schedule.fromMinutes;
    const to = `${overnight ? nextDate(date) : date} ${timeOf(schedule.toMinutes)}`;
    const begins = first.get(from) ?? shown.findIndex((text) => text > from);
    const jump = (): number => shown.findIndex((text) => text > to);
    const ends = last.get(to) ?? (jump() === -1 ? shown.length : jump());
    if (begins !== -1) for (let index = begins; index < ends; index++) holding[index] = true;
  }
  return holding;
}

function isLabel(text: string): text is keyof typeof LABELS {
  return text in LABELS;
}

function isoOf(day: number): string {
  return new Date(day * 1440 * MINUTE_MS).toISOString().slice(0, 10);
}

function nextDate(date: string): string {
  return isoOf(Date.parse(date) / (1440 * MINUTE_MS) + 1);
}

function timeOf(minutes: number): string {
  return new Date(minutes * MINUTE_MS).toISOString().slice(11, 16);
}
