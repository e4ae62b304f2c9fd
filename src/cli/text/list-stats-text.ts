// The statistics of `vlandns lists stats` for people. The columns of the matrix are headed by numbers, so that as many as
// possible fit.
import type { ListStats } from '../../lists/told/list-stats.ts';
import { countText, shareText, table } from './table.ts';

/** Writes the statistics. */
export function statsToText(stats: ListStats): string {
  return [...figures(stats), '', ...matrix(stats), ...spread(stats)].map((line) => `${line}\n`).join('');
}

/** One line for each list: its names, and what would be lost without it. */
function figures({ list, groups, names, only }: ListStats): string[] {
  const head = ['', 'names', 'lost without it', '', list === undefined ? 'list' : `source of ${list}`];
  const rows = groups.map((group, at) => {
    const own = names[at] ?? 0;
    const lost = only[at] ?? 0;
    return [String(at + 1), countText(own), countText(lost), shareText(lost, own), group];
  });
  return table([head, ...rows], new Set([0, 1, 2, 3]));
}

/** How many per cent of the names of a line's list each column's list has, too. Narrow: 20 lists fit in 80 columns. */
function matrix({ groups, names, shared }: ListStats): string[] {
  if (groups.length < 2) return [];
  const head = ['', ...groups.map((_, at) => String(at + 1))];
  const rows = groups.map((_, row) => [
    String(row + 1),
    ...groups.map((__, column) =>
      row === column ? '.' : percentText(shared[row]?.[column] ?? 0, names[row] ?? 0),
    ),
  ]);
  return [
    'of the names of each line, how many per cent each column has, too (rounded down; - is none)',
    ...table([head, ...rows], new Set(head.keys()), 1),
    '',
    ...closest({ groups, names, shared }),
    '',
  ];
}

function percentText(part: number, whole: number): string {
  return part === 0 ? '-' : String(Math.floor((part / whole) * 100));
}

/** How many pairs of lists are shown with their counts. */
const CLOSEST = 10;

/** The pairs of lists that have most in common. */
function closest({ groups, names, shared }: Pick<ListStats, 'groups' | 'names' | 'shared'>): string[] {
  const pairs = shared.flatMap((row, of) => row.map((count, also) => ({ of, also, count })));
  const most = pairs.filter(({ count }) => count > 0).toSorted((one, other) => other.count - one.count);
  if (most.length === 0) return ['they have no name in common'];
  const rows = most
    .slice(0, CLOSEST)
    .map(({ of, also, count }) => [
      countText(count),
      shareText(count, names[of] ?? 0),
      `of ${groups[of] ?? ''}`,
      `in ${groups[also] ?? ''}`,
    ]);
  return ['most names in common', ...table(rows, new Set([0, 1]))];
}

/** How many names are in one list only, in two, and so on. */
function spread({ list, inGroups, total }: ListStats): string[] {
  const unit = list === undefined ? 'list' : 'source';
  const rows = inGroups.flatMap((count, groups) =>
    count === 0
      ? []
      : [[countText(count), shareText(count, total), `in ${groups} ${unit}${groups === 1 ? '' : 's'}`]],
  );
  return table([[countText(total), '', 'names in all'], ...rows], new Set([0, 1]));
}
