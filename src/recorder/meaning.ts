// What the numbers in batches of one state mean, and how clients are called now. Filled from the worker's frames; the rule: a number
// means the same for as long as its Meaning is in use, so that whoever reads batches may keep what they made of it.
import type { ClientName, ClientsNotice, Reason, ReasonsNotice, StateNotice } from '../querylog/messages.ts';

/** What clients are called at this moment, whatever the state. */
export class KnownClients {
  /** Rises whenever a client is called otherwise than before. */
  version = 0;
  readonly #names = new Map<string, ClientName>();

  learn({ clients }: ClientsNotice): void {
    for (const client of clients) {
      const key = `${client.vlan} ${client.address}`;
      if (client.name === undefined && client.mac === undefined) this.#names.delete(key);
      else this.#names.set(key, client);
    }
    this.version++;
  }

  of(vlan: string, address: string): ClientName | undefined {
    return this.#names.get(`${vlan} ${address}`);
  }
}

/** What the numbers of one state mean. */
export class Meaning {
  #state: StateNotice;
  readonly clients: KnownClients;
  readonly #reasons = new Map<number, Reason>();

  constructor(state: StateNotice, clients: KnownClients) {
    this.#state = state;
    this.clients = clients;
  }

  get state(): StateNotice {
    return this.#state;
  }

  /** Takes the same state told again: servers come to it as they are asked, and keep their numbers. */
  renew(state: StateNotice): void {
    this.#state = state;
  }

  learn({ reasons }: ReasonsNotice): void {
    for (const { number, ...reason } of reasons) this.#reasons.set(number, reason);
  }

  reason(number: number): Reason | undefined {
    return this.#reasons.get(number);
  }
}
