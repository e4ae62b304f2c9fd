// How many questions may wait for upstreams at once: in all, for a VLAN, a client, and the clients of one IPv6 prefix
// together. The rule: a place is counted until all work that was begun for it has ended.
import { VlanShares } from '../../bounds/vlan-shares.ts';
import type { ShareOptions } from '../../bounds/vlan-shares.ts';
import type { ClientAddress } from '../../addresses/client-address.ts';

/** The bounds; 0 means no limit. */
export interface WaitingLimits {
  /** Places of one client. */
  readonly perClient: number;
  /** Places of clients whose IPv6 addresses begin with the same bits, together. */
  readonly perPrefix: number;
  readonly prefixBits: number;
  /** The share of each VLAN, and what all of them share. */
  readonly shares: ShareOptions;
}

/** One place. */
export interface Place {
  /** The VLAN that has it. */
  readonly vlan: string;
  /** Notes that work was begun for it; leave() must follow. */
  stay(): void;
  /** Notes that work has ended; with the last work the place is free. */
  leave(): void;
}

/** All places, and the clients that have them. */
export class WaitingPlaces {
  readonly #shares: VlanShares;
  readonly #perClient = new Map<string, number>();
  readonly #perPrefix = new Map<string, number>();
  readonly #limits: () => WaitingLimits;

  /** `limits` gives the bounds that hold at the moment; other ones hold for those who come after. */
  constructor(limits: () => WaitingLimits) {
    this.#limits = limits;
    this.#shares = new VlanShares(() => limits().shares);
  }

  /** Places taken now. */
  get taken(): number {
    return this.#shares.taken;
  }

  /** Places that a VLAN has taken. */
  of(vlan: string): number {
    return this.#shares.of(vlan);
  }

  /** Takes a place for a VLAN's client; undefined where too many are taken. The one who has it calls leave() once. */
  enter(vlan: string, client: ClientAddress): Place | undefined {
    const { perClient, perPrefix, prefixBits } = this.#limits();
    const prefix = client.prefixKey(prefixBits);
    if (isFull(this.#perClient.get(client.text), perClient)) return undefined;
    if (prefix !== undefined && isFull(this.#perPrefix.get(prefix), perPrefix)) return undefined;
    if (!this.#shares.take(vlan)) return undefined;
    countUp(this.#perClient, client.text);
    if (prefix !== undefined) countUp(this.#perPrefix, prefix);
    return new TakenPlace(vlan, () => {
      this.#shares.give(vlan);
      countDown(this.#perClient, client.text);
      if (prefix !== undefined) countDown(this.#perPrefix, prefix);
    });
  }
}

class TakenPlace implements Place {
  readonly vlan: string;
  readonly #free: () => void;
  #uses = 1;

  constructor(vlan: string, free: () => void) {
    this.vlan = vlan;
    this.#free = free;
  }

  stay(): void {
    this.#uses++;
  }

  leave(): void {
    if (--this.#uses === 0) this.#free();
  }
}

function isFull(count: number | undefined, limit: number): boolean {
  return limit > 0 && (count ?? 0) >= limit;
}

function countUp(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countDown(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}
