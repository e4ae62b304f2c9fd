// What is told of the desk: the replies of its routes, and its part of status. Times are ISO 8601, UTC.
import type { DeskEntry, DeskKind, DeskScope, Role } from '../desk/desk-entry.ts';
import { isLasting, subjectToText } from '../desk/desk-entry.ts';

/** One entry. */
export interface ToldEntry {
  readonly id: string;
  readonly kind: DeskKind;
  readonly scope: DeskScope;
  readonly what: string;
  readonly from: string;
  /** Undefined for one that stays. */
  readonly until: string | undefined;
  readonly by: Role;
  /** Who it was, by their own words. */
  readonly user: string | undefined;
  readonly reason: string | undefined;
  /** Its line in the desk's file. */
  readonly line: number;
  /** Why it makes no difference now; undefined where it does. */
  readonly lack: string | undefined;
}

/** What came of a change. */
export interface DeskTold {
  /** What was begun, or ended. */
  readonly entries: readonly ToldEntry[];
  /** What had to go for it. */
  readonly replaced: readonly ToldEntry[];
  /** Why it is not on disk and ends with the next start; undefined where it is. */
  readonly notKept: string | undefined;
}

/** A day's allowance, and what is left of it. */
export interface ToldAllowance {
  readonly vlan: string;
  readonly policy: string;
  readonly what: string;
  readonly secondsADay: number;
  readonly secondsLeft: number;
}

/** What was changed and holds. */
export interface GrantsTold {
  /** The desk's file. */
  readonly file: string;
  readonly entries: readonly ToldEntry[];
  readonly allowances: readonly ToldAllowance[];
}

/** An entry as it is told. */
export function tellEntry(entry: DeskEntry, lack: string | undefined): ToldEntry {
  const { id, kind, scope, subject, fromMs, untilMs, role, user, reason, line } = entry;
  return {
    id,
    kind,
    scope,
    what: subjectToText(subject),
    from: new Date(fromMs).toISOString(),
    until: isLasting(entry) ? undefined : new Date(untilMs).toISOString(),
    by: role,
    user,
    reason,
    line,
    lack,
  };
}
