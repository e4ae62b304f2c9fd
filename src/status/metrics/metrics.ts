// The metrics for Prometheus: the same figures as `vlandns status`. The rule: a label has few values, known from the
// configuration; no address and no name of a client or question is one.
import type { Status } from '../status.ts';
import { clientFamilies } from './client-metrics.ts';
import { listFamilies } from './list-metrics.ts';
import { toMetricsText } from './metrics-text.ts';
import { processFamilies } from './process-metrics.ts';
import { queryLogFamilies } from './query-log-metrics.ts';
import { cacheFamilies, upstreamFamilies } from './upstream-metrics.ts';
import { webFamilies } from './web-metrics.ts';
import { listenerFamilies, vlanFamilies } from './vlan-metrics.ts';

/** The metrics of a state, at a time in milliseconds since 1970, as text for Prometheus. */
export function metricsOf(status: Status, nowMs: number): string {
  return toMetricsText([
    ...vlanFamilies(status),
    ...listenerFamilies(status),
    ...listFamilies(status, nowMs),
    ...upstreamFamilies(status),
    ...cacheFamilies(status),
    ...queryLogFamilies(status, nowMs),
    ...webFamilies(status),
    ...clientFamilies(status, nowMs),
    ...processFamilies(status),
  ]);
}
