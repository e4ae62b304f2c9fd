// Puts together what queries are answered from: prepared configuration, lists, prefixes of interfaces and upstream sets.
import { isInside } from '../addresses/prefix.ts';
import type { PrefixNumbers } from '../addresses/prefix.ts';
import type { Config } from '../config/config.ts';
import { NameTable } from '../dns/name-table.ts';
import type { HouseRules } from '../policy/compile-policies.ts';
import { OwnNetworks } from '../policy/own-networks.ts';
import { PrefixMap } from '../addresses/prefix-map.ts';
import type { Policy } from '../policy/policy.ts';
import { clientNote } from '../policy/vlan.ts';
import type { Vlan } from '../policy/vlan.ts';
import { Refusals } from '../server/replies/refusals.ts';
import type { Serving } from '../server/serving.ts';
import type { UpstreamSet } from '../upstream/upstream-set.ts';
import { adjustmentsAt } from './adjustments.ts';
import type { Adjusted } from './adjustments.ts';
import { withClientNames } from './clients/client-names.ts';
import { EffectivePolicies } from './effective-policies.ts';
import type { Inputs } from './inputs.ts';
import { subnetsOf } from './interface-prefixes.ts';
import { toExceptions } from './clients/exceptions.ts';
import type { ClientException } from './clients/exceptions.ts';
import { listsByNumber, toRulebook } from '../lists/rulebook.ts';

/** What queries are to be answered from, and the upstream sets that were made for it. */
export interface AssemblyParts extends Pick<
  Inputs,
  'prepared' | 'lists' | 'prefixes' | 'clients' | 'nameLayers' | 'desk'
> {
  readonly generation: number;
  readonly house: HouseRules;
  /** The moment that it is made for, in milliseconds since 1970. */
  readonly unixMs: number;
  /** What time it is at least, in milliseconds since 1970: an earlier `unixMs` is no time to go by. Default: any will do. */
  readonly knownMs?: number;
  /** Number of each upstream set by name, and the sets by number. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly sets: ReadonlyMap<number, UpstreamSet>;
  /** The policies of the state before, where it has the same lists: what lists mean to them need not be found out again. */
  readonly known?: readonly Policy[] | undefined;
}

/** Makes what queries are answered from. Pure: of the same parts the same, and nothing else is touched. */
export function assemble(parts: AssemblyParts): Serving {
  const { generation, prepared, house, lists, sets, desk, unixMs } = parts;
  const { config, local } = prepared;
  const numberOf = (name: string): number => {
    const number = parts.numbers.get(name);
    if (number === undefined) throw new Error(`upstream set ${name} has no number`);
    return number;
  };
  const { sources } = lists.meta;
  const listSources = listsByNumber(lists.meta);
  const book = toRulebook(house, lists);
  const context = {
    house,
    book,
    listSources,
    readLists: new Set(sources.filter(({ missing }) => missing === undefined).map(({ list }) => list)),
    observedLists: new Set(config.lists.filter(({ mode }) => mode === 'observe').map(({ name }) => name)),
    safeSearch: prepared.safeSearch,
    upstreamNumber: numberOf,
    ...(parts.known !== undefined && { known: parts.known }),
  };
  const { knownMs = -Infinity } = parts;
  const adjusted = adjustmentsAt({ ...prepared, knownMs }, desk, parts.clients, unixMs);
  const policies = new EffectivePolicies(config.policies, adjusted, context);
  const vlans = new Map(
    config.vlans.map((vlan) => [vlan.name, toVlan(vlan, { policies, adjusted, parts })] as const),
  );
  return {
    generation,
    at: (otherMs) => assemble({ ...parts, unixMs: otherMs, knownMs: -Infinity }),
    validUntilMs: Math.min(...policies.all.map(({ changesAtMs }) => changesAtMs)),
    vlans,
    ownNetworks: new OwnNetworks(config.vlans.flatMap((vlan) => subnetsOf(vlan, parts.prefixes))),
    policies: policies.all,
    configured: policies.configured,
    times: adjusted.times,
    book,
    refusals: new Refusals({ book, listSources, ruleSources: house.sources }, policies.all),
    bypassSets: house.bypassSets,
    ruleSources: house.sources,
    listSources,
    local: local.forAll,
    forward: new NameTable(prepared.forward.map(([zone, set]) => [zone, numberOf(set)] as const)),
    upstreams: sets,
  };
}

interface VlanParts {
  readonly policies: EffectivePolicies;
  readonly adjusted: Adjusted;
  readonly parts: AssemblyParts;
}

function toVlan(vlan: Config['vlans'][number], { policies, adjusted, parts }: VlanParts): Vlan {
  const { local, config } = parts.prepared;
  const exceptions = toExceptions(vlan, parts.clients.get(vlan.name));
  const clients = [...exceptions, ...adjustedClients(vlan, exceptions, adjusted)];
  return {
    name: vlan.name,
    subnets: new PrefixMap(subnetsOf(vlan, parts.prefixes).map((prefix) => [prefix, 0] as const)),
    clients: new PrefixMap(clients.map(({ prefix }, index) => [prefix, index] as const)),
    clientPolicies: clients.map(({ prefix, policy }) => policies.of(policy, vlan.name, prefix)),
    clientNames: clients.map(({ name }) => name),
    clientNotes: clients.map(({ name }) => clientNote(name)),
    clientMacs: clients.map(({ mac }) => mac),
    hasDevices: vlan.devices.length > 0,
    policy: policies.of(vlan.policy, vlan.name),
    local: withClientNames(local.forVlans.get(vlan.name) ?? local.forAll, vlan, config, parts.nameLayers),
  };
}

/** Clients that something was changed for and that are no exceptions, each with the policy it has anyway. */
function adjustedClients(
  vlan: Config['vlans'][number],
  exceptions: readonly ClientException[],
  { adjustments }: Adjusted,
): ClientException[] {
  const found: ClientException[] = [];
  for (const { scope } of adjustments) {
    if ('policy' in scope || scope.vlan !== vlan.name || scope.client === undefined) continue;
    const { prefix, name } = scope.client;
    if ([...exceptions, ...found].some((known) => isSamePrefix(known.prefix, prefix))) continue;
    const around = exceptions
      .filter((client) => isInside(prefix, client.prefix))
      .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
    found.push({ prefix, name: name ?? around?.name, policy: around?.policy ?? vlan.policy });
  }
  return found;
}

function isSamePrefix(a: PrefixNumbers, b: PrefixNumbers): boolean {
  return a.length === b.length && isInside(a, b);
}
