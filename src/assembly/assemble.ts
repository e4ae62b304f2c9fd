// Puts together what queries are answered from: prepared configuration, lists, prefixes of interfaces and upstream sets.
import type { Prefix } from '../addresses/prefix.ts';
import type { Config } from '../config/config.ts';
import { NameTable } from '../dns/name-table.ts';
import { compilePolicy } from '../policy/compile-policies.ts';
import { OwnNetworks } from '../policy/own-networks.ts';
import type { Policy } from '../policy/policy.ts';
import { PrefixMap } from '../addresses/prefix-map.ts';
import { clientNote } from '../policy/vlan.ts';
import type { Vlan } from '../policy/vlan.ts';
import { Refusals } from '../server/replies/refusals.ts';
import type { Serving } from '../server/serving.ts';
import type { UpstreamSet } from '../upstream/upstream-set.ts';
import type { Inputs } from './inputs.ts';
import { listsByNumber, toRulebook } from '../lists/rulebook.ts';

/** What queries are to be answered from, and the upstream sets that were made for it. */
export interface AssemblyParts extends Pick<Inputs, 'prepared' | 'lists' | 'prefixes'> {
  readonly generation: number;
  /** Number of each upstream set by name, and the sets by number. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly sets: ReadonlyMap<number, UpstreamSet>;
}

/** Makes what queries are answered from. Pure: of the same parts the same, and nothing else is touched. */
export function assemble(parts: AssemblyParts): Serving {
  const { generation, prepared, lists, sets } = parts;
  const { config, house, local } = prepared;
  const numberOf = (name: string): number => {
    const number = parts.numbers.get(name);
    if (number === undefined) throw new Error(`upstream set ${name} has no number`);
    return number;
  };
  const { sources } = lists.meta;
  const listSources = listsByNumber(lists.meta);
  const book = toRulebook(house.trie, lists);
  const context = {
    house,
    book,
    listSources,
    readLists: new Set(sources.filter(({ missing }) => missing === undefined).map(({ list }) => list)),
    observedLists: new Set(config.lists.filter(({ mode }) => mode === 'observe').map(({ name }) => name)),
    upstreamNumber: numberOf,
  };
  const policies = config.policies.map((options, number) => compilePolicy(options, number, context));
  return {
    generation,
    vlans: new Map(config.vlans.map((vlan) => [vlan.name, toVlan(vlan, policies, parts)])),
    ownNetworks: new OwnNetworks(config.vlans.flatMap((vlan) => subnetsOf(vlan, parts))),
    policies,
    book,
    refusals: new Refusals({ book, listSources }, policies),
    ruleSources: house.sources,
    listSources,
    local: local.data,
    forward: new NameTable(prepared.forward.map(([zone, set]) => [zone, numberOf(set)] as const)),
    upstreams: sets,
  };
}

function toVlan(vlan: Config['vlans'][number], policies: readonly Policy[], parts: AssemblyParts): Vlan {
  return {
    name: vlan.name,
    subnets: new PrefixMap(subnetsOf(vlan, parts).map((prefix) => [prefix, 0] as const)),
    clients: new PrefixMap(vlan.clients.map(({ prefix }, index) => [prefix, index] as const)),
    clientPolicies: vlan.clients.map(({ policy }) => policyNamed(policies, policy)),
    clientNames: vlan.clients.map(({ name }) => name),
    clientNotes: vlan.clients.map(({ name }) => clientNote(name)),
    policy: policyNamed(policies, vlan.policy),
  };
}

function subnetsOf(vlan: Config['vlans'][number], parts: AssemblyParts): readonly Prefix[] {
  if (vlan.subnets !== 'interface') return vlan.subnets;
  return parts.prefixes.get(vlan.interface ?? '') ?? [];
}

function policyNamed(policies: readonly Policy[], name: string): Policy {
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`policy ${name} was not checked`);
  return policy;
}
