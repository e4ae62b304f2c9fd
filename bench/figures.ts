// What was measured: every value of every round, by case, server and figure.
import { mean, median } from './stats.ts';

/**
 * What a figure is, for tables: its heading, how many decimals are worth showing, and what of all rounds is shown where that
 * is not the median. User and system are told apart by samples, of which one round has too few.
 */
export const FIGURES = {
  cpuUs: { told: 'CPU µs/query', decimals: 2 },
  userUs: { told: 'user', decimals: 2, of: 'mean' },
  systemUs: { told: 'system', decimals: 2, of: 'mean' },
  queriesPerSecond: { told: 'queries/s', decimals: 0 },
  busyPercent: { told: 'server busy %', decimals: 0 },
  lost: { told: 'lost', decimals: 0, of: 'sum' },
  meanUs: { told: 'mean µs', decimals: 1 },
  p50Us: { told: 'p50 µs', decimals: 1 },
  p99Us: { told: 'p99 µs', decimals: 1 },
  p999Us: { told: 'p99.9 µs', decimals: 1 },
  addedUs: { told: 'added µs (p50)', decimals: 1 },
  replyOctets: { told: 'reply octets', decimals: 0 },
  nxdomainPercent: { told: 'NXDOMAIN %', decimals: 1 },
  upstreamPercent: { told: 'asked upstream %', decimals: 2 },
  rssMb: { told: 'RSS MB', decimals: 1 },
  peakMb: { told: 'peak RSS MB', decimals: 1 },
  firstAnswerMs: { told: 'first answer ms', decimals: 0 },
  compileMs: { told: 'compile ms', decimals: 0 },
  compilePeakMb: { told: 'compiler peak RSS MB', decimals: 1 },
  snapshotMs: { told: 'snapshot load ms', decimals: 1 },
  swapMs: { told: 'compile and swap ms', decimals: 0 },
} as const satisfies Readonly<Record<string, FigureKind>>;

interface FigureKind {
  readonly told: string;
  readonly decimals: number;
  readonly of?: 'mean' | 'sum';
}

/** A kind of figure. */
export type FigureName = keyof typeof FIGURES;

/** The value for all rounds of a figure: their median, mean or sum. */
export function middleOf(values: readonly number[], figure: FigureName): number {
  const { of }: FigureKind = FIGURES[figure];
  if (of === 'sum') return values.reduce((sum, value) => sum + value, 0);
  return of === 'mean' ? mean(values) : median(values);
}

/** All values of one figure. */
export interface Series {
  /** What was asked, and by which load: `hit, dnsperf`. */
  readonly case: string;
  readonly server: string;
  readonly figure: FigureName;
  /** One a round, in order. */
  readonly values: readonly number[];
}

/** All values of a run. */
export class Figures {
  readonly #series = new Map<string, Series & { readonly values: number[] }>();

  /** Files values of one round, whichever figures there are. */
  add(name: string, server: string, values: Partial<Readonly<Record<FigureName, number>>>): void {
    for (const figure of figureNames) {
      const value = values[figure];
      if (value === undefined) continue;
      const key = keyOf(name, server, figure);
      const known = this.#series.get(key);
      if (known === undefined) this.#series.set(key, { case: name, server, figure, values: [value] });
      else known.values.push(value);
    }
  }

  /** The values of all rounds; none where it was not measured. */
  of(name: string, server: string, figure: FigureName): readonly number[] {
    return this.#series.get(keyOf(name, server, figure))?.values ?? [];
  }

  /** Everything, in the order in which it was first measured. */
  all(): Series[] {
    return [...this.#series.values()];
  }
}

const figureNames = Object.keys(FIGURES).filter((name): name is FigureName => name in FIGURES);

function keyOf(name: string, server: string, figure: FigureName): string {
  return `${name}\n${server}\n${figure}`;
}
