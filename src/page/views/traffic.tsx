// Traffic: how many queries there were over hours or days, by VLAN, and what was asked for most, by whom, and what blocked most.
import type { Sum } from '../../querylog/history.ts';
import { useShell } from '../hooks/shell.ts';
import { useCall } from '../hooks/use-call.ts';
import { goTo } from '../hooks/use-route.ts';
import { busiest, byVlan, seriesOf, sinceOf, SPANS, totalsOf, toSpan } from '../model/traffic.ts';
import type { SpanName } from '../model/traffic.ts';
import { Heading } from '../parts/heading.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { useMemo } from '../preact.ts';
import { toHash } from '../router.ts';
import { Chart } from './traffic/chart.tsx';
import { Rankings } from './traffic/rankings.tsx';

/** Traffic; its parameters are `span` and `vlan`. */
export function Traffic({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const { words, session, status } = useShell();
  const span = toSpan(params['span']);
  const vlan = params['vlan'];
  const nowMs = useMemo(() => Date.now(), [span, vlan]);
  const sinceMs = sinceOf(span, nowMs);
  const { per } = SPANS[span];
  const reading = useCall('GET /statistics', session.hasLog ? { per, sinceMs, vlan } : undefined);
  const go = (next: { readonly span?: string; readonly vlan?: string | undefined }) =>
    goTo('traffic', { span, vlan, ...next });
  return (
    <>
      <Heading text={words.traffic.title} />
      {!session.hasLog && <Empty>{words.traffic.off}</Empty>}
      {session.hasLog && (
        <>
          <div class="traffic-choices">
            <fieldset class="field">
              <legend>{words.traffic.span}</legend>
              <div class="chips">
                {(Object.keys(SPANS) as SpanName[]).map((name) => (
                  <label key={name} class="chip">
                    <input
                      type="radio"
                      name="span"
                      checked={name === span}
                      onChange={() => go({ span: name })}
                    />
                    <span>{words.traffic.spans[name]}</span>
                  </label>
                ))}
              </div>
            </fieldset>
            <label class="field">
              {words.traffic.vlan}
              <select
                class="input"
                value={vlan ?? ''}
                onChange={(event) => go({ vlan: event.currentTarget.value })}
              >
                <option value="">{words.traffic.allVlans}</option>
                {[
                  ...new Set([
                    ...(status?.vlans.map(({ name }) => name) ?? []),
                    ...(vlan === undefined ? [] : [vlan]),
                  ]),
                ].map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <div class="traffic">
            <Loaded of={reading}>
              {({ sums }) => <Shown sums={sums} span={span} sinceMs={sinceMs} nowMs={nowMs} />}
            </Loaded>
          </div>
          <Rankings sinceMs={sinceMs} vlan={vlan} />
        </>
      )}
    </>
  );
}

interface ShownProps {
  readonly sums: readonly Sum[];
  readonly span: SpanName;
  readonly sinceMs: number;
  readonly nowMs: number;
}

function Shown({ sums, span, sinceMs, nowMs }: ShownProps) {
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
  const time = per === 'hour' ? format.hour : format.date;
  return (
    <section class="card" aria-label={words.traffic.chart}>
      <p>{summary}</p>
      <p class="soft">
        {words.traffic.busiest(
          per === 'hour' ? format.moment(top.unixMs, nowMs) : format.date(top.unixMs),
          format.number(top.queries),
        )}
      </p>
      <Chart series={series} timeText={span === 'week' ? format.date : time} label={summary} />
      <details>
        <summary>{words.traffic.asTable}</summary>
        <Table
          caption={words.traffic.chart}
          columns={[
            { label: words.traffic.time },
            { label: words.traffic.counts.queries, isNumber: true },
            { label: words.traffic.counts.blocked, isNumber: true },
            { label: words.traffic.counts.cached, isNumber: true },
            { label: words.traffic.counts.failed, isNumber: true },
          ]}
          rows={series.times
            .map((unixMs, at) => ({
              key: String(unixMs),
              cells: [
                per === 'hour' ? format.moment(unixMs, nowMs) : format.date(unixMs),
                ...[series.queries, series.blocked, series.cached, series.failed].map((column) =>
                  format.number(column[at] ?? 0),
                ),
              ],
            }))
            .toReversed()}
        />
      </details>
      <h2>{words.traffic.byVlan}</h2>
      <Table
        caption={words.traffic.byVlan}
        columns={[
          { label: words.traffic.vlan },
          { label: words.traffic.counts.queries, isNumber: true },
          { label: words.traffic.counts.blocked, isNumber: true },
        ]}
        rows={byVlan(sums).map((row) => ({
          key: row.vlan,
          cells: [
            <a key="log" href={toHash('log', { vlan: row.vlan })}>
              {row.vlan}
            </a>,
            format.number(row.queries),
            `${format.number(row.blocked)} (${format.percent(row.queries === 0 ? 0 : row.blocked / row.queries)})`,
          ],
        }))}
      />
    </section>
  );
}
