// The bars for the figures, as data: a figure, or its ratio to another, and its upper or lower bound. They come from the
// issue that asked for the bench, and from the design's targets.
import { loadName, STEADY } from '../cases/answers.ts';
import { FORWARDING } from '../cases/forwarding.ts';
import { LISTS, START } from '../cases/start.ts';
import { AFTER_SWAPS, BEFORE_SWAPS, COMPILING, NOTICING, RELOADING } from '../cases/swap.ts';
import type { FigureName, Figures } from '../figures.ts';
import { middleOf } from '../figures.ts';
import type { Spread } from '../stats.ts';
import { median, pairedRatios, spreadOf } from '../stats.ts';

/** A bar and the measured value. */
export interface Bar {
  readonly what: string;
  /** Of the value: `×` for a ratio. */
  readonly unit: string;
  /** Undefined where it was not measured. */
  readonly value: Spread | undefined;
  /** Neither where the value is only told. */
  readonly most?: number;
  readonly least?: number;
}

/** Whether a bar is met; undefined where there is none, or nothing was measured. */
export function isMet({ value, most, least }: Bar): boolean | undefined {
  if (value === undefined || (most === undefined && least === undefined)) return undefined;
  return value.median <= (most ?? Infinity) && value.median >= (least ?? -Infinity);
}

/** Stands for vlandns in the way it runs where it can. */
const OURS = 'ours';
/** Stands for the peer with the greatest value. */
const BEST_PEER = 'the best peer';
const PEERS = ['unbound', 'dnsmasq'];

type Place = readonly [name: string, server: string, figure: FigureName];

interface Definition {
  readonly what: string;
  readonly of: Place;
  /** What it is a ratio to; the figure itself where there is none. */
  readonly to?: Place;
  readonly unit?: string;
  readonly most?: number;
  readonly least?: number;
}

const HIT = loadName('hit', 'dnsperf');
const BLOCKED = loadName('blocked', 'dnsperf');
const HIT_FULL = loadName('hit', 'flood');
const BLOCKED_FULL = loadName('blocked', 'flood');
const HIT_PACED = loadName('hit', 'paced');
const BLOCKED_PACED = loadName('blocked', 'paced');
const HIT_SLOW = loadName('hit', 'slow');
const [AT_ONCE, LATE] = FORWARDING;

const DEFINITIONS: readonly Definition[] = [
  ...cpuBars('cached', HIT, HIT, 'dnsperf'),
  ...cpuBars('blocked', BLOCKED, HIT, 'dnsperf'),
  ...cpuBars('cached', HIT_FULL, HIT_FULL, 'own client'),
  ...cpuBars('blocked', BLOCKED_FULL, HIT_FULL, 'own client'),
  ...cpuRatios('cached', HIT_PACED, HIT_PACED, '20,000 q/s'),
  ...cpuRatios('blocked', BLOCKED_PACED, HIT_PACED, '20,000 q/s'),
  { what: 'user time per cached answer', of: [HIT, OURS, 'userUs'], unit: 'µs', most: 1 },
  { what: 'user time per blocked answer', of: [BLOCKED, OURS, 'userUs'], unit: 'µs', most: 1 },
  {
    what: 'throughput, cached : the best peer, own client',
    of: [HIT_FULL, OURS, 'queriesPerSecond'],
    to: [HIT_FULL, BEST_PEER, 'queriesPerSecond'],
    least: 1.2,
  },
  {
    what: 'throughput, cached : the best peer, dnsperf',
    of: [HIT, OURS, 'queriesPerSecond'],
    to: [HIT, BEST_PEER, 'queriesPerSecond'],
  },
  {
    what: 'CPU per cached answer, plain I/O : dnsmasq, dnsperf',
    of: [HIT, 'vlandns plain', 'cpuUs'],
    to: [HIT, 'dnsmasq', 'cpuUs'],
    most: 1.5,
  },
  {
    what: 'p99 of cached answers at 1,000 q/s : unbound',
    of: [HIT_SLOW, OURS, 'p99Us'],
    to: [HIT_SLOW, 'unbound', 'p99Us'],
    most: 1.2,
  },
  {
    what: 'p99 of cached answers at 1,000 q/s while the lists compile : unbound, nothing compiling',
    of: [COMPILING, OURS, 'p99Us'],
    to: [HIT_SLOW, 'unbound', 'p99Us'],
    most: 2,
  },
  { what: 'queries lost while lists compile, 1,000 q/s', of: [COMPILING, OURS, 'lost'], unit: '', most: 0 },
  { what: 'queries lost in swap and reload, 20,000 q/s', of: [RELOADING, OURS, 'lost'], unit: '', most: 0 },
  { what: 'queries lost in a swap by itself, 20,000 q/s', of: [NOTICING, OURS, 'lost'], unit: '', most: 0 },
  { what: 'RSS after everything that was asked', of: [STEADY, OURS, 'rssMb'], unit: 'MB', most: 150 },
  { what: 'RSS after swaps', of: [AFTER_SWAPS, OURS, 'rssMb'], unit: 'MB', most: 150 },
  {
    what: 'peak RSS while swapping : before the first swap',
    of: [COMPILING, OURS, 'peakMb'],
    to: [BEFORE_SWAPS, OURS, 'rssMb'],
    most: 1.2,
  },
  {
    what: 'first answer after a start, with a snapshot',
    of: [START, OURS, 'firstAnswerMs'],
    unit: 'ms',
    most: 500,
  },
  { what: 'lists compiled', of: [LISTS, 'vlandns', 'compileMs'], unit: 'ms', most: 4000 },
  { what: 'snapshot loaded', of: [LISTS, 'vlandns', 'snapshotMs'], unit: 'ms', most: 30 },
  ...[AT_ONCE, LATE].map(({ name }): Definition => ({
    what: `added latency, ${name} : unbound`,
    of: [name, OURS, 'addedUs'],
    to: [name, 'unbound', 'addedUs'],
    most: 1,
  })),
];

function cpuBars(answer: string, name: string, cached: string, load: string): Definition[] {
  const most = [0.75, 1.4];
  return cpuRatios(answer, name, cached, load).map((ratio, at) => ({ ...ratio, most: most[at] ?? Infinity }));
}

/** At a rate that leaves the server idle most of the time, waking up is what costs; no bar was set for that. */
function cpuRatios(answer: string, name: string, cached: string, load: string): Definition[] {
  const of: Place = [name, OURS, 'cpuUs'];
  return [
    { what: `CPU per ${answer} answer : unbound's cached, ${load}`, of, to: [cached, 'unbound', 'cpuUs'] },
    { what: `CPU per ${answer} answer : C floor, ${load}`, of, to: [cached, 'C floor', 'cpuUs'] },
  ];
}

/** All bars, in the order of the table; `ours` says which vlandns they are about. */
export function barsOf(figures: Figures, ours: string): Bar[] {
  return DEFINITIONS.map(({ what, of, to, unit = '×', ...bounds }) => {
    const at = ([name, server, figure]: Place): readonly number[] =>
      figures.of(name, toServer(figures, ours, [name, server, figure]), figure);
    const value = to === undefined ? ofOne(at(of), of[2]) : spreadOf(ratios(at(of), at(to), of[0] === to[0]));
    return { what, unit, value, ...bounds };
  });
}

/** What was measured in turns is compared round by round; figures of different runs with the median of the other. */
function ratios(values: readonly number[], to: readonly number[], isPaired: boolean): number[] {
  if (to.length === 0) return [];
  return isPaired ? pairedRatios(values, to) : values.map((value) => value / median(to));
}

function ofOne(values: readonly number[], figure: FigureName): Spread | undefined {
  const spread = spreadOf(values);
  if (spread === undefined) return undefined;
  return { ...spread, median: middleOf(values, figure) };
}

function toServer(figures: Figures, ours: string, [name, server, figure]: Place): string {
  if (server === OURS) return ours;
  if (server !== BEST_PEER) return server;
  const [first = server, ...others] = PEERS;
  const value = (peer: string): number => spreadOf(figures.of(name, peer, figure))?.median ?? 0;
  return others.reduce((best, peer) => (value(peer) > value(best) ? peer : best), first);
}
