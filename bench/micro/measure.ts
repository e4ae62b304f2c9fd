// Time and allocation of one operation. The rules: what is measured has been compiled before, so each operation runs until it
// gets no faster; the time is that of the processor, which is not spent while others have it; and the figure is a median of
// rounds, each of all operations in another order, so that none is always first or behind the same one.

/** Does an operation `count` times. */
export type Run = (count: number) => void;

/** What one operation costs. */
export interface Cost {
  /** Median, lowest and highest round, nanoseconds an operation. */
  readonly nanoseconds: number;
  readonly lowest: number;
  readonly highest: number;
  /** Octets allocated on the heap an operation: median of rounds. */
  readonly octets: number;
}

/** What an operation costs beside another. */
export interface Comparison {
  /** Medians, nanoseconds an operation. */
  readonly nanoseconds: number;
  readonly otherNanoseconds: number;
  /** Median of the ratios of rounds next to each other: below 1, the first is faster; and the quartiles around it. */
  readonly ratio: number;
  readonly quartiles: readonly [low: number, high: number];
}

const ROUNDS = 31;
const PAIRS = 101;
const ROUND_MS = 20;

/** An operation is warm when its quickest slice has not got quicker by a fiftieth over so many; at most so many are run. */
const STEADY_SLICES = 8;
const MOST_SLICES = 60;

/** Measures operations, in the order given. Needs `node --expose-gc` for the octets. */
export function measure(runs: readonly Run[]): Cost[] {
  const counts = runs.map(warm);
  const rounds = runs.map((): { nanoseconds: number; octets: number }[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const at of shuffled(runs.length)) rounds[at]!.push(oneRound(runs[at]!, counts[at]!));
  return rounds.map((of) => {
    const times = sorted(of.map(({ nanoseconds }) => nanoseconds));
    const octets = sorted(of.map(({ octets: own }) => own));
    return {
      nanoseconds: middleOf(times),
      lowest: times[0] ?? 0,
      highest: times.at(-1) ?? 0,
      octets: middleOf(octets),
    };
  });
}

/** Measures pairs of equivalent operations, each pair alternately, so that other work of the machine affects both. */
export function compare(pairs: readonly (readonly [Run, Run])[]): Comparison[] {
  const counts = pairs.map(([run, other]) => Math.min(warm(run), warm(other)));
  const rounds = pairs.map((): [number, number][] => []);
  for (let round = 0; round < PAIRS; round++)
    for (const at of shuffled(pairs.length)) rounds[at]!.push(onePair(pairs[at]!, counts[at]!));
  return rounds.map((of) => {
    const ratios = sorted(of.map(([ours, theirs]) => ours / theirs));
    return {
      nanoseconds: middleOf(sorted(of.map(([ours]) => ours))),
      otherNanoseconds: middleOf(sorted(of.map(([, theirs]) => theirs))),
      ratio: middleOf(ratios),
      quartiles: [ratios[PAIRS >> 2] ?? 0, ratios[(3 * PAIRS) >> 2] ?? 0],
    };
  });
}

/** Runs an operation until it is as quick as it gets; gives how many take about a round. */
function warm(run: Run): number {
  let count = 1000;
  let best = Infinity;
  let steady = 0;
  for (let slices = 0; slices < MOST_SLICES && steady < STEADY_SLICES; slices++) {
    const nanoseconds = timeOf(run, count);
    steady = nanoseconds < best * 0.98 ? 0 : steady + 1;
    best = Math.min(best, nanoseconds);
    count = Math.max(1000, Math.ceil((ROUND_MS * 1e6) / best));
  }
  return count;
}

function oneRound(run: Run, count: number): { nanoseconds: number; octets: number } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const nanoseconds = timeOf(run, count);
  return { nanoseconds, octets: (process.memoryUsage().heapUsed - before) / count };
}

/** Which of the two is first is left to chance. */
function onePair([run, other]: readonly [Run, Run], count: number): [number, number] {
  const first = Math.random() < 0.5 ? timeOf(run, count) : undefined;
  const theirs = timeOf(other, count);
  return [first ?? timeOf(run, count), theirs];
}

/** Nanoseconds of the processor an operation. */
function timeOf(run: Run, count: number): number {
  const before = process.cpuUsage();
  run(count);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}

/** The numbers below `count`, in an order by chance. */
function shuffled(count: number): number[] {
  const drawn = Array.from({ length: count }, (_, at) => ({ at, by: Math.random() }));
  return drawn.toSorted((a, b) => a.by - b.by).map(({ at }) => at);
}

function sorted(figures: readonly number[]): number[] {
  return figures.toSorted((a, b) => a - b);
}

function middleOf(figures: readonly number[]): number {
  return figures[figures.length >> 1] ?? 0;
}
