// Who the clients are, for commands: as a running daemon has told it, or as leases and neighbours have it at this moment.
import { toVlanPlaces } from '../../assembly/interface-prefixes.ts';
import type { InterfacePrefixes } from '../../assembly/inputs.ts';
import { ClientSources } from '../../clients/client-sources.ts';
import { gatherClients } from '../../clients/gather-clients.ts';
import type { KnownClients } from '../../clients/gather-clients.ts';
import type { KnownClient } from '../../clients/known-client.ts';
import { readLeases } from '../../clients/leases/read-leases.ts';
import { readNeighbours } from '../../clients/neighbours/read-neighbours.ts';
import type { Config } from '../../config/config.ts';
import { reasonOf } from '../../system/system-error.ts';
import type { ToldClient } from './clients.ts';

/** The clients that were told. */
export function toKnownClients(told: readonly ToldClient[]): KnownClients {
  const known = new Map<string, Map<string, KnownClient>>();
  for (const client of told) {
    const { vlan, address, lease, neighbour } = client;
    // What only the configuration has is known from there.
    if (address === undefined || (lease === undefined && !neighbour)) continue;
    const own = known.get(vlan) ?? new Map<string, KnownClient>();
    known.set(vlan, own.set(address, toKnownClient(client, address)));
  }
  return known;
}

function toKnownClient(client: ToldClient, address: string): KnownClient {
  const { mac, macSaid, says, lease, neighbour, until } = client;
  return {
    address,
    mac,
    isMacSaid: macSaid,
    name: says,
    file: lease,
    isNeighbour: neighbour,
    sinceMs: 0,
    untilMs: until === undefined ? Infinity : Date.parse(until),
  };
}

/** Reads leases and neighbours; what cannot be read is left out. */
export async function readClients(config: Config, prefixes: InterfacePrefixes): Promise<KnownClients> {
  const sources = new ClientSources();
  const nowMs = Date.now();
  for (const source of config.leases)
    sources.take(
      source.file,
      await readLeases(source).catch((error: unknown) => new Error(reasonOf(error))),
      nowMs,
    );
  if (config.vlans.some(({ devices }) => devices.length > 0))
    sources.takeNeighbours(await readNeighbours().catch(() => []), nowMs);
  const found = { leases: sources.leases(), neighbours: sources.neighbours() };
  return gatherClients(toVlanPlaces(config, prefixes), found, nowMs);
}
