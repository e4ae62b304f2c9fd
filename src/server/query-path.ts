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
import { LocalData } from '../local/local-data.ts';
import type { LocalNode } from '../local/local-data.ts';
import { isBlocked, Judge, VERDICT } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import { SPECIAL, SpecialNames } from '../policy/special-names.ts';
import { exceptionOf, selectPolicy } from '../policy/vlan.ts';
import type { AnswerCache, AnswerKey } from '../upstream/answer-cache.ts';
import type { Clock } from '../upstream/clock.ts';
import { FACT } from '../upstream/answer-facts.ts';
import { AnswerFinder, MISSING } from './answer-finder.ts';
import type { Arrival } from './answer-finder.ts';
import { answerAny, answerBlocked, answerCanary, answerLocal, answerSpecial } from './answers.ts';
import type { LocalQuestion } from './answers.ts';
import type { Cookies } from './cookies.ts';
import type { Incoming } from './incoming.ts';
import { Inspector } from './inspector.ts';
import { Observer } from './observer.ts';
import { checkQuery, DROP } from './query-check.ts';
import { NO_REPLY, PENDING } from '../listeners/query-handler.ts';
import { ADMIT } from './rate-limit.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Refusal } from './refusals.ts';
import { Reply, toExtendedError } from './reply.ts';
import type { ExtendedError, OptOptions } from './reply.ts';
import type { Serving } from './serving.ts';
import { Splicer } from './splicer.ts';

export type { Arrival } from './answer-finder.ts';
export type { Entrance, Incoming } from './incoming.ts';

/** What the query path works with. */
export interface QueryPathParts {
  /** The state of the service at this moment. */
  readonly serving: () => Serving;
  readonly cache: AnswerCache;
  /** Replaced when the configuration changes. */
  rate: RateLimit;
  readonly cookies: Cookies;
  /** TCP idle time as an edns-tcp-keepalive value, in units of 100 ms (RFC 7828). */
  keepaliveUnits: number;
  readonly clock: Clock;
  /** Counts what lists that are only observed would block; default: one that tells nobody. */
  readonly observer?: Observer;
}

const SOURCE_ERROR = toExtendedError(EDE.PROHIBITED, 'source address is not of this VLAN');
const GONE_ERROR = toExtendedError(EDE.NETWORK_ERROR, 'this VLAN is not served any more');
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
  readonly #special = new SpecialNames();
  readonly #inspector: Inspector;
  readonly #splicer = new Splicer();
  /** What a CNAME of ours led to: of local data, or of a list's rule. */
  readonly #target = new NameView();
  /** Filled again for each local answer, which would allocate it otherwise. */
  readonly #localQuestion: LocalQuestion = {
    qtype: 0,
    node: new Map(),
    data: new LocalData([]),
    target: this.#target,
  };
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
    // TCP has its own bounds, and is where the rate limit sends who is real.
    const admitted =
      entrance.transport === 'tcp' ? ADMIT.YES : this.#parts.rate.admit(client, this.#parts.clock);
    if (admitted === ADMIT.YES) return this.#run(incoming, target);
    entrance.counters.rateLimited++;
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
    return this.#run(incoming, target);
  }

  #run(incoming: Incoming, target: Uint8Array): number {
    const fault = this.#read(incoming, target);
    if (checkQuery(this.#view, fault) !== DROP) return this.#answer(incoming, fault);
    incoming.entrance.counters.dropped++;
    return NO_REPLY;
  }

  /** Answers SERVFAIL with a reason, where nothing better can be said. */
  fail(incoming: Incoming, target: Uint8Array, reason: ExtendedError): number {
    incoming.entrance.counters.failed++;
    this.#read(incoming, target);
    return this.#end(RCODE.SERVFAIL, reason);
  }

  /**
   * The order of the steps, and why each stands where it is:
   * source         first, so that nobody learns anything through another VLAN's listener;
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
  #answer(incoming: Incoming, fault: QueryFault): number {
    const view = this.#view;
    const { counters, vlan } = incoming.entrance;
    const serving = this.#parts.serving();

    const own = serving.vlans.get(vlan);
    // It waited while its VLAN was taken out of the configuration, or the listener is about to be closed.
    if (own === undefined) return this.#end(RCODE.SERVFAIL, GONE_ERROR);
    const policy = selectPolicy(own, incoming.client);
    if (policy === undefined) {
      counters.sourceMismatch++;
      return this.#end(RCODE.REFUSED, SOURCE_ERROR);
    }

    // Only a policy of the client's own needs an explanation.
    const exception = policy === own.policy ? -1 : exceptionOf(own, incoming.client);
    this.#note = exception < 0 ? undefined : own.clientNotes[exception];

    const rcode = checkQuery(view, fault);
    if (rcode !== RCODE.NOERROR) {
      counters.malformed++;
      return this.#end(rcode);
    }
    if (view.qtype === TYPE.ANY) {
      counters.local++;
      answerAny(this.#reply);
      return this.#finish();
    }

    if (policy.blocksBypass && this.#special.isCanary(view.name)) {
      counters.blocked++;
      answerCanary(this.#reply);
      return this.#finish();
    }

    let subject = view.name;
    const local = serving.local.find(subject);
    if (local !== undefined) {
      if (this.#answerLocal(serving, local, subject)) {
        counters.local++;
        return this.#finish();
      }
      subject = this.#target;
    }

    if (this.#answerSpecial(serving, subject)) {
      counters.local++;
      return this.#finish();
    }

    const judge = this.#judgeOf(serving);
    const overTcp = incoming.entrance.transport === 'tcp';
    let verdict = judge.judge(policy, subject, view.qtype);
    if (verdict === VERDICT.NOT_READY) {
      counters.notReady++;
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
      this.observer.client = exception < 0 ? undefined : own.clientNames[exception];
      this.observer.name(serving, policy, subject, view.qtype);
    }

    const forward = serving.forward.findClosest(subject);
    const answer = this.#finder.find(forward >= 0 ? forward : policy.upstream, subject, view);
    if (answer === MISSING) return PENDING;
    if (this.#isFirst) counters.cacheHits++;

    // What a house rule allows is meant, with all it leads to; zones of our own may hold private addresses.
    this.#inspector.mayBePrivate = forward >= 0;
    this.#inspector.rulesOnly = verdict !== VERDICT.PASS;
    this.#inspector.overTcp = overTcp;
    const isMeant = verdict === VERDICT.ALLOWED && judge.byRule;
    const refused = isMeant ? undefined : this.#inspector.refusalOf(serving, policy, judge, answer);
    if (refused !== undefined) {
      counters.blockedByInspection++;
      return this.#block(refused.withoutAlias ?? refused);
    }
    return this.#pass(incoming, policy, subject);
  }

  #read(incoming: Incoming, target: Uint8Array): QueryFault {
    const view = this.#view;
    const { query, length, client, entrance } = incoming;
    const fault = view.read(query, length);
    const overTcp = entrance.transport === 'tcp';
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

  #answerSpecial(serving: Serving, name: NameView): boolean {
    const special = this.#special.find(name);
    if (special === SPECIAL.NONE) return false;
    const zone = this.#special.label;
    if (serving.forward.findClosest(name) >= 0 && serving.forward.label <= zone) return false;
    answerSpecial(this.#reply, this.#view, { name, special, zone, exists: serving.local.exists(name) });
    return true;
  }

  #answerLocal(serving: Serving, node: LocalNode, name: NameView): boolean {
    const question = this.#localQuestion;
    question.qtype = this.#view.qtype;
    question.node = node;
    question.data = serving.local;
    // The name may be the target, which is filled anew.
    const owner = name === this.#view.name ? undefined : name.wire.slice(0, name.length);
    return answerLocal(this.#reply, question, owner);
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
    if (local !== undefined && this.#answerLocal(serving, local, target)) return this.#finish();
    if (this.#answerSpecial(serving, target)) return this.#finish();
    const judge = this.#judgeOf(serving);
    const verdict = judge.judge(policy, target, this.#view.qtype);
    if (verdict !== VERDICT.BLOCKED_BY_RULE) return FOLLOW;
    return this.#block(serving.refusals.of(policy, verdict, judge, target));
  }

  #block(refusal: Refusal): number {
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
    else this.#splicer.splice(this.#reply, found, withoutEch);
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
