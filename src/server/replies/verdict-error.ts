// What the text of an Extended DNS Error names: the lists or services that decided a verdict, and the name in them.
import { isAllow } from '../../blocklists/rule.ts';
import { nameToText } from '../../dns/name-text.ts';
import type { NameView } from '../../dns/name-view.ts';
import type { Policy, Rulebook } from '../../policy/policy.ts';
import { sourceKey } from '../../policy/rule-source.ts';
import type { RuleSource } from '../../policy/rule-source.ts';
import { ANY_BLOCK, bitsAbout, bitsOf } from '../../policy/verdict-table.ts';

/** The rules of one state of the service, and their sources. */
export interface NamedRules {
  readonly book: Rulebook;
  /** Names of lists by number of the lists' sources, those of effects included. */
  readonly listSources: readonly string[];
  /** The sources of the house rules, by number. */
  readonly ruleSources: readonly RuleSource[];
}

/**
 * The names of the policy's lists that block by this set, each once: by rules about the very name at which the set
 * stands (`itself`) or about names below it; those that are `$important` where there are any.
 */
export function blockingLists(policy: Policy, rules: NamedRules, setId: number, itself: boolean): string[] {
  const members = rules.book.lists.membersOf(setId).map(({ kind, source }) => {
    const list = rules.listSources[source] ?? '';
    return { list, bits: bitsAbout(bitsOf(kind, policy.useOfList(list)), itself) & ANY_BLOCK };
  });
  const strongest = Math.max(...members.map(({ bits }) => bits));
  return [...new Set(members.filter(({ bits }) => bits === strongest).map(({ list }) => list))];
}

/**
 * The services whose names decided, each once, where a set of house rules did: those that hold a name at which the set stands
 * (`itself`) or above it. None where a rule of the policy's own says the same.
 */
export function decidingServices(
  policy: Policy,
  rules: NamedRules,
  setId: number,
  itself: boolean,
): string[] {
  const members = rules.book.rules.membersOf(setId).map(({ kind, source }) => ({
    source: rules.ruleSources[source],
    bits: bitsAbout(bitsOf(kind, policy.ruleUses[source] ?? 'none'), itself),
  }));
  const strongest = Math.max(...members.map(({ bits }) => bits));
  const deciding = members.filter(({ bits }) => bits === strongest).map(({ source }) => source);
  if (deciding.some((source) => source?.kind !== 'service')) return [];
  return [...new Set(deciding.map((source) => source?.name ?? ''))];
}

/** What has these lists block, where no list of the policy's own is among them: ` (schedule bedtime until 06:30)`. */
export function addedListsText({ addedBy }: Policy, lists: readonly string[]): string {
  return addedText(lists.map((list) => addedBy.get(`list ${list}`)));
}

/** What has the house rules of a set block, where none of the policy's own is among them. */
export function addedRuleText(policy: Policy, rules: NamedRules, setId: number): string {
  if (policy.addedBy.size === 0) return '';
  const counted = [...rules.book.rules.membersOf(setId)]
    .filter(({ kind, source }) => !isAllow(kind) && policy.ruleUses[source] !== 'none')
    .flatMap(({ source }) => rules.ruleSources[source] ?? []);
  return addedText(counted.map((source) => policy.addedBy.get(sourceKey(source))));
}

/** What has a regular expression block that is not the policy's own. */
export function addedPatternText({ addedBy }: Policy, pattern: string): string {
  return addedText([addedBy.get(pattern)]);
}

function addedText(texts: readonly (string | undefined)[]): string {
  const [first] = texts;
  return first === undefined || texts.includes(undefined) ? '' : ` (${first})`;
}

/** The last `depth` labels of the name. */
export function matchedName(name: NameView, depth: number): string {
  return nameToText(name.wire, name.labelStart[name.labelCount - depth] ?? 0);
}
