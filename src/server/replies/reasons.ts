// Why something is refused: in words for the client, and in parts for whoever adds queries up.
import { isAllow } from '../../blocklists/rule.ts';
import { EDE } from '../../dns/numbers.ts';
import { VERDICT } from '../../policy/judge.ts';
import type { Verdict } from '../../policy/judge.ts';
import type { Pattern } from '../../policy/rules/pattern.ts';
import type { Policy } from '../../policy/policy.ts';
import type { RuleSource } from '../../policy/rule-source.ts';
import type { Reason } from '../../querylog/messages.ts';
import { addedPatternText } from './verdict-error.ts';
import type { NamedRules } from './verdict-error.ts';

/** A reason, and the INFO-CODE of the Extended DNS Error that has its text. */
export interface Why {
  readonly code: number;
  readonly reason: Reason;
}

/** Of a regular expression of the house. */
export function ofPattern(policy: Policy, { text: rule }: Pattern): Why {
  const text = `rule ${rule}${addedPatternText(policy, rule)}`;
  return { code: EDE.CENSORED, reason: { kind: 'rule', source: policy.name, rule, text } };
}

/** Of a verdict that nothing but the policy decides. */
export function ofPolicy(policy: Policy, verdict: Verdict): Why {
  const { name, closedBy = '', deniesAll, missingLists } = policy;
  if (verdict === VERDICT.NOT_READY) {
    const source = missingLists.join(', ');
    const text = `list ${source} has not been read yet`;
    return { code: EDE.NOT_READY, reason: { kind: 'not_ready', source, text } };
  }
  if (verdict === VERDICT.BLOCKED_BY_CLOSING) {
    const kind = deniesAll ? 'desk' : 'schedule';
    return { code: EDE.CENSORED, reason: { kind, source: name, text: closedBy } };
  }
  const text = `policy ${name} allows only what it names`;
  return { code: EDE.CENSORED, reason: { kind: 'only', source: name, text } };
}

/** Of an answer with private addresses. */
export function ofRebinding({ name }: Policy): Why {
  const text = 'private address in a public answer (rebind_protection)';
  return { code: EDE.BLOCKED, reason: { kind: 'rebinding', source: name, text } };
}

/** Of the names that clients look for before they go around the filter. */
export const OF_CANARIES: Reason = {
  kind: 'bypass',
  source: 'bypass: block',
  text: 'a canary, by which clients learn that there is a filter',
};

/** Of which kind a rule of the house is that a set blocks by, where no service says the same, and whose. */
export function ofRule(policy: Policy, rules: NamedRules, setId: number): Pick<Reason, 'kind' | 'source'> {
  const sources = [...rules.book.rules.membersOf(setId)]
    .filter(({ kind, source }) => !isAllow(kind) && policy.ruleUses[source] !== 'none')
    .map(({ source }) => rules.ruleSources[source]);
  const has = (kind: RuleSource['kind']): boolean => sources.some((source) => source?.kind === kind);
  if (has('policy')) return { kind: 'rule', source: policy.name };
  if (has('bypass')) return { kind: 'bypass', source: OF_CANARIES.source };
  if (has('schedule')) return { kind: 'schedule', source: policy.name };
  return { kind: has('desk') ? 'desk' : 'rule', source: policy.name };
}
