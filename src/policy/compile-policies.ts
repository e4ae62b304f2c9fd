// Compiles configured policies into those that judge queries: one trie of all house rules, and for each policy the tables
// over both tries.
import { ALLOW, BELOW, BLOCK, kindOfMember, sourceOfMember, SUBTREE } from '../blocklists/rule.ts';
import { buildTrie } from '../blocklists/trie/build/build-trie.ts';
import type { TrieRule } from '../blocklists/trie/build/build-trie.ts';
import type { Trie } from '../blocklists/trie/trie.ts';
import { parseName } from '../dns/name-text.ts';
import { Pattern } from './pattern.ts';
import type { Policy, Rulebook } from './policy.ts';
import type { BlockedAnswer, PolicySettings } from './policy-settings.ts';
import { bypassSource, policySource } from './rule-source.ts';
import type { PackagedNames, RuleSource } from './rule-source.ts';
import { BIT, bitsAbout, bitsOf, compileVerdictTable } from './verdict-table.ts';
import type { Use } from './verdict-table.ts';

/** A house rule: `example.org` (and all below), `*.example.org` (only below) or `/regular expression/`. */
interface RuleOptions {
  readonly text: string;
  /** Name of the policy that it is written in, which may be one that the policy extends. */
  readonly policy: string;
  readonly at: { readonly line: number };
}

/** One side of a policy. */
interface SideOptions {
  readonly lists: readonly { readonly name: string }[];
  readonly rules: readonly RuleOptions[];
}

/** A policy as configured, `extends` already worked in. */
export interface PolicyOptions extends PolicySettings {
  readonly block: SideOptions;
  readonly allow: SideOptions;
  readonly bypass: 'block' | 'allow';
  readonly upstream: string;
  readonly whenListsMissing: 'refuse' | 'allow';
}

/** All house rules as one trie, and each of its sources by number. */
export interface HouseRules {
  readonly trie: Trie;
  readonly sources: readonly RuleSource[];
}

/**
 * Builds the trie of all policies' rules, which are written in `file`, and of the names that lead around the filter. Throws on a
 * bad name.
 */
export function compileHouseRules(
  policies: readonly PolicyOptions[],
  file: string,
  bypass: PackagedNames,
): HouseRules {
  const sources = [...policies.map(({ name }) => policySource(name, file)), bypassSource(bypass.file)];
  const numbers = new Map(policies.map(({ name }, number) => [name, number]));
  const rules = new Map<string, TrieRule>();
  for (const policy of policies) {
    for (const [side, action] of [[policy.block, BLOCK] as const, [policy.allow, ALLOW] as const]) {
      for (const rule of side.rules) {
        if (isPattern(rule.text)) continue;
        const source = numbers.get(rule.policy);
        if (source === undefined) throw new Error(`there is no policy ${rule.policy}`);
        const trieRule = { ...toNameRule(rule.text, action), source, line: rule.at.line };
        rules.set(`${action} ${rule.policy} ${rule.text}`, trieRule);
      }
    }
  }
  for (const { text, line } of bypass.names)
    rules.set(`bypass ${text}`, { ...toNameRule(text, BLOCK), source: policies.length, line });
  return { trie: buildTrie(rules.values()), sources };
}

/** How a policy takes the rules of a source. */
function useOfSource(options: PolicyOptions, source: RuleSource): Use {
  const has = {
    policy: () =>
      [...options.block.rules, ...options.allow.rules].some(({ policy }) => policy === source.name),
    bypass: () => options.bypass === 'block',
  };
  return has[source.kind]() ? 'as written' : 'none';
}

/** What policies are compiled against: the rules with the names of their sources, and the lists that have been read. */
export interface CompileContext {
  readonly house: HouseRules;
  readonly book: Rulebook;
  /** The list of each source of the lists' trie, those of effects included. */
  readonly listSources: readonly string[];
  /** Lists of which at least one source has been read. */
  readonly readLists: ReadonlySet<string>;
  /** Lists that are only observed: what they would block is counted and not blocked. */
  readonly observedLists: ReadonlySet<string>;
  /** Number of an upstream set. */
  upstreamNumber(name: string): number;
}

/** Compiles a policy, and where it observes lists, also the same policy with them in force. */
export function compilePolicy(options: PolicyOptions, number: number, context: CompileContext): Policy {
  const { observedLists } = context;
  const observesAny = [...options.block.lists, ...options.allow.lists].some(({ name }) =>
    observedLists.has(name),
  );
  const trial = observesAny
    ? compileOne(options, number, { ...context, observedLists: new Set() })
    : undefined;
  return { ...compileOne(options, number, context), trial };
}

function compileOne(options: PolicyOptions, number: number, context: CompileContext): Policy {
  const { house, book, readLists, observedLists } = context;
  const namesOf = (side: SideOptions): Set<string> =>
    new Set(side.lists.map(({ name }) => name).filter((name) => !observedLists.has(name)));
  const blockLists = namesOf(options.block);
  const allowLists = namesOf(options.allow);
  const uses = house.sources.map((source) => useOfSource(options, source));
  const useOfList = (list: string): Use =>
    allowLists.has(list) ? 'allow' : blockLists.has(list) ? 'as written' : 'none';
  return {
    number,
    name: options.name,
    ruleTable: compileVerdictTable(house.trie, (source) => uses[source] ?? 'none'),
    blockPatterns: toPatterns(options.block.rules),
    allowPatterns: toPatterns(options.allow.rules),
    usesLists: blockLists.size + allowLists.size > 0,
    ...compileLists(book, context.listSources.map(useOfList), options.answer),
    useOfList,
    trial: undefined,
    missingLists: [...blockLists, ...allowLists].filter((list) => !readLists.has(list)),
    refuseWhenMissing: options.whenListsMissing === 'refuse',
    only: options.only,
    answer: options.answer,
    blockTtlSeconds: options.blockTtlSeconds,
    blocksBypass: options.bypass === 'block',
    rebindProtection: options.rebindProtection,
    inspect: options.inspect,
    upstream: context.upstreamNumber(options.upstream),
  };
}

/** What the lists' rules mean to a policy that uses their sources in these ways. */
function compileLists(
  book: Rulebook,
  listUses: readonly Use[],
  answer: BlockedAnswer,
): Pick<Policy, 'listTable' | 'listUses' | 'strongestExpression' | 'judgesAddresses'> &
  Pick<Policy, 'rootBits' | 'usesZoneOrder' | 'judgesZones'> {
  const useOf = (source: number): Use => listUses[source] ?? 'none';
  const { expressions, addresses, zones, effects } = book;
  const isUsed = (member: number): boolean => useOf(sourceOfMember(member)) !== 'none';
  const addressMembers = addresses?.parts.members ?? new Uint32Array();
  const expressionBits = (expressions?.members ?? []).map((member) =>
    bitsAbout(bitsOf(kindOfMember(member), useOf(sourceOfMember(member))), true),
  );
  return {
    listTable: compileVerdictTable(book.lists, useOf, { effects, answer, zones }),
    listUses,
    strongestExpression: Math.max(0, ...expressionBits),
    rootBits: zones?.roots.some(isUsed) === true ? BIT.LOOK_HERE : 0,
    usesZoneOrder: [...(zones?.ordered ?? [])].some((zone) => useOf(zone) !== 'none'),
    judgesAddresses: addressMembers.some(isUsed),
    judgesZones: addressMembers.some(
      (member) => isUsed(member) && (zones?.groups[sourceOfMember(member)] ?? -1) >= 0,
    ),
  };
}

function isPattern(text: string): boolean {
  return text.length > 1 && text.startsWith('/') && text.endsWith('/');
}

function toPatterns(rules: readonly RuleOptions[]): Pattern[] {
  return rules.filter(({ text }) => isPattern(text)).map(({ text }) => new Pattern(text));
}

function toNameRule(text: string, action: number): Pick<TrieRule, 'name' | 'kind'> {
  const below = text.startsWith('*.');
  return { name: parseName(below ? text.slice(2) : text), kind: action | (below ? BELOW : SUBTREE) };
}
