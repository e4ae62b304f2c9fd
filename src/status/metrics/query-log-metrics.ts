// Metrics of the query log. Labels are causes: no VLAN, policy, name or client is one.
import type { RecorderFigures } from '../../querylog/figures.ts';
import type { ToldQueryLog } from '../query-log-status.ts';
import type { Status } from '../status.ts';
import { counter, gauge } from './metrics-text.ts';
import type { MetricFamily } from './metrics-text.ts';

/** The metrics of the query log; none where no query is logged. */
export function queryLogFamilies({ queryLog }: Pick<Status, 'queryLog'>, nowMs: number): MetricFamily[] {
  const { recorder, starts, isConnected, records, lost, waitingBatches, figures, fault } = queryLog;
  if (recorder === 'off' && records === 0) return [];
  return [
    gauge('querylog_up', 'Whether the worker is connected to the recorder of queries.', [
      [{}, isConnected ? 1 : 0],
    ]),
    gauge('querylog_faulty', 'Whether something keeps records from being kept.', [
      [{}, fault === undefined ? 0 : 1],
    ]),
    counter('querylog_recorder_restarts', 'Recorders that were started after the first.', [
      [{}, Math.max(0, starts - 1)],
    ]),
    counter('querylog_records', 'Records that were made of queries.', [[{}, records]]),
    counter('querylog_lost_records', 'Records that were lost, by cause.', [
      [{ cause: 'memory' }, lost.memory],
      [{ cause: 'link' }, lost.link],
      [{ cause: 'store' }, lost.store],
    ]),
    gauge('querylog_waiting_batches', 'Batches of records that are not kept yet.', [[{}, waitingBatches]]),
    ...(figures === undefined ? [] : recorderFamilies(figures, nowMs)),
  ];
}

function recorderFamilies(figures: NonNullable<ToldQueryLog['figures']>, nowMs: number): MetricFamily[] {
  return [
    counter('querylog_kept_records', 'Records that this recorder has kept.', [[{}, figures.kept]]),
    counter('querylog_malformed', 'Frames and batches that this recorder could not read.', [
      [{}, figures.malformed],
    ]),
    gauge('querylog_figures_age_seconds', 'How long ago the recorder last told its figures.', [
      [{}, figures.ageMs / 1000],
    ]),
    gauge('querylog_followers', 'Programs that follow the query log.', [[{}, figures.followers]]),
    gauge('querylog_recorder_resident_bytes', 'Memory of the recorder.', [[{}, figures.residentOctets]]),
    counter('querylog_recorder_cpu_seconds', 'CPU time of this recorder.', [[{}, figures.cpuSeconds]]),
    ...databaseFamilies(figures, nowMs),
  ];
}

function databaseFamilies({ store, dnstap }: RecorderFigures, nowMs: number): MetricFamily[] {
  const ageMs = store?.oldestMs === undefined ? undefined : Math.max(0, nowMs - store.oldestMs);
  return [
    gauge('querylog_database_queries', 'Queries in the database.', [[{}, store?.queries]]),
    gauge('querylog_database_bytes', 'Size of the database.', [[{}, store?.octets]]),
    gauge('querylog_oldest_age_seconds', 'Age of the oldest query in the database.', [
      [{}, ageMs === undefined ? undefined : ageMs / 1000],
    ]),
    gauge('querylog_dnstap_up', 'Whether the collector of dnstap takes what is sent.', [
      [{}, dnstap && (dnstap.isConnected ? 1 : 0)],
    ]),
    counter('querylog_dnstap_sent', 'Queries that were sent to the collector of dnstap.', [
      [{}, dnstap?.sent],
    ]),
    counter('querylog_dnstap_lost', 'Queries that the collector of dnstap did not take.', [
      [{}, dnstap?.lost],
    ]),
  ];
}
