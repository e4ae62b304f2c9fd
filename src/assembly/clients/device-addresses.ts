// Where the devices are that something was changed for at the desk: adjustments go with them from address to address. The rule: only
// inside the VLAN that they were made for, and never to an address that somebody else is known to have.
import type { PrefixNumbers } from '../../addresses/prefix.ts';
import { readAddress } from '../../addresses/whole-address.ts';
import type { KnownClient } from '../../clients/known-client.ts';
import type { KnownClients, VlanClients } from '../../clients/gather-clients.ts';
import type { DeskAdjustment, ScopedAdjustment } from './scoped-adjustment.ts';

/** The adjustments of the desk, each for the addresses that its device has now. */
export function withAddresses(
  adjustments: readonly DeskAdjustment[],
  clients: KnownClients,
): ScopedAdjustment[] {
  return adjustments.flatMap(({ scope, ...adjustment }): ScopedAdjustment[] => {
    if (!('device' in scope)) return [{ ...adjustment, scope }];
    const { vlan, device } = scope;
    const { mac, had, name } = device;
    return addressesOf(mac, had, clients.get(vlan) ?? new Map<string, KnownClient>()).map((prefix) => ({
      ...adjustment,
      scope: { vlan, client: { prefix, ...(name === undefined ? {} : { name }) } },
    }));
  });
}

/** The addresses of those devices as one text: while it is the same, the adjustments are for the same clients. */
export function deskDevicesKey(adjustments: readonly DeskAdjustment[], clients: KnownClients): string {
  return withAddresses(
    adjustments.filter(({ scope }) => 'device' in scope),
    clients,
  )
    .map(({ scope }) => JSON.stringify(scope))
    .toSorted()
    .join('\n');
}

function addressesOf(mac: string, had: PrefixNumbers | undefined, known: VlanClients): PrefixNumbers[] {
  const found: PrefixNumbers[] = [];
  let isOfAnother = false;
  for (const client of known.values()) {
    // What only the client says of itself leads to nothing, and takes nothing away.
    if (client.mac === undefined || client.isMacSaid) continue;
    const prefix = readAddress(client.address);
    if (prefix === undefined) continue;
    const isHad = had !== undefined && isSame(prefix, had);
    if (client.mac === mac) {
      if (!isHad) found.push(prefix);
    } else if (isHad) isOfAnother = true;
  }
  return had === undefined || isOfAnother ? found : [had, ...found];
}

function isSame(one: PrefixNumbers, other: PrefixNumbers): boolean {
  return (
    one.family === other.family &&
    one.length === other.length &&
    one.words.every((word, index) => word === other.words[index])
  );
}
