// Numbers, times and durations as a reader of one language writes them, times in the zone of the house. Pure.

/** Writes values for one reader. */
export interface Format {
  readonly number: (value: number) => string;
  /** A part of one: `12 %`. */
  readonly percent: (part: number) => string;
  /** `18:00`; with the day where it is not that of `nowMs`: `Mon 18:00`, or the date where it is a week away. */
  readonly moment: (unixMs: number, nowMs: number) => string;
  /** The day and the time to the second, in full. */
  readonly exact: (unixMs: number) => string;
  /** What a clock on the wall shows, as `2026-12-24T22:00`: the day and the time in full. */
  readonly wall: (text: string) => string;
  /** The hour and the minute; the day and the month. */
  readonly hour: (unixMs: number) => string;
  readonly date: (unixMs: number) => string;
  /** The time to the second. */
  readonly clock: (unixMs: number) => string;
  /** `45 min`, `1 hr, 30 min`; below a minute in seconds. */
  readonly duration: (seconds: number) => string;
  /** `5 minutes ago`, `in 2 hours`. */
  readonly away: (unixMs: number, nowMs: number) => string;
  /** Octets: `12 MB`. */
  readonly octets: (octets: number) => string;
}

const DAY_MS = 86_400_000;

/** Makes the format of a locale and an IANA zone; a zone that the browser does not know is the browser's own. */
export function formatFor(locale: string, timeZone: string): Format {
  const zone = isZone(timeZone) ? { timeZone } : {};
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { hourCycle: 'h23', ...zone, ...options });
  const time = dates({ hour: '2-digit', minute: '2-digit' });
  const weekday = dates({ weekday: 'short', hour: '2-digit', minute: '2-digit' });
  const dated = dates({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const exact = dates({ dateStyle: 'medium', timeStyle: 'medium' });
  const clock = dates({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const day = dates({ dateStyle: 'short' });
  const date = dates({ day: 'numeric', month: 'short' });
  const wall = dates({ timeZone: 'UTC', dateStyle: 'full', timeStyle: 'short' });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  return {
    number: (value) => number.format(value),
    percent: (part) => percent.format(part),
    moment: (unixMs, nowMs) => {
      if (!Number.isFinite(unixMs)) return '';
      if (day.format(unixMs) === day.format(nowMs)) return time.format(unixMs);
      return (Math.abs(unixMs - nowMs) < 6 * DAY_MS ? weekday : dated).format(unixMs);
    },
    exact: (unixMs) => exact.format(unixMs),
    wall: (text) => {
      const unixMs = Date.parse(`${text}Z`);
      return Number.isFinite(unixMs) ? wall.format(unixMs) : text;
    },
    hour: (unixMs) => time.format(unixMs),
    date: (unixMs) => date.format(unixMs),
    clock: (unixMs) => clock.format(unixMs),
    duration: (seconds) => durationIn(locale, seconds),
    away: (unixMs, nowMs) => awayIn(locale, (unixMs - nowMs) / 1000),
    octets: (octets) => octetsIn(locale, octets),
  };
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).format(0) !== '';
  } catch {
    // Not one that this browser knows.
    return false;
  }
}

function unitIn(locale: string, unit: string, value: number): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: unit.endsWith('byte') && value < 10 ? 1 : 0,
  }).format(value);
}

function durationIn(locale: string, seconds: number): string {
  if (seconds < 60) return unitIn(locale, 'second', Math.max(0, Math.floor(seconds)));
  const minutes = Math.floor(seconds / 60);
  const parts = {
    day: Math.floor(minutes / 1440),
    hour: Math.floor(minutes / 60) % 24,
    minute: minutes % 60,
  };
  const told = Object.entries(parts).filter(([, value]) => value > 0);
  return told
    .slice(0, 2)
    .map(([unit, value]) => unitIn(locale, unit, value))
    .join(' ');
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

function awayIn(locale: string, seconds: number): string {
  const [unit, size] = STEPS.find(([, least]) => Math.abs(seconds) >= least) ?? (['second', 1] as const);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function octetsIn(locale: string, octets: number): string {
  const power = octets < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(octets) / 3));
  return unitIn(locale, SIZES[power] ?? 'byte', octets / 1000 ** power);
}
