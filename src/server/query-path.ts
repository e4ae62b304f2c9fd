// From packet to answer. The order of the steps is the product, and it stands in one place: QueryPath.#answer. Every
// query runs it; one that has to wait for an upstream runs it again, from the top, with what arrived.
import {
  CLASSIC_UDP_OCTETS,
  FLAG,
  MAX_MESSAGE_OCTETS,
  UDP_PAYLOAD_OCTETS,
  writeU16,
} from '../dns/message.ts';
import { NameView } from '../dns/name-view.ts';
import { EDE, RCODE, TYPE } from '../dns/numbers.ts';
import { QueryView } from '../dns/query-view.ts';
import type { QueryFault } from '../dns/query-view.ts';
import { isBlocked, Judge, VERDICT } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import { exceptionOf, selectPolicy } from '../policy/vlan.ts';
import type { AnswerKey } from '../answers/answer-cache.ts';
import { MAX_ALIASES } from '../answers/answer-chain.ts';
import { FACT } from '../answers/answer-facts.ts';
import { AliasFollower } from './alias-follower.ts';
import { AnswerFinder, MISSING } from './answer-finder.ts';
import type { Arrival } from './answer-finder.ts';
import { answerAny, answerBlocked, answerCanary } from './replies/answers.ts';
import { Inspector } from './inspector.ts';
import { Observer } from './observer.ts';
import { OwnAnswers } from './replies/own-answers.ts';
import { checkQuery, DROP } from './query-check.ts';
import { LATER, NO_QUERY, NO_REPLY, PENDING } from '../listeners/query-handler.ts';
import { ADMIT } from './limits/rate-limit.ts';
import type { Refusal } from './replies/refusals.ts';
import type { Incoming, QueryPathParts } from './query-path-parts.ts';
import { Reply, toExtendedError } from './replies/reply.ts';
import type { ExtendedError, OptOptions } from './replies/reply.ts';
import type { Serving } from './serving.ts';
import { Splicer } from './replies/splicer.ts';

const SOURCE_ERROR = toExtendedError(EDE.PROHIBITED, 'source address is not of this VLAN');
const GONE_ERROR = toExtendedError(EDE.NETWORK_ERROR, 'this VLAN is not served any more');
const ALIASES_ERROR = toExtendedError(EDE.OTHER, `more than ${MAX_ALIASES} aliases lead on`);
const STALE_ERROR = toExtendedError(EDE.STALE_ANSWER, '');

/** In the place of octets: the answer is an alias whose target has to be resolved. */
const FOLLOW = -3;

/** Answers queries; one object serves all listeners, since an answer is made without a pause. */
export class QueryPath {
  /** What observed lists would have blocked. */
  readonly observer: Observer;
  readonly #parts: QueryPathParts;
  readonly #view = new QueryView();
  readonly #reply = new Reply();
  readonly #inspector: Inspector;
  readonly #splicer = new Splicer();
  /** What a CNAME of ours led to: of local data, or of a list's rule. */
  readonly #target = new NameView();
  readonly #follower = new AliasFollower(this.#target);
  readonly #own = new OwnAnswers(this.#view, this.#reply, this.#target);
  readonly #keepalive = new Uint8Array(2);
  readonly #opt: OptOptions = {
    rcode: 0,
    cookie: undefined,
    keepalive: undefined,
    error: undefined,
    note: undefined,
  };
  readonly #finder: AnswerFinder;
  /** What the client is called, where a policy of its own holds for it. */
  #note: Uint8Array | undefined;
  /** Whether the query has just come in, as against one that has waited. */
  #isFirst = true;
  /** Whether a verdict gave the answer, which then costs no token. */
  #isVerdict = false;
  #judge: Judge | undefined;
  #judgeGeneration = -1;

  constructor(parts: QueryPathParts) {
    this.#parts = parts;
    this.observer = parts.observer ?? new Observer();
    this.#inspector = new Inspector(parts.cache, this.observer);
    this.#finder = new AnswerFinder(parts.cache, parts.clock, this.#view.name);
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

  /** Answers a query that has just come in: octets written to target, NO_REPLY or PENDING. */
  first(incoming: Incoming, target: Uint8Array): number {
    const { entrance, client } = incoming;
    entrance.counters.queries++;
    this.#isFirst = true;
    this.#finder.begin(true, undefined);
    this.#parts.clock.use();
    const overTcp = entrance.transport === 'tcp';
    const rate = overTcp ? this.#parts.tcpRate : this.#parts.rate;
    let admitted = rate.admit(client, this.#parts.clock);
    if (admitted === ADMIT.YES) {
      const octets = this.#answer(incoming, target);
      if (this.#isVerdict || rate.pay()) return octets;
      admitted = rate.refuse();
    }
    // Nothing was done for it: neither is it asked for upstream, nor anything fetched anew.
    this.#finder.begin(true, undefined);
    return this.#overRate(incoming, target, admitted);
  }

  #overRate(incoming: Incoming, target: Uint8Array, admitted: number): number {
    const { counters, transport } = incoming.entrance;
    counters.rateLimited++;
    if (transport === 'tcp') {
      counters.queries--;
      return LATER;
    }
    if (admitted === ADMIT.DROP || checkQuery(this.#view, this.#read(incoming, target)) === DROP)
      return NO_REPLY;
    this.#reply.setFlags(FLAG.TC);
    return this.#finish();
  }

  /** Answers a query with what arrived for it from an upstream (undefined: it has not been asked). */
  again(incoming: Incoming, target: Uint8Array, arrival: Arrival | undefined): number {
    this.#isFirst = false;
    this.#finder.begin(false, arrival);
    this.#parts.clock.read();
    return this.#answer(incoming, target);
  }

  /** Answers SERVFAIL with a reason, where nothing better can be said. */
  fail(incoming: Incoming, target: Uint8Array, reason: ExtendedError): number {
    incoming.entrance.counters.failed++;
    this.#read(incoming, target);
    return this.#end(RCODE.SERVFAIL, reason);
  }

  /**
   * The order of the steps, and why each stands where it is:
   * source         first, so that nobody learns anything through another VLAN's listener, nor has a message read;
   * sanity         before anything reads the question as one;
   * canaries       before local data and verdicts: only NXDOMAIN keeps clients with us, whatever else is configured;
   * local data     before verdicts: what the operator writes down is meant;
   * special names  before verdicts and upstreams, since they never leave, not even as what an alias of ours leads to;
   *                behind local data, which like `forward` may take them over;
   * verdict        before the cache, which knows no policies; it may lead to another name, which is then resolved;
   * cache          before upstreams; it holds answers as they came, filtered for the asker each time;
   * inspection     behind cache and upstream alike, so that no way around it exists.
   */
  // oxlint-disable-next-line complexity, max-lines-per-function -- the whole order stands here, each step one early exit
  #answer(incoming: Incoming, target: Uint8Array): number {
    const view = this.#view;
    const { counters, vlan } = incoming.entrance;
    const serving = this.#parts.serving();
    this.#isVerdict = false;

    const own = serving.vlans.get(vlan);
    if (own === undefined) return this.#refuseUnread(incoming, target, true);
    const policy = selectPolicy(own, incoming.client);
    if (policy === undefined) return this.#refuseUnread(incoming, target, false);

    // Only a policy of the client's own needs an explanation.
    const exception = policy === own.policy ? -1 : exceptionOf(own, incoming.client);
    this.#note = exception < 0 ? undefined : own.clientNotes[exception];
    if (policy.trial !== undefined) this.observer.client = own.clientNames[exception];

    const rcode = checkQuery(view, this.#read(incoming, target));
    if (rcode === DROP) {
      counters.dropped++;
      return incoming.entrance.transport === 'tcp' ? NO_QUERY : NO_REPLY;
    }
    if (rcode !== RCODE.NOERROR) {
      counters.malformed++;
      return this.#end(rcode);
    }
    if (view.qtype === TYPE.ANY) {
      counters.local++;
      answerAny(this.#reply);
      return this.#finish();
    }

    if (policy.blocksBypass && this.#own.isCanary(view.name)) {
      counters.blocked++;
      this.#isVerdict = true;
      answerCanary(this.#reply);
      return this.#finish();
    }

    let subject = view.name;
    const local = serving.local.find(subject);
    if (local !== undefined) {
      if (this.#own.answerLocal(serving, local, subject)) {
        counters.local++;
        return this.#finish();
      }
      subject = this.#target;
    }

    if (this.#own.answerSpecial(serving, subject)) {
      counters.local++;
      this.#isVerdict = true;
      return this.#finish();
    }

    const judge = this.#judgeOf(serving);
    const overTcp = incoming.entrance.transport === 'tcp';
    let verdict = judge.judge(policy, subject, view.qtype);
    if (verdict === VERDICT.NOT_READY) {
      counters.notReady++;
      this.#isVerdict = true;
      this.#reply.restart();
      return this.#end(RCODE.SERVFAIL, serving.refusals.of(policy, verdict, judge, subject).error);
    }
    if (isBlocked(verdict)) {
      const refusal = serving.refusals.of(policy, verdict, judge, subject);
      // Over TCP a rule that asks for TCP has what it wants, and says no more.
      if (refusal.reply.manner === 'tcp' && overTcp) verdict = VERDICT.PASS;
      else {
        if (this.#isFirst || refusal.reply.alias === undefined) counters.blocked++;
        const octets = this.#refuse(serving, policy, refusal);
        if (octets !== FOLLOW) return octets;
        subject = this.#target;
      }
    } else if (policy.trial !== undefined && this.#isFirst) {
      this.observer.name(serving, policy, subject, view.qtype);
    }

    // What a house rule allows is meant, with all it leads to; what a list allows, house rules may still block.
    this.#inspector.rulesOnly = verdict !== VERDICT.PASS;
    this.#inspector.overTcp = overTcp;
    return this.#answerFound(incoming, policy, subject, verdict === VERDICT.ALLOWED && judge.byRule);
  }

  /** Cache, upstream and inspection: for a name, and then for what the aliases in its answer lead on to. */
  #answerFound(incoming: Incoming, policy: Policy, name: NameView, isAllowed: boolean): number {
    const { counters } = incoming.entrance;
    const { cache, serving: current } = this.#parts;
    const serving = current();
    const judge = this.#judgeOf(serving);
    let subject = name;
    let isMeant = isAllowed;
    let mayBePrivate = true;
    for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
      const forward = serving.forward.findClosest(subject);
      const set = forward >= 0 ? forward : policy.upstream;
      const answer = this.#finder.find(set, subject, this.#view);
      if (answer === MISSING) return PENDING;
      if (this.#isFirst && aliases === 0) counters.cacheHits++;
      // Zones of our own may hold private addresses, but not for names of others.
      mayBePrivate &&= forward >= 0;
      this.#inspector.mayBePrivate = mayBePrivate;
      this.#inspector.isFollowed = aliases > 0;
      const refused = isMeant ? undefined : this.#inspector.refusalOf(serving, policy, judge, answer);
      if (refused !== undefined) {
        counters.blockedByInspection++;
        return this.#refuseFound(incoming, policy, refused, subject === this.#view.name && answer >= 0);
      }
      if (!this.#follower.leadsOn(serving, cache.found, set)) return this.#pass(incoming, policy, subject);
      isMeant ||= this.#inspector.isMeant;
      this.#splicer.splice(this.#reply, cache.found, { withoutEch: false, withAuthority: false });
      subject = this.#target;
    }
    this.#reply.restart();
    return this.#end(RCODE.SERVFAIL, ALIASES_ERROR);
  }

  /** Refuses a message of which only that is read which the refusal repeats. */
  #refuseUnread(incoming: Incoming, target: Uint8Array, isGone: boolean): number {
    const { counters } = incoming.entrance;
    if (checkQuery(this.#view, this.#read(incoming, target, true)) === DROP) {
      counters.dropped++;
      return NO_REPLY;
    }
    // It waited while its VLAN was taken out of the configuration, or the listener is about to be closed.
    if (isGone) return this.#end(RCODE.SERVFAIL, GONE_ERROR);
    counters.sourceMismatch++;
    return this.#end(RCODE.REFUSED, SOURCE_ERROR);
  }

  #read(incoming: Incoming, target: Uint8Array, briefly = false): QueryFault {
    const view = this.#view;
    const { query, length, client, entrance } = incoming;
    const overTcp = entrance.transport === 'tcp';
    // A frame says how long its message is; a datagram may have been filled up behind it.
    const fault = briefly ? view.readBriefly(query, length) : view.read(query, length, !overTcp);
    const udpLimit = Math.min(Math.max(view.payloadOctets, CLASSIC_UDP_OCTETS), UDP_PAYLOAD_OCTETS);
    this.#reply.begin(query, view, target, overTcp ? MAX_MESSAGE_OCTETS : udpLimit);
    this.#opt.cookie =
      view.cookieOctets === 0
        ? undefined
        : this.#parts.cookies.make(query, view.cookieOffset, client, this.#parts.clock.unixSeconds);
    this.#opt.keepalive = overTcp && view.keepalive ? this.#keepalive : undefined;
    writeU16(this.#keepalive, 0, this.#parts.keepaliveUnits);
    this.#opt.error = this.#opt.note = undefined;
    return fault;
  }

  #judgeOf(serving: Serving): Judge {
    if (this.#judge === undefined || this.#judgeGeneration !== serving.generation) {
      this.#judge = new Judge(serving.book);
      this.#judgeGeneration = serving.generation;
    }
    return this.#judge;
  }

  /**
   * Answers a name that is blocked: octets, or NO_REPLY. A rule of a list may answer with an alias; what that has is local data,
   * a special name, or FOLLOW: `target` holds the name to be resolved. Whoever wrote the rule means it, so that lists have no
   * say about it, but house rules do.
   */
  #refuse(serving: Serving, policy: Policy, refusal: Refusal): number {
    const { alias } = refusal.reply;
    if (alias === undefined || this.#view.qtype === TYPE.CNAME) return this.#block(refusal);
    this.#putRefusal(refusal);
    const target = this.#target;
    target.setWire(alias);
    const local = serving.local.find(target);
    if (local !== undefined && this.#own.answerLocal(serving, local, target)) return this.#finish();
    if (this.#own.answerSpecial(serving, target)) return this.#finish();
    const judge = this.#judgeOf(serving);
    const verdict = judge.judge(policy, target, this.#view.qtype);
    if (verdict !== VERDICT.BLOCKED_BY_RULE) return FOLLOW;
    return this.#block(serving.refusals.of(policy, verdict, judge, target));
  }

  /** In the place of an answer that is kept for the next round, a rule about an address may answer with an alias: what that has. */
  #refuseFound(incoming: Incoming, policy: Policy, refusal: Refusal, isKept: boolean): number {
    const serving = this.#parts.serving();
    if (!isKept || refusal.reply.alias === undefined || !this.#judgeOf(serving).isAddress)
      return this.#block(refusal.withoutAlias ?? refusal);
    const octets = this.#refuse(serving, policy, refusal);
    if (octets !== FOLLOW) return octets;
    const forward = serving.forward.findClosest(this.#target);
    const answer = this.#finder.find(forward >= 0 ? forward : policy.upstream, this.#target, this.#view);
    return answer === MISSING ? PENDING : this.#pass(incoming, policy, this.#target);
  }

  #block(refusal: Refusal): number {
    this.#isVerdict = true;
    const { manner } = refusal.reply;
    if (manner === 'drop') return NO_REPLY;
    this.#reply.restart();
    if (manner === 'tcp') this.#reply.setFlags(FLAG.TC);
    else this.#putRefusal(refusal);
    return this.#finish();
  }

  #putRefusal(refusal: Refusal): void {
    this.#reply.restart();
    answerBlocked(this.#reply, this.#view, refusal.reply);
    this.#opt.error = refusal.error;
    this.#opt.note = this.#note;
  }

  #pass(incoming: Incoming, policy: Policy, subject: NameView): number {
    const { found } = this.#parts.cache;
    const withoutEch = policy.blocksBypass && (found.facts & FACT.ech) !== 0;
    if (subject === this.#view.name && !withoutEch) this.#reply.copyAnswer(found, this.#view);
    else this.#splicer.splice(this.#reply, found, { withoutEch, withAuthority: true });
    if (found.rcode === RCODE.SERVFAIL) incoming.entrance.counters.failed++;
    if (found.stale) {
      incoming.entrance.counters.staleAnswers++;
      return this.#end(found.rcode, STALE_ERROR);
    }
    // What is there already says that a rule has led here.
    const error = this.#opt.error ?? found.error;
    return this.#end(found.rcode, error);
  }

  #end(rcode: number, error?: ExtendedError): number {
    const sayable = rcode <= 15 || this.#view.edns ? rcode : RCODE.SERVFAIL;
    this.#reply.setRcode(sayable);
    this.#opt.rcode = sayable;
    if (error !== this.#opt.error) this.#opt.note = undefined;
    this.#opt.error = error;
    return this.#reply.finish(this.#view, this.#opt);
  }

  /** Ends a reply whose rcode is set already. */
  #finish(): number {
    this.#opt.rcode = 0;
    return this.#reply.finish(this.#view, this.#opt);
  }
}
