// The clock on the wall of this machine's own time zone.
// The rule for days on which the clock is put forward: a clock that jumps over a time shows it at the jump.

const MS_A_DAY = 86_400_000;

/** This machine's zone. */
export const localZone = {
  /** Days since 1970-01-01 and minutes since midnight, as the clock shows them. */
  wallClockAt(unixMs: number): { readonly day: number; readonly minutes: number } {
    const at = new Date(unixMs);
    const day = Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / MS_A_DAY;
    return { day, minutes: at.getHours() * 60 + at.getMinutes() };
  },

  /** The first instant at which the clock shows this time or a later one. */
  firstInstant(day: number, minutes: number): number {
    const date = new Date(day * MS_A_DAY);
    return new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 0, minutes).getTime();
  },
} as const;
