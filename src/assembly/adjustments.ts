// What adjusts policies at a moment: for whom, and until when. The rule: of the same configuration, desk and time the same.
import type { HouseSource } from '../policy/compile-policies.ts';
import { scheduleAdjustments } from './schedule-adjustments.ts';
import { withAddresses } from './clients/device-addresses.ts';
import type { DeskAdjustment, ScopedAdjustment } from './clients/scoped-adjustment.ts';
import type { KnownClients } from '../clients/gather-clients.ts';
import type { Scheduled } from './schedule-adjustments.ts';
import type { Times } from '../schedules/times.ts';

/** What was changed at the desk. Never altered: a change is another value. */
export interface Desk {
  /** Its rules, and the names that are granted and denied. */
  readonly sources: readonly HouseSource[];
  readonly adjustments: readonly DeskAdjustment[];
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

/** What adjusts the policies of a configuration at this moment, with these clients where they are. */
export function adjustmentsAt(
  scheduled: Scheduled,
  desk: Desk,
  clients: KnownClients,
  unixMs: number,
): Adjusted {
  const { adjustments, nextChangeMs, times } = scheduleAdjustments(scheduled, unixMs);
  const holding = desk.adjustments.filter(({ untilMs }) => untilMs > unixMs);
  return {
    adjustments: [...adjustments, ...withAddresses(holding, clients)],
    nextChangeMs,
    times,
  };
}
