// What answers a question: the order of the steps, in one place. The hot path acts on it; explain, expectations and check tell
// it. The rule: it only says what is so. No clock, no cache, no counter, no octet of a reply; and it allocates nothing.
import { NameView } from '../dns/name-view.ts';
import { RCODE, TYPE } from '../dns/numbers.ts';
import type { QueryView } from '../dns/query-view.ts';
import { CHAIN, LocalChain } from '../local/local-chain.ts';
import { LocalLayers } from '../local/local-layers.ts';
import { isBlocked, VERDICT } from '../policy/judge.ts';
import type { Judge, Verdict } from '../policy/judge.ts';
import { BYPASS } from '../policy/bypass.ts';
import type { Policy } from '../policy/policy.ts';
import { SPECIAL, SpecialNames } from '../policy/special-names.ts';
import { Judges } from './judges.ts';
import { checkQuery, DROP } from './query-check.ts';
import type { Refusal } from './replies/refusals.ts';
import type { SpecialName } from './replies/answers.ts';
import type { Serving } from './serving.ts';
import { STEP } from './step.ts';

const NOTHING_LOCAL = new LocalLayers([]);

/** What is remembered of verdicts given before. It may forget; what it says is so. */
export interface KnownVerdicts {
  /**
   * Whether the policy has nothing to say about a name and the type that is asked for, in this state of the service: a verdict PASS
   * that was given before. `set` is the number of the upstream set that would be asked.
   */
  isUnruled(serving: Serving, policy: Policy, set: number, subject: NameView): boolean;
}

/**
 * One question at a time. `local` are the local data that its client sees: they have to be put there before find(); of a client
 * without a policy they do not matter. After find(), what has been decided stands in the other fields:
 * step             what answers; with RESOLVE, the fields below say what is to be resolved and how;
 * rcode            with FORM: what is answered;
 * verdict, judge   what the policy says of the name, and by what; PASS where a step before has answered;
 * judged           the name that was judged first: the one asked for, or what an alias of local data leads to;
 * isJudgedToPass   whether the subject was judged now, and nothing was to be said: what may be remembered;
 * bypass           a value of BYPASS: by which way the client tries to get around a policy that blocks this;
 * refusal          with BLOCKED and NOT_READY: what is answered;
 * leadsOn          the rule of a list whose answer is an alias, that the answer begins with; undefined where there is none;
 * isSafeSearch     whether that is no rule of a list, but safe search;
 * subject          the name that the step is about, behind all aliases of ours;
 * chain            the aliases of local data that lead to it; with LOCAL, what is there, too;
 * special          with SPECIAL: what is special about it;
 * set, isForwarded the number of the upstream set that is asked, and whether `forward` says so;
 * isMeant          whether a house rule allows the name, with all that it leads to;
 * rulesOnly        whether a list allows it, or has led to it: then house rules may still block what it leads to, and lists not.
 */
export class QuestionRoute {
  local: LocalLayers = NOTHING_LOCAL;
  step: number = STEP.DROPPED;
  rcode: number = RCODE.NOERROR;
  verdict: Verdict = VERDICT.PASS;
  isJudgedToPass = false;
  bypass: number = BYPASS.NONE;
  refusal: Refusal | undefined;
  leadsOn: Refusal | undefined;
  isSafeSearch = false;
  judged = new NameView();
  subject = this.judged;
  set = 0;
  isForwarded = false;
  isMeant = false;
  rulesOnly = false;
  readonly chain = new LocalChain();
  readonly special: SpecialName = { name: this.judged, special: SPECIAL.NONE, zone: 0, exists: false };
  readonly #specialNames = new SpecialNames();
  readonly #judges = new Judges();
  readonly #known: KnownVerdicts | undefined;
  /** What an alias of local data leads to; and what a list's does, with who judges it: what led there still stands in the others. */
  readonly #localTarget = new NameView();
  readonly #listTarget = new NameView();
  readonly #listJudges = new Judges();
  #judge: Judge | undefined;

  /** With `known`, names are not judged again of which it says that there is nothing to be said. */
  constructor(known?: KnownVerdicts) {
    this.#known = known;
  }

  /**
   * The order of the steps, and why each stands where it is:
   * source         first, so that nobody learns anything through another VLAN's listener, nor has a message read;
   * form           before anything reads the question as one;
   * canaries       before local data and verdicts: only NXDOMAIN keeps clients with us, whatever else is configured;
   * local data     before verdicts: what the operator writes down is meant;
   * special names  before verdicts and upstreams, since they never leave, not even as what an alias of ours leads to;
   *                behind local data, which like `forward` may take them over. One of them asks in words why another name is
   *                answered as it is (isAskedWhy): query-path.ts has the words found;
   * verdict        before the cache, which knows no policies; it may lead to another name, which goes through local data, special
   *                names and house rules in its turn, and is then resolved. Schedules and what was done at the desk are in the
   *                policy already, which is another one from the moment on at which they begin.
   *                That a policy has nothing to say may be known from before (KnownVerdicts): then nothing is judged again;
   * safe search    behind the verdict, since what is blocked stays blocked; it leads on as a list's rule does.
   *
   * What is to be resolved goes on in query-path.ts: cache, upstream, inspection. No policy: the source is not of the VLAN.
   * `isVerified`: whether the client has shown that it is at its address, which is all that a rule "over TCP only" wants.
   */
  // oxlint-disable-next-line complexity -- the whole order stands here, each step one early exit
  find(serving: Serving, policy: Policy | undefined, question: QueryView, isVerified: boolean): number {
    this.#begin(question.name);
    const rcode = checkQuery(question);
    if (rcode === DROP) return this.#end(STEP.DROPPED);
    if (policy === undefined) return this.#end(STEP.WRONG_SOURCE);
    if (rcode !== RCODE.NOERROR) return this.#refuseForm(rcode);
    const { name, qtype } = question;
    if (qtype === TYPE.ANY) return this.#end(STEP.ANY);
    if (policy.blocksBypass && this.#isCanary(name)) return this.#end(STEP.CANARY);
    if (this.#isLocal(qtype, this.#localTarget)) return this.#end(STEP.LOCAL);
    if (this.#isSpecial(serving)) return this.#endSpecial(policy);

    this.judged = this.subject;
    if (this.#isKnownToPass(serving, policy)) return this.#end(STEP.RESOLVE);
    const judge = (this.#judge = this.#judges.of(serving));
    const verdict = (this.verdict = judge.judge(policy, this.subject, qtype));
    this.isJudgedToPass = verdict === VERDICT.PASS;
    if (verdict === VERDICT.PASS || verdict === VERDICT.ALLOWED) {
      if (policy.safeSearch !== undefined && this.#isLedSafely(serving, policy))
        return this.#leadSafely(serving, policy, qtype);
      if (this.isJudgedToPass) return this.#resolve(serving, policy);
      return this.#allow(serving, policy, judge.byRule);
    }
    const refusal = serving.refusals.of(policy, verdict, judge, this.subject);
    this.refusal = refusal;
    if (verdict === VERDICT.BLOCKED_BY_RULE && policy.blocksBypass) this.#noteResolver(serving, judge);
    if (!isBlocked(verdict)) return this.#end(STEP.NOT_READY);
    if (refusal.reply.manner === 'tcp' && isVerified) return this.#resolve(serving, policy);
    if (refusal.reply.alias === undefined || qtype === TYPE.CNAME) return this.#end(STEP.BLOCKED);
    return this.leadTo(serving, policy, refusal, qtype);
  }

  /**
   * The same steps for the name that the answer of a list's rule leads to. Whoever wrote the rule means it, so that lists have no
   * say about that name, but house rules do.
   */
  leadTo(serving: Serving, policy: Policy, rule: Refusal, qtype: number): number {
    const { alias } = rule.reply;
    if (alias === undefined) throw new Error('the rule leads nowhere');
    const target = this.#listTarget;
    target.setWire(alias);
    this.subject = target;
    this.leadsOn = rule;
    this.rulesOnly = true;
    this.isMeant = false;
    this.chain.owners[0] = alias;
    if (this.#isLocal(qtype, target)) return this.#end(STEP.LOCAL);
    if (this.#isSpecial(serving)) return this.#end(STEP.SPECIAL);
    const judge = this.#listJudges.of(serving);
    const verdict = judge.judge(policy, target, qtype);
    if (verdict !== VERDICT.BLOCKED_BY_RULE) return this.#resolve(serving, policy);
    this.#judge = judge;
    this.verdict = verdict;
    this.refusal = serving.refusals.of(policy, verdict, judge, target);
    return this.#end(STEP.BLOCKED);
  }

  /** Whether the subject is a name of a search engine that is led on. */
  #isLedSafely(serving: Serving, policy: Policy): boolean {
    const target = policy.safeSearch?.find(this.subject) ?? -1;
    if (target < 0) return false;
    this.refusal = serving.refusals.ofSafeSearch(policy, target);
    return true;
  }

  #leadSafely(serving: Serving, policy: Policy, qtype: number): number {
    this.isSafeSearch = true;
    this.isJudgedToPass = false;
    if (qtype === TYPE.CNAME) return this.#end(STEP.BLOCKED);
    return this.leadTo(serving, policy, this.refusal!, qtype);
  }

  /** The upstream set that is asked for a name: that of its zone, else the policy's. */
  setFor(serving: Serving, policy: Policy, name: NameView): number {
    const forward = serving.forward.findClosest(name);
    this.isForwarded = forward >= 0;
    return forward >= 0 ? forward : policy.upstream;
  }

  /** Whether the name asked for is one that tells why another is answered as it is. */
  get isAskedWhy(): boolean {
    const { special, name } = this.special;
    return (
      this.step === STEP.SPECIAL &&
      special === SPECIAL.WHY &&
      name === this.judged &&
      this.leadsOn === undefined
    );
  }

  /** Who gave the verdict, and stands on what decided it. */
  get judge(): Judge {
    if (this.#judge === undefined) throw new Error('nothing has been judged');
    return this.#judge;
  }

  #begin(name: NameView): void {
    this.subject = this.judged = name;
    this.verdict = VERDICT.PASS;
    this.refusal = this.leadsOn = undefined;
    this.bypass = BYPASS.NONE;
    this.isMeant = this.rulesOnly = this.isJudgedToPass = this.isSafeSearch = false;
    this.chain.owners[0] = undefined;
    this.chain.clear();
  }

  #isCanary(name: NameView): boolean {
    this.bypass = this.#specialNames.canary(name);
    return this.bypass !== BYPASS.NONE;
  }

  #endSpecial(policy: Policy): number {
    if (policy.blocksBypass && this.special.special === SPECIAL.NODATA) this.bypass = BYPASS.DISCOVERY;
    return this.#end(STEP.SPECIAL);
  }

  /** Whether it is a name of `bypass: block` that a rule has blocked. */
  #noteResolver({ bypassSets }: Serving, judge: Judge): void {
    if (judge.pattern === undefined && bypassSets[judge.setId] === 1) this.bypass = BYPASS.RESOLVER;
  }

  #refuseForm(rcode: number): number {
    this.rcode = rcode;
    return this.#end(STEP.FORM);
  }

  /** Whether local data answers the subject; where an alias of it leads out, that is the subject from then on. */
  #isLocal(qtype: number, target: NameView): boolean {
    const led = this.chain.follow(this.local, this.subject, qtype, target);
    if (led === CHAIN.LEADS_OUT) this.subject = target;
    return led === CHAIN.ENDS;
  }

  /** Whether the subject is special, and `forward` does not take it over. */
  #isSpecial(serving: Serving): boolean {
    const name = this.subject;
    const special = this.#specialNames.find(name);
    if (special === SPECIAL.NONE) return false;
    const zone = this.#specialNames.label;
    if (serving.forward.findClosest(name) >= 0 && serving.forward.label <= zone) return false;
    const found = this.special;
    found.name = name;
    found.special = special;
    found.zone = zone;
    found.exists = this.local.exists(name);
    return true;
  }

  /** Where it gives true, set and isForwarded are right. A policy without lists is judged as quickly as it is remembered. */
  #isKnownToPass(serving: Serving, policy: Policy): boolean {
    if (this.#known === undefined || !policy.usesLists) return false;
    this.set = this.setFor(serving, policy, this.subject);
    return this.#known.isUnruled(serving, policy, this.set, this.subject);
  }

  #allow(serving: Serving, policy: Policy, byRule: boolean): number {
    this.isMeant = byRule;
    this.rulesOnly = true;
    return this.#resolve(serving, policy);
  }

  #resolve(serving: Serving, policy: Policy): number {
    this.set = this.setFor(serving, policy, this.subject);
    return this.#end(STEP.RESOLVE);
  }

  #end(step: number): number {
    this.step = step;
    return step;
  }
}
