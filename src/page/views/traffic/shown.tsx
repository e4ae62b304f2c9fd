// What was counted in a span: a sentence, the chart, and the same as tables.
import type { Sum } from '../../../querylog/history.ts';
import { useShell } from '../../hooks/shell.ts';
import { busiest, byVlan, seriesOf, SPANS, totalsOf } from '../../model/traffic.ts';
import type { Series, SpanName } from '../../model/traffic.ts';
import { Empty } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { useMemo } from '../../preact.ts';
import { toHash } from '../../router.ts';
import { Chart } from './chart.tsx';

interface ShownProps {
  readonly sums: readonly Sum[];
  readonly span: SpanName;
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** The sums of a span. */
export function Shown({ sums, span, sinceMs, nowMs }: ShownProps) {
  const { words, format } = useShell();
  const { per } = SPANS[span];
  const series = useMemo(() => seriesOf(sums, { per, sinceMs, nowMs }), [sums, per, sinceMs, nowMs]);
  const totals = totalsOf(sums);
  const top = busiest(series);
  if (top === undefined) return <Empty>{words.traffic.none}</Empty>;
  const part = (count: number): string =>
    `${format.number(count)} (${format.percent(count / totals.queries)})`;
  const summary = words.traffic.summary(
    format.number(totals.queries),
    part(totals.blocked),
    part(totals.cached),
    part(totals.failed),
  );
  const timeText = (unixMs: number): string =>
    per === 'hour' ? format.moment(unixMs, nowMs) : format.date(unixMs);
  return (
    <section class="card" aria-label={words.traffic.chart}>
      <p>{summary}</p>
      <p class="soft">{words.traffic.busiest(timeText(top.unixMs), format.number(top.queries))}</p>
      <Chart series={series} timeText={span === 'day' ? format.hour : format.date} label={summary} />
      <details>
        <summary>{words.traffic.asTable}</summary>
        <SeriesTable series={series} timeText={timeText} />
      </details>
      <h2>{words.traffic.byVlan}</h2>
      <VlanTable sums={sums} />
    </section>
  );
}

function SeriesTable({
  series,
  timeText,
}: {
  readonly series: Series;
  readonly timeText: (unixMs: number) => string;
}) {
  const { words, format } = useShell();
  const { counts } = words.traffic;
  const rows = series.times.map((unixMs, at) => ({
    key: String(unixMs),
    cells: [
      timeText(unixMs),
      ...[series.queries, series.blocked, series.cached, series.failed].map((column) =>
        format.number(column[at] ?? 0),
      ),
    ],
  }));
  return (
    <Table
      caption={words.traffic.chart}
      columns={[
        { label: words.traffic.time },
        { label: counts.queries, isNumber: true },
        { label: counts.blocked, isNumber: true },
        { label: counts.cached, isNumber: true },
        { label: counts.failed, isNumber: true },
      ]}
      rows={rows.toReversed()}
    />
  );
}

function VlanTable({ sums }: { readonly sums: readonly Sum[] }) {
  const { words, format } = useShell();
  return (
    <Table
      caption={words.traffic.byVlan}
      columns={[
        { label: words.traffic.vlan },
        { label: words.traffic.counts.queries, isNumber: true },
        { label: words.traffic.counts.blocked, isNumber: true },
      ]}
      rows={byVlan(sums).map(({ vlan, queries, blocked }) => ({
        key: vlan,
        cells: [
          <a key="log" href={toHash('log', { vlan })}>
            {vlan}
          </a>,
          format.number(queries),
          `${format.number(blocked)} (${format.percent(queries === 0 ? 0 : blocked / queries)})`,
        ],
      }))}
    />
  );
}
