// Which client of a VLAN has which name in its zone. The rules: a name that is had is kept by whoever has it, as long as it has a
// lease; a name that the configuration gives to a client is had by that client alone; what is no host's name is none.
import { toHostLabel } from './client-name.ts';
import type { KnownClient } from './known-client.ts';

/** Clients that the configuration names, as far as it tells which they are. */
export interface NamedClients {
  /** The configured name of a client; undefined where it has none. */
  nameOf(client: KnownClient): string | undefined;
  /** All configured names of the VLAN. */
  readonly names: readonly string[];
}

/** Names that were asked for and not given. */
export interface Withheld {
  /** That are no names of hosts, or may be had by none, such as wpad. */
  unfit: number;
  /** That another client has. */
  taken: number;
}

/** One look at the clients. */
interface Pass {
  /** Name to whoever has it, from before and from now. */
  readonly holders: Map<string, string>;
  /** Whoever had a name before to that name. */
  readonly before: ReadonlyMap<string, string>;
  readonly reserved: ReadonlySet<string>;
}

/** The names of one VLAN, from one look at its clients to the next. */
export class HostNames {
  /** Name to whoever has it. */
  #holders = new Map<string, string>();
  withheld: Withheld = { unfit: 0, taken: 0 };

  /** Gives the names of these clients by their addresses, and remembers who has them. */
  assign(clients: ReadonlyMap<string, KnownClient>, named: NamedClients): Map<string, string> {
    const leased = Array.from(clients.values()).filter(({ file }) => file !== undefined);
    const present = new Set(leased.map(keyOf));
    const reserved = new Set(named.names.flatMap((name) => hostOf(name) ?? []));
    const kept = Array.from(this.#holders).filter(([name, key]) => present.has(key) && !reserved.has(name));
    const holders = new Map(kept);
    const pass = { holders, before: new Map(kept.map(([name, key]) => [key, name])), reserved };
    const names = new Map<string, string>();
    const given = new Map<string, string>();
    this.withheld = { unfit: 0, taken: 0 };
    // Who came first is asked first.
    for (const client of leased.toSorted((one, other) => one.sinceMs - other.sinceMs)) {
      const configured = named.nameOf(client);
      const name = configured === undefined ? this.#grant(client, pass) : hostOf(configured);
      if (name === undefined) continue;
      names.set(client.address, name);
      if (configured === undefined) given.set(name, keyOf(client));
    }
    this.#holders = given;
    return names;
  }

  /** The name that a client may have: what it says, unless another has it; else what it has had. */
  #grant(client: KnownClient, { holders, before, reserved }: Pass): string | undefined {
    const key = keyOf(client);
    const name = client.name === undefined ? undefined : toHostLabel(client.name);
    if (name === undefined) {
      if (client.name !== undefined) this.withheld.unfit++;
      // A server such as dnsmasq takes a name from the earlier client when a later one says it.
      return before.get(key);
    }
    if (reserved.has(name) || (holders.get(name) ?? key) !== key) {
      this.withheld.taken++;
      return before.get(key);
    }
    const earlier = before.get(key);
    if (earlier !== undefined && earlier !== name) holders.delete(earlier);
    holders.set(name, key);
    return name;
  }
}

/** A configured name as a host's: they may have blanks. */
function hostOf(name: string): string | undefined {
  return toHostLabel(name.replaceAll(' ', '-'));
}

/** What tells one client from another: its MAC; what it only says is no proof. */
function keyOf({ mac, isMacSaid, address }: KnownClient): string {
  return mac === undefined || isMacSaid ? address : mac;
}
