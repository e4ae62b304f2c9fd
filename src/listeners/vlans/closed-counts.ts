// The counts of listeners that are closed by now, so that the sums of a VLAN never fall.

import type { ListenerCounters } from '../listener-counters.ts';
import { newCounters } from '../listener-counters.ts';
import type { TransportName } from '../transport.ts';
import type { BoundAddress } from './listener-set.ts';

/** The counts of a VLAN's listeners by transport. */
export interface TransportCounts extends Readonly<Record<TransportName, ListenerCounters>> {
  /** TCP connections turned away because of a limit. */
  refusedConnections: number;
}

/** The counts of closed listeners by VLAN. */
export class ClosedCounts {
  readonly #byVlan = new Map<string, TransportCounts>();

  /** Takes in the counts of listeners that are being closed; what they still answer is not in them. */
  add(closing: Iterable<BoundAddress>): void {
    for (const bound of closing) {
      const { vlan } = bound.binding;
      const sums = this.#byVlan.get(vlan) ?? noCounts();
      this.#byVlan.set(vlan, sums);
      addBound(sums, bound);
      for (const { transport } of bound.listeners) sums[transport].pending = 0;
    }
  }

  /** The counts of a VLAN since start: of its closed listeners, and of these, which are open. */
  withOpen(vlan: string, open: readonly BoundAddress[]): TransportCounts {
    const sums = structuredClone(this.#byVlan.get(vlan) ?? noCounts());
    for (const bound of open) addBound(sums, bound);
    return sums;
  }
}

function noCounts(): TransportCounts {
  return { udp: newCounters(), tcp: newCounters(), refusedConnections: 0 };
}

function addBound(sums: TransportCounts, { listeners }: BoundAddress): void {
  for (const { transport, counters, figures } of listeners) {
    addCounters(sums[transport], counters);
    sums.refusedConnections += figures.refusedConnections;
  }
}

function addCounters(sums: ListenerCounters, counters: ListenerCounters): void {
  sums.queries += counters.queries;
  sums.replies += counters.replies;
  sums.dropped += counters.dropped;
  sums.sendErrors += counters.sendErrors;
  sums.faults += counters.faults;
  sums.pending += counters.pending;
}
