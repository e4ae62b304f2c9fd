// What adjusts policies at a moment: for whom, and until when. The rule: of the same configuration, desk and time the same.
import type { PrefixNumbers } from '../addresses/prefix.ts';
import type { Config } from '../config/config.ts';
import type { Adjustment } from '../policy/adjustment.ts';
import type { HouseSource } from '../policy/compile-policies.ts';

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
}

/** What adjusts the policies of a configuration at this moment. */
export function adjustmentsAt(_config: Config, desk: Desk, unixMs: number): Adjusted {
  return {
    adjustments: desk.adjustments.filter(({ untilMs }) => untilMs > unixMs),
    nextChangeMs: new Map(),
  };
}
