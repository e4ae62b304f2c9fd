// The network as changes at the desk are about it: the VLANs, clients and policies of a configuration, and the subnets of now.
import { readPrefix } from '../../addresses/prefix-text.ts';
import { isInside } from '../../addresses/prefix.ts';
import type { DeskNetwork } from '../../desk/desk-scope.ts';
import type { KnownServices } from '../../desk/desk-subject.ts';
import { findService } from '../../config/find-service.ts';
import { packagedServiceNames } from '../../packaged/services.ts';
import { serviceSources } from '../../policy/compile-policies.ts';
import type { HouseSource } from '../../policy/compile-policies.ts';
import { deskOf } from './desk-adjustments.ts';
import { EMPTY_DESK } from '../adjustments.ts';
import type { Desk } from '../adjustments.ts';
import type { DeskEntry } from '../../desk/desk-entry.ts';
import type { Inputs } from '../inputs.ts';

/** What a network is made of; without clients, nobody knows which device has an address. */
export type NetworkInputs = Pick<Inputs, 'prepared' | 'prefixes'> & Partial<Pick<Inputs, 'clients'>>;

/** The network of these inputs. */
export function networkOf({ prepared: { config }, prefixes, clients }: NetworkInputs): DeskNetwork {
  const vlansOf = (address: string): readonly string[] => {
    const reading = readPrefix(address);
    if ('fault' in reading) return [];
    const hasIt = config.vlans.filter(({ subnets, interface: link }) =>
      (subnets === 'interface' ? (prefixes.get(link ?? '') ?? []) : subnets).some((subnet) =>
        isInside(reading.value, subnet),
      ),
    );
    return hasIt.map(({ name }) => name);
  };
  return {
    config,
    vlansOf,
    macOf: (address) => {
      const macs = vlansOf(address).flatMap((vlan) => {
        const known = clients?.get(vlan)?.get(address);
        return known?.mac === undefined || known.isMacSaid ? [] : [known.mac];
      });
      const [mac, another] = new Set(macs);
      return another === undefined ? mac : undefined;
    },
  };
}

/** The services that something can be changed about. */
export function servicesOf({ prepared: { config } }: Pick<NetworkInputs, 'prepared'>): KnownServices {
  return { names: [...new Set([...config.services.map(({ name }) => name), ...packagedServiceNames()])] };
}

/** What entries of the desk's file come to with these inputs; where the rules are as before, they are the same value. */
export function deskInput(
  entries: readonly DeskEntry[],
  inputs: NetworkInputs & { readonly desk?: Desk },
  file: string,
): Desk {
  if (entries.length === 0) return EMPTY_DESK;
  const { config, houseSources } = inputs.prepared;
  const inUse = new Set(houseSources.filter(isService).map(({ source }) => source.name));
  const desk = deskOf(entries, {
    network: networkOf(inputs),
    file,
    serviceSources: (name) => {
      const service = inUse.has(name) ? undefined : findService(config, name);
      return service === undefined ? [] : serviceSources(service);
    },
  });
  const before = inputs.desk?.sources;
  return before !== undefined && JSON.stringify(before) === JSON.stringify(desk.sources)
    ? { ...desk, sources: before }
    : desk;
}

function isService({ source }: HouseSource): boolean {
  return source.kind === 'service';
}
