// All TCP connections of the service, so that limits hold for all together and for each VLAN's share. When there is no room,
// the connection that has been idle longest is closed before a new one is turned away (RFC 7766 section 6.2.3).
import { VlanShares } from '../../bounds/vlan-shares.ts';
import type { ShareOptions } from '../../bounds/vlan-shares.ts';
import type { ClientAddress } from '../../addresses/client-address.ts';
import { TcpTurns } from './tcp-turns.ts';

/** Limits on TCP; in each number, 0 means no limit. */
export interface TcpLimits {
  /** Connections at a time, shared ones and those of each VLAN. */
  readonly shares: ShareOptions;
  /** Connections of one client address at a time. */
  readonly perClient: number;
  /** Connections of all clients of one IPv6 prefix at a time, and the bits of such a prefix. */
  readonly perPrefix: number;
  readonly prefixBits: number;
  /** Milliseconds a connection may be idle, and a message may take from its first octet to its last. */
  readonly idleMs: number;
}

/** What the limits need to know of a connection. */
export interface LimitedConnection {
  readonly vlan: string;
  readonly client: ClientAddress;
  /** Whether nothing is being answered on it. */
  readonly isIdle: boolean;
  finish(): void;
}

/** Connections that share one limit, the longest unused first. */
type Group = Set<LimitedConnection>;

/** The open connections. */
export class TcpConnections {
  readonly #limits: () => TcpLimits;
  readonly #shares: VlanShares;
  readonly #byVlan = new Map<string, Group>();
  /** By client address, and by IPv6 prefix. */
  readonly #byOrigin = new Map<string, Group>();
  /** The keys in `#byOrigin` of each connection that is counted. */
  readonly #origins = new Map<LimitedConnection, readonly string[]>();
  readonly #turns = new Map<string, TcpTurns>();

  /** `limits` gives those that hold at the moment; other ones hold for connections that come after. */
  constructor(limits: () => TcpLimits) {
    this.#limits = limits;
    this.#shares = new VlanShares(() => limits().shares);
  }

  get limits(): TcpLimits {
    return this.#limits();
  }

  get size(): number {
    return this.#origins.size;
  }

  /** Connections of a VLAN. */
  sizeOf(vlan: string): number {
    return this.#shares.of(vlan);
  }

  /** The turns of the connections of a VLAN. */
  turnsOf(vlan: string): TcpTurns {
    const turns = this.#turns.get(vlan) ?? new TcpTurns();
    this.#turns.set(vlan, turns);
    return turns;
  }

  /** Adds a connection, if need be in place of an idle one; false when there is no room for it. */
  admit(connection: LimitedConnection): boolean {
    const { perClient, perPrefix, prefixBits } = this.#limits();
    const { vlan, client } = connection;
    const prefix = client.prefixKey(prefixBits);
    if (!this.#makeRoom(this.#byOrigin.get(client.text), perClient)) return false;
    if (prefix !== undefined && !this.#makeRoom(this.#byOrigin.get(prefix), perPrefix)) return false;
    if (!this.#shares.hasRoom(vlan) && !this.#replaceIdle(this.#largest()))
      this.#replaceIdle(this.#byVlan.get(vlan));
    if (!this.#shares.take(vlan)) return false;
    const origins = prefix === undefined ? [client.text] : [client.text, prefix];
    this.#origins.set(connection, origins);
    this.#eachGroup(connection, (group) => group.add(connection));
    return true;
  }

  /** Makes a connection the most recently used one. */
  touch(connection: LimitedConnection): void {
    if (!this.#origins.has(connection)) return;
    this.#eachGroup(connection, (group) => {
      group.delete(connection);
      group.add(connection);
    });
  }

  /** Forgets a connection. */
  remove(connection: LimitedConnection): void {
    const origins = this.#origins.get(connection);
    if (origins === undefined) return;
    this.#eachGroup(connection, (group) => group.delete(connection));
    this.#origins.delete(connection);
    this.#shares.give(connection.vlan);
    for (const origin of origins) if (this.#byOrigin.get(origin)?.size === 0) this.#byOrigin.delete(origin);
    if (this.#byVlan.get(connection.vlan)?.size === 0) this.#byVlan.delete(connection.vlan);
  }

  #eachGroup(connection: LimitedConnection, visit: (group: Group) => void): void {
    for (const origin of this.#origins.get(connection) ?? []) visit(groupOf(this.#byOrigin, origin));
    visit(groupOf(this.#byVlan, connection.vlan));
  }

  #makeRoom(group: Group | undefined, limit: number): boolean {
    return group === undefined || limit === 0 || group.size < limit || this.#replaceIdle(group);
  }

  /** The VLAN with most connections: it has more than its own places where none is left for a VLAN that has fewer. */
  #largest(): Group | undefined {
    let largest: Group | undefined;
    for (const group of this.#byVlan.values()) if (group.size > (largest?.size ?? 0)) largest = group;
    return largest;
  }

  #replaceIdle(group: Group | undefined): boolean {
    for (const connection of group ?? []) {
      if (!connection.isIdle) continue;
      this.remove(connection);
      connection.finish();
      return true;
    }
    return false;
  }
}

function groupOf(groups: Map<string, Group>, key: string): Group {
  const group = groups.get(key) ?? new Set();
  groups.set(key, group);
  return group;
}
