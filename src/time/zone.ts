// The clock on the wall in a time zone: what it shows at an instant, and when it shows a time. Temporal is part of newer Nodes;
// Node 20 takes it from the package, whose import costs 30 ms and 15 MB (measured), so that it is imported only when a zone
// is opened.
// The rule for days on which the clock is put forward or back: a clock that jumps over a time shows it at the jump, and one
// that shows a time twice has a first and a last.
import type { Temporal } from 'temporal-polyfill';

const MINUTES_A_DAY = 1440;
const MS_A_DAY = 86_400_000;

/** What the clock on the wall shows. */
export interface WallClock {
  /** Days since 1970-01-01, in the calendar and not in elapsed time. */
  readonly day: number;
  /** Minutes since midnight, 0..1439. */
  readonly minutes: number;
}

/** A time zone. */
export interface Zone {
  /** Its IANA name. */
  readonly name: string;
  /** What the clock shows at an instant, in milliseconds since 1970. */
  wallClockAt(unixMs: number): WallClock;
  /** The first instant at which the clock shows this time, or jumps over it. `minutes` may pass midnight. */
  firstInstant(day: number, minutes: number): number;
  /** The last instant at which the clock shows this time, or jumps over it. `minutes` may pass midnight. */
  lastInstant(day: number, minutes: number): number;
}

/** The name of the machine's own zone; UTC where the machine has none. */
export function localZoneName(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return isZoneName(timeZone) ? timeZone : 'UTC';
}

/** Whether there is a zone of this name. An offset such as +02:00 is none: it has no summer time. */
export function isZoneName(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // A RangeError is how Intl says that it does not know the name.
    return false;
  }
}

/** Every zone that has a name of its own; older names of the same zones are not among them. */
export function zoneNames(): readonly string[] {
  return [...Intl.supportedValuesOf('timeZone'), 'UTC'];
}

/** Opens a zone by its IANA name, or the machine's own by `local`. Throws a RangeError where there is none. */
export async function openZone(name: string): Promise<Zone> {
  const zoneName = name === 'local' ? localZoneName() : name;
  if (!isZoneName(zoneName)) throw new RangeError(`there is no time zone ${zoneName}`);
  // The package gives Node's own Temporal where there is one, and loads its own beside it all the same.
  const native = toTemporal(globalThis);
  return new TemporalZone(zoneName, native ?? (await import('temporal-polyfill')).Temporal);
}

function toTemporal(scope: object): typeof Temporal | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of Node 20 do not know it
  return 'Temporal' in scope ? (scope.Temporal as typeof Temporal) : undefined;
}

class TemporalZone implements Zone {
  readonly name: string;
  readonly #temporal: typeof Temporal;

  constructor(name: string, temporal: typeof Temporal) {
    this.name = name;
    this.#temporal = temporal;
  }

  wallClockAt(unixMs: number): WallClock {
    const shown = this.#temporal.Instant.fromEpochMilliseconds(Math.floor(unixMs)).toZonedDateTimeISO(
      this.name,
    );
    const day = Date.UTC(shown.year, shown.month - 1, shown.day) / MS_A_DAY;
    return { day, minutes: shown.hour * 60 + shown.minute };
  }

  firstInstant(day: number, minutes: number): number {
    return this.#instant(day, minutes, 'earlier');
  }

  lastInstant(day: number, minutes: number): number {
    return this.#instant(day, minutes, 'later');
  }

  #instant(day: number, minutes: number, which: 'earlier' | 'later'): number {
    const date = new Date((day + Math.floor(minutes / MINUTES_A_DAY)) * MS_A_DAY);
    const shown = this.#temporal.PlainDateTime.from({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: Math.floor((minutes % MINUTES_A_DAY) / 60),
      minute: minutes % 60,
    });
    const zoned = shown.toZonedDateTime(this.name, { disambiguation: which });
    if (zoned.toPlainDateTime().equals(shown)) return zoned.epochMilliseconds;
    // The clock jumps over this time, and `earlier` lies before the jump.
    const before = shown.toZonedDateTime(this.name, { disambiguation: 'earlier' });
    const jump = before.getTimeZoneTransition('next');
    return (jump ?? zoned).epochMilliseconds;
  }
}
