// What every listener is, whatever carries its queries: a socket that is open, who answers there, and what is counted.
import type { ListenerCounters } from './listener-counters.ts';
import type { QueryHandler } from './query-handler.ts';
import type { TransportName } from './transport.ts';

/** What the status tells of a listener beside its counts; 0 for what its kind has not. */
export interface ListenerFigures {
  /** What the system granted to hold datagrams that have arrived, and those that are to be sent. */
  readonly receiveBufferOctets: number;
  readonly sendBufferOctets: number;
  readonly openConnections: number;
  /** Connections turned away because of a limit. */
  readonly refusedConnections: number;
}

/** An open listener. */
export interface Listener {
  readonly transport: TransportName;
  /** What it is bound to. */
  readonly port: number;
  readonly counters: ListenerCounters;
  readonly figures: ListenerFigures;
  /** Who answers. */
  readonly handler: QueryHandler;
  /** Changes who answers, and for which VLAN; queries already pending stay with the one before. */
  serve(vlan: string, handler: QueryHandler): void;
  /** Takes no more queries, answers what is pending for at most `graceMs`, then closes. */
  close(graceMs: number): Promise<void>;
}

/** The figures of several listeners together. */
export function figuresOf(listeners: readonly Listener[]): ListenerFigures {
  const sum = (of: (figures: ListenerFigures) => number): number =>
    listeners.reduce((total, { figures }) => total + of(figures), 0);
  return {
    receiveBufferOctets: sum((figures) => figures.receiveBufferOctets),
    sendBufferOctets: sum((figures) => figures.sendBufferOctets),
    openConnections: sum((figures) => figures.openConnections),
    refusedConnections: sum((figures) => figures.refusedConnections),
  };
}

/** The counts of several listeners, one of each transport at most. */
export function countersOf(
  listeners: readonly Listener[],
): Readonly<Partial<Record<TransportName, ListenerCounters>>> {
  return Object.fromEntries(listeners.map(({ transport, counters }) => [transport, counters]));
}
