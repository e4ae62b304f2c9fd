// Metrics of lists, of the trie made from them, and of local data.
import type { SourceStatus } from '../../lists/source-book.ts';
import type { Status } from '../status.ts';
import { counter, gauge } from './metrics-text.ts';
import type { MetricFamily, Sample } from './metrics-text.ts';

type ListFigures = Pick<Status, 'lists' | 'observed' | 'trie' | 'localRecords'>;

/** The metrics of lists. */
export function listFamilies(
  { lists, observed, trie, localRecords }: ListFigures,
  nowMs: number,
): MetricFamily[] {
  const names = [...new Set(lists.map(({ list }) => list))];
  const byList = (value: (sources: readonly SourceStatus[]) => number | undefined): Sample[] =>
    names.map((name) => [{ list: name }, value(lists.filter(({ list }) => list === name))]);
  const sum = (value: (source: SourceStatus) => number): Sample[] =>
    byList((sources) => sources.reduce((total, source) => total + value(source), 0));
  return [
    gauge(
      'list_entries',
      'Entries of the list.',
      sum(({ entries }) => entries),
    ),
    gauge(
      'list_errors',
      'Lines of the list that were not understood.',
      sum(({ errors }) => errors),
    ),
    gauge(
      'list_age_seconds',
      'Time since the oldest copy of a source was fetched or found unchanged.',
      byList((sources) => ageSeconds(sources, nowMs)),
    ),
    gauge(
      'list_held',
      'Sources of the list whose update is held back.',
      sum(({ isHeld }) => Number(isHeld)),
    ),
    gauge(
      'list_faulty',
      'Sources of the list that something is wrong with.',
      sum(({ code }) => Number(code !== 'ok')),
    ),
    counter(
      'list_observed',
      'Queries that the list would have had blocked, were it not only observed.',
      observed.map(({ list, queries }) => [{ list }, queries]),
    ),
    gauge('trie_names', 'Names that lists have rules for.', [[{}, trie.names]]),
    gauge('local_records', 'Records of the configuration and of hosts files.', [[{}, localRecords]]),
    gauge('trie_bytes', 'Memory that all lists take.', [[{}, trie.octets]]),
  ];
}

/** The age of the oldest copy; undefined where nothing is fetched. */
function ageSeconds(sources: readonly SourceStatus[], nowMs: number): number | undefined {
  const moments = sources.flatMap(({ fetchedAt }) => (fetchedAt === undefined ? [] : Date.parse(fetchedAt)));
  return moments.length === 0 ? undefined : (nowMs - Math.min(...moments)) / 1000;
}
