// Judges what an upstream's answer leads to: CNAME and DNAME targets, SVCB and HTTPS targets, addresses that are on lists, and
// private addresses in answers for public names. The same verdict function as for the question.
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import { RecordAddresses } from '../dns/record-addresses.ts';
import { RecordWalk } from '../dns/record-walk.ts';
import { VERDICT } from '../policy/judge.ts';
import type { Judge, Verdict } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import type { AnswerCache } from '../answers/answer-cache.ts';
import { FACT } from '../answers/answer-facts.ts';
import { Judges } from './judges.ts';
import type { Observer } from './observer.ts';
import type { Refusal } from './replies/refusals.ts';
import type { Serving } from './serving.ts';

/** Inspects one answer at a time: the one that the cache shows in `found`. */
export class Inspector {
  /** Private addresses are allowed: the name is in a zone that is forwarded to a server of our own. */
  mayBePrivate = false;
  /** A list allows the name, with what it leads to on other lists; house rules still hold. */
  rulesOnly = false;
  /** The query came over TCP, so a rule that asks for TCP lets it pass. */
  overTcp = false;
  /** Whether aliases from upstreams led to the answer: then what it may hold does not depend on its own name alone. */
  isFollowed = false;
  /** After refusalOf(): whether a house rule allows a name that the answer leads to, and so all that this name leads to. */
  isMeant = false;
  /** After a refusal: the verdict that it is for; PASS where it is for rebinding protection. */
  verdict: Verdict = VERDICT.PASS;
  /** Whether the outcome must not be remembered: it is another one over UDP, or is counted each time. */
  #isPassing = false;
  readonly #cache: AnswerCache;
  readonly #observer: Observer;
  readonly #judges = new Judges();
  #judge: Judge | undefined;
  readonly #walk = new RecordWalk();
  readonly #target = new NameView();
  readonly #addresses = new RecordAddresses();

  constructor(cache: AnswerCache, observer: Observer) {
    this.#cache = cache;
    this.#observer = observer;
  }

  /** After a refusal: who judged, and stands on what decided it. */
  get judge(): Judge {
    if (this.#judge === undefined) throw new Error('nothing has been inspected');
    return this.#judge;
  }

  /** After a refusal for a name: that name. */
  get target(): NameView {
    return this.#target;
  }

  /** After a refusal for an address: standing on that address. */
  get addresses(): RecordAddresses {
    return this.#addresses;
  }

  /**
   * The refusal in place of an answer that the policy blocks; undefined where it passes. A pass is remembered with the cache's
   * entry (0 or more; less for none), by all that it depends on: the state of the service, the policy, and whether lists were
   * looked at. `mayBePrivate` follows from the state and the entry's name, unless upstreams' aliases led to it. `isMeant` is
   * not remembered: for an alias that leads on it has to be found again.
   */
  refusalOf(serving: Serving, policy: Policy, entry: number): Refusal | undefined {
    const { facts } = this.#cache.found;
    const isKept = entry >= 0 && !this.isFollowed && (facts & FACT.leadsOn) === 0;
    this.isMeant = false;
    if (isKept && this.#hasPassed(serving, policy, entry)) return undefined;
    const judge = (this.#judge = this.#judges.of(serving));
    const refusal = this.#inspect(serving, policy, judge, facts);
    if (isKept && refusal === undefined && !this.#isPassing) this.#notePassed(serving, policy, entry);
    return refusal;
  }

  #inspect(serving: Serving, policy: Policy, judge: Judge, facts: number): Refusal | undefined {
    this.#isPassing = false;
    const isPrivate = this.#concernsPrivacy(policy) && (facts & FACT.privateAddress) !== 0;
    const followsNames = (facts & FACT.chain) !== 0 && this.#followsNames(serving, policy, isPrivate);
    if (followsNames || this.#looksAtAddresses(serving, policy)) {
      const refusal = this.#judgeRecords(serving, policy, judge, followsNames);
      if (refusal !== undefined || this.#isAllowed()) return refusal;
    }
    return isPrivate ? this.#ofRebinding(serving, policy) : undefined;
  }

  /** Whether names are judged: a house rule may allow what rebind protection blocks, even where names are not inspected. */
  #followsNames(serving: Serving, policy: Policy, isPrivate: boolean): boolean {
    return policy.inspect || isPrivate || (this.#concernsPrivacy(policy) && !serving.ownNetworks.isEmpty);
  }

  #hasPassed(serving: Serving, policy: Policy, entry: number): boolean {
    return this.#cache.hasPassed(entry, policy.number, serving.generation, this.rulesOnly);
  }

  #notePassed(serving: Serving, policy: Policy, entry: number): void {
    this.#cache.notePassed(entry, policy.number, serving.generation, this.rulesOnly);
  }

  /** Judges in the order of the chain: a house rule that allows a name allows all that follows it. */
  #judgeRecords(serving: Serving, policy: Policy, judge: Judge, followsNames: boolean): Refusal | undefined {
    const message = this.#cache.found.message();
    const looksAtAddresses = this.#looksAtAddresses(serving, policy);
    if (policy.judgesZones && this.#concernsLists(policy)) this.#gatherAddresses(policy, message, judge);
    const walk = this.#walk;
    walk.start(message, message.length);
    while (walk.next() && walk.section === 1) {
      const refusal =
        (followsNames ? this.#judgeTarget(serving, policy, message, judge) : undefined) ??
        (looksAtAddresses ? this.#judgeAddresses(serving, policy, message, judge) : undefined);
      if (refusal !== undefined) return refusal;
      if (this.#isAllowed()) return undefined;
    }
    return undefined;
  }

  /** Whether a house rule allowed the name that was judged last. */
  #isAllowed(): boolean {
    return this.isMeant;
  }

  /** Gathers all addresses first: a policy zone's rule about one of them decides for the whole answer. */
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
    // The root means "no target" (RFC 9460 section 2.5) and is on no list.
    const verdict = judge.judge(policy, target, walk.type);
    if (verdict === VERDICT.ALLOWED && judge.byRule && walk.type === TYPE.CNAME) this.isMeant = true;
    if (!policy.inspect) return undefined;
    // `only` is about qnames; the names that an allowed name needs are allowed with it.
    const blocked =
      verdict === VERDICT.BLOCKED_BY_RULE || (verdict === VERDICT.BLOCKED_BY_LIST && !this.rulesOnly);
    if (blocked) {
      this.verdict = verdict;
      const refusal = serving.refusals.of(policy, verdict, judge, target);
      // An alias concerns all types of a name, a service target only this type.
      return this.#unlessOverTcp(offset === 0 ? refusal : (refusal.ofType ?? refusal));
    }
    if (!this.rulesOnly && this.#observer.name(serving, policy, target, walk.type)) this.#isPassing = true;
    return undefined;
  }

  #judgeAddresses(serving: Serving, policy: Policy, message: Uint8Array, judge: Judge): Refusal | undefined {
    const addresses = this.#addresses;
    const areListed = this.#concernsLists(policy);
    const areOwn = this.#concernsPrivacy(policy);
    addresses.start(message, this.#walk);
    while (addresses.next()) {
      if (areOwn && serving.ownNetworks.holds(addresses)) return this.#ofRebinding(serving, policy);
      if (!areListed) continue;
      const verdict = judge.judgeAddress(policy, addresses, false);
      if (verdict === VERDICT.BLOCKED_BY_LIST) {
        const refusal = this.#unlessOverTcp(serving.refusals.of(policy, verdict, judge, this.#target));
        if (refusal !== undefined) {
          this.verdict = verdict;
          return refusal;
        }
      } else if (this.#observer.address(serving, policy, addresses)) this.#isPassing = true;
    }
    return undefined;
  }

  #ofRebinding(serving: Serving, policy: Policy): Refusal {
    this.verdict = VERDICT.PASS;
    return serving.refusals.ofRebinding(policy);
  }

  #unlessOverTcp(refusal: Refusal): Refusal | undefined {
    if (!this.overTcp || refusal.reply.manner !== 'tcp') return refusal;
    this.#isPassing = true;
    return undefined;
  }

  #looksAtAddresses(serving: Serving, policy: Policy): boolean {
    return this.#concernsLists(policy) || (this.#concernsPrivacy(policy) && !serving.ownNetworks.isEmpty);
  }

  #concernsLists(policy: Policy): boolean {
    if (!policy.inspect || this.rulesOnly) return false;
    return policy.judgesAddresses || policy.trial?.judgesAddresses === true;
  }

  #concernsPrivacy(policy: Policy): boolean {
    return policy.rebindProtection && !this.mayBePrivate;
  }
}

/** The offset of the target name in a record's rdata; -1 for types without a target. */
function targetOffset(type: number): number {
  if (type === TYPE.CNAME || type === TYPE.DNAME) return 0;
  return type === TYPE.SVCB || type === TYPE.HTTPS ? 2 : -1;
}
