// How an upstream server is described: the option types of this folder.

/** One server to forward to. */
export interface ServerOptions {
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** IPv4 or IPv6 address; a link-local one with its scope (`fe80::1%vio0`). */
  readonly address: string;
  /** 1..65535; 53, or 853 for TLS, unless given. */
  readonly port?: number;
  /** The name in the server's certificate; needed for TLS. */
  readonly serverName?: string;
}

/** The servers of a resolv.conf, read again when it changes. */
export interface SystemServers {
  readonly transport: 'system';
  /** Default `/etc/resolv.conf`. */
  readonly path?: string;
}

/** Which server of a set is asked first: DESIGN section 2, `strategy`. */
export type Strategy = 'fastest' | 'ordered' | 'parallel' | 'random';

/** Why a server gave no answer that can be passed on. */
export type FailureReason =
  | 'timeout'
  | 'refused-connection'
  | 'unreachable'
  | 'closed'
  | 'malformed'
  | 'tls'
  | 'lame'
  | 'rcode'
  | 'too-many-sockets'
  | 'cancelled';

/** Whether servers were not asked at all, since no more sockets may be open for the VLAN that asked. */
export function isOwnLack(failures: readonly ServerFailure[]): boolean {
  return failures.length > 0 && failures.every(({ reason }) => reason === 'too-many-sockets');
}

/** One server's part in a failed question. */
export interface ServerFailure {
  /** As in the configuration: `udp://192.0.2.1:53`. */
  readonly server: string;
  readonly reason: FailureReason;
  /** Text of the system or the TLS library, or the rcode's number; empty where there is nothing to add. */
  readonly detail: string;
}
