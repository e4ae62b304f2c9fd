// Rules that allow the names that were asked for: each by itself, or many siblings by what is above them. Pure. tldts knows where the
// public suffixes end, so that no rule opens a whole registry or a provider's customers: kept, JavaScript alone, with the list inside.
import { getDomain } from 'tldts';

/** A name that was asked for. */
export interface LearnedName {
  /** In small letters, without a dot at its end. */
  readonly name: string;
  readonly queries: number;
  /** Of these, how many were blocked. */
  readonly blocked: number;
  readonly clients: ReadonlySet<string>;
  /** Days on which it was asked for, since 1970. */
  readonly days: ReadonlySet<number>;
}

/** A rule, and the names that it is for. */
export interface ProposedRule {
  readonly rule: string;
  readonly names: readonly LearnedName[];
  readonly queries: number;
}

/** So many names below one stand for others like them that are yet to be asked for. */
const SIBLINGS = 4;

/**
 * Rules for all of the names. A rule such as `*.x.example` stands for at least four names below x.example, which itself is no public
 * suffix and not above the name that somebody has registered; a name is allowed by itself otherwise.
 */
export function proposeRules(names: readonly LearnedName[]): ProposedRule[] {
  const byParent = new Map<string, LearnedName[]>();
  for (const name of names) {
    const parent = parentOf(name.name);
    if (parent === undefined) continue;
    const siblings = byParent.get(parent) ?? [];
    byParent.set(parent, siblings);
    siblings.push(name);
  }
  const grouped = new Set<LearnedName>();
  const rules: ProposedRule[] = [];
  for (const [parent, siblings] of byParent) {
    if (siblings.length < SIBLINGS) continue;
    for (const name of siblings) grouped.add(name);
    rules.push(toRule(`*.${parent}`, siblings));
  }
  for (const name of names) if (!grouped.has(name)) rules.push(toRule(name.name, [name]));
  return rules.toSorted((a, b) => b.queries - a.queries || (a.rule < b.rule ? -1 : 1));
}

/** The name above, where a rule may be about all below it. */
function parentOf(name: string): string | undefined {
  const registered = getDomain(name, { allowPrivateDomains: true });
  if (registered === null || name === registered) return undefined;
  return name.slice(name.indexOf('.') + 1);
}

function toRule(rule: string, names: readonly LearnedName[]): ProposedRule {
  return { rule, names, queries: names.reduce((sum, { queries }) => sum + queries, 0) };
}
