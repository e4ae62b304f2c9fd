// The desk of a service, as its routes ask it and as its state is made of it: what is named is looked up in the configuration
// that is in effect, and what holds is one of the inputs of every state.
import type { DeskService } from '../api/desk-orders.ts';
import { EMPTY_DESK } from '../assembly/adjustments.ts';
import type { Desk as DeskInput } from '../assembly/adjustments.ts';
import { deskInput, networkOf, servicesOf } from '../assembly/desk/desk-network.ts';
import type { Inputs } from '../assembly/inputs.ts';
import type { KnownClients } from '../clients/gather-clients.ts';
import type { Config } from '../config/config.ts';
import { Desk } from '../desk/desk.ts';
import type { DeskNetwork } from '../desk/desk-scope.ts';
import { lackOf } from '../desk/desk-lack.ts';
import { entryToText } from '../desk/desk-entry.ts';
import type { DeskZone } from '../desk/desk-end.ts';
import type { KnownServices } from '../desk/desk-subject.ts';
import type { Current } from './current.ts';
import type { Log } from '../log/log.ts';
import { localZone } from '../time/local-zone.ts';

/** What it works with. */
export interface DeskSideParts {
  /** The state folder. */
  readonly folder: string;
  readonly log: Log;
  readonly current: Current;
  /** Who is known to be in which VLAN at this moment. */
  readonly clients: () => KnownClients;
}

/** The desk of one service. */
export class DeskSide implements DeskService {
  readonly desk: Desk;
  readonly #inputs: () => Inputs;
  readonly #clients: () => KnownClients;
  readonly #put: (change: Partial<Pick<Inputs, 'desk' | 'clients'>>) => void;

  constructor({ folder, log, current, clients }: DeskSideParts) {
    this.#inputs = () => current.state.inputs;
    this.#clients = clients;
    this.#put = (change) => current.put(change);
    this.desk = new Desk({
      folder,
      log,
      zone: () => this.zone,
      network: () => this.network,
      // With the clients of now: an entry may be about one that nothing depended on so far.
      onChange: () => this.#put({ desk: this.#input(), clients: clients() }),
    });
  }

  get config(): Config {
    return this.#inputs().prepared.config;
  }

  get network(): DeskNetwork {
    return networkOf({ ...this.#inputs(), clients: this.#clients() });
  }

  get services(): KnownServices {
    return servicesOf(this.#inputs());
  }

  /** The zone of the schedules; the machine's own where there are none and no other zone is written. */
  get zone(): DeskZone {
    return this.#inputs().prepared.timetable?.zone ?? localZone;
  }

  /** Puts what holds into effect with a configuration or prefixes of interfaces that have just taken effect. */
  follow(): void {
    const input = this.#input();
    if (input !== EMPTY_DESK || this.#inputs().desk !== EMPTY_DESK) this.#put({ desk: input });
  }

  /** What holds, with a configuration and prefixes that are about to take effect. */
  inputFor(change: Pick<Inputs, 'prepared' | 'prefixes'>): DeskInput {
    const { desk } = this;
    return deskInput(desk.holding(desk.now()), { ...this.#inputs(), ...change }, desk.path);
  }

  #input(): DeskInput {
    return this.inputFor(this.#inputs());
  }

  /** A line for each entry that has no effect in the configuration. */
  lacks(): string[] {
    return this.desk.state.entries.flatMap((entry) => {
      const lack = lackOf(entry, this.network, this.services);
      return lack === undefined
        ? []
        : [`${this.desk.path}:${entry.line}: ${entryToText(entry)} is without effect: ${lack}`];
    });
  }
}
