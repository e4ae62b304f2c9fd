// When a list is fetched next: at its interval, sooner after a failure, and shifted at random, so that not everybody fetches
// at once. Pure: clock and random number are handed in.

/** What has happened to a list so far; times in milliseconds since 1970. */
export interface RefreshHistory {
  /** When its servers last gave it or said that it is unchanged; undefined if they never did. */
  readonly fetchedAtMs: number | undefined;
  /** Failures since then. */
  readonly failures: number;
  /** When the last failure was; undefined if there is none. */
  readonly failedAtMs: number | undefined;
  /** Whether the last failure was an update that came and is held back. */
  readonly isHeld: boolean;
}

/** What the next fetch depends on beside the history. */
export interface RefreshMoment {
  readonly nowMs: number;
  /** The time between two fetches, in milliseconds. */
  readonly refreshMs: number;
  /** A number from 0 to below 1, as `Math.random` gives it. */
  readonly random: number;
}

/** The part by which an interval is lengthened or shortened at random. */
const JITTER = 0.1;

/** The same for the pause before a retry: a server that fails, fails for many clients at once. */
const RETRY_JITTER = 0.3;

/** The pause after the first failure; each further one doubles it. */
const FIRST_PAUSE_MS = 5000;

/** The pause after an update that is held back: the server works, and the list's makers may correct it. */
const HELD_PAUSE_MS = 15 * 60_000;

/**
 * Says when the list is due, in milliseconds since 1970; a moment in the past means now. `random` has to be the same until
 * the next fetch.
 */
export function dueAtMs(history: RefreshHistory, moment: RefreshMoment): number {
  const { nowMs, refreshMs } = moment;
  const { fetchedAtMs, failedAtMs, failures } = history;
  if (failures > 0 && failedAtMs !== undefined) {
    // A retry is never later than the interval would have been.
    const pauseMs = Math.min(pauseOf(history, moment.random), refreshMs);
    // A failure in the future was noted before the clock was set back.
    return Math.min(failedAtMs, nowMs) + pauseMs;
  }
  if (fetchedAtMs === undefined || fetchedAtMs > nowMs) return nowMs;
  return fetchedAtMs + jittered(refreshMs, JITTER, moment.random);
}

function pauseOf({ failures, isHeld }: RefreshHistory, random: number): number {
  const pauseMs = isHeld ? HELD_PAUSE_MS : FIRST_PAUSE_MS * 2 ** (failures - 1);
  return jittered(pauseMs, RETRY_JITTER, random);
}

function jittered(ms: number, jitter: number, random: number): number {
  return Math.round(ms * (1 - jitter + 2 * jitter * random));
}
