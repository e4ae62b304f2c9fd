// Tells the clients that a running service knows.
import type { SourceState } from '../clients/client-sources.ts';
import type { VlanClients } from '../clients/gather-clients.ts';
import type { Withheld } from '../clients/host-names.ts';
import type { Config } from '../config/config.ts';
import { ControlError } from '../control/error-codes.ts';
import { toldClients } from '../explain/told/clients.ts';
import type { Serving } from '../server/serving.ts';
import { tellLeases } from '../status/told-leases.ts';
import type { ToldClients } from './routes.ts';

/** The most clients that are told at once. */
const MOST_TOLD = 10_000;

/** What of a service is told. */
export interface ClientsService {
  readonly config: Config;
  readonly serving: Serving;
  readonly clients: {
    readonly known: ReadonlyMap<string, VlanClients>;
    localNames(vlan: Config['vlans'][number]): ReadonlyMap<string, string>;
    leasesOf(file: string): SourceState;
    withheldOf(vlan: string): Withheld;
  };
}

/** The clients of a VLAN, or of all that are `within` (none: all VLANs are); throws a ControlError where there is no such VLAN. */
export function tellClients(
  { config, serving, clients }: ClientsService,
  name?: string,
  within: readonly string[] = [],
): ToldClients {
  const own = config.vlans.filter((vlan) => within.length === 0 || within.includes(vlan.name));
  const meant = own.filter((vlan) => name === undefined || vlan.name === name);
  if (meant.length === 0 && name !== undefined && config.vlans.some((vlan) => vlan.name === name))
    throw new ControlError('forbidden', `you are for VLAN ${within.join(', ')}, and not for ${name}`);
  if (meant.length === 0 && name !== undefined)
    throw new ControlError(
      'bad_request',
      `there is no VLAN "${name}"; there are ${own.map((vlan) => vlan.name).join(', ')}`,
    );
  const told = meant.flatMap((vlan) => {
    const served = serving.vlans.get(vlan.name);
    const known = clients.known.get(vlan.name) ?? new Map();
    return served === undefined
      ? []
      : toldClients({ config: vlan, vlan: served, known, localNames: clients.localNames(vlan) });
  });
  return {
    clients: told.slice(0, MOST_TOLD),
    more: Math.max(0, told.length - MOST_TOLD),
    leases: config.leases.map(({ file }) => tellLeases(file, clients.leasesOf(file))),
    withheld: meant
      .map(({ name: vlan }) => ({ vlan, ...clients.withheldOf(vlan) }))
      .filter(({ unfit, taken }) => unfit + taken > 0),
  };
}
