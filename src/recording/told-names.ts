// How clients are called, and what of it the recorder does not know yet. The rule: only what has changed is told.
import type { ClientName } from '../querylog/messages.ts';

/** The most clients that are told in one frame. */
const MOST_TOLD = 1000;

/** Names of clients, by VLAN and address. */
export class ToldNames {
  #names = new Map<string, ClientName>();
  readonly #untold = new Map<string, ClientName>();

  /** Takes these for all that there are. */
  become(clients: readonly ClientName[]): void {
    const names = new Map(clients.map((client) => [`${client.vlan} ${client.address}`, client]));
    for (const [key, { vlan, address }] of this.#names)
      if (!names.has(key)) this.#untold.set(key, { vlan, address });
    for (const [key, client] of names) {
      const known = this.#names.get(key);
      if (known?.name !== client.name || known?.mac !== client.mac) this.#untold.set(key, client);
    }
    this.#names = names;
  }

  /** Takes it that nothing has been told. */
  forget(): void {
    this.#untold.clear();
    for (const [key, client] of this.#names) this.#untold.set(key, client);
  }

  /** What is to be told next; undefined where all is told. */
  next(): ClientName[] | undefined {
    if (this.#untold.size === 0) return undefined;
    const next = [...this.#untold].slice(0, MOST_TOLD);
    for (const [key] of next) this.#untold.delete(key);
    return next.map(([, client]) => client);
  }
}
