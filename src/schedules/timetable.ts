// Which schedules hold at an instant, and when that changes next. A function of schedules, zone and instant: it reads no
// clock. What it worked out it keeps, since a time in a zone takes 70 µs to find (Node 20) and is asked for at each change.
//
// A period begins when the clock on the wall first shows `from`, and ends when it last shows `to`: where the clock is put
// back, the longer, stricter reading holds. A time that the clock jumps over is the jump.
import type { WallClock, Zone } from '../time/zone.ts';
import { beginsOn, endMinutes } from './schedule.ts';
import type { Schedule } from './schedule.ts';

/** A schedule at an instant. */
export interface ScheduleState<S extends Schedule = Schedule> {
  readonly schedule: S;
  readonly holds: boolean;
  /** When it begins or ends next, in milliseconds since 1970; Infinity where that is not known. */
  readonly changesAtMs: number;
}

/** Several schedules at an instant. */
export interface SchedulesState<S extends Schedule = Schedule> {
  /** Those that hold, in the order given. */
  readonly active: readonly ScheduleState<S>[];
  /** The one that begins next; undefined where all hold, or there is none. */
  readonly next: ScheduleState<S> | undefined;
  /** When any begins or ends next, in milliseconds since 1970; Infinity where nothing will. */
  readonly changesAtMs: number;
}

interface Period {
  readonly beginsMs: number;
  readonly endsMs: number;
}

// A clock that goes over the date line shows a day twice or not at all, so the day before yesterday may still last.
const DAYS_BACK = 2;
// A schedule that holds for longer is looked at again then, and is found to hold still.
const LONGEST_RUN_DAYS = 400;
const MOST_KEPT = 10_000;

/** Instants of periods in one zone. */
export class Timetable {
  readonly zone: Zone;
  readonly #instants = new Map<number, number>();

  constructor(zone: Zone) {
    this.zone = zone;
  }

  /** What holds at an instant, in milliseconds since 1970. */
  stateAt<S extends Schedule>(schedules: readonly S[], atMs: number): SchedulesState<S> {
    if (schedules.length === 0) return { active: [], next: undefined, changesAtMs: Infinity };
    const shown = this.zone.wallClockAt(atMs);
    const states = schedules.map((schedule) => this.#stateOf(schedule, atMs, shown));
    const coming = states.filter(({ holds, changesAtMs }) => !holds && changesAtMs < Infinity);
    return {
      active: states.filter(({ holds }) => holds),
      next: coming.toSorted((a, b) => a.changesAtMs - b.changesAtMs)[0],
      changesAtMs: Math.min(...states.map(({ changesAtMs }) => changesAtMs)),
    };
  }

  #stateOf<S extends Schedule>(schedule: S, atMs: number, shown: WallClock): ScheduleState<S> {
    let endsMs: number | undefined;
    for (const period of this.#periodsFrom(schedule, shown.day - DAYS_BACK)) {
      if (endsMs !== undefined && period.beginsMs > endsMs) break;
      if (period.endsMs <= atMs) continue;
      if (endsMs === undefined && period.beginsMs > atMs)
        return { schedule, holds: false, changesAtMs: period.beginsMs };
      // Periods that follow one another without a gap are one.
      endsMs = Math.max(endsMs ?? 0, period.endsMs);
    }
    return { schedule, holds: endsMs !== undefined, changesAtMs: endsMs ?? Infinity };
  }

  *#periodsFrom(schedule: Schedule, firstDay: number): Generator<Period> {
    // Each excepted day may put the next period off by a week.
    const lastDay = firstDay + Math.max(LONGEST_RUN_DAYS, (schedule.except.size + 2) * 7);
    for (let day = firstDay; day <= lastDay; day++) {
      if (!beginsOn(schedule, day)) continue;
      const beginsMs = this.#instant('first', day, schedule.fromMinutes);
      const endsMs = this.#instant('last', day, endMinutes(schedule));
      // A clock that jumps over the whole period shows none of it.
      if (endsMs > beginsMs) yield { beginsMs, endsMs };
    }
  }

  #instant(which: 'first' | 'last', day: number, minutes: number): number {
    const key = (day * 4096 + minutes) * 2 + (which === 'first' ? 0 : 1);
    const kept = this.#instants.get(key);
    if (kept !== undefined) return kept;
    if (this.#instants.size >= MOST_KEPT) this.#instants.clear();
    const instant =
      which === 'first' ? this.zone.firstInstant(day, minutes) : this.zone.lastInstant(day, minutes);
    this.#instants.set(key, instant);
    return instant;
  }
}

/** What holds while nobody knows what time it is: every schedule, so that none is got round by a wrong clock. */
export function stateOfWrongClock<S extends Schedule>(schedules: readonly S[]): SchedulesState<S> {
  const active = schedules.map((schedule) => ({ schedule, holds: true, changesAtMs: Infinity }));
  return { active, next: undefined, changesAtMs: Infinity };
}
