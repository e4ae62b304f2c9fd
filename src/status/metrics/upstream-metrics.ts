// Metrics of upstreams, the sets that they are in, and the cache of their answers.
import type { ServerCounts } from '../../upstream/upstream-server.ts';
import type { Status } from '../status.ts';
import { counter, gauge, keysOf } from './metrics-text.ts';
import type { MetricFamily, Sample } from './metrics-text.ts';

type UpstreamSet = Status['upstreams'][number];
type UpstreamServer = UpstreamSet['servers'][number];

const SERVER_COUNTERS: Readonly<Record<keyof ServerCounts, string>> = {
  sent: 'Questions sent to the upstream.',
  answered: 'Questions that the upstream answered.',
  failed: 'Questions that the upstream did not answer well.',
  ignored: 'Messages of the upstream that were not the answer waited for.',
  truncated: 'Answers that were asked for again over TCP.',
  socketFaults: 'Sockets for the upstream that could not be made or connected.',
};

const SET_COUNTERS: Readonly<Record<'asked' | 'shared' | 'failed' | 'hedged', string>> = {
  asked: 'Questions asked of the set.',
  shared: 'Questions that shared the answer of another.',
  failed: 'Questions that no upstream of the set answered well.',
  hedged: 'Second upstreams asked because the first was slow.',
};

/** The metrics of upstreams. */
export function upstreamFamilies({ upstreams }: Status): MetricFamily[] {
  const bySet = (value: (set: UpstreamSet) => number): Sample[] =>
    upstreams.map((set) => [{ set: set.name }, value(set)]);
  const byServer = (value: (server: UpstreamServer) => number | undefined): Sample[] =>
    upstreams.flatMap(({ name, servers }) =>
      servers.map((server): Sample => [{ set: name, upstream: server.server }, value(server)]),
    );
  return [
    gauge(
      'upstream_up',
      'Whether the upstream is asked.',
      byServer(({ state }) => Number(state === 'up')),
    ),
    gauge(
      'upstream_round_trip_seconds',
      'Smoothed time from question to answer.',
      byServer(({ smoothedMs }) => (smoothedMs === undefined ? undefined : smoothedMs / 1000)),
    ),
    ...keysOf(SERVER_COUNTERS).map((key) =>
      counter(
        `upstream_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
        SERVER_COUNTERS[key],
        byServer((server) => server[key]),
      ),
    ),
    gauge(
      'set_in_flight',
      'Questions being asked of the set.',
      bySet(({ inFlight }) => inFlight),
    ),
    ...keysOf(SET_COUNTERS).map((key) =>
      counter(
        `set_${key}`,
        SET_COUNTERS[key],
        bySet((set) => set[key]),
      ),
    ),
  ];
}

/** The metrics of the cache. */
export function cacheFamilies({ cache }: Status): MetricFamily[] {
  return [
    gauge('cache_entries', 'Answers in the cache.', [[{}, cache.entries]]),
    gauge('cache_bytes', 'Memory that the cache takes.', [[{}, cache.octets]]),
    counter('cache_hits', 'Questions that the cache had an answer for.', [[{}, cache.hits]]),
    counter('cache_misses', 'Questions that the cache had no answer for.', [[{}, cache.misses]]),
    counter('cache_evicted', 'Answers that made room for others.', [[{}, cache.evicted]]),
  ];
}
