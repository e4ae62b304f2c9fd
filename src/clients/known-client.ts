// A client of a VLAN as leases and neighbours have it, and what is known of one address from several sources. Pure.
import type { Lease } from './leases/lease.ts';
import type { Neighbour } from './neighbours/neighbour.ts';

/** A lease with where it was read, and since when it is known where it does not say. */
export interface KnownLease extends Lease {
  readonly file: string;
}

/** A neighbour with the times that make it comparable with leases. */
export interface KnownNeighbour extends Neighbour {
  /** Since when this MAC is there, as far as is known, in unix milliseconds; 0: since before we looked. */
  readonly sinceMs: number;
  /** When the system had it last. */
  readonly seenMs: number;
}

/** A client of one VLAN, by one of its addresses. */
export interface KnownClient {
  readonly address: string;
  readonly mac: string | undefined;
  /** Whether only the client says that it has this MAC: it chooses no policy. */
  readonly isMacSaid: boolean;
  /** What it calls itself, as its lease has it: anything at all. */
  readonly name: string | undefined;
  /** The file of its lease; undefined where it is known as a neighbour only. */
  readonly file: string | undefined;
  /** Whether the system has it as a neighbour with this MAC. */
  readonly isNeighbour: boolean;
  readonly sinceMs: number;
  /** When this is no longer known, in unix milliseconds; Infinity where its lease has no end. */
  readonly untilMs: number;
}

/** How long a neighbour is remembered that the system has forgotten, in milliseconds: it forgets those that are silent. */
export const REMEMBERED_MS = 10 * 60_000;

/** What is known of an address by its lease and as a neighbour: the newer of the two where they differ, else both. */
export function merge(lease: KnownLease | undefined, neighbour: KnownNeighbour | undefined): KnownClient {
  if (lease === undefined) return ofNeighbour(neighbour!);
  const known: KnownClient = {
    address: lease.address,
    mac: lease.mac,
    isMacSaid: lease.isMacSaid && lease.mac !== undefined,
    name: lease.name,
    file: lease.file,
    isNeighbour: false,
    sinceMs: lease.sinceMs,
    untilMs: lease.untilMs,
  };
  if (neighbour === undefined) return known;
  if (neighbour.mac === lease.mac) return { ...known, isMacSaid: false, isNeighbour: true };
  // A lease that has no MAC, or only what the client says, is not at odds with the one that answers.
  if (lease.mac === undefined || lease.isMacSaid)
    return { ...known, mac: neighbour.mac, isMacSaid: false, isNeighbour: true };
  return neighbour.sinceMs > lease.sinceMs ? ofNeighbour(neighbour) : known;
}

function ofNeighbour({ address, mac, sinceMs, seenMs }: KnownNeighbour): KnownClient {
  const untilMs = seenMs + REMEMBERED_MS;
  return {
    address,
    mac,
    isMacSaid: false,
    name: undefined,
    file: undefined,
    isNeighbour: true,
    sinceMs,
    untilMs,
  };
}

/** Of two leases of one address the newer one; of two as new, the second. */
export function newer(one: KnownLease | undefined, other: KnownLease): KnownLease {
  return one !== undefined && one.sinceMs > other.sinceMs ? one : other;
}
