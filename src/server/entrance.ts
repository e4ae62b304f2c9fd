// Where queries come in, a VLAN's listener; what comes in; and which VLAN that is in the state of the service that is in force.
import type { ClientAddress } from '../addresses/client-address.ts';
import type { Transport } from '../listeners/transport.ts';
import type { Vlan } from '../policy/vlan.ts';
import { BypassTally } from './outcome/bypass-tally.ts';
import type { VlanCounters } from './outcome/counters.ts';
import type { Serving } from './serving.ts';

/** By which listener queries come in. */
export class Entrance {
  readonly vlan: string;
  readonly transport: Transport;
  readonly counters: VlanCounters;
  /** Attempts to get around the filter. */
  readonly bypass: BypassTally;
  /** What Entrances remembers of it. */
  isKnown = false;
  current: Vlan | undefined;
  /** What a recorder remembers of it: the number of its VLAN in a state that it has a number for. */
  numberedIn = 0;
  number = 0;

  constructor(vlan: string, transport: Transport, counters: VlanCounters, bypass = new BypassTally()) {
    this.vlan = vlan;
    this.transport = transport;
    this.counters = counters;
    this.bypass = bypass;
  }
}

/** One query: its octets are query[0..length-1]. A listener's object is refilled for each; who waits holds a copy. */
export interface Incoming {
  readonly entrance: Entrance;
  query: Uint8Array;
  length: number;
  client: ClientAddress;
  /** Of one that waits: when it came, by the clock of queries; and whether an answer to its name was there at once. */
  startedMs: number;
  wasHit: boolean;
}

/** Looks the VLAN of each entrance up once for each state of the service. No entrance, however idle, holds an old state. */
export class Entrances {
  #serving: Serving | undefined;
  #known: Entrance[] = [];

  /** The VLAN of an entrance; undefined where the state has it no more. */
  vlanOf(entrance: Entrance, serving: Serving): Vlan | undefined {
    if (serving !== this.#serving) this.#forget(serving);
    if (!entrance.isKnown) this.#look(entrance, serving);
    return entrance.current;
  }

  #forget(serving: Serving): void {
    for (const entrance of this.#known) {
      entrance.isKnown = false;
      entrance.current = undefined;
    }
    this.#known = [];
    this.#serving = serving;
  }

  #look(entrance: Entrance, serving: Serving): void {
    entrance.current = serving.vlans.get(entrance.vlan);
    entrance.isKnown = true;
    this.#known.push(entrance);
  }
}
