// What `vlandns status` tells, as one plain object; the metrics are made of it, too.
import { countersOf, figuresOf } from '../listeners/listener.ts';
import type { AnswerCache } from '../answers/answer-cache.ts';
import type { SourceState } from '../clients/client-sources.ts';
import type { Config } from '../config/config.ts';
import type { TcpConnections } from '../listeners/stream/tcp-connections.ts';
import type { UdpIo } from '../listeners/udp/udp-io.ts';
import type { VlanWatch } from '../listeners/vlans/vlan-watch.ts';
import type { CompiledLists } from '../lists/compiled-lists.ts';
import type { ListRefresh } from '../lists/list-refresh.ts';
import type { BypassTally } from '../server/outcome/bypass-tally.ts';
import type { VlanCounters } from '../server/outcome/counters.ts';
import type { Observer } from '../server/observer.ts';
import type { PendingQuestions } from '../server/pending-questions.ts';
import type { Serving } from '../server/serving.ts';
import { networkInterfaces } from 'node:os';
import type { KernelDrops } from '../listeners/udp/kernel-drops.ts';
import { receiveBufferShortage } from '../listeners/udp/receive-buffer.ts';
import type { VlanStatus } from '../listeners/vlans/vlan-plan.ts';
import { activeTexts, nextText } from '../schedules/times.ts';
import type { Times } from '../schedules/times.ts';
import type { ObservedList } from '../lists/told/list-table.ts';
import type { Vitals } from './vitals.ts';
import type { UpstreamSetStats } from '../upstream/upstream-set.ts';
import { lackedFamily } from '../upstream/obstacle.ts';
import { queryLogStatus } from './query-log-status.ts';
import type { ToldRecording } from './query-log-status.ts';
import { API_VERSION } from './status.ts';
import type { ProcessStatus, Status, ToldVlan } from './status.ts';
import { neighboursWarning, tellLeases } from './told-leases.ts';
import { webStatus } from './web-status.ts';
import { problemsOf } from './vlan-health.ts';
import type { VlanHealth } from './vlan-health.ts';

/** The clients that are told of as trying to get around the filter of a VLAN. */
const TOLD_CLIENTS = 10;

/** What of a service is told. */
export interface ToldService {
  readonly version: string;
  readonly startedAt: Date;
  readonly reloads: number;
  readonly config: Config;
  readonly serving: Serving;
  readonly lists: CompiledLists;
  readonly udpIo: UdpIo;
  readonly connections: TcpConnections;
  readonly watch: VlanWatch;
  readonly refresh: ListRefresh;
  readonly state: { readonly fault: string | undefined };
  readonly query: ToldQueries;
  readonly recording: ToldRecording;
  readonly clockFault: string | undefined;
  readonly clients: {
    readonly neighboursFault: string | undefined;
    leasesOf(file: string): SourceState;
  };
  healthOf(status: VlanStatus): VlanHealth;
}

/** What of its query side is told. */
interface ToldQueries {
  readonly cache: AnswerCache;
  readonly pending: PendingQuestions;
  readonly observer: Observer;
  countersOf(vlan: string): VlanCounters;
  bypassOf(vlan: string): BypassTally;
  waitingOf(vlan: string): number;
}

type ToldPolicySchedules = Status['policies'][number]['schedules'];

/** The state of a service and of its process at this moment. */
export async function readStatus(service: ToldService, vitals: Vitals): Promise<Status> {
  // Waited for first, so that everything else is of one moment.
  const drops = await vitals.drops.read(
    service.watch.statuses.flatMap(({ bound }) => bound.map(({ binding }) => binding)),
    performance.now(),
  );
  const { config, serving, query, lists, watch } = service;
  const { cache, pending } = query;
  const queryLog = queryLogStatus(service.recording, vitals.recorder);
  const web = webStatus(config.web !== undefined, queryLog);
  const { trie } = lists;
  const leases = config.leases.map(({ file }) => tellLeases(file, service.clients.leasesOf(file)));
  const neighbours = { fault: service.clients.neighboursFault };
  return {
    api: API_VERSION,
    ...processStatus(service, vitals),
    warnings: [
      ...bufferWarnings(watch.statuses),
      ...(service.state.fault === undefined ? [] : [stateWarning(config.server.state, service.state.fault)]),
      ...(service.clockFault === undefined ? [] : [service.clockFault]),
      ...clientWarnings(leases, neighbours.fault),
      ...(vitals.metricsFault === undefined ? [] : [vitals.metricsFault]),
      ...queryLogWarnings(config, queryLog.fault),
      ...(web?.faults ?? []).map((fault) => `the page: ${fault}`),
    ],
    state: { isWritable: service.state.fault === undefined, fault: service.state.fault },
    links: watch.mode,
    vlans: watch.statuses.map((status) => vlanStatus(service, status, drops)),
    wholeSystemDrops: drops.wholeSystem,
    policies: serving.configured.map(({ name, missingLists }) => ({
      name,
      missingLists,
      schedules: schedulesOf(serving.times, name),
    })),
    timeZone: serving.times.zone?.name,
    lists: service.refresh.statuses(config.lists, lists),
    observed: observedLists(service),
    trie: { names: trie.entryCount, octets: trie.octets, sets: trie.setCount },
    queryLog,
    web,
    upstreams: [...serving.upstreams.values()].map((set) => upstreamStatus(set.stats())),
    leases,
    neighbours,
    cache: {
      entries: cache.entries,
      octets: cache.size,
      hits: cache.hits,
      misses: cache.misses,
      evicted: cache.evicted,
    },
    localRecords: localRecords(serving),
    waiting: pending.count,
    tcpConnections: service.connections.size,
  };
}

/** The schedules of a policy, as they are told. */
function schedulesOf(times: Times, policy: string): ToldPolicySchedules {
  const state = times.policies.get(policy);
  if (state === undefined) return undefined;
  const isoOf = (ms: number): string | undefined =>
    ms === Infinity ? undefined : new Date(ms).toISOString();
  const texts = activeTexts(times, policy);
  const { next } = state;
  return {
    active: state.active.map(({ schedule: { name }, changesAtMs }, index) => ({
      name,
      until: isoOf(changesAtMs),
      text: texts[index] ?? name,
    })),
    next: next && {
      name: next.schedule.name,
      at: new Date(next.changesAtMs).toISOString(),
      text: nextText(times, policy) ?? next.schedule.name,
    },
  };
}

/** Lists that are only observed, with how many queries each would have had blocked since start. */
function observedLists({ config, query }: ToldService): ObservedList[] {
  const observed = config.lists.filter(({ mode }) => mode === 'observe');
  return observed.map(({ name }) => ({ list: name, queries: query.observer.counts.get(name) ?? 0 }));
}

/** A server that nobody asked yet may be known to be out of reach all the same. */
function upstreamStatus({ servers, ...set }: UpstreamSetStats): UpstreamSetStats {
  const interfaces = networkInterfaces();
  return {
    ...set,
    servers: servers.map((server) => {
      if (server.answered > 0 || server.obstacle !== undefined) return server;
      if (lackedFamily(server.address, interfaces) === undefined) return server;
      return { ...server, state: 'cannot be asked' as const, obstacle: 'EAFNOSUPPORT' };
    }),
  };
}

function processStatus(service: ToldService, { gc, log, loop, past }: Vitals): ProcessStatus {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  return {
    version: service.version,
    pid: process.pid,
    node: process.version,
    config: service.config.file,
    startedAt: service.startedAt.toISOString(),
    reloads: service.reloads,
    worker: past === undefined ? undefined : { crashes: past.crashes, lastCrash: past.last },
    io: { mode: service.udpIo.mode, reason: service.udpIo.reason },
    memory: {
      residentOctets: memory.rss,
      heapOctets: memory.heapUsed,
      arrayBufferOctets: memory.arrayBuffers,
    },
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    gc: { ...gc },
    loopDelay: loop.read(),
    log: { lostLines: log.lostLines, waitingOctets: log.waitingOctets },
  };
}

function vlanStatus(service: ToldService, status: VlanStatus, drops: KernelDrops): ToldVlan {
  const { config, serving, query, watch, connections } = service;
  const { vlan: name, interface: link, losses, linkChanges, bound, unbound } = status;
  const health = service.healthOf(status);
  const { state, problems, note, missing } = health;
  return {
    name,
    id: config.vlans.find((vlan) => vlan.name === name)?.id,
    interface: link,
    state,
    problem: problems.length === 0 ? undefined : problemsOf(health),
    note,
    unbound,
    missingLists: missing,
    losses,
    linkChanges,
    isFlapping: watch.isFlapping(name),
    policy: serving.vlans.get(name)?.policy.name,
    listeners: bound.map(({ binding, listeners }) => ({
      address: binding.address,
      port: binding.port,
      ...figuresOf(listeners),
      kernelDrops: drops.bySocket.get(binding),
      ...countersOf(listeners),
    })),
    counters: query.countersOf(name),
    holdsNow: serving.vlans.get(name)?.policy.adjustedBy ?? [],
    bypass: { ways: query.bypassOf(name).ways, clients: query.bypassOf(name).clients(TOLD_CLIENTS) },
    waiting: query.waitingOf(name),
    tcpConnections: connections.sizeOf(name),
    transports: watch.countsOf(status),
    kernelDrops: drops.byVlan.get(name),
  };
}

/** What keeps queries from being logged, where any are to be. */
function queryLogWarnings({ policies }: Pick<Config, 'policies'>, fault: string | undefined): string[] {
  const isMeant = policies.some(({ queryLog }) => queryLog !== 'off');
  return fault === undefined || !isMeant ? [] : [`queries are not logged: ${fault}`];
}

function stateWarning(folder: string, fault: string): string {
  return `nothing can be kept in ${folder} (${fault}): lists are not refreshed, and the next start has what lies there`;
}

/** What is wrong with what tells who the clients are. */
function clientWarnings(leases: Status['leases'], neighboursFault: string | undefined): string[] {
  const faults = leases.flatMap(({ file, fault }) =>
    fault === undefined ? [] : [`leases of ${file}: ${fault}`],
  );
  if (neighboursFault === undefined) return faults;
  return [...faults, neighboursWarning(neighboursFault)];
}

/** What is wrong with buffers that were granted, each thing once. */
function bufferWarnings(statuses: readonly VlanStatus[]): string[] {
  const granted = statuses.flatMap(({ bound }) =>
    bound.flatMap(({ listeners }) => listeners.flatMap(({ figures }) => figures.receiveBufferOctets || [])),
  );
  return [...new Set(granted.flatMap((octets) => receiveBufferShortage(octets) ?? []))];
}

/** The records of all local data, each body of them once. */
function localRecords({ local, vlans }: Serving): number {
  const layers = [local, ...Array.from(vlans.values(), (vlan) => vlan.local)].flatMap((seen) => seen.layers);
  return [...new Set(layers.map(({ data }) => data))].reduce((sum, data) => sum + data.recordCount, 0);
}
