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
  /** Private addresses are meant: the name is in a zone that is forwarded to a server of our own. */
  mayBePrivate = false;
  /** A list allows the name, with what it leads to on other lists; house rules still hold. */
  rulesOnly = false;
  readonly #walk = new RecordWalk();
  readonly #target = new NameView();

  /** Whether there is anything in the answer that this policy wants looked at. */
  concerns(policy: Policy, facts: number): boolean {
    return this.#concernsChain(policy, facts) || this.#concernsAddresses(policy, facts);
  }

  /** Why the policy does not let the answer through, or undefined where it does. */
  inspect(serving: Serving, policy: Policy, answer: AnswerView, judge: Judge): ExtendedError | undefined {
    if (this.#concernsAddresses(policy, answer.facts)) return REBIND_ERROR;
    if (!this.#concernsChain(policy, answer.facts)) return undefined;
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
      const blocked =
        verdict === VERDICT.BLOCKED_BY_RULE || (verdict === VERDICT.BLOCKED_BY_LIST && !this.rulesOnly);
      if (blocked) return serving.errors.of(policy, verdict, judge, this.#target);
    }
    return undefined;
  }

  #concernsChain(policy: Policy, facts: number): boolean {
    return policy.inspect && (facts & FACT.chain) !== 0;
  }

  #concernsAddresses(policy: Policy, facts: number): boolean {
    return policy.rebindProtection && !this.mayBePrivate && (facts & FACT.privateAddress) !== 0;
  }
}

/** Where in its rdata a record names what it leads to; -1 for types that lead nowhere. */
function targetOffset(type: number): number {
  if (type === TYPE.CNAME || type === TYPE.DNAME) return 0;
  return type === TYPE.SVCB || type === TYPE.HTTPS ? 2 : -1;
}
