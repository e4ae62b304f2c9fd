// All TCP connections of the service, whatever VLAN they came to, so that the limits hold for the whole.
// A full house closes the connection that has been idle longest before it turns a new one away (RFC 7766 section 6.2.3).

/** Limits on TCP; in each, 0 means no limit. */
export interface TcpLimits {
  /** Connections at a time. */
  readonly connections: number;
  /** Connections of one client address at a time. */
  readonly perClient: number;
  /** Milliseconds a connection may be idle, and a message may take from its first octet to its last. */
  readonly idleMs: number;
}

/** What the limits need to know of a connection. */
export interface LimitedConnection {
  readonly clientText: string;
  /** Whether nothing is being answered on it. */
  readonly isIdle: boolean;
  finish(): void;
}

/** The connections there are, the longest unused first. */
export class TcpConnections {
  /** May be exchanged; holds for connections that come after. */
  limits: TcpLimits;
  readonly #all = new Set<LimitedConnection>();
  readonly #byClient = new Map<string, Set<LimitedConnection>>();

  constructor(limits: TcpLimits) {
    this.limits = limits;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Takes a connection in, if need be in place of an idle one; false when there is no room for it. */
  admit(connection: LimitedConnection): boolean {
    const { connections, perClient } = this.limits;
    const siblings = this.#byClient.get(connection.clientText);
    if (siblings !== undefined && !makeRoom(siblings, perClient, this)) return false;
    if (!makeRoom(this.#all, connections, this)) return false;
    this.#add(connection);
    return true;
  }

  /** Makes a connection the most recently used one. */
  touch(connection: LimitedConnection): void {
    if (!this.#all.delete(connection)) return;
    this.#byClient.get(connection.clientText)?.delete(connection);
    this.#add(connection);
  }

  /** Forgets a connection. */
  remove(connection: LimitedConnection): void {
    this.#all.delete(connection);
    const siblings = this.#byClient.get(connection.clientText);
    if (siblings?.delete(connection) === true && siblings.size === 0) {
      this.#byClient.delete(connection.clientText);
    }
  }

  #add(connection: LimitedConnection): void {
    this.#all.add(connection);
    const siblings = this.#byClient.get(connection.clientText);
    if (siblings === undefined) this.#byClient.set(connection.clientText, new Set([connection]));
    else siblings.add(connection);
  }
}

function makeRoom(among: Set<LimitedConnection>, limit: number, all: TcpConnections): boolean {
  if (limit === 0 || among.size < limit) return true;
  for (const connection of among) {
    if (!connection.isIdle) continue;
    all.remove(connection);
    connection.finish();
    return true;
  }
  return false;
}
