// Puts one state of the service together: prepared configuration, lists and upstreams to what queries are answered from.
import type { Config, Prefix } from '../config/config.ts';
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
import type { Prepared } from './prepare.ts';
import type { CompiledLists } from '../lists/compiled-lists.ts';
import { listsByNumber, toRulebook } from '../lists/rulebook.ts';

/** What a state of the service is made of. */
export interface AssemblyParts {
  readonly generation: number;
  readonly prepared: Prepared;
  readonly lists: CompiledLists;
  /** Number of each upstream set by name, and the sets by number. */
  readonly setNumbers: ReadonlyMap<string, number>;
  readonly upstreams: ReadonlyMap<number, UpstreamSet>;
  /** The prefixes of a VLAN's interface now. */
  readonly interfacePrefixes: (vlan: Config['vlans'][number]) => readonly Prefix[];
}

/** Assembles a state of the service. */
export function assemble(parts: AssemblyParts): Serving {
  const { generation, prepared, lists, upstreams } = parts;
  const { config, house, local } = prepared;
  const numberOf = (name: string): number => {
    const number = parts.setNumbers.get(name);
    if (number === undefined) throw new Error(`upstream set ${name} was not opened`);
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
    upstreams,
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
  return vlan.subnets === 'interface' ? parts.interfacePrefixes(vlan) : vlan.subnets;
}

function policyNamed(policies: readonly Policy[], name: string): Policy {
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`policy ${name} was not checked`);
  return policy;
}
