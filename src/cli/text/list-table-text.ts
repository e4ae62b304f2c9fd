// The table of `vlandns lists` for people: one line of figures a source, and below it where it comes from and what is wrong.
import type { ListTable, SourceRow } from '../../lists/told/list-table.ts';
import { acceptanceOf } from '../../lists/told-holds.ts';
import { countText, shareText, spanText, table } from './table.ts';

const HEAD = [
  'list',
  'format',
  'entries',
  'skipped',
  'errors',
  'only here',
  'shared',
  'age',
  'next',
  'state',
];

/** The columns of HEAD with figures. */
const FIGURES: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7, 8]);

/** Writes the table; `notRunning` says why the daemon was not asked. */
export function tableToText(told: ListTable, nowMs: number, notRunning: string | undefined): string {
  const [head = '', ...lines] = table(
    [HEAD, ...told.sources.map((source) => figuresOf(source, told, nowMs))],
    FIGURES,
  );
  return [
    ...(notRunning === undefined ? [] : [notRunning, `this is what lies in ${told.folder}:`, '']),
    ...(told.fault === undefined ? [] : [`no names counted: ${told.fault}`, '']),
    ...(told.sources.length === 0 ? ['the configuration has no lists'] : [head]),
    ...told.sources.flatMap((source, at) => [
      lines[at] ?? '',
      ...remarksOn(source).map((line) => `  ${line}`),
    ]),
    '',
    `${countText(told.names)} different names`,
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function figuresOf(source: SourceRow, { running }: ListTable, nowMs: number): string[] {
  const { list, format, entries, skipped, errors, names, onlyHere, fetchedAt, dueAt, state } = source;
  const isFile = !source.source.includes('://');
  return [
    list,
    format,
    ...[entries, skipped, errors, onlyHere].map(countText),
    shareText(names - onlyHere, names),
    fetchedAt === undefined ? '-' : spanText(nowMs - Date.parse(fetchedAt)),
    dueAt === undefined ? (isFile && running ? 'watched' : '-') : dueText(Date.parse(dueAt) - nowMs),
    state,
  ];
}

function dueText(ms: number): string {
  return ms <= 0 ? 'now' : spanText(ms);
}

/** Where a source comes from, and remarks: why it is not fresh, which other source has its names, bad lines. */
function remarksOn(source: SourceRow): string[] {
  const { skippedFor, skippedExamples = {}, errors, examples } = source;
  const skips = Object.entries(skippedFor).map(([why, lines]) => {
    const example = skippedExamples[why];
    const such = example === undefined ? '' : `, such as line ${example.line}: ${example.text}`;
    return `skipped: ${why}: ${countText(lines)}${such}`;
  });
  const untold = errors - examples.length;
  return [
    source.source,
    ...stateRemark(source),
    ...modeRemark(source),
    ...sharedRemark(source),
    ...skips,
    ...examples.map(({ line, text, reason }) => `line ${line}: ${reason}: ${text}`),
    ...(untold > 0 ? [`and ${countText(untold)} lines more with errors`] : []),
  ];
}

function stateRemark({ list, state, reason }: SourceRow): string[] {
  if (reason === undefined) return [];
  const cure = state === 'held' ? `; ${acceptanceOf(list)}` : '';
  return [`${state}: ${reason}${cure}`];
}

function modeRemark({ mode, observedQueries }: SourceRow): string[] {
  if (mode === 'enforce') return [];
  const count =
    observedQueries === undefined
      ? ''
      : `; it would have blocked ${countText(observedQueries)} queries since start`;
  return [`only observed (mode: observe): it blocks nothing${count}`];
}

function sharedRemark({ list, names, sharedMost }: SourceRow): string[] {
  if (sharedMost === undefined) return [];
  const where = sharedMost.list === list ? sharedMost.source : `${sharedMost.list}, ${sharedMost.source}`;
  return [`${shareText(sharedMost.names, names)} of its names also in ${where}`];
}
