// The results for people: the bars first, then the figures behind them.
import { LOADS, loadName, STEADY } from '../cases/answers.ts';
import type { Load } from '../cases/answers.ts';
import { DIRECT, FORWARDING } from '../cases/forwarding.ts';
import { LISTS, START, START_ANEW } from '../cases/start.ts';
import { AFTER_SWAPS, BEFORE_SWAPS, COMPILING, NOTICING, RELOADING } from '../cases/swap.ts';
import type { FigureName } from '../figures.ts';
import { FIGURES } from '../figures.ts';
import { SERVERS } from '../servers/setup.ts';
import { spreadOf } from '../stats.ts';
import type { Bar } from './bars.ts';
import { isMet } from './bars.ts';
import type { Results } from './results.ts';
import { formatNumber, formatTable, withoutEmptyColumns } from './table.ts';

/** What each kind of query is, for the headings. */
const CASES = [
  ['hit', 'Cached answers, 1 M names loaded'],
  ['unlisted', 'Cached answers, no names loaded'],
  ['blocked', 'Blocked names, 1 M names loaded'],
  ['mixed', 'What a household asks: popular names by rank, some blocked, 5 % asked once; 1 M names loaded'],
  ['miss', 'Every name asked once, NSD as the upstream; 1 M names loaded'],
] as const;

const CPU_LOADS: readonly Load[] = ['dnsperf', 'flood', 'paced'];
const CPU_FIGURES: readonly FigureName[] = [
  ...(['cpuUs', 'userUs', 'systemUs', 'queriesPerSecond', 'busyPercent', 'lost'] as const),
  ...(['replyOctets', 'nxdomainPercent', 'upstreamPercent'] as const),
];
const LATENCY_LOADS: readonly Load[] = ['slow', 'fast'];
const LATENCIES: readonly FigureName[] = ['meanUs', 'p50Us', 'p99Us', 'p999Us', 'lost'];

/** Writes the whole report in Markdown. */
export function formatReport(results: Results): string {
  const { machine, versions, rounds } = results;
  const told = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${results.date.slice(0, 10)}, ${results.minutes} minutes, medians of ${rounds} rounds with the least and the greatest`,
    ` value. ${machine.processor}, ${machine.processors} processors, ${machine.memoryGb} GB, ${machine.system}, ${machine.kernel};`,
    ` ${told.join(', ')}. Placement: ${results.placement}. Lists: ${results.names}. Other work had ${results.othersPercent} % of the processors meanwhile.\n\n`,
    ...results.notes.map((note) => `- ${note}\n`),
    results.notes.length === 0 ? '' : '\n',
    section(`Bars (${results.ours})`, barTable(results.bars)),
    ...CASES.map(([name, title]) => section(title, rowsOf(results, name, CPU_LOADS, CPU_FIGURES))),
    ...CASES.map(([name, title]) =>
      section(`Latency: ${title}`, rowsOf(results, name, LATENCY_LOADS, LATENCIES)),
    ),
    section(
      `Forwarding`,
      caseTable(
        results,
        FORWARDING.map(({ name }) => name),
        [...LATENCIES, 'addedUs'],
      ),
    ),
    section(
      'Lists that change',
      caseTable(results, [COMPILING, RELOADING, NOTICING], [...LATENCIES, 'swapMs', 'peakMb']),
    ),
    section(
      'Start',
      caseTable(
        results,
        [START, START_ANEW, LISTS],
        ['firstAnswerMs', 'compileMs', 'compilePeakMb', 'snapshotMs', 'rssMb'],
      ),
    ),
    section(
      'Memory',
      caseTable(
        results,
        [...CASES.map(([name]) => `after ${name}`), STEADY, BEFORE_SWAPS, AFTER_SWAPS],
        ['rssMb'],
      ),
    ),
  ].join('');
}

function section(title: string, table: string): string {
  return table === '' ? '' : `### ${title}\n\n${table}\n`;
}

function barTable(bars: readonly Bar[]): string {
  const rows = bars
    .filter(({ value }) => value !== undefined)
    .map((bar) => [
      bar.what,
      formatValue(bar),
      formatSpread(bar),
      formatBound(bar),
      MET[String(isMet(bar))] ?? '',
    ]);
  if (rows.length === 0) return '';
  return formatTable({ head: ['what', 'measured', 'least to greatest', 'bar', 'met'], rows });
}

const MET: Readonly<Record<string, string>> = { true: 'yes', false: 'NO', undefined: '-' };

function formatValue({ value, unit }: Bar): string {
  return value === undefined ? '' : `${formatNumber(value.median, decimalsOf(unit))} ${unit}`.trim();
}

function formatSpread({ value, unit }: Bar): string {
  if (value === undefined) return '';
  return `${formatNumber(value.lowest, decimalsOf(unit))} to ${formatNumber(value.highest, decimalsOf(unit))}`;
}

function formatBound({ most, least, unit }: Bar): string {
  if (most !== undefined) return `≤ ${most} ${unit}`.trim();
  return least === undefined ? '-' : `≥ ${least} ${unit}`.trim();
}

function decimalsOf(unit: string): number {
  return unit === '×' || unit === 'µs' ? 2 : unit === '' ? 0 : 1;
}

/** A case's figures: a row for each server and load. */
function rowsOf(
  results: Results,
  name: string,
  loads: readonly Load[],
  figures: readonly FigureName[],
): string {
  const rows = loads.flatMap((load) =>
    SERVERS.map((server) => [server, LOADS[load], ...cells(results, loadName(name, load), server, figures)]),
  );
  return toText(['server', 'load'], figures, rows);
}

/** Figures of several cases: a row for each case and server. */
function caseTable(results: Results, names: readonly string[], figures: readonly FigureName[]): string {
  const rows = names.flatMap((name) =>
    [...SERVERS, DIRECT, 'vlandns'].map((server) => [name, server, ...cells(results, name, server, figures)]),
  );
  return toText(['case', 'server'], figures, rows);
}

function toText(
  words: readonly string[],
  figures: readonly FigureName[],
  rows: readonly (readonly string[])[],
): string {
  const head = [...words, ...figures.map((figure) => FIGURES[figure].told)];
  const filled = rows.filter((row) => row.slice(words.length).some((cell) => cell !== ''));
  return filled.length === 0 ? '' : formatTable(withoutEmptyColumns({ head, rows: filled }), words.length);
}

function cells({ figures }: Results, name: string, server: string, wanted: readonly FigureName[]): string[] {
  return wanted.map((figure) => {
    const found = figures.find(
      (result) => result.case === name && result.server === server && result.figure === figure,
    );
    const spread = found && spreadOf(found.values);
    if (found === undefined || spread === undefined) return '';
    const kind: { readonly decimals: number; readonly of?: 'mean' | 'sum' } = FIGURES[figure];
    const number = (value: number): string => formatNumber(value, kind.decimals);
    const value = number(found.value);
    const isSame = number(spread.lowest) === number(spread.highest);
    return isSame || kind.of === 'sum'
      ? value
      : `${value} (${number(spread.lowest)}–${number(spread.highest)})`;
  });
}
