// What the schedules of policies adjust at a moment. Of the same configuration and moment the same; whether a clock can be
// believed is told, and not found out here.
import type { Config } from '../config/config.ts';
import { scheduleEffect } from '../policy/schedule-rules.ts';
import type { Times } from '../schedules/times.ts';
import { activeTexts } from '../schedules/times.ts';
import { stateOfWrongClock } from '../schedules/timetable.ts';
import type { SchedulesState, Timetable } from '../schedules/timetable.ts';
import type { ScopedAdjustment } from './clients/scoped-adjustment.ts';

/** Policies with their schedules, and the clock that these go by. */
export interface Scheduled {
  readonly config: Pick<Config, 'policies'>;
  readonly timetable: Timetable | undefined;
  /** What time it is at least, in milliseconds since 1970; at an earlier one, every schedule holds. */
  readonly knownMs: number;
}

/** What schedules adjust. */
export interface ScheduleAdjustments {
  readonly adjustments: readonly ScopedAdjustment[];
  /** When schedules of a policy begin or end next, by its name, in milliseconds since 1970. */
  readonly nextChangeMs: ReadonlyMap<string, number>;
  readonly times: Times;
}

/** What the schedules of all policies adjust at a moment, in milliseconds since 1970. */
export function scheduleAdjustments(scheduled: Scheduled, unixMs: number): ScheduleAdjustments {
  const { config, timetable, knownMs } = scheduled;
  const isClockWrong = timetable !== undefined && unixMs < knownMs;
  const adjustments: ScopedAdjustment[] = [];
  const nextChangeMs = new Map<string, number>();
  const states = new Map<string, SchedulesState>();
  const times: Times = { zone: timetable?.zone, unixMs, isClockWrong, policies: states };
  for (const { name: policy, schedules } of config.policies) {
    if (timetable === undefined || schedules.length === 0) continue;
    const state = isClockWrong ? stateOfWrongClock(schedules) : timetable.stateAt(schedules, unixMs);
    states.set(policy, state);
    // A clock that is wrong is right again once it shows a later time than is known.
    nextChangeMs.set(policy, isClockWrong ? knownMs : state.changesAtMs);
    const texts = activeTexts(times, policy);
    for (const [index, { schedule, changesAtMs: untilMs }] of state.active.entries())
      adjustments.push({
        ...scheduleEffect(schedule),
        text: `schedule ${texts[index]}`,
        pauses: false,
        scope: { policy },
        untilMs,
      });
  }
  return { adjustments, nextChangeMs, times };
}
