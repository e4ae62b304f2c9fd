// A neighbour: an address on a link, and the hardware address that answers there, as the system's own tables have it.

/** One entry of a table. */
export interface Neighbour {
  /** Canonical text, without a zone. */
  readonly address: string;
  readonly mac: string;
  /** The name of the interface. */
  readonly link: string;
  /** Whether the system has heard from it a moment ago; otherwise the entry may be older than a lease that says otherwise. */
  readonly isFresh: boolean;
}
