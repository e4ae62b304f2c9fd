// What is told of one query to a collector of dnstap.
import type { Reason } from '../../querylog/messages.ts';

/** A server that was asked, as in the configuration. */
export interface TappedServer {
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  readonly port: number;
  readonly protocol: 'udp' | 'tcp' | 'tls' | 'https';
}

/** One query and what became of it. */
export interface TappedQuery {
  /** When it came, in milliseconds since 1970, and how long it waited, in microseconds. */
  readonly unixMs: number;
  readonly waitedUs: number;
  readonly protocol: 'udp' | 'tcp';
  /** 4 or 16 octets, and the port, 0 where it is not known; undefined where the client is not told. */
  readonly client: { readonly address: Uint8Array; readonly port: number } | undefined;
  /** The name in wire form, not compressed. */
  readonly name: Uint8Array;
  readonly qtype: number;
  /** All 12 bits. */
  readonly rcode: number;
  readonly isBlocked: boolean;
  /** Whether what decided is something that the answer led to, and not the name asked for. */
  readonly isInspected: boolean;
  readonly reason: Reason | undefined;
  /** Labels of the name that the rule is about. */
  readonly depth: number;
  /** Undefined where none was asked for it. */
  readonly server: TappedServer | undefined;
}
