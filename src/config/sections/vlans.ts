// VLANs: each has exactly one way to listen, subnets that distinguish it from the others, and clients inside them.

import type { ListenAddress, Subnet, Vlan } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { Section } from '../definition.ts';
import type { DraftVlan } from '../keys/vlans.ts';
import { endpointToText } from '../grammar/endpoint.ts';
import { isOverlapping } from '../../addresses/prefix.ts';
import { readClients } from './clients.ts';
import { finishHosts } from './files.ts';
import { readDevices, readLocalNames } from './devices.ts';
import type { Names } from './names.ts';

/** Gives all VLANs, faulty ones as far as they were read, so that their subnets are compared too. */
export function finishVlans(
  section: Section<DraftVlan>,
  { port, folder }: { readonly port: number; readonly folder: string },
  names: Names,
  faults: FaultLog,
): Vlan[] {
  const vlans: Vlan[] = [];
  for (const { name, at, value } of section) {
    if (value === undefined) continue;
    reportListening(value, faults);
    const subnets = readSubnets(value, faults);
    const clients = readClients(value, subnets, names, faults);
    const devices = readDevices(value, faults);
    const localNames = readLocalNames(value, name, names, faults);
    if (value.policy !== undefined)
      names.policies.refer(value.policy, value.written.keys.policy ?? at, `${value.written.setting}.policy`);
    const listen = value.listen?.map((entry): ListenAddress => ({
      address: entry.value.address,
      port: entry.value.port ?? port,
      at: entry.at,
    }));
    const policy = value.policy ?? '';
    vlans.push({
      name,
      id: value.id,
      interface: value.interface,
      listen,
      port,
      subnets,
      policy,
      clients,
      records: value.records.map(({ value: text, at: recordAt }) => ({ text, at: recordAt })),
      hosts: finishHosts(value.hosts, folder, faults),
      devices,
      localNames,
      firstSeen: value.first_seen,
      at,
    });
  }
  reportShared(section, 'id', faults);
  reportShared(section, 'interface', faults);
  reportSharedAddresses(vlans, faults);
  reportOverlaps(vlans, faults);
  return vlans;
}

function reportListening(vlan: DraftVlan, faults: FaultLog): void {
  const { at, setting, keys } = vlan.written;
  if (keys.listen !== undefined && keys.interface !== undefined)
    faults.error(keys.listen, `${setting}.listen`, 'stands beside "interface"; keep one of them');
  if (keys.listen === undefined && keys.interface === undefined)
    faults.error(at, setting, 'has nothing to listen on; write interface: NAME, or listen: [ADDRESS:PORT]');
}

function readSubnets(vlan: DraftVlan, faults: FaultLog): 'interface' | Subnet[] {
  const { at, setting, keys } = vlan.written;
  const path = `${setting}.subnets`;
  if (keys.subnets === undefined && keys.listen !== undefined && keys.interface === undefined)
    faults.error(at, path, 'is missing; write the prefixes of the clients, such as [192.0.2.0/24]');
  const { subnets } = vlan;
  if (keys.subnets === undefined || subnets === undefined) return 'interface';
  const written = 'value' in subnets ? [subnets] : subnets;
  const prefixes = written.flatMap(({ value, at: prefixAt }) =>
    value === 'interface' ? [] : [{ ...value, at: prefixAt }],
  );
  if (prefixes.length < written.length) {
    if (keys.interface === undefined)
      faults.error(
        keys.subnets,
        path,
        'there is no interface to take them from; write the prefixes of the clients',
      );
    return 'interface';
  }
  return prefixes;
}

/** A tag or an interface belongs to one VLAN. */
function reportShared(section: Section<DraftVlan>, key: 'id' | 'interface', faults: FaultLog): void {
  const owners = new Map<string | number, string>();
  for (const { name, at, value } of section) {
    const shared = value?.[key];
    if (value === undefined || shared === undefined) continue;
    const owner = owners.get(shared);
    if (owner === undefined) {
      owners.set(shared, name);
      continue;
    }
    const message = `${shared} belongs to VLAN ${owner} already; write that of this VLAN`;
    faults.error(value.written.keys[key] ?? at, `${value.written.setting}.${key}`, message);
  }
}

function reportSharedAddresses(vlans: readonly Vlan[], faults: FaultLog): void {
  const owners = new Map<string, string>();
  for (const vlan of vlans) {
    for (const { address, port, at } of vlan.listen ?? []) {
      const endpoint = endpointToText(address, port);
      const owner = owners.get(endpoint);
      if (owner !== undefined)
        faults.error(
          at,
          `vlans.${vlan.name}.listen`,
          `VLAN ${owner} listens on ${endpoint} already; write another address or port`,
        );
      else owners.set(endpoint, vlan.name);
    }
  }
}

/**
 * A client must be in one VLAN only. Two VLANs that listen on written addresses are distinguished by the address that was
 * asked, and may share subnets: two ports of loopback, or several behind pf's rdr-to. With an interface, an overlap means
 * that one of the two prefixes is wrong.
 */
function reportOverlaps(vlans: readonly Vlan[], faults: FaultLog): void {
  const earlier: { readonly vlan: Vlan; readonly subnet: Subnet }[] = [];
  for (const vlan of vlans) {
    if (vlan.subnets === 'interface') continue;
    for (const subnet of vlan.subnets) {
      const other = earlier.find(
        (candidate) => isClash(vlan, candidate.vlan) && isOverlapping(subnet, candidate.subnet),
      );
      if (other !== undefined) {
        const where = other.vlan === vlan ? 'this VLAN' : `VLAN ${other.vlan.name}`;
        const message = `${subnet.text} overlaps ${other.subnet.text} of ${where} (line ${other.subnet.at.line}); give every client to one subnet`;
        faults.error(subnet.at, `vlans.${vlan.name}.subnets`, message);
      }
      earlier.push({ vlan, subnet });
    }
  }
}

function isClash(a: Vlan, b: Vlan): boolean {
  return a === b || a.interface !== undefined || b.interface !== undefined;
}
