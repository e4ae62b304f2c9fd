// Whom a change at the desk is for, as people write it: a VLAN by its name, tag or interface, a client by its address or its
// name in the configuration, a policy. Pure.
import { isIP } from 'node:net';
import { toAddress } from '../addresses/prefix-text.ts';
import type { Config } from '../config/config.ts';
import { nearest } from '../config/values/nearest.ts';
import type { TextReading } from '../config/values/scalars.ts';
import type { DeskScope } from './desk-entry.ts';

/** The network, as far as scopes are about it. */
export interface DeskNetwork {
  readonly config: Pick<Config, 'vlans'> & { readonly policies: readonly { readonly name: string }[] };
  /** The VLANs whose clients may have an address. */
  readonly vlansOf: (address: string) => readonly string[];
  /** The MAC of the device that has an address, as leases and neighbours have it; undefined where nobody knows. */
  readonly macOf?: (address: string) => string | undefined;
}

/** Finds whom a text means: a VLAN before a client before a policy; `policy:NAME` and so on say which. */
export function readScope(text: string, network: DeskNetwork): TextReading<DeskScope> {
  const [, kind, rest] = /^(vlan|policy|client):(.+)$/.exec(text) ?? [];
  const asked = rest ?? text;
  for (const find of [asVlan, asClient, asPolicy]) {
    const found = kind === undefined || KIND_OF.get(find) === kind ? find(asked, network) : undefined;
    if (found !== undefined) return 'kind' in found ? { value: found } : found;
  }
  return { fault: `there is no ${kind ?? 'VLAN, client or policy'} "${asked}"; ${known(asked, network)}` };
}

type Found = DeskScope | { readonly fault: string } | undefined;

function asVlan(text: string, { config: { vlans } }: DeskNetwork): Found {
  const named = vlans.find(({ name }) => name === text);
  if (named !== undefined) return { kind: 'vlan', name: text };
  const [meant, another] = vlans.filter(({ id, interface: link }) => String(id) === text || link === text);
  if (another !== undefined)
    return { fault: `"${text}" is of the VLANs ${meant?.name} and ${another.name}; write the name of one` };
  return meant === undefined ? undefined : { kind: 'vlan', name: meant.name };
}

function asClient(text: string, { config: { vlans }, vlansOf, macOf }: DeskNetwork): Found {
  const address = isIP(text) === 0 ? undefined : toAddress(text);
  if (address !== undefined) {
    if (vlansOf(address).length === 0)
      return { fault: `${address} is in the subnets of no VLAN; write the address of a client` };
    const mac = macOf?.(address);
    return { kind: 'address', name: address, ...(mac === undefined ? {} : { mac }) };
  }
  const isClient = vlans.some((vlan) => clientsOf(vlan).some(({ name }) => name === text));
  return isClient ? { kind: 'client', name: text } : undefined;
}

function asPolicy(text: string, { config: { policies } }: DeskNetwork): Found {
  return policies.some(({ name }) => name === text) ? { kind: 'policy', name: text } : undefined;
}

const KIND_OF: ReadonlyMap<unknown, string> = new Map([
  [asVlan, 'vlan'],
  [asClient, 'client'],
  [asPolicy, 'policy'],
]);

function known(text: string, { config: { vlans, policies } }: DeskNetwork): string {
  const names = {
    VLANs: vlans.map(({ name }) => name),
    clients: [...new Set(vlans.flatMap((vlan) => clientsOf(vlan).flatMap(({ name }) => name ?? [])))],
    policies: policies.map(({ name }) => name),
  };
  const near = nearest(text, Object.values(names).flat());
  if (near !== undefined) return `did you mean "${near}"?`;
  const lists = Object.entries(names).filter(([, of]) => of.length > 0);
  return `there are ${lists.map(([what, of]) => `the ${what} ${of.join(', ')}`).join(', and ')}`;
}

/** The VLANs that something for a scope makes a difference in; none where the configuration has no such scope any more. */
export function vlansOfScope(
  scope: DeskScope,
  { config: { vlans }, vlansOf }: DeskNetwork,
): readonly string[] {
  const { kind, name } = scope;
  if (kind === 'address') return vlansOf(name);
  const concerned = vlans.filter((vlan) => {
    if (kind === 'vlan') return vlan.name === name;
    if (kind === 'client') return clientsOf(vlan).some((client) => client.name === name);
    return vlan.policy === name || clientsOf(vlan).some(({ policy }) => policy === name);
  });
  return concerned.map((vlan) => vlan.name);
}

/** The policies, each with a VLAN that it holds in, of those whom a scope is about. */
export function policiesOfScope(
  scope: DeskScope,
  network: DeskNetwork,
): readonly { readonly vlan: string; readonly policy: string }[] {
  const { kind, name } = scope;
  return vlansOfScope(scope, network).flatMap((vlanName) => {
    const vlan = network.config.vlans.find((candidate) => candidate.name === vlanName);
    if (vlan === undefined) return [];
    const own = clientsOf(vlan)
      .filter((client) => client.name === name)
      .map(({ policy }) => policy);
    const policies = kind === 'policy' ? [name] : kind === 'client' ? own : [vlan.policy];
    return [...new Set(policies)].map((policy) => ({ vlan: vlanName, policy }));
  });
}

/** The clients of a VLAN that have a policy of their own, by address or by MAC. */
export function clientsOf({
  clients,
  devices,
}: Pick<Config['vlans'][number], 'clients' | 'devices'>): readonly {
  readonly name?: string | undefined;
  readonly policy: string;
}[] {
  return [...clients, ...devices];
}
