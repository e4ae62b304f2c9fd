// The exceptions of a VLAN: each address belongs to one client, lies inside the subnets, and no address family is forgotten.

import type { Client, Device, Position, Vlan } from '../config.ts';
import type { Prefix } from '../../addresses/prefix.ts';
import type { FaultLog } from '../config-error.ts';
import type { DraftVlan } from '../keys/vlans.ts';
import { toNetwork } from '../../addresses/prefix-text.ts';
import { isInside } from '../../addresses/prefix.ts';
import type { Names } from './names.ts';

/** Gives the clients, one for each address; what is wrong is reported. */
export function readClients(
  vlan: DraftVlan,
  subnets: Vlan['subnets'],
  names: Names,
  faults: FaultLog,
): Client[] {
  reportRepeatedNames(vlan.clients, faults);
  reportRepeatedAddresses(vlan.clients, faults);
  const settings: string[] = [];
  const clients = vlan.clients.flatMap(({ name, address = [], policy, written }) => {
    const { at, setting, keys } = written;
    if (keys.address === undefined && keys.mac === undefined)
      faults.error(
        at,
        setting,
        'is known by nothing; write address: [192.0.2.7, "2001:db8::7"], or mac: 00:00:5e:00:53:01',
      );
    if (policy === undefined) return [];
    names.policies.refer(policy, keys.policy ?? at, `${setting}.policy`);
    return address.map((entry): Client => {
      settings.push(`${setting}.address`);
      return { name, prefix: entry.value, policy, at: entry.at };
    });
  });
  if (subnets === 'interface' || subnets.length === 0) return clients;
  for (const [index, { prefix, at }] of clients.entries()) {
    if (subnets.some((subnet) => isInside(prefix, subnet))) continue;
    const all = subnets.map(({ text }) => text).join(', ');
    faults.error(
      at,
      settings[index] ?? '',
      `${prefix.text} lies outside the subnets of this VLAN; write one inside ${all}`,
    );
  }
  const devices = vlan.clients.flatMap(({ mac, policy }) =>
    mac === undefined ? [] : [{ policy: policy ?? '' }],
  );
  const exceptions = { clients, devices, policy: vlan.policy ?? '' };
  for (const { at, index, message } of remarksOnFamilies(exceptions, subnets))
    faults.warn(at, settings[index] ?? '', message);
  return clients;
}

/** Something about one client that is likely not meant. */
interface ClientRemark {
  readonly at: Position;
  /** The client's place among those of its VLAN. */
  readonly index: number;
  readonly message: string;
}

/** The exceptions of a VLAN. */
interface Exceptions extends Pick<Vlan, 'clients' | 'policy'> {
  readonly devices: readonly Pick<Device, 'policy'>[];
}

/**
 * Clients that are known by addresses of one family only, while the VLAN has subnets of both: over the other family the
 * VLAN's policy applies to them. No remark where the same policy has clients of the other family or by MAC, which may be the same.
 */
export function remarksOnFamilies(vlan: Exceptions, subnets: readonly Prefix[]): ClientRemark[] {
  return vlan.clients.flatMap((client, index) => {
    const { prefix, policy, name, at } = client;
    const family = prefix.family === 4 ? 6 : 4;
    const others = subnets.filter((subnet) => subnet.family === family);
    // By its MAC a client is known over both.
    const isKnown =
      vlan.clients.some((other) => other.policy === policy && other.prefix.family === family) ||
      vlan.devices.some((device) => device.policy === policy);
    if (others.length === 0 || isKnown || policy === vlan.policy) return [];
    const who = name === undefined ? prefix.text : `${name} (${prefix.text})`;
    const there = others.map(networkOf).join(', ');
    const message = `${who} is known by IPv${prefix.family} only, and this VLAN has ${there} too: over IPv${family} policy ${vlan.policy} holds for it, not ${policy}; write all its addresses, such as address: [${plain(prefix)}, ${exampleIn(others[0])}]`;
    return [{ at, index, message }];
  });
}

/** Clients that lie in none of the prefixes that their VLAN has now. */
export function remarksOnPlaces(
  vlan: Pick<Exceptions, 'clients'>,
  subnets: readonly Prefix[],
): ClientRemark[] {
  return vlan.clients.flatMap(({ prefix, name, at }, index) => {
    if (subnets.length === 0 || subnets.some((subnet) => isInside(prefix, subnet))) return [];
    const who = name === undefined ? prefix.text : `${name} (${prefix.text})`;
    const all = subnets.map(networkOf).join(', ');
    const message = `${who} lies outside what the interface has now (${all}), so that nobody asks from there; write an address inside`;
    return [{ at, index, message }];
  });
}

/** A prefix of a single address, without its length. */
function plain({ text, family }: Prefix): string {
  const bare = text.replace(family === 4 ? /\/32$/ : /\/128$/, '');
  return bare.includes(':') ? `"${bare}"` : bare;
}

/** An example of an address in a subnet. */
function exampleIn(subnet: Prefix | undefined): string {
  const start = subnet === undefined ? '' : networkOf(subnet).replace(/\/.*/, '');
  return subnet?.family === 6 ? `"${start.replace(/::$/, '')}::23"` : start.replace(/\d+$/, '23');
}

/** A subnet without host bits, which the text of an interface's prefix has. */
function networkOf({ text, length }: Prefix): string {
  return toNetwork(text.replace(/[%/].*/, ''), length)?.text ?? text;
}

function reportRepeatedNames(clients: DraftVlan['clients'], faults: FaultLog): void {
  const lines = new Map<string, number>();
  for (const { name, written } of clients) {
    if (name === undefined) continue;
    const { at, setting, keys } = written;
    const line = lines.get(name);
    if (line === undefined) lines.set(name, at.line);
    else
      faults.error(
        keys.name ?? at,
        `${setting}.name`,
        `"${name}" is a client in line ${line} already; write another name, or all its addresses in one: address: [ADDRESS, ADDRESS]`,
      );
  }
}

function reportRepeatedAddresses(clients: DraftVlan['clients'], faults: FaultLog): void {
  const lines = new Map<string, number>();
  for (const { address = [], written } of clients) {
    for (const { value, at } of address) {
      const line = lines.get(value.text);
      if (line === undefined) lines.set(value.text, written.at.line);
      else
        faults.error(
          at,
          `${written.setting}.address`,
          `${value.text} is a client in line ${line} already; keep one of them`,
        );
    }
  }
}
