// How what tells who the clients are is itself, as `status`, `clients` and the log tell it: files of leases, and neighbours.
import type { SourceState } from '../clients/client-sources.ts';

/** How a file of leases is. */
export interface ToldLeases {
  readonly file: string;
  /** The leases that hold of it. */
  readonly leases: number;
  /** When it was read last, as in ISO 8601; undefined where it never was. */
  readonly read: string | undefined;
  /** What is wrong with it, and what holds. */
  readonly fault: string | undefined;
  /** How often something was wrong with it. */
  readonly failures: number;
}

/** Tells of one. */
export function tellLeases(file: string, { leases, readMs, fault, failures }: SourceState): ToldLeases {
  const read = readMs === 0 ? undefined : new Date(readMs).toISOString();
  return { file, leases: leases.length, read, fault, failures };
}

/** What it means that neighbours cannot be asked for. */
export function neighboursWarning(fault: string): string {
  return `the neighbours cannot be asked for: ${fault}; leases alone tell who has which address`;
}
