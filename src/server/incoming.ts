// A query as the query path is given it.
import type { ClientAddress } from '../listeners/client-address.ts';
import type { Transport } from '../listeners/query-handler.ts';
import type { VlanCounters } from './counters.ts';

/** By which listener queries come in. */
export interface Entrance {
  readonly vlan: string;
  readonly transport: Transport;
  readonly counters: VlanCounters;
}

/** One query: its octets are query[0..length-1]. A listener's object is refilled for each; who waits holds a copy. */
export interface Incoming {
  readonly entrance: Entrance;
  query: Uint8Array;
  length: number;
  client: ClientAddress;
}
