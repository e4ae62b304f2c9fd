// The instants at which two configurations may decide differently because of their schedules: one for each way in which schedules of a
// policy hold together on either side, within a week from now. Pure.
import type { Config } from '../../config/config.ts';
import { Timetable } from '../../schedules/timetable.ts';
import { dayTimeText } from '../../schedules/time-text.ts';
import type { Zone } from '../../time/zone.ts';

/** Two policies that are compared, as the configurations have them. */
export interface ScheduledPair {
  readonly before: Policy;
  readonly after: Policy;
}

/** An instant, and what holds then on either side. */
export interface Instant {
  readonly atMs: number;
  /** `Mon 21:00: bedtime`, `Mon 21:00: no schedule`. */
  readonly text: string;
}

type Policy = Config['policies'][number];

/** The clocks that the schedules of either side go by; undefined where a side has none. */
export interface Zones {
  readonly before: Zone | undefined;
  readonly after: Zone | undefined;
}

const WEEK_MS = 8 * 86_400_000;
/** The most instants of one pair. */
const MOST_INSTANTS = 100;

/** The instants other than now at which something else holds; none where both sides have the same schedules. */
export function instantsOf({ before, after }: ScheduledPair, zones: Zones, nowMs: number): Instant[] {
  const zone = zones.after ?? zones.before;
  const isSame = scheduleKey(before) === scheduleKey(after) && zones.before?.name === zones.after?.name;
  if (zone === undefined || isSame) return [];
  const sides = [
    { policy: before, timetable: zones.before && new Timetable(zones.before) },
    { policy: after, timetable: zones.after && new Timetable(zones.after) },
  ];
  const seen = new Set<string>();
  const found: Instant[] = [];
  for (let atMs = nowMs; atMs < nowMs + WEEK_MS && found.length < MOST_INSTANTS;) {
    const states = sides.map(({ policy, timetable }) => timetable?.stateAt(policy.schedules, atMs));
    const names = states.map((state) => (state?.active ?? []).map(({ schedule }) => schedule.name));
    const key = JSON.stringify(names);
    if (!seen.has(key) && atMs > nowMs)
      found.push({ atMs, text: `${dayTimeText(zone, atMs, nowMs)}: ${holdingText(names.flat())}` });
    seen.add(key);
    atMs = Math.min(...states.map((state) => state?.changesAtMs ?? Infinity));
  }
  return found;
}

function holdingText(names: readonly string[]): string {
  return names.length === 0 ? 'no schedule' : [...new Set(names)].join(', ');
}

/** Tells schedules apart by all that they say; where they are written does not matter. */
function scheduleKey({ schedules }: Policy): string {
  return JSON.stringify(schedules, (key, value: unknown) => {
    if (key === 'at') return undefined;
    return value instanceof Set ? [...value] : value;
  });
}
