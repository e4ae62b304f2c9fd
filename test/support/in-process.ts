// The query path without sockets: states of the service from a few lines, upstreams that answer as a test says, a clock
// that a test moves, and queries put in and read as a client would.
import { MAX_MESSAGE_OCTETS } from '../../src/dns/message.ts';
import { nameToText } from '../../src/dns/name-text.ts';
import { ClientAddress } from '../../src/addresses/client-address.ts';
import { PENDING } from '../../src/listeners/query-handler.ts';
import { TRANSPORT } from '../../src/listeners/transport.ts';
import type { TransportName } from '../../src/listeners/transport.ts';
import { Cookies } from '../../src/server/replies/cookies.ts';
import { BypassTally } from '../../src/server/outcome/bypass-tally.ts';
import { newCounters } from '../../src/server/outcome/counters.ts';
import type { VlanCounters } from '../../src/server/outcome/counters.ts';
import { Entrance } from '../../src/server/entrance.ts';
import { PendingQuestions } from '../../src/server/pending-questions.ts';
import { QueryPath } from '../../src/server/query-path.ts';
import type { ClientLimits, QueryPathParts, TellWhy } from '../../src/server/query-path-parts.ts';
import { RateLimit } from '../../src/server/limits/rate-limit.ts';
import type { Serving } from '../../src/server/serving.ts';
import { VlanHandler } from '../../src/server/vlan-handler.ts';
import { WaitingPlaces } from '../../src/server/limits/waiting-places.ts';
import type { WaitingLimits } from '../../src/server/limits/waiting-places.ts';
import { AnswerCache } from '../../src/answers/answer-cache.ts';
import { Clock } from '../../src/time/clock.ts';
import type { UpstreamQuestion } from '../../src/answers/asked-question.ts';
import type { FailureReason } from '../../src/upstream/server-options.ts';
import { toStoredAnswer } from '../../src/answers/stored-answer.ts';
import { UpstreamSet } from '../../src/upstream/upstream-set.ts';
import type { UpstreamOutcome } from '../../src/upstream/upstream-set.ts';
import { rcodeNumber, typeName } from './dns-numbers.ts';
import { concat, optToWire, parseRecord, recordToWire, u16, writeQuery } from './message-writer.ts';
import type { Option, QueryFields } from './message-writer.ts';
import { readMessage } from './message-reader.ts';
import type { ReadMessage } from './message-reader.ts';
import { makeServing } from './serving.ts';
import type { ServingLines } from './serving.ts';

/** What an upstream has for a question; lines are relative to the root. */
export interface Scripted {
  readonly rcode?: string;
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly options?: readonly Option[];
  /** No server answers: for this reason, or because of a time-out. */
  readonly fails?: boolean | FailureReason;
}

const LIMITS = { minSeconds: 0, maxSeconds: 86_400, negativeSeconds: 900 };

/** Any number may wait. */
export const ALL_MAY_WAIT: WaitingLimits = {
  perClient: 0,
  perPrefix: 0,
  prefixBits: 64,
  shares: { shared: Infinity, perVlan: 0 },
};

/** An upstream set that answers from a table, by `name TYPE`; other names do not exist. */
export class ScriptedSet extends UpstreamSet {
  readonly answers = new Map<string, Scripted>();
  /** Every question, as `name TYPE`, followed by DO and CD where they are set. */
  readonly asked: string[] = [];
  /** While held, questions wait for release(). */
  held = false;
  /** Whether its servers count as down. */
  down = false;
  readonly #waiting: (() => void)[] = [];

  constructor(name: string, answers: Readonly<Record<string, Scripted>> = {}) {
    super({ name, servers: [], strategy: 'ordered', ttlLimits: LIMITS, now: () => 0 });
    for (const [question, answer] of Object.entries(answers)) this.answers.set(question, answer);
  }

  readonly #inFlight = new Map<string, Promise<UpstreamOutcome>>();

  override get isDown(): boolean {
    return this.down;
  }

  /** Gives all who wait for the same question one outcome, as the real one does. */
  override ask(question: UpstreamQuestion): Promise<UpstreamOutcome> {
    const text = `${nameToText(question.name)} ${typeName(question.qtype)}`;
    const key = `${text}${question.dnssecOk ? ' DO' : ''}${question.checkingDisabled ? ' CD' : ''}`;
    this.asked.push(key);
    const shared = this.#inFlight.get(key) ?? this.#askOnce(question, text);
    this.#inFlight.set(key, shared);
    void shared.finally(() => this.#inFlight.delete(key));
    return shared;
  }

  async #askOnce(question: UpstreamQuestion, text: string): Promise<UpstreamOutcome> {
    if (this.held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const scripted = this.answers.get(text) ?? {
      rcode: 'NXDOMAIN',
      authority: ['. 60 SOA a. b. 1 2 3 4 60'],
    };
    if (scripted.fails !== undefined && scripted.fails !== false) {
      const reason = scripted.fails === true ? 'timeout' : scripted.fails;
      return { ok: false, failures: [{ server: 'udp://192.0.2.53', reason, detail: '' }] };
    }
    return {
      ok: true,
      server: this.name,
      answer: toStoredAnswer(writeResponse(question, scripted), question, LIMITS),
    };
  }

  /** Answers the waiting questions. */
  release(): void {
    this.held = false;
    for (const go of this.#waiting.splice(0)) go();
  }
}

function writeResponse(question: UpstreamQuestion, scripted: Scripted): Uint8Array {
  const { answer = [], authority = [], options = [], rcode = 'NOERROR' } = scripted;
  const toWire = (line: string): Uint8Array => recordToWire(parseRecord(line, '.'), question.name);
  return concat(
    u16(1, 0x81a0 | rcodeNumber(rcode), 1, answer.length, authority.length, 1),
    question.name,
    u16(question.qtype, 1),
    ...answer.map(toWire),
    ...authority.map(toWire),
    optToWire({ options }),
  );
}

/** A query and where it comes from. */
export interface AskFields extends Partial<QueryFields> {
  /** Default `lan`. */
  readonly vlan?: string;
  /** Default 192.0.2.77. */
  readonly client?: string;
  readonly transport?: TransportName;
  /** The octets of the query, instead of a question. */
  readonly bytes?: Uint8Array;
}

/** Who is told of queries, and the system's clock; default one that stands. */
type Told = Pick<QueryPathParts, 'observer' | 'recorder' | 'tellsWhy'> & { readonly unixMs?: () => number };

/** The query side of a service over one state of it. */
export class InProcess {
  readonly cache = new AnswerCache({ sizeOctets: 1 << 20, staleSeconds: 3600 });
  readonly path: QueryPath;
  readonly pending: PendingQuestions;
  readonly pathParts: QueryPathParts;
  /** Replaced by tests of limits. */
  limits: ClientLimits = {
    rate: new RateLimit({ rate: 0, burst: 0 }),
    tcpRate: new RateLimit({ rate: 0, burst: 0 }),
    keepaliveUnits: 100,
  };
  waitingLimits = ALL_MAY_WAIT;
  readonly places = new WaitingPlaces(() => this.waitingLimits);
  readonly failures: string[] = [];
  serving: Serving;
  nowMs = 1_000_000;
  /** Taken over by handlers when their first query comes. */
  prefetch = true;
  tellWhy: TellWhy | undefined;
  readonly #late = new Uint8Array(MAX_MESSAGE_OCTETS);
  readonly #reply = new Uint8Array(MAX_MESSAGE_OCTETS);
  readonly #counters = new Map<string, VlanCounters>();
  readonly #bypass = new Map<string, BypassTally>();
  readonly #handlers = new Map<string, VlanHandler>();
  #id = 0;

  /** `told`: who is told of queries; `serving`: the state that the lines make, where it is there already. */
  constructor(
    lines: ServingLines,
    { unixMs = () => 1_700_000_000_000, ...told }: Told = {},
    serving: Serving = makeServing(lines),
  ) {
    this.serving = serving;
    const nowMs = (): number => this.nowMs;
    const { cache } = this;
    this.pathParts = {
      serving: () => this.serving,
      cache,
      limits: () => this.limits,
      cookies: new Cookies(Uint32Array.of(1, 2, 3, 4)),
      clock: new Clock({ now: nowMs, unixMs, holdMs: 0 }),
      ...told,
    };
    this.pending = new PendingQuestions({
      cache,
      nowMs,
      places: this.places,
      onFailure: ({ set }) => this.failures.push(set),
    });
    this.path = new QueryPath(this.pathParts);
  }

  /** Takes over another state, as a reload does. */
  reload(lines: ServingLines): void {
    this.serving = makeServing({ generation: this.serving.generation + 1, ...lines });
  }

  countersOf(vlan: string): VlanCounters {
    const counters = this.#counters.get(vlan) ?? newCounters();
    this.#counters.set(vlan, counters);
    return counters;
  }

  bypassOf(vlan: string): BypassTally {
    const tally = this.#bypass.get(vlan) ?? new BypassTally();
    this.#bypass.set(vlan, tally);
    return tally;
  }

  /** Puts a query in and gives the reply's octets, or what came instead; waits where it has to. */
  async send(fields: AskFields): Promise<Uint8Array | undefined> {
    const query = this.#queryOf(fields);
    const client = toAddress(fields.client);
    const handler = this.#handler(fields.vlan ?? 'lan', fields.transport ?? 'udp');
    this.#reply.fill(0xee, 0, 2000);
    const octets = handler.answerNow(query, query.length, client, this.#reply);
    if (octets !== PENDING) return octets > 0 ? this.#reply.slice(0, octets) : undefined;
    return handler.resolve(query.slice(), client.copy());
  }

  /** Puts a query in, and gives the result of the first half. */
  now(fields: AskFields): number {
    const query = this.#queryOf(fields);
    const handler = this.#handler(fields.vlan ?? 'lan', fields.transport ?? 'udp');
    return handler.answerNow(query, query.length, toAddress(fields.client), this.#reply);
  }

  /** Asks for a name and reads the reply; throws where none comes. */
  async ask(name: string, type = 'A', fields: AskFields = {}): Promise<ReadMessage> {
    const reply = await this.send({ questions: [{ name, type }], ...fields });
    if (reply === undefined) throw new Error(`no reply to ${name} ${type}`);
    return readMessage(reply);
  }

  /** Asks, and gives the reply in one line: the rcode, then the answer's rdata or TTLs. */
  async tell(name: string, type = 'A', fields: AskFields = {}): Promise<string> {
    const reply = await this.ask(name, type, fields);
    return [reply.rcode, ...reply.answer.map(({ type: kind, rdata }) => `${kind} ${rdata}`)].join(', ');
  }

  /** Gives the listener of one VLAN to another, as in a reload that renames a VLAN. */
  handOver(from: string, to: string): void {
    for (const transport of ['udp', 'tcp'] as const)
      this.#handler(from, transport).handOver(this.#handler(to, transport));
  }

  #queryOf(fields: AskFields): Uint8Array {
    this.#id = (this.#id + 1) & 0xffff;
    return fields.bytes ?? writeQuery({ id: this.#id, questions: [], ...fields });
  }

  #handler(vlan: string, transport: TransportName): VlanHandler {
    const key = `${vlan} ${transport}`;
    const { path, pending, prefetch, tellWhy } = this;
    const parts = { path, pending, prefetch, tellWhy, serving: () => this.serving, late: this.#late };
    const handler =
      this.#handlers.get(key) ??
      new VlanHandler(
        parts,
        new Entrance(vlan, TRANSPORT[transport], this.countersOf(vlan), this.bypassOf(vlan)),
      );
    this.#handlers.set(key, handler);
    return handler;
  }
}

/** A client's address. */
export function toAddress(text = '192.0.2.77'): ClientAddress {
  const client = new ClientAddress();
  if (!client.set(text)) throw new Error(`${text} is no address`);
  return client;
}

/** The Extended DNS Errors of a reply, as `code text`. */
export function errorsOf(reply: ReadMessage): string[] {
  const options = reply.opts.flatMap((opt) => opt.options).filter(({ code }) => code === 15);
  return options.map(({ value }) =>
    `${(value[0] ?? 0) * 256 + (value[1] ?? 0)} ${Buffer.from(value.subarray(2)).toString('utf8')}`.trim(),
  );
}
