// Judges what an upstream's answer leads to: CNAME and DNAME targets, SVCB and HTTPS targets, addresses that are on lists, and
// private addresses in answers for public names. The same verdict function as for the question.
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';
import { VERDICT } from '../policy/judge.ts';
import type { Judge } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import type { AnswerView } from '../upstream/answer-view.ts';
import { FACT } from '../upstream/answer-facts.ts';
import { AnsweredAddresses } from './answered-addresses.ts';
import type { Observer } from './observer.ts';
import type { Refusal } from './refusals.ts';
import type { Serving } from './serving.ts';

/** Inspects one answer at a time. */
export class Inspector {
  /** Private addresses are meant: the name is in a zone that is forwarded to a server of our own. */
  mayBePrivate = false;
  /** A list allows the name, with what it leads to on other lists; house rules still hold. */
  rulesOnly = false;
  /** Over TCP a rule that asks for TCP lets pass. */
  overTcp = false;
  /** After inspect(): whether the outcome must not be remembered: it is another one over UDP, or is counted each time. */
  isPassing = false;
  /** After inspect(): whether a house rule allows a name that the answer leads to: what that leads to is meant. */
  isMeant = false;
  readonly #observer: Observer;
  readonly #walk = new RecordWalk();
  readonly #target = new NameView();
  readonly #addresses = new AnsweredAddresses();

  constructor(observer: Observer) {
    this.#observer = observer;
  }

  /** Whether there is anything in the answer that this policy wants looked at. */
  concerns(policy: Policy, facts: number): boolean {
    return (
      this.#concernsChain(policy, facts) ||
      this.#concernsAddresses(policy) ||
      this.#concernsPrivacy(policy, facts)
    );
  }

  /** What is answered in the place of an answer that the policy does not let through; undefined where it does. */
  inspect(serving: Serving, policy: Policy, answer: AnswerView, judge: Judge): Refusal | undefined {
    const isPrivate = this.#concernsPrivacy(policy, answer.facts);
    const refusal = this.#judgeRecords(serving, policy, answer, judge);
    if (refusal !== undefined || !isPrivate || this.isMeant) return refusal;
    return serving.refusals.ofRebinding(policy);
  }

  /** Judges in the order of the chain: what stands behind a name that a house rule allows is meant with it. */
  #judgeRecords(serving: Serving, policy: Policy, answer: AnswerView, judge: Judge): Refusal | undefined {
    this.isPassing = this.isMeant = false;
    const leadsOn = (answer.facts & FACT.chain) !== 0;
    // What rebinding protection holds back a house rule may allow, whether names are inspected or not.
    const judgesNames = leadsOn && (policy.inspect || this.#concernsPrivacy(policy, answer.facts));
    const judgesAddresses = this.#concernsAddresses(policy);
    if (!judgesNames && !judgesAddresses) return undefined;
    const message = answer.message();
    if (judgesAddresses && policy.judgesZones) this.#gatherAddresses(policy, message, judge);
    const walk = this.#walk;
    walk.start(message, message.length);
    while (walk.next() && walk.section === 1) {
      const refusal =
        (judgesNames ? this.#judgeTarget(serving, policy, message, judge) : undefined) ??
        (judgesAddresses ? this.#judgeAddresses(serving, policy, message, judge) : undefined);
      if (refusal !== undefined) return refusal;
      if (this.#isAllowed()) return undefined;
    }
    return undefined;
  }

  /** Whether a house rule allowed the name that was judged last. */
  #isAllowed(): boolean {
    return this.isMeant;
  }

  /** What a policy zone has about one address decides about the whole answer. */
  #gatherAddresses(policy: Policy, message: Uint8Array, judge: Judge): void {
    const walk = this.#walk;
    const addresses = this.#addresses;
    let isFirst = true;
    walk.start(message, message.length);
    while (walk.next() && walk.section === 1) {
      addresses.start(message, walk);
      for (; addresses.next(); isFirst = false) judge.gatherAddress(policy, addresses, isFirst);
    }
  }

  #judgeTarget(serving: Serving, policy: Policy, message: Uint8Array, judge: Judge): Refusal | undefined {
    const walk = this.#walk;
    const target = this.#target;
    const offset = targetOffset(walk.type);
    if (offset < 0) return undefined;
    target.read(message, walk.rdataOffset + offset, message.length);
    // The root is "no target" (RFC 9460 section 2.5) and on no list.
    const verdict = judge.judge(policy, target, walk.type);
    if (verdict === VERDICT.ALLOWED && judge.byRule && walk.type === TYPE.CNAME) this.isMeant = true;
    if (!policy.inspect) return undefined;
    // `only` speaks of what is asked for; what an allowed name needs is allowed with it.
    const blocked =
      verdict === VERDICT.BLOCKED_BY_RULE || (verdict === VERDICT.BLOCKED_BY_LIST && !this.rulesOnly);
    if (blocked) return this.#unlessOverTcp(serving.refusals.of(policy, verdict, judge, target));
    if (!this.rulesOnly && this.#observer.name(serving, policy, target, walk.type)) this.isPassing = true;
    return undefined;
  }

  #judgeAddresses(serving: Serving, policy: Policy, message: Uint8Array, judge: Judge): Refusal | undefined {
    const addresses = this.#addresses;
    addresses.start(message, this.#walk);
    while (addresses.next()) {
      const verdict = judge.judgeAddress(policy, addresses, false);
      if (verdict === VERDICT.BLOCKED_BY_LIST) {
        const refusal = this.#unlessOverTcp(serving.refusals.of(policy, verdict, judge, this.#target));
        if (refusal !== undefined) return refusal;
      } else if (this.#observer.address(serving, policy, addresses)) this.isPassing = true;
    }
    return undefined;
  }

  #unlessOverTcp(refusal: Refusal): Refusal | undefined {
    if (!this.overTcp || refusal.reply.manner !== 'tcp') return refusal;
    this.isPassing = true;
    return undefined;
  }

  #concernsChain(policy: Policy, facts: number): boolean {
    return policy.inspect && (facts & FACT.chain) !== 0;
  }

  #concernsAddresses(policy: Policy): boolean {
    if (!policy.inspect || this.rulesOnly) return false;
    return policy.judgesAddresses || policy.trial?.judgesAddresses === true;
  }

  #concernsPrivacy(policy: Policy, facts: number): boolean {
    return policy.rebindProtection && !this.mayBePrivate && (facts & FACT.privateAddress) !== 0;
  }
}

/** Where in its rdata a record names what it leads to; -1 for types that lead nowhere. */
function targetOffset(type: number): number {
  if (type === TYPE.CNAME || type === TYPE.DNAME) return 0;
  return type === TYPE.SVCB || type === TYPE.HTTPS ? 2 : -1;
}
