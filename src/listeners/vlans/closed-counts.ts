// The counts of listeners that are closed by now, so that the sums of a VLAN never fall.

import type { ListenerCounters } from '../listener-counters.ts';
import { newCounters } from '../listener-counters.ts';
import type { BoundPair } from './listener-set.ts';

/** The counts of a VLAN's listeners by transport. */
export interface TransportCounts {
  readonly udp: ListenerCounters;
  readonly tcp: ListenerCounters;
  /** TCP connections turned away because of a limit. */
  refusedConnections: number;
}

/** The counts of closed listeners by VLAN. */
export class ClosedCounts {
  readonly #byVlan = new Map<string, TransportCounts>();

  /** Adds the counts of pairs that are being closed, without the queries that they still answer. */
  add(pairs: Iterable<BoundPair>): void {
    for (const pair of pairs) {
      const { vlan } = pair.binding;
      const sums = this.#byVlan.get(vlan) ?? noCounts();
      this.#byVlan.set(vlan, sums);
      addPair(sums, pair);
      sums.udp.pending = 0;
      sums.tcp.pending = 0;
    }
  }

  /** The counts of a VLAN since start: of its closed listeners, and of these, which are open. */
  withOpen(vlan: string, pairs: readonly BoundPair[]): TransportCounts {
    const sums = structuredClone(this.#byVlan.get(vlan) ?? noCounts());
    for (const pair of pairs) addPair(sums, pair);
    return sums;
  }
}

function noCounts(): TransportCounts {
  return { udp: newCounters(), tcp: newCounters(), refusedConnections: 0 };
}

function addPair(sums: TransportCounts, { udp, tcp }: BoundPair): void {
  addCounters(sums.udp, udp.counters);
  addCounters(sums.tcp, tcp.counters);
  sums.refusedConnections += tcp.refusedConnections;
}

function addCounters(sums: ListenerCounters, counters: ListenerCounters): void {
  sums.queries += counters.queries;
  sums.replies += counters.replies;
  sums.dropped += counters.dropped;
  sums.sendErrors += counters.sendErrors;
  sums.faults += counters.faults;
  sums.pending += counters.pending;
}
