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
import { selectPolicy } from '../policy/vlan.ts';
import { INSPECTION } from '../upstream/answer-cache.ts';
import type { AnswerCache, AnswerKey } from '../upstream/answer-cache.ts';
import type { Clock } from '../upstream/clock.ts';
import { FACT } from '../upstream/answer-facts.ts';
import type { StoredAnswer } from '../upstream/stored-answer.ts';
import { answerAny, answerBlocked, answerCanary, answerLocal, answerSpecial } from './answers.ts';
import type { LocalQuestion } from './answers.ts';
import type { ClientAddress } from '../listeners/client-address.ts';
import type { Cookies } from './cookies.ts';
import type { VlanCounters } from './counters.ts';
import { Inspector } from './inspector.ts';
import { checkQuery, DROP } from './query-check.ts';
import { NO_REPLY, PENDING } from '../listeners/query-handler.ts';
import type { Transport } from '../listeners/query-handler.ts';
import { ADMIT } from './rate-limit.ts';
import type { RateLimit } from './rate-limit.ts';
import { Reply, toExtendedError } from './reply.ts';
import type { ExtendedError, OptOptions } from './reply.ts';
import type { Serving } from './serving.ts';
import { Splicer } from './splicer.ts';

/** By which listener queries come in. */
export interface Entrance {
  readonly vlan: string;
  readonly transport: Transport;
  readonly counters: VlanCounters;
}

/** One query: its octets are query[0..length-1]. A listener's object is refilled for each; who waits holds a copy. */
export interface Incoming {
  readonly entrance: Entrance;
  query: Uint8Array;
  length: number;
  client: ClientAddress;
}

/** What came of asking an upstream. */
export interface Arrival {
  /** The question that was asked. */
  readonly key: AnswerKey;
  /** Undefined where the wait was given up for a stale answer. */
  readonly answer: StoredAnswer | undefined;
}

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
}

const SOURCE_ERROR = toExtendedError(EDE.PROHIBITED, 'source address is not of this VLAN');
const GONE_ERROR = toExtendedError(EDE.NETWORK_ERROR, 'this VLAN is not served any more');
const STALE_ERROR = toExtendedError(EDE.STALE_ANSWER, '');

/** Answer numbers below 0: one that could not be cached, and none. */
const UNCACHED = -1;
const MISSING = -2;

/** Answers queries; one object serves all listeners, since an answer is made without a pause. */
export class QueryPath {
  /** After PENDING: whether an answer past its TTL could be given if no upstream answers. */
  hasStale = false;
  /** After a reply: whether its answer should be asked for anew, since it is popular and about to end. */
  prefetchDue = false;
  readonly #parts: QueryPathParts;
  readonly #view = new QueryView();
  readonly #reply = new Reply();
  readonly #special = new SpecialNames();
  readonly #inspector = new Inspector();
  readonly #splicer = new Splicer();
  /** What a local CNAME led to. */
  readonly #target = new NameView();
  /** Filled again for each local answer, which would allocate it otherwise. */
  readonly #localQuestion: LocalQuestion = {
    qtype: 0,
    node: new Map(),
    data: new LocalData([]),
    target: this.#target,
  };
  readonly #keepalive = new Uint8Array(2);
  readonly #opt: OptOptions = { rcode: 0, cookie: undefined, keepalive: undefined, error: undefined };
  readonly #key: AnswerKey = {
    setNumber: 0,
    name: this.#view.name,
    qtype: 0,
    dnssecOk: false,
    checkingDisabled: false,
  };
  /** Whether the query has just come in, as against one that has waited. */
  #isFirst = true;
  #judge: Judge | undefined;
  #judgeGeneration = -1;

  constructor(parts: QueryPathParts) {
    this.#parts = parts;
  }

  /** The question that the last PENDING or prefetch is about; good until the next query. */
  get question(): AnswerKey {
    return this.#key;
  }

  /** Answers a query that has just come in: octets written to target, NO_REPLY or PENDING. */
  first(incoming: Incoming, target: Uint8Array): number {
    const { entrance, client } = incoming;
    entrance.counters.queries++;
    this.prefetchDue = false;
    this.#isFirst = true;
    this.#parts.clock.use();
    // TCP has its own bounds, and is where the rate limit sends who is real.
    const admitted =
      entrance.transport === 'tcp' ? ADMIT.YES : this.#parts.rate.admit(client, this.#parts.clock);
    if (admitted === ADMIT.YES) return this.#run(incoming, target, undefined);
    entrance.counters.rateLimited++;
    if (admitted === ADMIT.DROP || checkQuery(this.#view, this.#read(incoming, target)) === DROP)
      return NO_REPLY;
    this.#reply.setFlags(FLAG.TC);
    return this.#finish();
  }

  /** Answers a query with what arrived for it from an upstream (undefined: it has not been asked). */
  again(incoming: Incoming, target: Uint8Array, arrival: Arrival | undefined): number {
    this.#isFirst = false;
    this.#parts.clock.read();
    return this.#run(incoming, target, arrival);
  }

  #run(incoming: Incoming, target: Uint8Array, arrival: Arrival | undefined): number {
    const fault = this.#read(incoming, target);
    if (checkQuery(this.#view, fault) !== DROP) return this.#answer(incoming, fault, arrival);
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
   * verdict        before the cache, which knows no policies;
   * cache          before upstreams; it holds answers as they came, filtered for the asker each time;
   * inspection     behind cache and upstream alike, so that no way around it exists.
   */
  // oxlint-disable-next-line complexity, max-lines-per-function -- the whole order stands here, each step one early exit
  #answer(incoming: Incoming, fault: QueryFault, arrival: Arrival | undefined): number {
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
      if (this.#answerLocal(serving, local)) {
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
    const verdict = judge.judge(policy, subject);
    if (verdict === VERDICT.NOT_READY) {
      counters.notReady++;
      this.#reply.restart();
      return this.#end(RCODE.SERVFAIL, serving.errors.of(policy, verdict, judge, subject));
    }
    if (isBlocked(verdict)) {
      counters.blocked++;
      return this.#block(serving, policy, serving.errors.of(policy, verdict, judge, subject));
    }

    const forward = serving.forward.findClosest(subject);
    const answer = this.#findAnswer(forward >= 0 ? forward : policy.upstream, subject, arrival);
    if (answer === MISSING) return PENDING;
    if (this.#isFirst) counters.cacheHits++;

    // What a house rule allows is meant, with all it leads to; zones of our own may hold private addresses.
    this.#inspector.mayBePrivate = forward >= 0;
    this.#inspector.rulesOnly = verdict === VERDICT.ALLOWED;
    const isMeant = verdict === VERDICT.ALLOWED && judge.byRule;
    const refused = isMeant ? undefined : this.#inspect(serving, policy, answer);
    if (refused !== undefined) {
      counters.blockedByInspection++;
      return this.#block(serving, policy, refused);
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
    this.#opt.error = undefined;
    this.hasStale = this.prefetchDue = false;
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

  #answerLocal(serving: Serving, node: LocalNode): boolean {
    const question = this.#localQuestion;
    question.qtype = this.#view.qtype;
    question.node = node;
    question.data = serving.local;
    return answerLocal(this.#reply, question);
  }

  #judgeOf(serving: Serving): Judge {
    if (this.#judge === undefined || this.#judgeGeneration !== serving.generation) {
      this.#judge = new Judge(serving.book);
      this.#judgeGeneration = serving.generation;
    }
    return this.#judge;
  }

  /** The cache's number of the answer, UNCACHED for one that only arrived, or MISSING; it is shown in cache.found. */
  #findAnswer(setNumber: number, subject: NameView, arrival: Arrival | undefined): number {
    const { cache, clock } = this.#parts;
    const key = this.#key;
    key.setNumber = setNumber;
    key.name = subject;
    key.qtype = this.#view.qtype;
    key.dnssecOk = this.#view.dnssecOk;
    key.checkingDisabled = (this.#view.flags & FLAG.CD) !== 0;
    // A query that has waited looks again: that is no second use of the answer.
    const entry = this.#isFirst ? cache.find(key, clock) : cache.peek(key, clock);
    if (entry >= 0 && (!cache.found.stale || cache.refreshHeld || arrival !== undefined)) {
      this.prefetchDue = cache.prefetchDue && !cache.found.stale;
      return entry;
    }
    this.hasStale = entry >= 0;
    if (arrival?.answer === undefined || !isSameQuestion(arrival.key, key)) return MISSING;
    cache.found.show(arrival.answer);
    return UNCACHED;
  }

  #inspect(serving: Serving, policy: Policy, entry: number): ExtendedError | undefined {
    const { cache } = this.#parts;
    if (!this.#inspector.concerns(policy, cache.found.facts)) return undefined;
    const { generation } = serving;
    if (entry >= 0 && cache.inspection(entry, policy.number, generation) === INSPECTION.passed)
      return undefined;
    const refused = this.#inspector.inspect(serving, policy, cache.found, this.#judgeOf(serving));
    if (entry >= 0) cache.setInspection(entry, policy.number, generation, refused !== undefined);
    return refused;
  }

  #block(serving: Serving, policy: Policy, error: ExtendedError): number {
    const blocked = serving.blockedReplies[policy.number];
    if (blocked === undefined) throw new Error(`policy ${policy.name} has no blocked reply`);
    this.#reply.restart();
    answerBlocked(this.#reply, this.#view, blocked);
    this.#opt.error = error;
    return this.#finish();
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
    const error =
      found.edeLength === 0
        ? undefined
        : found.octets.subarray(found.edeStart, found.edeStart + found.edeLength);
    return this.#end(found.rcode, error);
  }

  #end(rcode: number, error?: ExtendedError): number {
    const sayable = rcode <= 15 || this.#view.edns ? rcode : RCODE.SERVFAIL;
    this.#reply.setRcode(sayable);
    this.#opt.rcode = sayable;
    this.#opt.error = error;
    return this.#reply.finish(this.#view, this.#opt);
  }

  /** Ends a reply whose rcode is set already. */
  #finish(): number {
    this.#opt.rcode = 0;
    return this.#reply.finish(this.#view, this.#opt);
  }
}

function isSameQuestion(a: AnswerKey, b: AnswerKey): boolean {
  return (
    a.setNumber === b.setNumber &&
    a.qtype === b.qtype &&
    a.dnssecOk === b.dnssecOk &&
    a.checkingDisabled === b.checkingDisabled &&
    a.name.length === b.name.length &&
    a.name.suffixEquals(0, b.name.wire)
  );
}
