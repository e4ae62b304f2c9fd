// The schedules of all policies at one moment, and the clock that they go by: for whoever tells of them.
import type { Zone } from '../time/zone.ts';
import type { SchedulesState } from './timetable.ts';
import { dayTimeText, soonText } from './time-text.ts';

/** The schedules of policies at a moment. */
export interface Times {
  /** The zone; undefined where no policy has schedules. */
  readonly zone: Zone | undefined;
  /** The moment, in milliseconds since 1970. */
  readonly unixMs: number;
  /** Whether the clock is plainly wrong, so that every schedule holds. */
  readonly isClockWrong: boolean;
  /** By the names of policies that have schedules. */
  readonly policies: ReadonlyMap<string, SchedulesState>;
}

/** Times without schedules. */
export const NO_TIMES: Times = { zone: undefined, unixMs: 0, isClockWrong: false, policies: new Map() };

/** What holds for a policy, as `bedtime until 06:30`, one a schedule; empty where none holds. */
export function activeTexts({ zone, unixMs, policies }: Times, policy: string): string[] {
  return (policies.get(policy)?.active ?? []).map(({ schedule: { name }, changesAtMs }) =>
    zone === undefined || changesAtMs === Infinity
      ? `${name} while the clock is wrong`
      : `${name} until ${soonText(zone, changesAtMs, unixMs)}`,
  );
}

/** What begins next for a policy, as `bedtime at Mon 21:00`; undefined where nothing does. */
export function nextText({ zone, unixMs, policies }: Times, policy: string): string | undefined {
  const next = policies.get(policy)?.next;
  if (zone === undefined || next === undefined) return undefined;
  return `${next.schedule.name} at ${dayTimeText(zone, next.changesAtMs, unixMs)}`;
}
