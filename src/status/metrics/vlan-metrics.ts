// Metrics of VLANs, their listeners and policies.
import type { ListenerCounters } from '../../listeners/listener-counters.ts';
import type { VlanCounters } from '../../server/outcome/counters.ts';
import type { Status } from '../status.ts';
import { counter, gauge, keysOf } from './metrics-text.ts';
import type { MetricFamily, Sample } from './metrics-text.ts';

type VlanStatus = Status['vlans'][number];

/** The name and meaning of each counter of a VLAN. */
const VLAN_COUNTERS: Readonly<Record<keyof VlanCounters, readonly [name: string, help: string]>> = {
  queries: ['questions', 'Queries that the query path has looked at.'],
  dropped: ['unanswered', 'Queries without a reply: too short, or themselves a response.'],
  malformed: ['malformed', 'Messages that could not be answered as a question.'],
  sourceMismatch: ['source_mismatch', 'Queries from outside the subnets of the VLAN, answered REFUSED.'],
  rateLimited: ['rate_limited', 'Queries above the rate of their client.'],
  local: ['local', 'Questions answered from special names and local data.'],
  blocked: ['blocked', 'Questions blocked by rule or list.'],
  safeSearch: ['safe_search', 'Questions answered with the strict results of a search engine.'],
  blockedByInspection: ['blocked_by_inspection', 'Questions blocked because of what the answer led to.'],
  notReady: ['not_ready', 'Questions not answered because a list has never been read.'],
  cacheHits: ['cache_answers', 'Questions answered from the cache.'],
  staleAnswers: ['stale_answers', 'Questions answered from the cache although the answer had ended.'],
  forwarded: ['forwarded', 'Questions asked at an upstream.'],
  failed: ['failed', 'Questions answered SERVFAIL: no upstream answered, or too much was in flight.'],
};

/** The metrics of VLANs' queries and answers. */
export function vlanFamilies({ vlans, policies, links }: Status): MetricFamily[] {
  const byVlan = (value: (vlan: VlanStatus) => number | undefined): Sample[] =>
    vlans.map((vlan) => [{ vlan: vlan.name }, value(vlan)]);
  return [
    gauge(
      'vlan_up',
      'Whether the VLAN is served on all of its addresses, with all lists of its policies.',
      byVlan(({ state }) => Number(state === 'serving')),
    ),
    gauge(
      'vlan_unbound_addresses',
      'Addresses that the VLAN should be served on and that could not be bound.',
      byVlan(({ unbound }) => unbound.length),
    ),
    gauge(
      'vlan_missing_lists',
      'Lists of the policies of the VLAN and of its clients that have never been read.',
      byVlan(({ missingLists }) => new Set(missingLists.map(({ list }) => list)).size),
    ),
    ...linkFamilies(vlans),
    ...keysOf(VLAN_COUNTERS).map((key) =>
      counter(
        ...VLAN_COUNTERS[key],
        byVlan(({ counters }) => counters[key]),
      ),
    ),
    bypassFamily(vlans),
    counter(
      'kernel_drops',
      'Datagrams that found the receive buffer full.',
      byVlan(({ kernelDrops }) => kernelDrops),
    ),
    gauge(
      'receive_buffer_bytes',
      'The smallest receive buffer that the system granted a UDP socket.',
      byVlan(({ listeners }) => leastOf(listeners.map(({ receiveBufferOctets }) => receiveBufferOctets))),
    ),
    gauge('link_monitor_up', 'Whether the system tells of changed links and addresses.', [
      [{}, Number(links === 'monitor')],
    ]),
    gauge(
      'policy_missing_lists',
      'Lists of the policy that have never been read.',
      policies.map(({ name, missingLists }) => [{ policy: name }, missingLists.length]),
    ),
    gauge(
      'schedule_active',
      'How many schedules of the policy hold now; of policies that have any.',
      policies.flatMap(({ name, schedules }) =>
        schedules === undefined ? [] : [[{ policy: name }, schedules.active.length] as const],
      ),
    ),
  ];
}

function linkFamilies(vlans: Status['vlans']): MetricFamily[] {
  const byVlan = (value: (vlan: VlanStatus) => number): Sample[] =>
    vlans.map((vlan) => [{ vlan: vlan.name }, value(vlan)]);
  return [
    counter(
      'vlan_losses',
      'How often the VLAN has stopped being served.',
      byVlan(({ losses }) => losses),
    ),
    counter(
      'link_changes',
      'How often the link of the VLAN was seen to come or go.',
      byVlan(({ linkChanges }) => linkChanges),
    ),
  ];
}

function bypassFamily(vlans: Status['vlans']): MetricFamily {
  return counter(
    'bypass_attempts',
    'Queries that tried to get around the filter of a policy with bypass: block, by way.',
    vlans.flatMap(({ name, bypass }) =>
      Object.entries(bypass.ways).map(([way, count]): Sample => [{ vlan: name, way }, count]),
    ),
  );
}

/** The name and meaning of each counter of a listener. */
const LISTENER_COUNTERS: Readonly<
  Record<Exclude<keyof ListenerCounters, 'pending'>, readonly [name: string, help: string]>
> = {
  queries: ['queries', 'Messages taken in, whatever was in them.'],
  replies: ['replies', 'Replies given to the system.'],
  dropped: ['dropped', 'Messages that got no reply.'],
  sendErrors: ['send_errors', 'Replies that the system would not send, or whose connection had gone.'],
  faults: ['faults', 'Bugs: queries answered SERVFAIL because something was thrown.'],
};

/** The metrics of what listeners received and sent. */
export function listenerFamilies({
  vlans,
  tcpConnections,
  waiting,
  wholeSystemDrops,
}: Status): MetricFamily[] {
  const byTransport = (key: keyof ListenerCounters): Sample[] =>
    vlans.flatMap(({ name, transports }): Sample[] => [
      [{ vlan: name, transport: 'udp' }, transports.udp[key]],
      [{ vlan: name, transport: 'tcp' }, transports.tcp[key]],
    ]);
  return [
    ...keysOf(LISTENER_COUNTERS).map((key) => counter(...LISTENER_COUNTERS[key], byTransport(key))),
    gauge('pending', 'Queries that wait for an upstream.', byTransport('pending')),
    gauge(
      'vlan_waiting_questions',
      'Questions that are asked on behalf of the VLAN, whether or not anybody still waits.',
      vlans.map(({ name, waiting: own }) => [{ vlan: name }, own]),
    ),
    gauge(
      'vlan_tcp_connections',
      'TCP connections of clients of the VLAN that are open.',
      vlans.map(({ name, tcpConnections: own }) => [{ vlan: name }, own]),
    ),
    gauge('waiting_questions', 'Queries that wait for an upstream, of all VLANs.', [[{}, waiting]]),
    gauge('tcp_connections', 'TCP connections of clients that are open.', [[{}, tcpConnections]]),
    counter(
      'tcp_refused',
      'TCP connections turned away because of a limit.',
      vlans.map(({ name, transports }) => [{ vlan: name }, transports.refusedConnections]),
    ),
    counter(
      'system_udp_drops',
      'Datagrams that found a receive buffer full, of all sockets of the machine.',
      [[{}, wholeSystemDrops]],
    ),
  ];
}

function leastOf(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}
