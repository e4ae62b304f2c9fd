// The queries of the bench: files of names and types in dnsperf's format.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchNames } from './bench-names.ts';
import { toLines } from './bench-names.ts';
import { sample, seededRandom } from './seeded-random.ts';

/** Files of queries. */
export interface Workload {
  /** Names that nobody blocks: hits once they were asked. */
  readonly hit: string;
  /** Names drawn from all that are blocked. */
  readonly blocked: string;
  /** Every name of the popularity list once; some are blocked. */
  readonly popular: string;
  /** Writes names that were never asked before; those with `prefix` "d" are answered late by the delaying upstream. */
  unique(count: number, prefix?: string): string;
  /** Writes popular names, each as often as its rank says, and 5 % that were never asked before: what a household asks. */
  mixed(count: number): string;
}

const BLOCKED_ASKED = 10_000;
const DRAWN = 200_000;
const PART_UNIQUE = 0.05;

/** Writes the files into `scratch`. */
export function openWorkload(names: BenchNames, scratch: string): Workload {
  const random = seededRandom(3);
  let files = 0;
  let unique = 0;
  const write = (asked: readonly string[]): string => {
    const file = join(scratch, `queries-${++files}.txt`);
    writeFileSync(file, toLines(asked.map((name) => `${name} A`)));
    return file;
  };
  const newName = (prefix: string): string => `${prefix}${(++unique).toString(36)}.seldom-asked.net`;
  const drawn = drawByRank(names.popular, DRAWN, random);
  return {
    hit: write(notBlocked(names)),
    blocked: write(sample(names.blocked, BLOCKED_ASKED, random)),
    popular: write(names.popular),
    unique: (count, prefix = 'u') => write(Array.from({ length: count }, () => newName(prefix))),
    mixed: (count) =>
      write(
        Array.from({ length: count }, (_, at) =>
          random() < PART_UNIQUE ? newName('m') : (drawn[at % drawn.length] ?? newName('m')),
        ),
      ),
  };
}

/** Draws names so that the one of rank r comes 1/r times as often as the first (Zipf's law). */
export function drawByRank(names: readonly string[], count: number, random: () => number): string[] {
  const upTo: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= names.length; rank++) upTo.push((sum += 1 / rank));
  return Array.from({ length: count }, () => names[firstAbove(upTo, random() * sum)] ?? '');
}

/** The index of the first element above a value, in ascending ones. */
function firstAbove(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The popular names that are not blocked, neither themselves nor by a name above them. */
function notBlocked({ blocked, popular }: BenchNames): string[] {
  const names = new Set(blocked);
  return popular.filter((name) => !isBelow(name, names));
}

/** Whether a name or one above it is among the names. */
export function isBelow(name: string, names: ReadonlySet<string>): boolean {
  for (let rest = name; ;) {
    if (names.has(rest)) return true;
    const dot = rest.indexOf('.');
    if (dot === -1) return false;
    rest = rest.slice(dot + 1);
  }
}
