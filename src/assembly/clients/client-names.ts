// The local names that follow from who is in a VLAN: which client has which name in its zone, and who is told of it. The rule: the
// clients of a VLAN are told its own names, and those of another VLAN only where that one's configuration says so.
import { isIPv4, isIPv6 } from 'node:net';
import type { KnownClients, VlanClients } from '../../clients/gather-clients.ts';
import { HostNames } from '../../clients/host-names.ts';
import type { NamedClients, Withheld } from '../../clients/host-names.ts';
import type { KnownClient } from '../../clients/known-client.ts';
import type { Config } from '../../config/config.ts';
import { LocalLayers } from '../../local/local-layers.ts';
import type { NameLayers } from '../../local/name-layer.ts';

/** The longest TTL of a name that a lease gives, in seconds: it may go to another client soon after. */
const MOST_TTL_SECONDS = 60;

/** The names of the clients of all VLANs, from one look to the next. */
export class ClientNames {
  readonly #names = new Map<string, { readonly host: HostNames; given: ReadonlyMap<string, string> }>();

  /** Gives the clients of each VLAN with a zone their names in it, and puts those into the VLANs' layers. */
  assign(config: Pick<Config, 'vlans'>, known: KnownClients, layers: NameLayers, nowMs: number): void {
    for (const vlan of config.vlans) {
      if (vlan.localNames === undefined) {
        if (this.#names.delete(vlan.name)) layers.of(vlan.name).put('', []);
        continue;
      }
      const clients = known.get(vlan.name) ?? new Map<string, KnownClient>();
      const host = this.#names.get(vlan.name)?.host ?? new HostNames();
      const given = host.assign(clients, namedClients(vlan));
      this.#names.set(vlan.name, { host, given });
      layers.of(vlan.name).put(vlan.localNames.zone, addressesOf(given, clients, nowMs));
    }
  }

  /** The names of the clients of a VLAN, by their addresses. */
  of({ name, localNames }: Config['vlans'][number]): ReadonlyMap<string, string> {
    const given = this.#names.get(name)?.given ?? new Map<string, string>();
    const zone = localNames?.zone ?? '';
    return new Map(Array.from(given, ([address, host]) => [address, `${host}.${zone}`]));
  }

  /** The names that clients of a VLAN asked for and were not given, at the last look. */
  withheldOf(vlan: string): Withheld {
    return this.#names.get(vlan)?.host.withheld ?? { unfit: 0, taken: 0 };
  }
}

/** What the clients of a VLAN see of local data: what is written, before the names of leases. */
export function withClientNames(
  written: LocalLayers,
  { name }: Config['vlans'][number],
  { vlans }: Pick<Config, 'vlans'>,
  layers: NameLayers,
): LocalLayers {
  const shown = vlans.filter(
    ({ name: other, localNames }) =>
      localNames !== undefined && (other === name || localNames.showTo.includes(name)),
  );
  if (shown.length === 0) return written;
  const own = shown.toSorted((one, other) => Number(other.name === name) - Number(one.name === name));
  return new LocalLayers([...written.layers, ...own.map((vlan) => layers.of(vlan.name))]);
}

function namedClients({ clients, devices }: Config['vlans'][number]): NamedClients {
  const byAddress = new Map(
    clients.flatMap(({ prefix, name }) =>
      name !== undefined && prefix.length === (prefix.family === 4 ? 32 : 128)
        ? [[prefix.text.replace(/\/.*/, ''), name] as const]
        : [],
    ),
  );
  const byMac = new Map(
    devices.flatMap(({ mac, name }) => (name === undefined ? [] : [[mac, name] as const])),
  );
  return {
    nameOf: ({ address, mac, isMacSaid }) =>
      byAddress.get(address) ?? (mac === undefined || isMacSaid ? undefined : byMac.get(mac)),
    names: [...byAddress.values(), ...byMac.values()],
  };
}

function addressesOf(given: ReadonlyMap<string, string>, clients: VlanClients, nowMs: number) {
  return Array.from(given, ([address, name]) => {
    const leftSeconds = Math.floor(((clients.get(address)?.untilMs ?? nowMs) - nowMs) / 1000);
    return { name, address, ttlSeconds: Math.max(1, Math.min(MOST_TTL_SECONDS, leftSeconds)) };
  }).filter(({ address }) => isIPv4(address) || (isIPv6(address) && !/^fe[89ab]/.test(address)));
}
