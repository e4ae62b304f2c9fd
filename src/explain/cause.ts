// What decided a question, as a kind and what is behind it, where because.ts has words: advice and short answers follow from it.
import { VERDICT } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import type { RuleSource } from '../policy/rule-source.ts';
import { matchedName } from '../server/replies/verdict-error.ts';
import type { QuestionRoute } from '../server/question-route.ts';
import type { Serving } from '../server/serving.ts';
import { STEP } from '../server/step.ts';
import { bitsAbout, bitsOf } from '../policy/verdict-table.ts';

/** What decided. */
export interface Cause {
  /**
   * `here`: answered here, whatever the policy. `closed`: a schedule or the desk blocks everything. `nothing`: nothing speaks about
   * the name. The others are what they say.
   */
  readonly kind: 'here' | 'canary' | 'not ready' | 'closed' | 'only' | 'list' | 'rule' | 'nothing';
  /** With `rule`: where the rules come from that won; several where they stand at the same name. */
  readonly sources: readonly RuleSource[];
  /** With `rule`: the name that the rules stand at, and whether it was granted or denied at the desk. */
  readonly matched: string;
  readonly force: 'grant' | 'deny' | undefined;
}

/** What decided the question that the route stands at the end of. */
export function causeOf(serving: Serving, policy: Policy, route: QuestionRoute): Cause {
  const { step } = route;
  if (step === STEP.CANARY) return because('canary');
  // Safe search leads on what nothing speaks against.
  if (route.isSafeSearch && step !== STEP.BLOCKED) return because('nothing');
  // The alias of a rule of a list, whatever comes of the name that it leads to.
  if (route.leadsOn !== undefined && step !== STEP.BLOCKED) return because('list');
  if (step <= STEP.SPECIAL) return because('here');
  switch (route.verdict) {
    case VERDICT.PASS:
      return because('nothing');
    case VERDICT.NOT_READY:
      return because('not ready');
    case VERDICT.BLOCKED_BY_CLOSING:
      return because('closed');
    case VERDICT.BLOCKED_BY_ONLY:
      return because('only');
    case VERDICT.BLOCKED_BY_LIST:
      return because('list');
    case VERDICT.BLOCKED_BY_RULE:
    case VERDICT.ALLOWED: {
      const { judge } = route;
      return judge.byRule ? ofRule(serving, policy, route) : because('list');
    }
  }
}

function because(kind: Cause['kind']): Cause {
  return { kind, sources: [], matched: '', force: undefined };
}

/** The rules that won; a regular expression has no source. */
function ofRule(serving: Serving, policy: Policy, { judge, subject }: QuestionRoute): Cause {
  if (judge.pattern !== undefined) return because('rule');
  const members = serving.book.rules.membersOf(judge.setId).map(({ kind, source }) => {
    const use = policy.ruleUses[source] ?? 'none';
    return { source, use, bits: bitsAbout(bitsOf(kind, use), judge.isAtName) };
  });
  const strongest = Math.max(...members.map(({ bits }) => bits));
  const deciding = members.filter(({ bits }) => bits === strongest);
  const uses = new Set(deciding.map(({ use }) => use));
  return {
    kind: 'rule',
    sources: deciding.flatMap(({ source }) => serving.ruleSources[source] ?? []),
    matched: matchedName(subject, judge.depth),
    force: uses.has('grant') ? 'grant' : uses.has('deny') ? 'deny' : undefined,
  };
}
