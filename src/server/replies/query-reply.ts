// The reply to the query at hand: what a step of the route comes to in octets, and how a reply ends. What the OPT record says is
// that of the outcome. The rule: nothing is decided here, and nothing is allocated.
import {
  CLASSIC_UDP_OCTETS,
  FLAG,
  MAX_MESSAGE_OCTETS,
  UDP_PAYLOAD_OCTETS,
  writeU16,
} from '../../dns/message.ts';
import type { NameView } from '../../dns/name-view.ts';
import { EDE, RCODE } from '../../dns/numbers.ts';
import type { QueryView } from '../../dns/query-view.ts';
import { FACT } from '../../answers/answer-facts.ts';
import { NO_MAX_TTL } from '../../answers/answer-view.ts';
import type { AnswerView } from '../../answers/answer-view.ts';
import { NO_REPLY } from '../../listeners/query-handler.ts';
import { BYPASS } from '../../policy/bypass.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Incoming } from '../entrance.ts';
import type { Outcome } from '../outcome/outcome.ts';
import type { ClientLimits, QueryPathParts } from '../query-path-parts.ts';
import type { Clock } from '../../time/clock.ts';
import type { QuestionRoute } from '../question-route.ts';
import { STEP } from '../step.ts';
import {
  answerAny,
  answerBlocked,
  answerCanary,
  answerInWords,
  answerLocal,
  answerSpecial,
} from './answers.ts';
import type { Cookies } from './cookies.ts';
import { CANARY_REASON } from './refusals.ts';
import type { Refusal } from './refusals.ts';
import { Reply, toExtendedError } from './reply.ts';
import type { ExtendedError, OptOptions } from './reply.ts';
import { Splicer } from './splicer.ts';

/** How old the time may be, with room for a machine whose timers ring late. */
const CLOCK_LAG_MS = 100;

const STALE_ERROR = toExtendedError(EDE.STALE_ANSWER, '');

/** Writes one reply at a time: that to the query in the view, whose end is noted in the outcome. */
export class QueryReply {
  /** What the client is called, where a policy of its own holds for it. */
  note: Uint8Array | undefined;
  /** Whether a verdict gave the answer, which then costs no token. */
  isVerdict = false;
  /** The longest TTL that what the policy has a say in may have, in seconds. */
  #maxTtlSeconds = NO_MAX_TTL;
  readonly #view: QueryView;
  readonly #outcome: Outcome;
  readonly #cookies: Cookies;
  readonly #clock: Clock;
  readonly #limits: () => ClientLimits;
  readonly #reply = new Reply();
  readonly #splicer = new Splicer();
  readonly #keepalive = new Uint8Array(2);
  readonly #opt: OptOptions = {
    rcode: 0,
    cookie: undefined,
    keepalive: undefined,
    error: undefined,
    note: undefined,
  };

  constructor(view: QueryView, outcome: Outcome, parts: QueryPathParts) {
    this.#view = view;
    this.#outcome = outcome;
    this.#cookies = parts.cookies;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
  }

  /** Reads a query into the view (of one that is refused only what the refusal repeats), and begins the reply in `target`. */
  read(incoming: Incoming, target: Uint8Array, briefly = false): void {
    const view = this.#view;
    const { query, length, client } = incoming;
    const { transport } = incoming.entrance;
    // A frame says how long its message is; a datagram may have been filled up behind it.
    if (briefly) view.readBriefly(query, length);
    else view.read(query, length, !transport.isFramed);
    this.#outcome.qtype = view.qtype;
    this.#outcome.isRead = view.questionEnd > 0;
    this.isVerdict = false;
    const limit = transport.isSizedByEdns ? limitOf(view.payloadOctets) : MAX_MESSAGE_OCTETS;
    this.#reply.begin(query, view, target, limit);
    const opt = this.#opt;
    opt.cookie = opt.keepalive = undefined;
    if (!view.edns) return;
    if (view.cookieOctets > 0)
      opt.cookie = this.#cookies.make(query, view.cookieOffset, client, this.#clock.unixSeconds);
    if (!view.keepalive || !transport.hasKeepalive) return;
    writeU16(this.#keepalive, 0, this.#limits().keepaliveUnits);
    opt.keepalive = this.#keepalive;
  }

  /** No answer that the policy has a say in outlives the policy as it is now. */
  limitTo(policy: Policy): void {
    const { changesAtMs } = policy;
    this.#maxTtlSeconds =
      changesAtMs === Infinity ? NO_MAX_TTL : secondsUntil(changesAtMs, this.#clock.unixMs);
  }

  /** Answers what needs no cache and no upstream. */
  answer(route: QuestionRoute, policy: Policy): number {
    const reply = this.#reply;
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the steps that end in the route, with a policy
    switch (route.step) {
      case STEP.FORM:
        return this.end(route.rcode);
      case STEP.ANY:
        answerAny(reply);
        return this.#finish();
      case STEP.CANARY:
        this.isVerdict = true;
        this.#outcome.reason = CANARY_REASON;
        answerCanary(reply);
        return this.#finish();
      case STEP.LOCAL:
        this.putAliases(route, policy);
        return this.#finish();
      case STEP.SPECIAL:
        this.isVerdict = route.leadsOn === undefined;
        this.putAliases(route, policy);
        answerSpecial(reply, this.#view, route.special);
        return this.#finish();
      case STEP.NOT_READY:
        this.isVerdict = true;
        this.#outcome.reason = route.refusal!.reason;
        return this.end(RCODE.SERVFAIL, route.refusal!.error);
      default:
        return this.block(policy, route.refusal!);
    }
  }

  /** Answers a question about this server in words, which are never kept. */
  tell(texts: readonly string[]): number {
    answerInWords(this.#reply, texts);
    return this.#finish();
  }

  /** Answers what a policy does not let through, into a reply that has nothing yet: octets, or NO_REPLY. */
  block(policy: Policy, refusal: Refusal): number {
    this.isVerdict = true;
    this.#outcome.reason = refusal.reason;
    const { manner } = refusal.reply;
    if (manner === 'drop') return NO_REPLY;
    if (manner === 'tcp') return this.truncate();
    this.#putRefusal(policy, refusal);
    return this.#finish();
  }

  /** Begins the answer with what of ours has led to its name: the alias of a list's rule, and local data. */
  putAliases({ leadsOn, chain }: QuestionRoute, policy: Policy): void {
    if (leadsOn !== undefined) this.#putRefusal(policy, leadsOn);
    if (chain.length > 0 || chain.endsEmpty) answerLocal(this.#reply, chain);
  }

  /** Goes on with the aliases of an answer that leads on to another name. */
  putAliasesOf(answer: AnswerView): void {
    answer.maxTtlSeconds = this.#maxTtlSeconds;
    this.#splicer.splice(this.#reply, answer, false, false);
  }

  /** Ends with an answer of the cache or of an upstream to the question, or to a name that aliases led to. */
  pass(answer: AnswerView, policy: Policy, subject: NameView): number {
    const outcome = this.#outcome;
    answer.maxTtlSeconds = this.#maxTtlSeconds;
    const withoutEch = policy.blocksBypass && (answer.facts & FACT.ech) !== 0;
    if (withoutEch) outcome.bypass = BYPASS.ECH;
    if (subject === this.#view.name && !withoutEch) this.#reply.copyAnswer(answer, this.#view);
    else this.#splicer.splice(this.#reply, answer, withoutEch, true);
    if (outcome.step === STEP.RESOLVE) outcome.step = STEP.PASSED;
    outcome.isStale = answer.stale;
    // What is there already says that a rule has led here.
    return this.end(answer.rcode, answer.stale ? STALE_ERROR : (outcome.error ?? answer.error));
  }

  /** Ends with an rcode and what is in the reply so far. */
  end(rcode: number, error?: ExtendedError): number {
    const outcome = this.#outcome;
    const sayable = rcode <= 15 || this.#view.edns ? rcode : RCODE.SERVFAIL;
    this.#reply.setRcode(sayable);
    if (error !== outcome.error) outcome.note = undefined;
    outcome.error = error;
    return this.#finish(sayable);
  }

  /** Ends with an rcode, and nothing of what is in the reply so far. */
  startOver(rcode: number, error: ExtendedError): number {
    this.restart();
    return this.end(rcode, error);
  }

  /** Takes back what is in the reply so far. */
  restart(): void {
    this.#reply.restart();
  }

  /** Ends with nothing but that the client is to come again over TCP. */
  truncate(): number {
    this.#reply.setFlags(FLAG.TC);
    return this.#finish();
  }

  #putRefusal(policy: Policy, refusal: Refusal): void {
    const ttlSeconds = Math.min(policy.blockTtlSeconds, this.#maxTtlSeconds);
    answerBlocked(this.#reply, this.#view, refusal.reply, ttlSeconds);
    this.#outcome.error = refusal.error;
    this.#outcome.reason = refusal.reason;
    this.#outcome.note = this.note;
  }

  /** Ends a reply whose rcode is set already, but for what of it goes into the OPT record. */
  #finish(rcode: number = this.#reply.rcode): number {
    const outcome = this.#outcome;
    const opt = this.#opt;
    outcome.rcode = opt.rcode = rcode;
    opt.error = outcome.error;
    opt.note = outcome.note;
    return this.#reply.finish(this.#view, opt);
  }
}

/** Whole seconds left, counted down: the clock may be behind. */
function secondsUntil(endMs: number, unixMs: number): number {
  return Math.min(Math.max(Math.floor((endMs - unixMs - CLOCK_LAG_MS) / 1000), 0), NO_MAX_TTL);
}

/** The octets that a client takes who says so many, or none. */
function limitOf(payloadOctets: number): number {
  return Math.min(Math.max(payloadOctets, CLASSIC_UDP_OCTETS), UDP_PAYLOAD_OCTETS);
}
