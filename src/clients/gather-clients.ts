// Who is in which VLAN: leases by its subnets, neighbours by its interface. The rules: what was known of an address in one VLAN says
// nothing in another; and a large household is gone through in slices, with other work in between.
import { setImmediate } from 'node:timers/promises';
import { ClientAddress } from '../addresses/client-address.ts';
import type { PrefixMap } from '../addresses/prefix-map.ts';
import { merge, newer } from './known-client.ts';
import type { KnownClient, KnownLease, KnownNeighbour } from './known-client.ts';

/** A VLAN as far as its clients depend on it. */
export interface VlanPlace {
  readonly name: string;
  /** Its interface; where it has none, its neighbours are told by the subnets alone. */
  readonly link: string | undefined;
  readonly subnets: PrefixMap;
}

/** All that is known. */
export interface KnownSources {
  readonly leases: Iterable<KnownLease>;
  readonly neighbours: Iterable<KnownNeighbour>;
}

/** The clients of one VLAN by their addresses. */
export type VlanClients = ReadonlyMap<string, KnownClient>;

/** The clients of all VLANs, by the VLANs' names. */
export type KnownClients = ReadonlyMap<string, VlanClients>;

/** The most clients that a VLAN may have; more are left out. */
export const MOST_CLIENTS = 65_536;

/** How long a slice may take, in milliseconds. */
const SLICE_MS = 1;
/** After so many entries it is looked at the clock. */
const STEP = 64;

/** Gives the clients of each VLAN at that time. */
export async function gatherClients(
  vlans: readonly VlanPlace[],
  sources: KnownSources,
  nowMs: number,
): Promise<Map<string, VlanClients>> {
  const drafts = vlans.map((vlan) => new VlanDraft(vlan));
  const address = new ClientAddress();
  const slices = new Slices();
  for (const lease of sources.leases) {
    if (slices.isOver()) await slices.next();
    if (lease.untilMs <= nowMs || !address.set(lease.address)) continue;
    for (const draft of drafts) draft.takeLease(lease, address);
  }
  for (const neighbour of sources.neighbours) {
    if (slices.isOver()) await slices.next();
    if (!address.set(neighbour.address)) continue;
    for (const draft of drafts) draft.takeNeighbour(neighbour, address);
  }
  const found = new Map<string, VlanClients>();
  for (const draft of drafts) {
    const clients = new Map<string, KnownClient>();
    for (const at of draft.addresses()) {
      if (slices.isOver()) await slices.next();
      if (hasRoom(clients, at)) clients.set(at, draft.clientAt(at));
    }
    found.set(draft.name, clients);
  }
  return found;
}

/** What is found of one VLAN. */
class VlanDraft {
  readonly #vlan: VlanPlace;
  readonly #leases = new Map<string, KnownLease>();
  readonly #neighbours = new Map<string, KnownNeighbour>();

  constructor(vlan: VlanPlace) {
    this.#vlan = vlan;
  }

  get name(): string {
    return this.#vlan.name;
  }

  takeLease(lease: KnownLease, address: ClientAddress): void {
    if (this.#vlan.subnets.find(address) >= 0 && hasRoom(this.#leases, lease.address))
      this.#leases.set(lease.address, newer(this.#leases.get(lease.address), lease));
  }

  takeNeighbour(neighbour: KnownNeighbour, address: ClientAddress): void {
    const { link, subnets } = this.#vlan;
    if (link !== undefined && link !== neighbour.link) return;
    if (subnets.find(address) >= 0 && hasRoom(this.#neighbours, neighbour.address))
      this.#neighbours.set(neighbour.address, latest(this.#neighbours.get(neighbour.address), neighbour));
  }

  addresses(): ReadonlySet<string> {
    return new Set([...this.#leases.keys(), ...this.#neighbours.keys()]);
  }

  clientAt(address: string): KnownClient {
    return merge(this.#leases.get(address), this.#neighbours.get(address));
  }
}

/** Of one address on two interfaces, for a VLAN that has none of its own: that which was seen last, or came last. */
function latest(one: KnownNeighbour | undefined, other: KnownNeighbour): KnownNeighbour {
  if (one === undefined) return other;
  const isOlder = one.seenMs === other.seenMs ? one.sinceMs > other.sinceMs : one.seenMs > other.seenMs;
  return isOlder ? one : other;
}

function hasRoom(clients: ReadonlyMap<string, unknown>, address: string): boolean {
  return clients.size < MOST_CLIENTS || clients.has(address);
}

/** Turns of the event loop that long work is parted into. */
class Slices {
  #sinceMs = performance.now();
  #steps = 0;

  isOver(): boolean {
    return ++this.#steps % STEP === 0 && performance.now() - this.#sinceMs >= SLICE_MS;
  }

  async next(): Promise<void> {
    await setImmediate();
    this.#sinceMs = performance.now();
  }
}
