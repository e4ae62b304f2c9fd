// From packet to answer. What answers a question is decided in question-route.ts; here it is done: cache, upstream and inspection
// follow, and the reply is written. Every query runs through #answer; one that has to wait for an upstream does so again, from the
// top, with what arrived.
import { NameView } from '../dns/name-view.ts';
import { EDE, RCODE, TYPE } from '../dns/numbers.ts';
import { QueryView } from '../dns/query-view.ts';
import { isBlocked, VERDICT } from '../policy/judge.ts';
import { nameAskedWhy } from '../policy/special-names.ts';
import type { Policy } from '../policy/policy.ts';
import { exceptionOf, selectPolicy } from '../policy/vlan.ts';
import type { Vlan } from '../policy/vlan.ts';
import type { AnswerCache, AnswerKey } from '../answers/answer-cache.ts';
import { MAX_ALIASES } from '../answers/answer-chain.ts';
import { LATER, NO_QUERY, NO_REPLY, PENDING } from '../listeners/query-handler.ts';
import { AliasFollower } from './alias-follower.ts';
import { AnswerFinder, MISSING } from './answer-finder.ts';
import type { Arrival } from './answer-finder.ts';
import { Entrances } from './entrance.ts';
import type { Incoming } from './entrance.ts';
import { Inspector } from './inspector.ts';
import { ADMIT } from './limits/rate-limit.ts';
import { Observer } from './observer.ts';
import { Outcome } from './outcome/outcome.ts';
import type { Recorder } from './outcome/outcome.ts';
import { QueryEnd } from './outcome/query-end.ts';
import { checkQuery, DROP } from './query-check.ts';
import type { ClientLimits, QueryPathParts } from './query-path-parts.ts';
import { QuestionRoute } from './question-route.ts';
import { QueryReply } from './replies/query-reply.ts';
import type { Refusal } from './replies/refusals.ts';
import { toExtendedError } from './replies/reply.ts';
import type { ExtendedError } from './replies/reply.ts';
import type { Serving } from './serving.ts';
import { STEP } from './step.ts';
import type { Strangers } from './strangers.ts';
import type { Clock } from '../time/clock.ts';

const SOURCE_ERROR = toExtendedError(EDE.PROHIBITED, 'source address is not of this VLAN');
const GONE_ERROR = toExtendedError(EDE.NETWORK_ERROR, 'this VLAN is not served any more');
const ALIASES_ERROR = toExtendedError(EDE.OTHER, `more than ${MAX_ALIASES} aliases lead on`);

/** Answers queries; one object serves all listeners, since an answer is made without a pause. */
export class QueryPath {
  /** What observed lists would have blocked. */
  readonly observer: Observer;
  /** After PENDING: the name of which the client asks why it is answered as it is, in wire form; then nothing is asked upstream. */
  askedWhy: Uint8Array | undefined;
  readonly #tellsWhy: boolean;
  readonly #serving: () => Serving;
  readonly #renew: () => void;
  readonly #limits: () => ClientLimits;
  readonly #clock: Clock;
  readonly #cache: AnswerCache;
  readonly #strangers: Strangers | undefined;
  readonly #entrances = new Entrances();
  readonly #view = new QueryView();
  readonly #route: QuestionRoute;
  readonly #outcome = new Outcome(this.#view.name);
  readonly #end: QueryEnd;
  readonly #reply: QueryReply;
  readonly #inspector: Inspector;
  /** What an alias in an answer leads to. */
  readonly #target = new NameView();
  readonly #follower = new AliasFollower(this.#target);
  readonly #finder: AnswerFinder;

  constructor(parts: QueryPathParts) {
    this.#serving = parts.serving;
    this.#tellsWhy = parts.tellsWhy ?? false;
    this.#renew = parts.renew ?? (() => undefined);
    this.#limits = parts.limits;
    this.#clock = parts.clock;
    this.#cache = parts.cache;
    this.#end = new QueryEnd(this.#outcome, parts.clock, parts.recorder);
    this.#strangers = parts.strangers;
    this.observer = parts.observer ?? new Observer();
    this.#reply = new QueryReply(this.#view, this.#outcome, parts);
    this.#inspector = new Inspector(parts.cache, this.observer);
    this.#finder = new AnswerFinder(parts.cache, parts.clock, this.#view);
    this.#route = new QuestionRoute(this.#finder);
  }

  /** Has queries recorded from now on, or not. */
  record(recorder: Recorder | undefined): void {
    this.#end.recorder = recorder;
  }

  /** The question that the last PENDING or prefetch is about; good until the next query. */
  get question(): AnswerKey {
    return this.#finder.key;
  }

  /** After PENDING: whether an answer past its TTL could be given if no upstream answers. */
  get hasStale(): boolean {
    return this.#finder.hasStale;
  }

  /** After a reply: whether its answer should be asked for anew, since it is popular and about to end. */
  get prefetchDue(): boolean {
    return this.#finder.prefetchDue;
  }

  /** Answers a query that has just come in: octets written to target, NO_REPLY or PENDING; LATER and NO_QUERY where the transport has them. */
  first(incoming: Incoming, target: Uint8Array): number {
    const clock = this.#clock;
    clock.use();
    this.#begin(incoming, true, undefined);
    const limits = this.#limits();
    const rate = incoming.entrance.transport.isSourceVerified ? limits.tcpRate : limits.rate;
    const admitted = rate.admit(incoming.client, clock);
    if (admitted !== ADMIT.YES) return this.#overRate(incoming, target, admitted);
    const octets = this.#answer(incoming, target);
    if (this.#reply.isVerdict || rate.pay()) return this.#end.settle(incoming, octets);
    return this.#overRate(incoming, target, rate.refuse());
  }

  /** Answers a query with what arrived for it from an upstream (undefined: it has not been asked). */
  again(incoming: Incoming, target: Uint8Array, arrival: Arrival | undefined): number {
    this.#clock.read();
    this.#begin(incoming, false, arrival);
    this.#outcome.server = arrival?.server;
    return this.#end.settle(incoming, this.#answer(incoming, target));
  }

  /** Answers SERVFAIL with a reason, where nothing better can be said. */
  fail(incoming: Incoming, target: Uint8Array, reason: ExtendedError): number {
    this.#beginEnd(incoming);
    this.#reply.read(incoming, target);
    this.#outcome.step = STEP.FAILED;
    return this.#end.settle(incoming, this.#reply.end(RCODE.SERVFAIL, reason));
  }

  /** Tells a client why; the texts have at most 255 octets each. */
  tell(incoming: Incoming, target: Uint8Array, texts: readonly string[]): number {
    this.#beginEnd(incoming);
    this.#reply.read(incoming, target);
    this.#outcome.step = STEP.SPECIAL;
    return this.#end.settle(incoming, this.#reply.tell(texts));
  }

  #begin(incoming: Incoming, isFirst: boolean, arrival: Arrival | undefined): void {
    this.askedWhy = undefined;
    this.#finder.begin(isFirst, arrival);
    this.#outcome.begin(incoming, isFirst);
  }

  /** Begins the end of a query that is not looked at again: whose it is has to be known all the same. */
  #beginEnd(incoming: Incoming): void {
    this.#clock.read();
    this.#begin(incoming, false, undefined);
    const serving = (this.#outcome.serving = this.#current());
    const vlan = this.#entrances.vlanOf(incoming.entrance, serving);
    const policy = vlan && selectPolicy(vlan, incoming.client);
    if (vlan !== undefined && policy !== undefined) this.#noteClient(incoming, vlan, policy);
  }

  /** Nothing is done for a query over the rate: neither is it asked for upstream, nor anything fetched anew. */
  #overRate(incoming: Incoming, target: Uint8Array, admitted: number): number {
    const { canHoldBack } = incoming.entrance.transport;
    this.#begin(incoming, true, undefined);
    this.#outcome.serving = this.#serving();
    this.#outcome.step = canHoldBack ? STEP.HELD_BACK : STEP.RATE_LIMITED;
    if (canHoldBack) return this.#end.settle(incoming, LATER);
    if (admitted === ADMIT.DROP) return this.#end.settle(incoming, NO_REPLY);
    this.#reply.read(incoming, target);
    if (checkQuery(this.#view) === DROP) return this.#end.settle(incoming, NO_REPLY);
    return this.#end.settle(incoming, this.#reply.truncate());
  }

  /** The state of this moment: none is asked past its time, so that what begins at a minute begins for all at that minute. */
  #current(): Serving {
    const serving = this.#serving();
    if (this.#clock.unixMs < serving.validUntilMs) return serving;
    this.#renew();
    return this.#serving();
  }

  /** Does what the route says. */
  #answer(incoming: Incoming, target: Uint8Array): number {
    const { entrance, client } = incoming;
    const serving = this.#current();
    const vlan = this.#entrances.vlanOf(entrance, serving);
    const policy = vlan === undefined ? undefined : selectPolicy(vlan, client);
    this.#reply.read(incoming, target, policy === undefined);
    const route = this.#route;
    const outcome = this.#outcome;
    const { isSourceVerified } = entrance.transport;
    if (vlan !== undefined) route.local = vlan.local;
    outcome.serving = serving;
    outcome.step = route.find(serving, policy, this.#view, isSourceVerified);
    this.#inspector.overTcp = isSourceVerified;
    if (outcome.step === STEP.DROPPED) return entrance.transport.isFramed ? NO_QUERY : NO_REPLY;
    if (vlan === undefined || policy === undefined) return this.#refuseSource(vlan === undefined);
    this.#noteClient(incoming, vlan, policy);
    this.#reply.limitTo(policy);
    if (route.verdict !== VERDICT.PASS) outcome.judged(route.verdict, route.judge);
    outcome.routed(route);
    if (outcome.step === STEP.RESOLVE) return this.#resolve(serving, policy);
    if (this.#tellsWhy && route.isAskedWhy && this.#view.qtype === TYPE.TXT) return this.#waitForWords();
    return this.#reply.answer(this.#route, policy);
  }

  /** Words take a while to find: it costs a token, and waits, as if an upstream were asked. */
  #waitForWords(): number {
    this.#outcome.step = STEP.RESOLVE;
    this.askedWhy = nameAskedWhy(this.#view.name);
    return PENDING;
  }

  /** Cache, upstream and inspection: for a name, and then for what the aliases in its answer lead on to. */
  #resolve(serving: Serving, policy: Policy): number {
    const route = this.#route;
    const outcome = this.#outcome;
    const inspector = this.#inspector;
    const { found } = this.#cache;
    this.#observe(serving, policy);
    this.#reply.putAliases(this.#route, policy);
    let { subject, set, isMeant, isForwarded: mayBePrivate } = route;
    inspector.rulesOnly = route.rulesOnly;
    for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
      outcome.set = set;
      outcome.followed = aliases;
      const answer = this.#finder.find(set, subject);
      if (answer === MISSING) return PENDING;
      if (aliases === 0) {
        outcome.isHit = outcome.isFirst;
        if (route.isJudgedToPass) this.#finder.noteUnruled(serving, policy, answer);
      }
      inspector.mayBePrivate = mayBePrivate;
      inspector.isFollowed = aliases > 0;
      const refused = isMeant ? undefined : inspector.refusalOf(serving, policy, answer);
      if (refused !== undefined)
        return this.#refuseFound(serving, policy, refused, subject === this.#view.name && answer >= 0);
      if (!this.#follower.leadsOn(serving, route.local, found, set))
        return this.#reply.pass(found, policy, subject);
      isMeant ||= inspector.isMeant;
      this.#reply.putAliasesOf(found);
      subject = this.#target;
      set = route.setFor(serving, policy, subject);
      // Zones of our own may hold private addresses, but not for names of others.
      mayBePrivate &&= route.isForwarded;
    }
    outcome.step = STEP.TOO_LONG;
    return this.#reply.startOver(RCODE.SERVFAIL, ALIASES_ERROR);
  }

  /** Refuses an answer for what it leads to; where it is kept for the next round, a rule about an address may lead to another name. */
  #refuseFound(serving: Serving, policy: Policy, refusal: Refusal, isKept: boolean): number {
    const outcome = this.#outcome;
    const { judge, verdict } = this.#inspector;
    outcome.judged(verdict, judge);
    outcome.step = STEP.INSPECTED;
    if (!judge.isAddress && verdict !== VERDICT.PASS) outcome.target = this.#inspector.target;
    this.#reply.restart();
    if (!isKept || refusal.reply.alias === undefined || !judge.isAddress)
      return this.#reply.block(policy, refusal.withoutAlias ?? refusal);
    if (this.#view.qtype === TYPE.CNAME) return this.#reply.block(policy, refusal);
    const route = this.#route;
    outcome.isLedOn = true;
    if (route.leadTo(serving, policy, refusal, this.#view.qtype) !== STEP.RESOLVE)
      return this.#reply.answer(this.#route, policy);
    this.#reply.putAliases(this.#route, policy);
    outcome.set = route.set;
    const answer = this.#finder.find(route.set, route.subject);
    if (answer !== MISSING) return this.#reply.pass(this.#cache.found, policy, route.subject);
    outcome.step = STEP.RESOLVE;
    return PENDING;
  }

  /** Refuses a message of which only that was read which the refusal repeats. */
  #refuseSource(isGone: boolean): number {
    if (!isGone) return this.#reply.end(RCODE.REFUSED, SOURCE_ERROR);
    // It waited while its VLAN was taken out of the configuration, or the listener is about to be closed.
    this.#outcome.step = STEP.GONE;
    return this.#reply.end(RCODE.SERVFAIL, GONE_ERROR);
  }

  /** Only a policy of the client's own needs an explanation. */
  #noteClient(incoming: Incoming, vlan: Vlan, policy: Policy): void {
    const exception = policy === vlan.policy ? -1 : exceptionOf(vlan, incoming.client);
    this.#outcome.policy = policy.number;
    this.#outcome.exception = exception;
    this.#reply.note = exception < 0 ? undefined : vlan.clientNotes[exception];
    if (exception < 0 && vlan.hasDevices) this.#strangers?.note(vlan.name, incoming.client);
    if (policy.trial !== undefined) this.observer.client = vlan.clientNames[exception];
  }

  /** Finds out what lists that are only observed would make of a name that is not blocked. */
  #observe(serving: Serving, policy: Policy): void {
    const { verdict, judged } = this.#route;
    if (policy.trial === undefined || !this.#outcome.isFirst || isBlocked(verdict)) return;
    this.observer.name(serving, policy, judged, this.#view.qtype);
  }
}
