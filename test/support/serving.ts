// States of the service from a few lines: policies, lists, VLANs and records as a test needs them, everything else as
// plain as it can be. Nothing is read from a configuration.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AddressTable } from '../../src/blocklists/addresses/address-table.ts';
import { compileSources } from '../../src/blocklists/compile.ts';
import type { ImageMeta } from '../../src/blocklists/compile-report.ts';
import { sourceBehind } from '../../src/blocklists/compile-report.ts';
import { ExpressionIndex } from '../../src/blocklists/expressions/expression-index.ts';
import type { FormatName } from '../../src/blocklists/formats/format-names.ts';
import { LinesInMemory } from '../../src/blocklists/trie/image/line-numbers.ts';
import { Trie } from '../../src/blocklists/trie/trie.ts';
import { NameTable } from '../../src/dns/name-table.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { ClientAddress } from '../../src/addresses/client-address.ts';
import { LocalData } from '../../src/local/local-data.ts';
import { LocalLayers } from '../../src/local/local-layers.ts';
import { parseZoneLine } from '../../src/local/zone-line.ts';
import { compileHouseRules, compilePolicy, houseSources } from '../../src/policy/compile-policies.ts';
import type {
  HouseRules,
  HouseSource,
  PolicyInstance,
  PolicyOptions,
} from '../../src/policy/compile-policies.ts';
import { OwnNetworks } from '../../src/policy/own-networks.ts';
import type { Policy, Rulebook } from '../../src/policy/policy.ts';
import { PrefixMap } from '../../src/addresses/prefix-map.ts';
import { clientNote } from '../../src/policy/vlan.ts';
import type { SafeSearch } from '../../src/policy/safe-search.ts';
import type { PrefixNumbers } from '../../src/addresses/prefix.ts';
import { toRulebook } from '../../src/lists/rulebook.ts';
import { Refusals } from '../../src/server/replies/refusals.ts';
import { NO_TIMES } from '../../src/schedules/times.ts';
import type { Serving } from '../../src/server/serving.ts';
import type { UpstreamSet } from '../../src/upstream/upstream-set.ts';

/** A policy; what is left out filters nothing. */
export interface PolicyLines extends Partial<Omit<PolicyOptions, 'name' | 'block' | 'allow' | 'upstream'>> {
  /** House rules: `example.org`, `*.example.org`, `/regular expression/`. */
  readonly block?: readonly string[];
  readonly allow?: readonly string[];
  readonly blockLists?: readonly string[];
  readonly allowLists?: readonly string[];
  readonly blockServices?: readonly string[];
  readonly allowServices?: readonly string[];
  /** A policy whose rules it has as well. */
  readonly extends?: string;
  /** Number of its upstream set; default 0. */
  readonly upstream?: number;
}

/** A VLAN: its prefixes, the policy that holds in it, and the prefixes inside it that have another. */
interface VlanLines {
  readonly subnets: readonly string[];
  readonly policy: string;
  readonly clients?: Readonly<Record<string, string>>;
  /** What those are called, by prefix. */
  readonly names?: Readonly<Record<string, string>>;
  /** Local data of its own. */
  readonly records?: readonly string[];
}

/** A list in a format. */
interface ListText {
  readonly format: FormatName | 'auto';
  readonly text: string;
  /** The name of the zone that it is. */
  readonly zone?: string;
}

/** A list of several sources. */
interface ListOfTexts {
  readonly sources: readonly ListText[];
}

/** A state of the service. */
export interface ServingLines {
  readonly generation?: number;
  /** Numbered in the order in which they stand. */
  readonly policies: Readonly<Record<string, PolicyLines>>;
  /** Default: `lan`, which holds every address, under the first policy. */
  readonly vlans?: Readonly<Record<string, VlanLines>>;
  /**
   * Lists by name: `x` blocks the name, `||x^` it and all below, `*.x` only what is below; `@@` before, `$important` behind. Or
   * text in a format.
   */
  readonly lists?: Readonly<Record<string, readonly string[] | ListText | ListOfTexts>>;
  /** Lists that are only observed. */
  readonly observed?: readonly string[];
  /** Lists that have never been read. */
  readonly missing?: readonly string[];
  readonly bypassNames?: readonly string[];
  /** The names of services, by the services' names. */
  readonly services?: Readonly<Record<string, readonly string[]>>;
  readonly records?: readonly string[];
  /** Zones with an upstream set of their own, by its number. */
  /** Sources of house rules beside the policies' own. */
  readonly houseSources?: readonly HouseSource[];
  /** What adjusts policies, by their names. */
  readonly adjusted?: Readonly<Record<string, Omit<PolicyInstance, 'number'>>>;
  /** What policies lead on to strict results, by their names. */
  readonly safeSearch?: ReadonlyMap<string, SafeSearch>;
  readonly forward?: Readonly<Record<string, number>>;
  readonly upstreams?: ReadonlyMap<number, UpstreamSet>;
}

/** The policies, compiled, and the tries that they are about. */
export interface CompiledPolicies {
  readonly house: HouseRules;
  readonly book: Rulebook;
  readonly listSources: readonly string[];
  readonly meta: ImageMeta;
  readonly policies: readonly Policy[];
}

/** Compiles policies and lists. */
export function compileLines(lines: ServingLines): CompiledPolicies {
  const options = Object.keys(lines.policies).map((name) => toPolicyOptions(lines, name));
  const services = Object.entries(lines.services ?? {}).map(([name, names]) => ({
    name,
    parts: [{ file: `services/${name}.yaml`, names: names.map(toNumbered) }],
  }));
  const bypass = { file: 'names.txt', names: (lines.bypassNames ?? []).map(toNumbered) };
  const house = compileHouseRules([
    ...houseSources(options, 'vlandns.yaml', bypass, services),
    ...(lines.houseSources ?? []),
  ]);
  const { meta, ...lists } = compileLists(lines.lists ?? {});
  const book = { rules: house.trie, ruleFilter: house.filter, ...lists };
  const { sources, effects = [] } = meta;
  const listSources = [...sources, ...effects].map(
    (_, number) => sources[sourceBehind(meta, number)]?.list ?? '',
  );
  const missing = new Set(lines.missing);
  const context = {
    house,
    book,
    listSources,
    readLists: new Set(listSources.filter((name) => !missing.has(name))),
    observedLists: new Set(lines.observed),
    ...(lines.safeSearch && { safeSearch: lines.safeSearch }),
    upstreamNumber: Number,
  };
  const policies = options.map((policy, number) =>
    compilePolicy(policy, { number, ...lines.adjusted?.[policy.name] }, context),
  );
  return { house, book, listSources, meta, policies };
}

/** Compiles lists as the service does, without an image. */
function compileLists(
  lists: Readonly<Record<string, readonly string[] | ListText | ListOfTexts>>,
): Omit<Rulebook, 'rules'> & { readonly meta: ImageMeta } {
  const files = Object.entries(lists).flatMap(([list, rules]) =>
    textsOf(rules).map(({ format, text, zone }, index) => {
      const source = `${list}${index === 0 ? '' : `-${index + 1}`}.txt`;
      const file = join(listFolder(), source);
      writeFileSync(file, text);
      return { list, source, file, format, zone };
    }),
  );
  const { frozen, addresses, ...rest } = compileSources(files);
  const meta = { key: '', ...rest };
  const expressions = meta.expressions && new ExpressionIndex();
  for (const { text } of meta.expressions ?? []) expressions?.add(text);
  const trie = new Trie(frozen.parts, new LinesInMemory(frozen.bucketFirst, frozen.lines));
  const {
    rules: _,
    ruleFilter: __,
    ...book
  } = toRulebook(
    { trie: Trie.empty },
    {
      trie,
      meta,
      ...(expressions && { expressions }),
      ...(addresses && { addresses: new AddressTable(addresses) }),
    },
  );
  return { meta, ...book };
}

/** Where the texts lie while they are compiled: one folder for all that a test file compiles, removed at its end. */
let folder: string | undefined;

function listFolder(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), 'vlandns-lists-'));
  process.once('exit', () => rmSync(made, { recursive: true }));
  return (folder = made);
}

/** The texts of a list's sources. */
function textsOf(rules: readonly string[] | ListText | ListOfTexts): readonly ListText[] {
  if ('sources' in rules) return rules.sources;
  return 'format' in rules ? [rules] : [{ format: 'adguard', text: rules.map(toAdguardRule).join('\n') }];
}

/** Makes a state of the service. */
export function makeServing(lines: ServingLines): Serving {
  const { house, book, listSources, policies } = compileLines(lines);
  const named = (name: string): Policy => {
    const policy = policies.find((candidate) => candidate.name === name);
    if (policy === undefined) throw new Error(`no policy is called ${name}`);
    return policy;
  };
  const everybody = { subnets: ['0.0.0.0/0', '::/0'], policy: policies[0]?.name ?? '' };
  const vlans = Object.entries(lines.vlans ?? { lan: everybody });
  const general = { data: new LocalData((lines.records ?? []).map(parseZoneLine)), from: 'records or hosts' };
  const local = new LocalLayers([general]);
  const localOf = (name: string, records: readonly string[] = []): LocalLayers =>
    records.length === 0
      ? local
      : new LocalLayers([
          { data: new LocalData(records.map(parseZoneLine)), from: `records or hosts of VLAN ${name}` },
          general,
        ]);
  return {
    generation: lines.generation ?? 1,
    at: () => makeServing(lines),
    validUntilMs: Math.min(...policies.map(({ changesAtMs }) => changesAtMs)),
    vlans: new Map(
      vlans.map(([name, { subnets, policy, clients = {}, names = {}, records }]) => [
        name,
        {
          name,
          subnets: new PrefixMap(subnets.map((text) => [parsePrefix(text), 0] as const)),
          clients: new PrefixMap(
            Object.keys(clients).map((text, index) => [parsePrefix(text), index] as const),
          ),
          clientPolicies: Object.values(clients).map(named),
          clientNames: Object.keys(clients).map((prefix) => names[prefix]),
          clientNotes: Object.keys(clients).map((prefix) => clientNote(names[prefix])),
          hasDevices: false,
          clientMacs: Object.keys(clients).map(() => undefined),
          policy: named(policy),
          local: localOf(name, records),
        },
      ]),
    ),
    ownNetworks: new OwnNetworks(vlans.flatMap(([, { subnets }]) => subnets.map(parsePrefix))),
    policies,
    times: NO_TIMES,
    configured: policies,
    book,
    refusals: new Refusals({ book, listSources, ruleSources: house.sources }, policies),
    bypassSets: house.bypassSets,
    ruleSources: house.sources,
    listSources,
    local,
    forward: new NameTable(
      Object.entries(lines.forward ?? {}).map(([zone, number]) => [parseName(zone), number] as const),
    ),
    upstreams: lines.upstreams ?? new Map(),
  };
}

function toNumbered(text: string, index: number): { readonly text: string; readonly line: number } {
  return { text, line: index + 1 };
}

/** A prefix from text, `192.0.2.0/24` or `2001:db8::/32`. */
export function parsePrefix(text: string): PrefixNumbers {
  const [address = '', length = ''] = text.split('/');
  const client = new ClientAddress();
  if (!client.set(address)) throw new Error(`${text} is no prefix`);
  const [first = 0, second = 0, third = 0, fourth = 0] = client.words;
  return { family: client.family, words: [first, second, third, fourth], length: Number(length) };
}

function toPolicyOptions(lines: ServingLines, name: string): PolicyOptions {
  const own = lines.policies[name] ?? {};
  const parent = own.extends === undefined ? undefined : toPolicyOptions(lines, own.extends);
  const side = (which: 'block' | 'allow'): PolicyOptions['block'] => ({
    lists: [
      ...(parent?.[which].lists ?? []),
      ...(own[`${which}Lists`] ?? []).map((list) => ({ name: list })),
    ],
    services: [
      ...(parent?.[which].services ?? []),
      ...(own[`${which}Services`] ?? []).map((service) => ({ name: service })),
    ],
    rules: [
      ...(parent?.[which].rules ?? []),
      ...(own[which] ?? []).map((text, index) => ({ text, policy: name, at: { line: index + 1 } })),
    ],
  });
  return {
    only: false,
    answer: 'nxdomain',
    blockTtlSeconds: 30,
    bypass: 'allow',
    rebindProtection: false,
    queryLog: 'full',
    inspect: true,
    whenListsMissing: 'refuse',
    ...own,
    name,
    block: side('block'),
    allow: side('allow'),
    upstream: String(own.upstream ?? 0),
  };
}

/** A rule as AdGuard's syntax has it: there a name alone is not what it is here behind `@@`. */
function toAdguardRule(text: string): string {
  const [, exception = '', name = '', important = ''] = /^(@@)?(.*?)(\$important)?$/.exec(text) ?? [];
  const pattern = name.startsWith('||') ? name : name.startsWith('*.') ? `||${name}^` : `|${name}^`;
  return `${exception}${pattern}${important}`;
}
