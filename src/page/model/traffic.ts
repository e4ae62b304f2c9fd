// Sums of the query log as charts have them: one value a stretch without gaps, and what they add up to. Pure.
import type { Sum } from '../../querylog/history.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far back a chart goes, and by what stretches. */
export const SPANS = {
  day: { per: 'hour', ms: DAY_MS },
  week: { per: 'hour', ms: 7 * DAY_MS },
  month: { per: 'day', ms: 30 * DAY_MS },
  year: { per: 'day', ms: 365 * DAY_MS },
} as const;

/** One of them. */
export type SpanName = keyof typeof SPANS;

/** The spans, the shortest first. */
export const SPAN_NAMES: readonly SpanName[] = ['day', 'week', 'month', 'year'];

/** The span of a route; the last day where it is not known. */
export function toSpan(text: string | undefined): SpanName {
  return SPAN_NAMES.find((name) => name === text) ?? 'day';
}

/** When a span begins that ends now: on a whole hour, so that asking again is asking the same. */
export function sinceOf(span: SpanName, nowMs: number): number {
  return Math.floor(nowMs / HOUR_MS) * HOUR_MS - SPANS[span].ms + HOUR_MS;
}

/** What is counted. */
export type CountName = 'queries' | 'blocked' | 'cached' | 'failed';

/** What was counted. */
export type Totals = Readonly<Record<CountName, number>>;

/** Columns of a chart: the beginning of each stretch, and its counts. */
export interface Series extends Readonly<Record<CountName, readonly number[]>> {
  /** Milliseconds since 1970, rising. */
  readonly times: readonly number[];
}

/** The columns from a time until now; stretches in which nothing was asked have zeros. */
export function seriesOf(
  sums: readonly Sum[],
  { per, sinceMs, nowMs }: { readonly per: 'hour' | 'day'; readonly sinceMs: number; readonly nowMs: number },
): Series {
  const byTime = new Map<number, Totals>();
  for (const sum of sums) byTime.set(sum.fromMs, added(byTime.get(sum.fromMs) ?? NOTHING, sum));
  const times = timesOf(
    [...byTime.keys()].toSorted((a, b) => a - b),
    per === 'hour' ? HOUR_MS : DAY_MS,
    [sinceMs, nowMs],
  );
  const column = (name: CountName): number[] => times.map((time) => byTime.get(time)?.[name] ?? 0);
  return {
    times,
    queries: column('queries'),
    blocked: column('blocked'),
    cached: column('cached'),
    failed: column('failed'),
  };
}

/** Beginnings of stretches, with those between that nothing was counted in. A day may have 23 or 25 hours. */
function timesOf(
  known: readonly number[],
  stepMs: number,
  [sinceMs, nowMs]: readonly [number, number],
): number[] {
  const times: number[] = [];
  const fill = (from: number, to: number): void => {
    for (let time = from; time < to - stepMs / 2; time += stepMs) times.push(time);
  };
  const [first] = known;
  if (first === undefined) {
    fill(sinceMs, nowMs);
    return times;
  }
  const before = Math.floor((first - sinceMs) / stepMs);
  fill(first - Math.max(0, before) * stepMs, first);
  for (const [index, time] of known.entries()) {
    times.push(time);
    fill(time + stepMs, known[index + 1] ?? nowMs + stepMs / 2);
  }
  return times;
}

const NOTHING: Totals = { queries: 0, blocked: 0, cached: 0, failed: 0 };

/** What sums add up to. */
export function totalsOf(sums: readonly Sum[]): Totals {
  return sums.reduce(added, NOTHING);
}

function added(to: Totals, { queries, blocked, cached, failed }: Totals): Totals {
  return {
    queries: to.queries + queries,
    blocked: to.blocked + blocked,
    cached: to.cached + cached,
    failed: to.failed + failed,
  };
}

/** What each VLAN had, the most first. */
export function byVlan(sums: readonly Sum[]): (Totals & { readonly vlan: string })[] {
  const vlans = new Map<string, Totals>();
  for (const sum of sums) vlans.set(sum.vlan, added(vlans.get(sum.vlan) ?? NOTHING, sum));
  return [...vlans]
    .map(([vlan, totals]) => ({ vlan, ...totals }))
    .toSorted((a, b) => b.queries - a.queries || (a.vlan < b.vlan ? -1 : 1));
}

/** The stretch with the most queries; undefined where nothing was asked. */
export function busiest({
  times,
  queries,
}: Series): { readonly unixMs: number; readonly queries: number } | undefined {
  const most = Math.max(0, ...queries);
  return most === 0 ? undefined : { unixMs: times[queries.indexOf(most)]!, queries: most };
}
