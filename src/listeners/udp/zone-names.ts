// Names of interfaces by their numbers, for the zone of link-local addresses (RFC 4007 section 11).

import { networkInterfaces } from 'node:os';

/** Gives the name of the interface with that number, from the system where it is new; the number as text where there is none. */
export class ZoneNames {
  readonly #names = new Map<number, string>();

  /** For ClientAddress. About 100 us where the system is asked. */
  readonly nameOf = (scope: number): string => {
    if (!this.#names.has(scope)) this.#read();
    return this.#names.get(scope) ?? String(scope);
  };

  #read(): void {
    for (const [name, addresses] of Object.entries(networkInterfaces()))
      for (const address of addresses ?? [])
        if (address.family === 'IPv6' && address.scopeid > 0) this.#names.set(address.scopeid, name);
  }
}
