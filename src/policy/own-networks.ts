// The networks of the house, whatever their addresses are: what a public name must not lead to under rebind protection. A prefix
// that is too short for a network of one house ("everybody") is none.
import { PrefixMap } from '../addresses/prefix-map.ts';
import type { Address, PrefixNumbers } from '../addresses/prefix.ts';

/** The shortest prefix that is taken for a network of our own, in bits. */
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
