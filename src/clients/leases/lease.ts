// What a lease says, in the same terms for every DHCP server, and who takes it from a reader.

/** One lease that is in force, or will end at a time that is known. */
export interface Lease {
  /** Canonical text, without a zone. */
  readonly address: string;
  /** The hardware address that the client asked from; lower case with colons. */
  readonly mac: string | undefined;
  /**
   * Whether the MAC is only what the client says of itself, inside of its DUID (RFC 8415 section 11): it may be that of another
   * interface, or made up, and chooses no policy.
   */
  readonly isMacSaid: boolean;
  /** What the client calls itself, as it is written: it may be anything. */
  readonly name: string | undefined;
  /** When it began or was renewed, in unix milliseconds; 0 where the file does not say. */
  readonly sinceMs: number;
  /** When it ends, in unix milliseconds; Infinity where it never does. */
  readonly untilMs: number;
}

/** Takes what a reader finds, in the order of the file: what comes later holds. */
export interface LeaseTaker {
  lease(lease: Lease): void;
  /** The address has no client any more. */
  gone(address: string): void;
  /** A line, or what began at it, is not understood. */
  skipped(line: number, why: string): void;
}

/** Reads one file, line by line. It throws for nothing that is in a file. */
export interface LeaseReader {
  /** A line without its end; lines count from 1. */
  line(text: string, number: number): void;
  /** The file has ended: `rest` is what stands behind the last end of a line, as line `number`. */
  end(rest: string, number: number): LeaseEnd;
}

/**
 * How a file ended. `cut`: in the midst of something, which is left out; where the server writes the file anew each time, the
 * rest of it is missing too.
 */
export type LeaseEnd = 'whole' | 'cut';

/** What a reader is told about the file. */
export interface LeaseFile {
  /** When it was written, in unix milliseconds: some servers write times from then on. */
  readonly writtenMs: number;
}
