// From which filtered VLANs the page can be reached: a child who finds it may try passwords. Pure.

import type { Prefix } from '../../../addresses/prefix.ts';
import { isInside } from '../../../addresses/prefix.ts';
import { toNetwork } from '../../../addresses/prefix-text.ts';
import { endpointToText } from '../../grammar/endpoint.ts';
import type { Config, ListenAddress, Policy, Vlan } from '../../config.ts';
import { isWildcard } from './web-listen.ts';

/** A listener that a filtered VLAN reaches, with what to do about it. */
export interface WebReach {
  readonly at: ListenAddress['at'];
  readonly message: string;
}

/** Addresses that nobody but this machine reaches, also where a VLAN to try things with is served there. */
const OWN = ['127.0.0.1', '::1'];

/** The listeners of the page that lie in filtered VLANs, whose subnets are as `subnetsOf` tells. */
export function webReach(
  { web, vlans, policies }: Pick<Config, 'web' | 'vlans' | 'policies'>,
  subnetsOf: (vlan: Vlan) => readonly Prefix[],
): WebReach[] {
  const filtered = filteredVlans({ vlans, policies });
  const isAt = ({ address }: ListenAddress) => {
    const own = toNetwork(address, address.includes(':') ? 128 : 32);
    return (vlan: Vlan): boolean =>
      own !== undefined &&
      (isWildcard(address) ||
        vlan.listen?.some((listen) => listen.address === address) === true ||
        subnetsOf(vlan).some((subnet) => isInside(own, subnet)));
  };
  const other = vlans.find((vlan) => !filtered.includes(vlan));
  const listeners = web?.listen.filter(({ address }) => !OWN.includes(address)) ?? [];
  return listeners.flatMap((listen) => {
    const reached = filtered.filter(isAt(listen)).map(({ name }) => name);
    return reached.length === 0 ? [] : [{ at: listen.at, message: messageOf(listen, reached, other) }];
  });
}

function messageOf(
  { address, port }: ListenAddress,
  reached: readonly string[],
  other: Vlan | undefined,
): string {
  const where = other === undefined ? `127.0.0.1:${port}` : `an address of VLAN ${other.name}`;
  const names = `VLAN${reached.length === 1 ? '' : 's'} ${reached.join(', ')}`;
  return `the filtered ${names} can reach the page on ${endpointToText(address, port)}; listen on ${where}, or block TCP port ${port} there with pf`;
}

/** The VLANs in which something is blocked for the VLAN or any of its clients. */
export function filteredVlans({ vlans, policies }: Pick<Config, 'vlans' | 'policies'>): Vlan[] {
  const filtering = new Set(policies.filter(isFiltering).map(({ name }) => name));
  return vlans.filter((vlan) =>
    [vlan, ...vlan.clients, ...vlan.devices].some(({ policy }) => filtering.has(policy)),
  );
}

/** Whether a policy blocks anything, now or at times. */
function isFiltering({ block, schedules, only, safeSearch, bypass }: Policy): boolean {
  return (
    only ||
    bypass === 'block' ||
    schedules.length > 0 ||
    [block.lists, block.services, block.rules].some((part) => part.length > 0) ||
    Object.values(safeSearch).some((level) => level !== 'off')
  );
}
