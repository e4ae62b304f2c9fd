// Metrics of the page and the API. There are no labels: no address and no user is one.
import type { Status } from '../status.ts';
import { counter, gauge } from './metrics-text.ts';
import type { MetricFamily } from './metrics-text.ts';

/** The metrics of the page; none where there is none. */
export function webFamilies({ web }: Pick<Status, 'web'>): MetricFamily[] {
  if (web === undefined) return [];
  const isUp = web.state === 'serving' || web.state === 'partly';
  return [
    gauge('web_up', 'Whether the page is served on any address.', [[{}, isUp ? 1 : 0]]),
    gauge('web_faulty', 'Whether something keeps it from being served as configured.', [
      [{}, web.faults.length > 0 ? 1 : 0],
    ]),
    gauge('web_connections', 'Connections to the page that are open.', [[{}, web.connections]]),
    gauge('web_sessions', 'People who are logged in.', [[{}, web.sessions]]),
    counter('web_requests', 'Requests since the start of the process that serves the page.', [
      [{}, web.requests],
    ]),
    counter('web_refused_requests', 'Requests that were refused.', [[{}, web.refused]]),
    counter('web_failed_logins', 'Log-ins that failed.', [[{}, web.failedLogins]]),
  ];
}
