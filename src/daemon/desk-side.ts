// The desk of a service, as its routes ask it and as its state is made of it: what is named is looked up in the configuration
// that is in effect, and what holds is one of the inputs of every state.
import type { DeskService } from '../api/desk-orders.ts';
import type { Desk as DeskInput } from '../assembly/adjustments.ts';
import { deskInput, networkOf, servicesOf } from '../assembly/desk-network.ts';
import type { Inputs } from '../assembly/inputs.ts';
import type { Config } from '../config/config.ts';
import { Desk } from '../desk/desk.ts';
import type { DeskNetwork } from '../desk/desk-scope.ts';
import { lackOf } from '../desk/desk-lack.ts';
import { entryToText } from '../desk/desk-entry.ts';
import type { DeskZone } from '../desk/desk-end.ts';
import type { KnownServices } from '../desk/desk-subject.ts';
import type { Log } from '../log/log.ts';
import { localZone } from '../time/local-zone.ts';

/** What it works with. */
export interface DeskSideParts {
  /** The state folder. */
  readonly folder: string;
  readonly log: Log;
  /** The inputs that are in effect. */
  readonly inputs: () => Inputs;
  /** Puts what was changed into effect. */
  readonly put: (desk: DeskInput) => void;
}

/** The desk of one service. */
export class DeskSide implements DeskService {
  readonly desk: Desk;
  readonly #inputs: () => Inputs;
  readonly #put: (desk: DeskInput) => void;

  constructor({ folder, log, inputs, put }: DeskSideParts) {
    this.#inputs = inputs;
    this.#put = put;
    this.desk = new Desk({
      folder,
      log,
      zone: () => this.zone,
      network: () => this.network,
      onChange: () => put(this.#input()),
    });
  }

  get config(): Config {
    return this.#inputs().prepared.config;
  }

  get network(): DeskNetwork {
    return networkOf(this.#inputs());
  }

  get services(): KnownServices {
    return servicesOf(this.#inputs());
  }

  get zone(): DeskZone {
    return localZone;
  }

  /** Puts what holds into effect with a configuration or prefixes of interfaces that have just taken effect. */
  follow(): void {
    const { desk } = this;
    if (desk.holding(desk.now()).length > 0) this.#put(this.#input());
  }

  #input(): DeskInput {
    const { desk } = this;
    return deskInput(desk.holding(desk.now()), this.#inputs(), desk.path);
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
