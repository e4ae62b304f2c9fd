// The devices of a VLAN for people: one for each, whatever addresses it has, those with a name first. Pure.
import type { ToldClient } from '../../explain/told/clients.ts';

/** A device. */
export interface Device {
  readonly key: string;
  /** What it is called: by the configuration, by the local zone, by itself, else its address. */
  readonly label: string;
  /** What it calls itself, where that is not its label: anybody may say anything. */
  readonly says: string | undefined;
  readonly addresses: readonly string[];
  /** Whether it makes up its hardware address and may change it. */
  readonly isPrivate: boolean;
  readonly policy: string;
  /** How the API means it; undefined where it cannot be meant yet: not named and not seen. */
  readonly who: string | undefined;
}

/** The devices of a VLAN. */
export function devicesOf(vlan: string, clients: readonly ToldClient[]): Device[] {
  const groups = new Map<string, ToldClient[]>();
  for (const client of clients) {
    if (client.vlan !== vlan) continue;
    const key = client.name === undefined ? (client.mac ?? client.address ?? '') : `name ${client.name}`;
    groups.set(key, [...(groups.get(key) ?? []), client]);
  }
  return [...groups].map(([key, group]) => toDevice(key, group)).toSorted(byName);
}

function toDevice(key: string, group: readonly ToldClient[]): Device {
  const first = <Value>(of: (client: ToldClient) => Value | undefined) =>
    group.map(of).find((value) => value !== undefined);
  const name = first((client) => client.name);
  const says = first((client) => client.says);
  const addresses = group.flatMap(({ address }) => address ?? []).toSorted(shorterFirst);
  const label =
    name ?? first((client) => client.localName) ?? says ?? addresses[0] ?? first(({ mac }) => mac) ?? '';
  return {
    key,
    label,
    says: says === label ? undefined : says,
    addresses,
    isPrivate: group.some((client) => client.private),
    policy: first(({ policy }) => policy) ?? '',
    who: name === undefined ? addresses[0] : `client:${name}`,
  };
}

/** IPv4 is the one that people know. */
function shorterFirst(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

/** Those that are called something, those that are there, by what they are called. */
function byName(a: Device, b: Device): number {
  return rankOf(a) - rankOf(b) || a.label.localeCompare(b.label, undefined, { numeric: true });
}

function rankOf({ label, addresses, who }: Device): number {
  if (addresses.length === 0) return 3;
  return who?.startsWith('client:') === true ? 0 : label === addresses[0] ? 2 : 1;
}
