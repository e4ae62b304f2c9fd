// Compiles configured policies into those that judge queries: one trie of all house rules, and for each policy the tables
// over both tries.
import { ALLOW, BELOW, BLOCK, kindOfMember, sourceOfMember, SUBTREE } from '../blocklists/rule.ts';
import { buildTrie } from '../blocklists/trie/build/build-trie.ts';
import type { TrieRule } from '../blocklists/trie/build/build-trie.ts';
import type { Trie } from '../blocklists/trie/trie.ts';
import { addUp } from './adjustment.ts';
import type { AddedUp, Adjustment } from './adjustment.ts';
import { parseName } from '../dns/name-text.ts';
import { Pattern } from './rules/pattern.ts';
import type { Policy, Rulebook } from './policy.ts';
import type { BlockedAnswer, PolicySettings } from './policy-settings.ts';
import { bypassSource, policySource, serviceSource, sourceKey } from './rule-source.ts';
import type { NamesOfFile, RuleSource, ServiceNames } from './rule-source.ts';
import type { SafeSearch } from './safe-search.ts';
import { isPattern, scheduleSource } from './schedule-rules.ts';
import type { ScheduleOptions } from './schedule-rules.ts';
import { SuffixFilter } from './rules/suffix-filter.ts';
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
  /** Names of services. */
  readonly services: readonly { readonly name: string }[];
}

/** A policy as configured, `extends` already worked in. */
export interface PolicyOptions extends PolicySettings {
  readonly block: SideOptions;
  readonly allow: SideOptions;
  /** What is blocked at some times only; default: nothing. */
  readonly schedules?: readonly ScheduleOptions[];
  readonly bypass: 'block' | 'allow';
  readonly upstream: string;
  readonly whenListsMissing: 'refuse' | 'allow';
}

/** All house rules as one trie, and each of its sources by number. */
export interface HouseRules {
  readonly trie: Trie;
  /** Which names have something in the trie at all. */
  readonly filter: SuffixFilter;
  readonly sources: readonly RuleSource[];
  /** [set of the trie] is 1 where it has a name that leads around the filter. */
  readonly bypassSets: Uint8Array;
}

/** A source of house rules, and the names in it: `example.org` (and all below) or `*.example.org` (only below). */
export interface HouseSource {
  readonly source: RuleSource;
  readonly rules: readonly {
    readonly text: string;
    readonly action: 'block' | 'allow';
    /** Its line in the source's file. */
    readonly line: number;
  }[];
}

/** The rules that are written in the policies, in `file`, the names that lead around the filter, and those of services. */
export function houseSources(
  policies: readonly PolicyOptions[],
  file: string,
  bypass: NamesOfFile,
  services: readonly ServiceNames[],
): HouseSource[] {
  const ofPolicies = policies.map(({ name, block, allow }) => {
    const rulesOf = (side: SideOptions, action: 'block' | 'allow'): HouseSource['rules'] =>
      side.rules
        .filter(({ text, policy }) => policy === name && !isPattern(text))
        .map(({ text, at: { line } }) => ({ text, action, line }));
    return {
      source: policySource(name, file),
      rules: [...rulesOf(block, 'block'), ...rulesOf(allow, 'allow')],
    };
  });
  const ofSchedules = policies.flatMap(({ name, schedules = [] }) =>
    schedules
      .filter(({ policy }) => policy === name)
      .map((schedule) => ({ source: scheduleSource(schedule, file), rules: blockRules(schedule) })),
  );
  return [
    ...ofPolicies,
    ...ofSchedules,
    { source: bypassSource(bypass.file), rules: blocked(bypass) },
    ...services.flatMap(serviceSources),
  ];
}

/** The names of a service, a source for each file that has some. */
export function serviceSources({ name, parts }: ServiceNames): HouseSource[] {
  return parts.map((part) => ({ source: serviceSource(name, part.file), rules: blocked(part) }));
}

function blocked({ names }: NamesOfFile): HouseSource['rules'] {
  return names.map(({ text, line }) => ({ text, action: 'block', line }));
}

function blockRules({ block }: ScheduleOptions): HouseSource['rules'] {
  if (block === 'everything') return [];
  return block.rules
    .filter(({ text }) => !isPattern(text))
    .map(({ text, at: { line } }) => ({ text, action: 'block' as const, line }));
}

/** Builds the trie of all house rules; a source's number is its place. Throws on a bad name. */
export function compileHouseRules(sources: readonly HouseSource[]): HouseRules {
  const rules = sources.flatMap(({ rules: own }, source): TrieRule[] =>
    own.map(({ text, action, line }) => ({
      ...toNameRule(text, action === 'allow' ? ALLOW : BLOCK),
      source,
      line,
    })),
  );
  const trie = buildTrie(rules);
  const filter = new SuffixFilter(rules.map(({ name }) => name));
  const isBypass = ({ source }: { readonly source: number }): boolean =>
    sources[source]?.source.kind === 'bypass';
  const bypassSets = Uint8Array.from({ length: trie.setCount }, (_, set) =>
    Number([...trie.membersOf(set)].some(isBypass)),
  );
  return { trie, filter, sources: sources.map(({ source }) => source), bypassSets };
}

/**
 * How a policy takes the rules of a source, adjustments left out. A service that it both blocks and allows is allowed, as on
 * any tie.
 */
function ownUseOf({ block, allow, bypass }: PolicyOptions, { kind, name }: RuleSource): Use {
  switch (kind) {
    case 'policy':
      return [...block.rules, ...allow.rules].some(({ policy }) => policy === name) ? 'as written' : 'none';
    case 'bypass':
      return bypass === 'block' ? 'as written' : 'none';
    case 'service':
      if (allow.services.some((service) => service.name === name)) return 'allow';
      return block.services.some((service) => service.name === name) ? 'as written' : 'none';
    case 'schedule':
    case 'desk':
      return 'none';
  }
}

/** How a policy takes the rules of a source. A pause takes all away but the escape routes, and what is granted or denied. */
function useOfSource(options: PolicyOptions, source: RuleSource, { uses, isPaused }: AddedUp): Use {
  const added = uses.get(sourceKey(source)) ?? 'none';
  if (added === 'grant' || added === 'deny') return added;
  const own = ownUseOf(options, source);
  if (isPaused) return source.kind === 'bypass' ? own : 'none';
  return added === 'none' || own === 'allow' ? own : added;
}

/** The texts of what counts only because something adds it. */
function withoutOwn(
  options: PolicyOptions,
  sources: readonly RuleSource[],
  texts: AddedUp['texts'],
): AddedUp['texts'] {
  if (texts.size === 0) return texts;
  const own = new Set([
    ...sources.filter((source) => ownUseOf(options, source) !== 'none').map(sourceKey),
    ...options.block.lists.map(({ name }) => `list ${name}`),
    ...options.block.rules.map(({ text }) => text),
  ]);
  return new Map([...texts].filter(([key]) => !own.has(key)));
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
  /**
   * Policies that were compiled against the same lists: one that uses them in the same way has their tables, which take
   * milliseconds to make. Default: none.
   */
  readonly known?: readonly Policy[];
  /** What policies lead on, by their names. */
  readonly safeSearch?: ReadonlyMap<string, SafeSearch>;
  /** Number of an upstream set. */
  upstreamNumber(name: string): number;
}

/** What a policy is compiled to beside what is configured. */
export interface PolicyInstance {
  /** Its number among all compiled policies. */
  readonly number: number;
  readonly adjustments?: readonly Adjustment[];
  /** As in Policy; default Infinity. */
  readonly changesAtMs?: number;
}

/** Compiles a policy, and where it observes lists, also the same policy with them in force. */
export function compilePolicy(
  options: PolicyOptions,
  instance: PolicyInstance,
  context: CompileContext,
): Policy {
  const { observedLists } = context;
  const observesAny = [...options.block.lists, ...options.allow.lists].some(({ name }) =>
    observedLists.has(name),
  );
  const trial = observesAny
    ? compileOne(options, instance, { ...context, observedLists: new Set() })
    : undefined;
  return { ...compileOne(options, instance, context), trial };
}

function compileOne(options: PolicyOptions, instance: PolicyInstance, context: CompileContext): Policy {
  const { house, book, readLists, observedLists } = context;
  const { number, adjustments = [], changesAtMs = Infinity } = instance;
  const added = addUp(adjustments);
  const namesOf = (side: SideOptions): Set<string> =>
    new Set(side.lists.map(({ name }) => name).filter((name) => !observedLists.has(name)));
  const blockLists = new Set(
    added.isPaused
      ? []
      : [...namesOf(options.block), ...added.lists].filter((name) => !observedLists.has(name)),
  );
  const allowLists = added.isPaused ? new Set<string>() : namesOf(options.allow);
  const uses = house.sources.map((source) => useOfSource(options, source, added));
  const useOfList = (list: string): Use =>
    allowLists.has(list) ? 'allow' : blockLists.has(list) ? 'as written' : 'none';
  const listUses = context.listSources.map(useOfList);
  return {
    number,
    name: options.name,
    ruleTable: compileVerdictTable(house.trie, (source) => uses[source] ?? 'none'),
    ruleUses: uses,
    hasForced: added.deniesAll || uses.some((use) => use === 'grant' || use === 'deny'),
    closedBy: added.closedBy,
    deniesAll: added.deniesAll,
    isPaused: added.isPaused,
    changesAtMs,
    adjustedBy: adjustments.map(({ text }) => text),
    addedBy: withoutOwn(options, house.sources, added.texts),
    blockPatterns: added.isPaused
      ? []
      : [...toPatterns(options.block.rules), ...added.patterns.map(toPattern)],
    allowPatterns: toPatterns(options.allow.rules),
    usesLists: blockLists.size + allowLists.size > 0,
    ...(knownLists(context.known, listUses, options.answer) ?? compileLists(book, listUses, options.answer)),
    useOfList,
    trial: undefined,
    missingLists: [...blockLists, ...allowLists].filter((list) => !readLists.has(list)),
    refuseWhenMissing: options.whenListsMissing === 'refuse',
    only: options.only && !added.isPaused,
    answer: options.answer,
    blockTtlSeconds: options.blockTtlSeconds,
    blocksBypass: options.bypass === 'block',
    rebindProtection: options.rebindProtection,
    inspect: options.inspect,
    queryLog: options.queryLog,
    safeSearch: context.safeSearch?.get(options.name),
    upstream: context.upstreamNumber(options.upstream),
  };
}

/** What the rules of lists mean to a policy. */
type ListTables = Pick<Policy, 'listTable' | 'listUses' | 'strongestExpression' | 'judgesAddresses'> &
  Pick<Policy, 'rootBits' | 'usesZoneOrder' | 'judgesZones'>;

/** The same of a policy that uses lists in the same way; undefined where none does. */
function knownLists(
  known: readonly Policy[] = [],
  listUses: readonly Use[],
  answer: BlockedAnswer,
): ListTables | undefined {
  const same = known.find(
    (policy) =>
      policy.answer === answer &&
      policy.listUses.length === listUses.length &&
      policy.listUses.every((use, source) => use === listUses[source]),
  );
  if (same === undefined) return undefined;
  const { listTable, strongestExpression, judgesAddresses, rootBits, usesZoneOrder, judgesZones } = same;
  return {
    listTable,
    listUses: same.listUses,
    strongestExpression,
    judgesAddresses,
    rootBits,
    usesZoneOrder,
    judgesZones,
  };
}

/** What the lists' rules mean to a policy that uses their sources in these ways. */
function compileLists(book: Rulebook, listUses: readonly Use[], answer: BlockedAnswer): ListTables {
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

function toPatterns(rules: readonly RuleOptions[]): Pattern[] {
  return rules.filter(({ text }) => isPattern(text)).map(({ text }) => toPattern(text));
}

function toPattern(text: string): Pattern {
  return new Pattern(text);
}

function toNameRule(text: string, action: number): Pick<TrieRule, 'name' | 'kind'> {
  const below = text.startsWith('*.');
  return { name: parseName(below ? text.slice(2) : text), kind: action | (below ? BELOW : SUBTREE) };
}
