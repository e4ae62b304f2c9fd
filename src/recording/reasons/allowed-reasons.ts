// What let names through that something allows by name: a number for each rule or set of lists that did. The rule: nothing is allocated
// for what was seen before, and there are no more than the configuration and its lists have.
import { nameToText } from '../../dns/name-text.ts';
import type { NameView } from '../../dns/name-view.ts';
import { isAllow } from '../../blocklists/rule.ts';
import type { Policy } from '../../policy/policy.ts';
import { VERDICT } from '../../policy/judge.ts';
import type { Reason } from '../../querylog/messages.ts';
import { NO_REASON } from '../../querylog/reason-table.ts';
import type { ReasonTable } from '../../querylog/reason-table.ts';
import type { Outcome } from '../../server/outcome/outcome.ts';
import type { Serving } from '../../server/serving.ts';

interface PolicyAllowances {
  /** By place of the rule in the trie of rules, and by set of the trie of lists. */
  readonly byRule: Map<number, number>;
  readonly bySet: Map<number, number>;
}

/** Why names were allowed, of one state. */
export class AllowedReasons {
  readonly #reasons: ReasonTable;
  /** By number of the policy. */
  readonly #known: PolicyAllowances[] = [];

  constructor(reasons: ReasonTable) {
    this.#reasons = reasons;
  }

  /** The number of the reason why a name was allowed; NO_REASON where it was not, or something without a name allows it. */
  numberOf(outcome: Outcome, serving: Serving): number {
    const { verdict, byRule, record, setId, policy } = outcome;
    if (verdict !== VERDICT.ALLOWED || setId === 0) return NO_REASON;
    const known = (this.#known[policy] ??= { byRule: new Map(), bySet: new Map() });
    const numbers = byRule ? known.byRule : known.bySet;
    const key = byRule ? record : setId;
    const number = numbers.get(key);
    if (number !== undefined) return number;
    const reason = reasonOf(outcome, serving);
    const made = reason === undefined ? NO_REASON : this.#reasons.add(reason);
    numbers.set(key, made);
    return made;
  }
}

function reasonOf(outcome: Outcome, serving: Serving): Reason | undefined {
  const policy = serving.policies[outcome.policy];
  if (policy === undefined) return undefined;
  return outcome.byRule ? ofRule(outcome, policy, serving) : ofLists(outcome, policy, serving);
}

function ofRule({ setId, name, depth }: Outcome, policy: Policy, serving: Serving): Reason {
  const sources = [...serving.book.rules.membersOf(setId)]
    .filter(({ kind, source }) => allows(policy, kind, source))
    .flatMap(({ source }) => serving.ruleSources[source] ?? []);
  const rule = ruleOf(name, depth);
  const [first] = sources;
  if (first?.kind === 'desk' || first?.kind === 'schedule')
    return { kind: first.kind, source: policy.name, rule, text: `rule ${rule} (${first.kind})` };
  const services = [
    ...new Set(sources.filter(({ kind }) => kind === 'service').map((source) => source.name)),
  ];
  if (services.length === sources.length && services.length > 0)
    return { kind: 'service', source: services.join(', '), rule, text: `service ${services.join(', ')}` };
  return { kind: 'rule', source: policy.name, rule, text: `rule ${rule}` };
}

function allows(policy: Policy, kind: Parameters<typeof isAllow>[0], source: number): boolean {
  const use = policy.ruleUses[source];
  if (use === 'allow' || use === 'grant') return true;
  return use === 'as written' && isAllow(kind);
}

function ofLists({ setId, source }: Outcome, policy: Policy, serving: Serving): Reason | undefined {
  const { listSources } = serving;
  const members =
    source >= 0
      ? [source]
      : [...serving.book.lists.membersOf(setId)].flatMap(({ kind, source: number }) => {
          const use = policy.useOfList(listSources[number] ?? '');
          return use === 'allow' || (use === 'as written' && isAllow(kind)) ? [number] : [];
        });
  const lists = [...new Set(members.map((number) => listSources[number] ?? ''))];
  if (lists.length === 0) return undefined;
  return { kind: 'list', source: lists.join(', '), text: `list ${lists.join(', ')}` };
}

/** The last `depth` labels of the name, as the rule has them. */
function ruleOf(name: NameView, depth: number): string {
  return nameToText(name.wire, name.labelStart[Math.max(name.labelCount - depth, 0)] ?? 0);
}
