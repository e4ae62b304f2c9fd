// Clients of a VLAN that are known by their hardware addresses, each by its own, and the names that leases give.

import { isPrivateMac } from '../../addresses/mac.ts';
import type { Device, LocalNames } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { DraftVlan } from '../keys/vlans.ts';
import type { Names } from './names.ts';

/** Gives the devices, one for each MAC; what is wrong is reported. References to policies are those of the clients. */
export function readDevices(vlan: DraftVlan, faults: FaultLog): Device[] {
  const lines = new Map<string, number>();
  return vlan.clients.flatMap(({ name, mac = [], policy, written }) =>
    mac.flatMap(({ value, at, setting }): Device[] => {
      const line = lines.get(value);
      if (line !== undefined)
        faults.error(at, setting, `${value} is a client in line ${line} already; keep one of them`);
      else lines.set(value, written.at.line);
      if (line === undefined && isPrivateMac(value))
        faults.warn(
          at,
          setting,
          `${value} is a private address, which the device makes up for a network and may change: then the VLAN's policy holds for it; switch that off in the device for this network, and write the address that it has then`,
        );
      return policy === undefined ? [] : [{ name, mac: value, policy, at }];
    }),
  );
}

/** Gives the zone of a VLAN's names. */
export function readLocalNames(
  vlan: DraftVlan,
  own: string,
  names: Names,
  faults: FaultLog,
): LocalNames | undefined {
  const draft = vlan.local_names;
  if (draft?.zone === undefined) return undefined;
  const others = draft.show_to.filter(({ value, at, setting }) => {
    if (value === own) faults.warn(at, setting, `${own} is this VLAN, which is told its names; take it out`);
    return names.vlans.refer(value, at, setting) && value !== own;
  });
  return { zone: draft.zone, showTo: others.map(({ value }) => value) };
}
