// What leases and neighbours say, from one reading to the next. The rule: what cannot be read, or is not whole, changes nothing: the
// last good state stays, and a fault tells of it.
import type { KnownLease, KnownNeighbour } from './known-client.ts';
import { REMEMBERED_MS } from './known-client.ts';
import type { LeaseReading, LeaseSource } from './leases/read-leases.ts';
import type { Neighbour } from './neighbours/neighbour.ts';

/** How one file of leases is. */
export interface SourceState {
  readonly leases: readonly KnownLease[];
  /** When it was read last and taken, in unix milliseconds. */
  readonly readMs: number;
  /** What is wrong with it now, and what holds; undefined where nothing is. */
  readonly fault: string | undefined;
  /** How often it could not be taken. */
  readonly failures: number;
}

const NEVER: SourceState = { leases: [], readMs: 0, fault: undefined, failures: 0 };
const MOST_NEIGHBOURS = 65_536;

/** Keeps what was read. */
export class ClientSources {
  readonly #states = new Map<string, SourceState>();
  #neighbours = new Map<string, KnownNeighbour>();
  #hasLooked = false;

  /** Goes on with these sources only. */
  keep(sources: readonly Pick<LeaseSource, 'file'>[]): void {
    const wanted = new Set(sources.map(({ file }) => file));
    for (const file of this.#states.keys()) if (!wanted.has(file)) this.#states.delete(file);
  }

  /** How a source is. */
  stateOf(file: string): SourceState {
    return this.#states.get(file) ?? NEVER;
  }

  /** Takes a reading; gives the fault of the source where it has a new one. */
  take(file: string, reading: LeaseReading | Error, nowMs: number): string | undefined {
    const before = this.stateOf(file);
    const state = nextState(file, before, reading, nowMs);
    this.#states.set(file, state);
    return state.fault === before.fault ? undefined : state.fault;
  }

  /** Takes what the system has of neighbours now. Those that it no longer has are remembered for a while. */
  takeNeighbours(found: readonly Neighbour[], nowMs: number): void {
    const before = this.#neighbours;
    const next = new Map<string, KnownNeighbour>();
    for (const neighbour of found) {
      const key = `${neighbour.link} ${neighbour.address}`;
      const known = before.get(key);
      const isSame = known?.mac === neighbour.mac;
      // An entry that was there when we first looked may be older than any lease.
      const firstMs = isSame ? known.sinceMs : this.#hasLooked ? nowMs : 0;
      next.set(key, { ...neighbour, sinceMs: neighbour.isFresh ? nowMs : firstMs, seenMs: nowMs });
    }
    for (const [key, known] of before)
      if (!next.has(key) && nowMs - known.seenMs < REMEMBERED_MS && next.size < MOST_NEIGHBOURS)
        next.set(key, known);
    this.#neighbours = next;
    this.#hasLooked = true;
  }

  /** All leases, those of later sources behind. */
  *leases(): Generator<KnownLease> {
    for (const { leases } of this.#states.values()) yield* leases;
  }

  /** All neighbours. */
  neighbours(): Iterable<KnownNeighbour> {
    return this.#neighbours.values();
  }
}

function nextState(
  file: string,
  before: SourceState,
  reading: LeaseReading | Error,
  nowMs: number,
): SourceState {
  const isFirst = before.readMs === 0;
  if (reading instanceof Error) {
    const fault = `it cannot be read: ${reading.message}; ${whatHolds(before)}`;
    return { ...before, fault, failures: before.failures + 1 };
  }
  if (reading.end === 'cut' && !isFirst) {
    const fault = `it ends in the midst of a lease; ${whatHolds(before)}`;
    return { ...before, fault, failures: before.failures + 1 };
  }
  const leases = withTimes(file, before, reading, nowMs);
  const fault = faultOf(reading);
  return { leases, readMs: nowMs, fault, failures: before.failures + (fault === undefined ? 0 : 1) };
}

function whatHolds({ readMs, leases }: SourceState): string {
  return readMs === 0 ? 'nothing is known from it' : `the ${leases.length} leases that were read before hold`;
}

/** What is left out of a reading that is taken. */
function faultOf({ end, skipped, tooMany }: LeaseReading): string | undefined {
  const parts = [
    ...skipped.map(({ file, line, why, count }) =>
      count === 1
        ? `${file}:${line} is left out: ${why}`
        : `${count} lines are left out, the first is ${file}:${line}: ${why}`,
    ),
    ...(end === 'cut' ? ['it ends in the midst of a lease, which is left out'] : []),
    ...(tooMany === 0 ? [] : [`${tooMany} leases are left out, since there are too many`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** Leases of servers that do not write when a lease began count from when they were seen first. */
function withTimes(file: string, before: SourceState, reading: LeaseReading, nowMs: number): KnownLease[] {
  if (reading.leases.every(({ sinceMs }) => sinceMs > 0))
    return reading.leases.map((lease) => ({ ...lease, file }));
  const known = new Map(before.leases.map((lease) => [lease.address, lease] as const));
  const firstMs = before.readMs === 0 ? 0 : nowMs;
  return reading.leases.map((lease) => {
    if (lease.sinceMs > 0) return { ...lease, file };
    const earlier = known.get(lease.address);
    return { ...lease, file, sinceMs: earlier?.mac === lease.mac ? (earlier?.sinceMs ?? firstMs) : firstMs };
  });
}
