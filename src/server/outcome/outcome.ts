// What happened to a query, as numbers: filled again for each one, allocating nothing. Counters, the query log and whatever else
// tells of queries are derived from it alone. The rule: who looks at it needs no second look at the query.
import type { NameView } from '../../dns/name-view.ts';
import { BYPASS } from '../../policy/bypass.ts';
import type { Judge, Verdict } from '../../policy/judge.ts';
import { VERDICT } from '../../policy/judge.ts';
import type { Incoming } from '../entrance.ts';
import type { QuestionRoute } from '../question-route.ts';
import type { ExtendedError } from '../replies/reply.ts';
import type { Serving } from '../serving.ts';
import { STEP } from '../step.ts';

/** In the place of a number: there is none. */
const NONE = -1;

/** Takes note of queries that have come to their end; what it wants to keep it copies. */
export interface Recorder {
  record(outcome: Outcome): void;
}

/** The outcome of the query at hand, good until the next one. Numbers of rules and lists are those of `serving`. */
export class Outcome {
  /** The state of the service that answered; by what and from whom the query came; and the name as asked for. */
  serving: Serving | undefined;
  incoming: Incoming | undefined;
  readonly name: NameView;
  /** The octets of the name by words, in this machine's order; what lies behind the name is of an earlier one. */
  readonly nameWords: Uint32Array;
  /** Whether name and qtype are the query's own: of some that are refused nothing is read. */
  isRead = false;
  qtype = 0;
  /** Whether it has just come in, as against one that has waited. */
  isFirst = true;
  /** A value of STEP. */
  step: number = STEP.DROPPED;
  /** The client's policy and its place among the VLAN's `clients`; -1 where it has none. */
  policy = NONE;
  exception = NONE;
  /** What the policy said of the name, or of what its answer led to; and, but for PASS, what decided, as Judge has it. */
  verdict: Verdict = VERDICT.PASS;
  byRule = false;
  isAddress = false;
  setId = 0;
  depth = 0;
  record = 0;
  source = NONE;
  /** Number of the reason for a refusal, or for an alias that leads on, among those of `serving`; 0 where there is none. */
  reason = 0;
  /** With INSPECTED: the name that the answer led to and that decided; undefined where it was an address. */
  target: NameView | undefined;
  expression = NONE;
  /** Whether the answer begins with an alias of a list's rule. */
  isLedOn = false;
  /** Whether that alias is safe search's, or is all that is answered. */
  isSafeSearch = false;
  /** A value of BYPASS: by which way the client has tried to get around the filter, where its policy does not let it. */
  bypass: number = BYPASS.NONE;
  /** Number of the upstream set whose answer was looked for last; -1 where none was. */
  set = NONE;
  /** The server that gave the answer that was waited for last, as in the configuration. */
  server: string | undefined;
  /** Whether the answer to the name was there at once, whether it is past its TTL, and how many aliases in answers were followed. */
  isHit = false;
  isStale = false;
  followed = 0;
  /** All 12 bits of the reply's. */
  rcode = 0;
  /** The Extended DNS Error of the reply, whether or not the query had EDNS to carry it, and what its text goes on with. */
  error: ExtendedError | undefined;
  note: Uint8Array | undefined;

  constructor(name: NameView) {
    this.name = name;
    this.nameWords = new Uint32Array(name.wire.buffer);
  }

  /** The INFO-CODE of the error; -1 where there is none. */
  get errorCode(): number {
    const { error } = this;
    return error === undefined ? NONE : (error[0]! << 8) | error[1]!;
  }

  /** Begins a query. */
  begin(incoming: Incoming, isFirst: boolean): void {
    this.incoming = incoming;
    this.isFirst = isFirst;
    this.policy = this.exception = this.set = NONE;
    this.verdict = VERDICT.PASS;
    this.isLedOn = this.isSafeSearch = this.isHit = this.isStale = false;
    this.isRead = false;
    this.qtype = this.reason = this.followed = this.rcode = 0;
    this.bypass = BYPASS.NONE;
    this.error = this.note = this.target = undefined;
    this.server = undefined;
  }

  /** Notes what the route to the answer was. */
  routed({
    leadsOn,
    isSafeSearch,
    bypass,
  }: Pick<QuestionRoute, 'leadsOn' | 'isSafeSearch' | 'bypass'>): void {
    this.isLedOn = leadsOn !== undefined;
    this.isSafeSearch = isSafeSearch;
    this.bypass = bypass;
  }

  /** Notes a verdict and what decided it. */
  judged(verdict: Verdict, judge: Judge): void {
    this.verdict = verdict;
    this.byRule = judge.byRule;
    this.isAddress = judge.isAddress;
    this.setId = judge.setId;
    this.depth = judge.depth;
    this.record = judge.record;
    this.source = judge.source;
    this.expression = judge.expression;
  }
}
