// A whole run as one plain object: the content of results.json, and the source of the tables.
import type { Figures, Series } from '../figures.ts';
import { middleOf } from '../figures.ts';
import type { Spread } from '../stats.ts';
import type { Bar } from './bars.ts';
import { barsOf } from './bars.ts';
import type { Machine } from './machine.ts';

/** A series with the value for all its rounds. */
interface Result extends Series {
  /** The median of the rounds; their mean for user and system time, their sum for what was lost. */
  readonly value: number;
}

/** A whole run. */
export interface Results {
  /** When it ended, ISO 8601. */
  readonly date: string;
  readonly minutes: number;
  readonly rounds: number;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** The part of all processors' time that was used by what the bench did not start. */
  readonly othersPercent: number;
  readonly placement: string;
  readonly names: string;
  /** What was left out and what was odd, a sentence each. */
  readonly notes: readonly string[];
  /** The vlandns that the bars are about. */
  readonly ours: string;
  readonly bars: readonly Bar[];
  readonly figures: readonly Result[];
}

/** What is known of a run beside its figures. */
export type Circumstances = Omit<Results, 'bars' | 'figures'>;

/** Puts the results of a run together. */
export function toResults(figures: Figures, around: Circumstances): Results {
  return {
    ...around,
    bars: barsOf(figures, around.ours).map((bar) => ({
      ...bar,
      value: bar.value === undefined ? undefined : rounded(bar.value),
    })),
    figures: figures.all().map((series) => ({
      ...series,
      value: round(middleOf(series.values, series.figure)),
      values: series.values.map(round),
    })),
  };
}

function rounded({ median, lowest, highest }: Spread): Spread {
  return { median: round(median), lowest: round(lowest), highest: round(highest) };
}

/** To five digits: no figure is better than that. */
function round(value: number): number {
  return Number(value.toPrecision(5));
}
