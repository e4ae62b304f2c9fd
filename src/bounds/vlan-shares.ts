// Places that VLANs share: some belong to each VLAN, the others are for any VLAN that needs more. The rule: whatever one VLAN
// takes, the own places of the others stay free for them.

/** How many places there are; may be Infinity. */
export interface ShareOptions {
  /** Places of its own that each VLAN may always take ... */
  readonly perVlan: number;
  /** ... and places for what all VLANs together need beyond that. */
  readonly shared: number;
}

/** The places that are taken, by VLAN. */
export class VlanShares {
  readonly #optionsNow: () => ShareOptions;
  /** Those that what is taken is counted by. */
  #options: ShareOptions | undefined;
  #taken = 0;
  /** Taken by VLANs beyond their own places. */
  #sharedTaken = 0;
  readonly #byVlan = new Map<string, number>();

  /** `options` gives those that hold at the moment; other ones hold for places taken after that. */
  constructor(options: () => ShareOptions) {
    this.#optionsNow = options;
  }

  /** Places taken now. */
  get taken(): number {
    return this.#taken;
  }

  /** Places that a VLAN has taken. */
  of(vlan: string): number {
    return this.#byVlan.get(vlan) ?? 0;
  }

  /** Whether there is a place for a VLAN. */
  hasRoom(vlan: string): boolean {
    const { shared, perVlan } = this.#current();
    return this.of(vlan) < perVlan || this.#sharedTaken < shared;
  }

  /** Takes a place for a VLAN; false where there is none. give() must follow on true. */
  take(vlan: string): boolean {
    if (!this.hasRoom(vlan)) return false;
    const own = this.of(vlan);
    if (own >= this.#current().perVlan) this.#sharedTaken++;
    this.#byVlan.set(vlan, own + 1);
    this.#taken++;
    return true;
  }

  /** Gives a VLAN's place back. */
  give(vlan: string): void {
    const { perVlan } = this.#current();
    const own = this.of(vlan);
    if (own > perVlan) this.#sharedTaken--;
    if (own <= 1) this.#byVlan.delete(vlan);
    else this.#byVlan.set(vlan, own - 1);
    this.#taken--;
  }

  /** The options of now; where they are others, what is taken counts as they say. */
  #current(): ShareOptions {
    const options = this.#optionsNow();
    if (options !== this.#options) {
      this.#options = options;
      this.#sharedTaken = 0;
      for (const own of this.#byVlan.values()) this.#sharedTaken += Math.max(0, own - options.perVlan);
    }
    return options;
  }
}

/** Divides a limit: half belongs to the VLANs, at least one place each, half is for any VLAN; 0 means no limit. */
export function sharesOf(limit: number, vlans: number): ShareOptions {
  if (limit === 0) return { shared: Infinity, perVlan: 0 };
  const perVlan = Math.max(1, Math.floor(limit / 2 / Math.max(vlans, 1)));
  return { shared: Math.max(0, limit - perVlan * vlans), perVlan };
}
