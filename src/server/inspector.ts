// Judges what an upstream's answer leads to: CNAME and DNAME targets, SVCB and HTTPS targets, and private addresses in
// answers for public names. The same verdict function as for the question.
import { NameView } from '../dns/name-view.ts';
import { EDE, TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';
import { VERDICT } from '../policy/judge.ts';
import type { Judge } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import type { AnswerView } from '../upstream/answer-view.ts';
import { FACT } from '../upstream/answer-facts.ts';
import { toExtendedError } from './reply.ts';
import type { ExtendedError } from './reply.ts';
import type { Serving } from './serving.ts';

const REBIND_ERROR = toExtendedError(EDE.BLOCKED, 'private address in a public answer (rebind_protection)');

/** Inspects one answer at a time. */
export class Inspector {
  readonly #walk = new RecordWalk();
  readonly #target = new NameView();

  /** Whether there is anything in the answer that this policy wants looked at. */
  concerns(policy: Policy, facts: number): boolean {
    return (
      (policy.inspect && (facts & FACT.chain) !== 0) ||
      (policy.rebindProtection && (facts & FACT.privateAddress) !== 0)
    );
  }

  /** Why the policy does not let the answer through, or undefined where it does. */
  inspect(serving: Serving, policy: Policy, answer: AnswerView, judge: Judge): ExtendedError | undefined {
    if (policy.rebindProtection && (answer.facts & FACT.privateAddress) !== 0) return REBIND_ERROR;
    const message = answer.message();
    const walk = this.#walk;
    walk.start(message, message.length);
    while (walk.next() && walk.section === 1) {
      const offset = targetOffset(walk.type);
      if (offset < 0) continue;
      this.#target.read(message, walk.rdataOffset + offset, message.length);
      // The root is "no target" (RFC 9460 section 2.5) and on no list.
      const verdict = judge.judge(policy, this.#target);
      // `only` speaks of what is asked for; what an allowed name needs is allowed with it.
      if (verdict === VERDICT.BLOCKED_BY_RULE || verdict === VERDICT.BLOCKED_BY_LIST)
        return serving.errors.of(policy, verdict, judge, this.#target);
    }
    return undefined;
  }
}

/** Where in its rdata a record names what it leads to; -1 for types that lead nowhere. */
function targetOffset(type: number): number {
  if (type === TYPE.CNAME || type === TYPE.DNAME) return 0;
  return type === TYPE.SVCB || type === TYPE.HTTPS ? 2 : -1;
}
