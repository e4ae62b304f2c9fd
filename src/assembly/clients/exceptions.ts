// The exceptions of a VLAN as prefixes: those that are written, and the addresses that devices known by their MACs have now. The rule: an
// address that is written comes before what is found out; what clients say of themselves never chooses a policy.
import type { PrefixNumbers } from '../../addresses/prefix.ts';
import { readAddress } from '../../addresses/whole-address.ts';
import type { VlanClients } from '../../clients/gather-clients.ts';
import type { Config, Device } from '../../config/config.ts';

type ConfiguredVlan = Config['vlans'][number];

/** Addresses that have a policy of their own. */
export interface ClientException {
  readonly prefix: PrefixNumbers;
  readonly name?: string | undefined;
  readonly policy: string;
  /** Undefined where the configuration has the prefix. */
  readonly mac?: string | undefined;
}

/** The exceptions of a VLAN whose clients are these now. */
export function toExceptions(
  vlan: ConfiguredVlan,
  known: VlanClients | undefined,
): readonly ClientException[] {
  // One that is written as a whole address.
  const taken = new Set(vlan.clients.map(({ prefix }) => prefix.text));
  const found = foundAddresses(vlan, known).flatMap(([text, device]) => {
    const prefix = readAddress(text);
    if (prefix === undefined || taken.has(`${text}/${prefix.length}`)) return [];
    return [{ prefix, name: device.name, policy: device.policy, mac: device.mac }];
  });
  return [...vlan.clients, ...found];
}

/** The addresses of devices that the configuration knows by MAC, as one text: while it is the same, so are the exceptions. */
export function devicesKey(
  vlans: readonly ConfiguredVlan[],
  known: ReadonlyMap<string, VlanClients>,
): string {
  const found = vlans.flatMap((vlan) =>
    foundAddresses(vlan, known.get(vlan.name)).map(([address, { mac }]) => `${vlan.name} ${address} ${mac}`),
  );
  return found.toSorted().join('\n');
}

function foundAddresses(
  { devices }: ConfiguredVlan,
  known: VlanClients | undefined,
): (readonly [address: string, device: Device])[] {
  if (known === undefined || devices.length === 0) return [];
  const byMac = new Map(devices.map((device) => [device.mac, device] as const));
  const found: (readonly [string, Device])[] = [];
  for (const { address, mac, isMacSaid } of known.values()) {
    const device = mac === undefined || isMacSaid ? undefined : byMac.get(mac);
    if (device !== undefined) found.push([address, device]);
  }
  return found;
}
