// How many sockets may be open at once, in all and on behalf of each VLAN. Over the limit a question fails at once and
// clearly, instead of taking the descriptors that listeners and files need.
import { VlanShares } from '../bounds/vlan-shares.ts';
import type { ShareOptions } from '../bounds/vlan-shares.ts';

/** Sockets of no VLAN, such as those to fetch lists. */
const NOBODY = '';

/** A count with a limit, shared by all upstream sets. */
export class SocketBudget {
  readonly #shares: VlanShares;

  /** `shares` gives the limits that hold at the moment. */
  constructor(shares: () => ShareOptions) {
    this.#shares = new VlanShares(shares);
  }

  /** Sockets open now. */
  get taken(): number {
    return this.#shares.taken;
  }

  /** Takes one on behalf of a VLAN; false when there is none left for it. */
  take(vlan = NOBODY): boolean {
    return this.#shares.take(vlan);
  }

  /** Gives one back. */
  give(vlan = NOBODY): void {
    this.#shares.give(vlan);
  }
}
