// What `vlandns status` tells, as one plain object.
import type { Service } from './service.ts';
import { problemsOf } from './service.ts';

/** The state of a service at this moment. */
export function statusOf(service: Service) {
  const { config, serving, query, keeper } = service;
  const memory = process.memoryUsage();
  return {
    pid: process.pid,
    node: process.version,
    config: config.file,
    startedAt: service.startedAt.toISOString(),
    reloads: service.reloads,
    vlans: service.watch.statuses.map((status) => ({
      name: status.vlan,
      id: config.vlans.find(({ name }) => name === status.vlan)?.id,
      interface: status.interface,
      state: status.state,
      problem: status.problems.length === 0 ? undefined : problemsOf(status),
      losses: status.losses,
      policy: serving.vlans.get(status.vlan)?.policy.name,
      listeners: status.pairs.map(({ binding, udp, tcp }) => ({
        address: binding.address,
        port: binding.port,
        udp: udp.counters,
        tcp: tcp.counters,
      })),
      counters: query.countersOf(status.vlan),
    })),
    policies: serving.policies.map(({ name, missingLists }) => ({ name, missingLists })),
    lists: service.refresh.statuses(config.lists, keeper.current),
    heldFiles: service.refresh.heldFiles,
    trie: {
      names: keeper.current.trie.entryCount,
      octets: keeper.current.trie.octets,
      sets: keeper.current.trie.setCount,
    },
    upstreams: [...serving.upstreams.values()].map((set) => set.stats()),
    cache: {
      entries: query.cache.entries,
      octets: query.cache.size,
      hits: query.cache.hits,
      misses: query.cache.misses,
      evicted: query.cache.evicted,
    },
    waiting: query.pending.count,
    tcpConnections: service.connections.size,
    io: 'plain',
    memory: {
      residentOctets: memory.rss,
      heapOctets: memory.heapUsed,
      arrayBufferOctets: memory.arrayBuffers,
    },
  };
}

/** What statusOf gives. */
export type Status = ReturnType<typeof statusOf>;
