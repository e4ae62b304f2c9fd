// Finds whom a person means: a VLAN by its name, its tag or its interface, a client by its name, its address or its MAC. Pure.
import { isIP } from 'node:net';
import { toMac } from '../addresses/mac.ts';
import type { KnownClients } from '../clients/gather-clients.ts';
import type { Config, Device } from '../config/config.ts';
import type { Asker } from './decision.ts';

const NOBODY: KnownClients = new Map();

/**
 * Finds the asker that is meant, names before numbers; a sentence says why there is none, or more than one. `known`: who is
 * where, for those that are meant by a MAC.
 */
export function findAsker(
  { vlans }: Pick<Config, 'vlans'>,
  who: string,
  known: KnownClients = NOBODY,
): Asker | string {
  if (vlans.some(({ name }) => name === who)) return { vlan: who };
  if (isIP(who.replace(/%.*/, '')) !== 0) return { client: who };
  const mac = toMac(who);
  if (mac !== undefined) return clientWith(vlans, mac, known);
  const meant = vlans.filter(({ id, interface: link }) => String(id) === who || link === who);
  const [first, second] = meant;
  if (second !== undefined)
    return `"${who}" is of the VLANs ${meant.map(({ name }) => name).join(' and ')}; write the name of one`;
  return first === undefined ? clientNamed(vlans, who, known) : { vlan: first.name };
}

/** The client that has a MAC: wherever it is now, else where the configuration has it. */
function clientWith(vlans: Config['vlans'], mac: string, known: KnownClients): Asker | string {
  const devices = devicesOf(vlans).filter(({ device }) => device.mac === mac);
  const places = [
    ...devices.map(({ vlan }) => vlan),
    ...vlans.map(({ name }) => name).filter((name) => !devices.some(({ vlan }) => vlan === name)),
  ];
  for (const vlan of places) {
    const client = addressOf(known, vlan, mac);
    if (client !== undefined) return { vlan, client };
  }
  const [first] = devices;
  return first === undefined
    ? `${mac} is no client of the configuration, and no lease or neighbour has it now`
    : first;
}

function clientNamed(vlans: Config['vlans'], who: string, known: KnownClients): Asker | string {
  const clients = vlans.flatMap(({ name: vlan, clients: own }) =>
    own.flatMap(({ name, prefix, policy }) => (name === undefined ? [] : [{ name, prefix, policy, vlan }])),
  );
  const meant = clients.filter(({ name }) => name === who);
  const devices = devicesOf(vlans).filter(({ device }) => device.name === who);
  const [first, ...others] = meant;
  if (first === undefined) return deviceNamed(devices, known) ?? nobodyNamed(vlans, who);
  // A client with several addresses is one, if all have the same VLAN and policy: any address will do.
  if (others.every(({ vlan, policy }) => vlan === first.vlan && policy === first.policy))
    return { vlan: first.vlan, client: first.prefix.text.replace(/\/.*/, '') };
  const places = meant.map(
    ({ vlan, prefix, policy }) => `${prefix.text} in VLAN ${vlan} with policy ${policy}`,
  );
  return `"${who}" is ${places.join(', and ')}; write its address`;
}

/** A device with its VLAN. */
interface PlacedDevice {
  readonly vlan: string;
  readonly device: Device;
}

function devicesOf(vlans: Config['vlans']): PlacedDevice[] {
  return vlans.flatMap(({ name, devices }) => devices.map((device) => ({ vlan: name, device })));
}

/** The first of these devices that has an address now, else the first. */
function deviceNamed(devices: readonly PlacedDevice[], known: KnownClients): Asker | undefined {
  for (const { vlan, device } of devices) {
    const client = addressOf(known, vlan, device.mac);
    if (client !== undefined) return { vlan, client };
  }
  return devices[0];
}

function addressOf(known: KnownClients, vlan: string, mac: string): string | undefined {
  for (const client of known.get(vlan)?.values() ?? [])
    if (client.mac === mac && !client.isMacSaid) return client.address;
  return undefined;
}

function nobodyNamed(vlans: Config['vlans'], who: string): string {
  const all = vlans.flatMap(({ clients, devices }) =>
    [...clients, ...devices].flatMap(({ name }) => name ?? []),
  );
  const names = [...new Set(all)];
  const known = names.length === 0 ? '' : `, and the clients ${names.join(', ')}`;
  return `there is no VLAN "${who}"; there are ${vlans.map(({ name }) => name).join(', ')}${known}`;
}
