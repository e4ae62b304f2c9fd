// The leases of one source while it is read: the last one of an address holds. Their number is bounded, whatever a file says.
import type { Lease, LeaseTaker } from './lease.ts';

/** How many addresses of one source are kept; 65,536 VLANs of an odd household have fewer. */
const MOST_LEASES = 262_144;
/** The longest name that is kept, in characters; no host has a longer one (RFC 1035 section 2.3.4). */
const LONGEST_NAME = 255;

/** Lines of a file that were not understood. */
export interface Skipped {
  readonly count: number;
  /** The first of them, and why. */
  readonly line: number;
  readonly why: string;
}

/** Collects the leases of one source. */
export class LeaseTable implements LeaseTaker {
  readonly #leases = new Map<string, Lease>();
  #skipped: Skipped | undefined;
  /** Leases for which there was no room. */
  tooMany = 0;

  lease(lease: Lease): void {
    // A later lease stands behind earlier ones, also where it is of the same address.
    if (!this.#leases.delete(lease.address) && this.#leases.size >= MOST_LEASES) {
      this.tooMany++;
      return;
    }
    const name = lease.name?.slice(0, LONGEST_NAME);
    this.#leases.set(lease.address, { ...lease, name });
  }

  gone(address: string): void {
    this.#leases.delete(address);
  }

  skipped(line: number, why: string): void {
    const { count = 0 } = this.#skipped ?? {};
    this.#skipped = { line, why, ...this.#skipped, count: count + 1 };
  }

  /** What was not understood; undefined where everything was. */
  get faults(): Skipped | undefined {
    return this.#skipped;
  }

  /** The leases, in the order in which they were written. */
  get leases(): readonly Lease[] {
    return [...this.#leases.values()];
  }
}
