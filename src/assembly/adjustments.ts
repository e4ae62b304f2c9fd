// What adjusts policies at a moment: for whom, and until when. The rule: of the same configuration, desk and time the same.
import type { PrefixNumbers } from '../addresses/prefix.ts';
import type { Adjustment } from '../policy/adjustment.ts';
import type { HouseSource } from '../policy/compile-policies.ts';
import { scheduleAdjustments } from './schedule-adjustments.ts';
import type { Scheduled } from './schedule-adjustments.ts';
import type { Times } from '../schedules/times.ts';

/** Whom an adjustment is for: everybody with a policy, a VLAN, or clients of it by their addresses. */
export type AdjustmentScope = { readonly policy: string } | VlanScope;

/** A VLAN, or of it the clients in a prefix. */
export interface VlanScope {
  readonly vlan: string;
  readonly client?: { readonly prefix: PrefixNumbers; readonly name?: string | undefined };
}

/** An adjustment, for whom, and until when. */
export interface ScopedAdjustment extends Adjustment {
  readonly scope: AdjustmentScope;
  /** Milliseconds since 1970; Infinity: until it is taken back. */
  readonly untilMs: number;
}

/** What was changed at the desk. Never altered: a change is another value. */
export interface Desk {
  /** Its rules, and the names that are granted and denied. */
  readonly sources: readonly HouseSource[];
  readonly adjustments: readonly ScopedAdjustment[];
}

/** A desk at which nothing was changed. */
export const EMPTY_DESK: Desk = { sources: [], adjustments: [] };

/** All that adjusts policies at a moment. */
export interface Adjusted {
  readonly adjustments: readonly ScopedAdjustment[];
  /** When schedules of a policy next make a difference, by its name, in milliseconds since 1970; none: never. */
  readonly nextChangeMs: ReadonlyMap<string, number>;
  /** The schedules of each policy that has any, and the clock that they go by. */
  readonly times: Times;
}

/** What adjusts the policies of a configuration at this moment. */
export function adjustmentsAt(scheduled: Scheduled, desk: Desk, unixMs: number): Adjusted {
  const { adjustments, nextChangeMs, times } = scheduleAdjustments(scheduled, unixMs);
  return {
    adjustments: [...adjustments, ...desk.adjustments.filter(({ untilMs }) => untilMs > unixMs)],
    nextChangeMs,
    times,
  };
}
