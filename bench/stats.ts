// Medians, spreads and percentiles.

/** The middle of the values, and how far they go. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The middle value, or the mean of the middle two; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The median with the least and the greatest value; undefined of nothing. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
}

/** The value below which this part (0 to 1) of the sorted values lies, as the load client counts it. */
export function percentile(sorted: ArrayLike<number>, part: number): number {
  return sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)] ?? Number.NaN;
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] ?? 0;
  return sum / values.length;
}

/** Ratios of what was measured in the same round. */
export function pairedRatios(values: readonly number[], to: readonly number[]): number[] {
  return values.slice(0, to.length).map((value, round) => value / (to[round] ?? Number.NaN));
}
