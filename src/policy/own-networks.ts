// The networks of the house, with public addresses or private ones: under rebind protection a public name must not lead to
// them. A prefix that is too short for the network of one house, such as 0.0.0.0/0, is left out.
import { PrefixMap } from '../addresses/prefix-map.ts';
import type { Address, PrefixNumbers } from '../addresses/prefix.ts';

/** The shortest prefix that is taken as a network of our own, in bits. */
const SHORTEST = { 4: 8, 6: 16 } as const;

/** The prefixes of all VLANs. */
export class OwnNetworks {
  /** Whether there is any. */
  readonly isEmpty: boolean;
  readonly #prefixes: PrefixMap;

  constructor(prefixes: readonly PrefixNumbers[]) {
    const own = prefixes.filter(({ family, length }) => length >= SHORTEST[family]);
    this.isEmpty = own.length === 0;
    this.#prefixes = new PrefixMap(own.map((prefix) => [prefix, 0] as const));
  }

  holds(address: Address): boolean {
    return this.#prefixes.find(address) >= 0;
  }
}
