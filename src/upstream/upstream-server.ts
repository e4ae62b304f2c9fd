// One server of a set: one try with all its steps (TCP after truncation, plain DNS after a refusal of EDNS), and what its
// answers show of its health.
import { isIPv6 } from 'node:net';
import type { SecureContext } from 'node:tls';
import { FLAG, HEADER, readU16 } from '../dns/message.ts';
import { RCODE, TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';
import { failure } from './exchange/exchange.ts';
import type { ExchangeFailure, ExchangeLimits, ExchangeOutcome } from './exchange/exchange.ts';
import type { Cancellation } from './exchange/cancellation.ts';
import { tcpOpener, tlsOpener } from './exchange/open-stream.ts';
import { toOptRecord } from '../answers/opt-record.ts';
import { RandomIds, writeUpstreamQuery } from './question.ts';
import type { UpstreamQuestion } from './question.ts';
import { ServerHealth } from './server-health.ts';
import type { ServerOptions } from './server-options.ts';
import type { SocketBudget } from './socket-budget.ts';
import { SpareSockets } from './exchange/spare-sockets.ts';
import { StreamPool } from './exchange/stream-pool.ts';
import { exchangeOverUdp } from './exchange/udp-exchange.ts';

/** The outcome of one try. */
export type TryOutcome =
  /** A good answer, to be passed on. */
  | { readonly kind: 'good'; readonly message: Uint8Array }
  /** An answer where another server may have a better one: SERVFAIL, REFUSED ... */
  | { readonly kind: 'poor'; readonly message: Uint8Array; readonly rcode: number }
  | { readonly kind: 'none'; readonly failure: ExchangeFailure };

/** Figures since start. */
export interface ServerCounts {
  sent: number;
  answered: number;
  failed: number;
  /** Messages that were not the answer waited for (other id, question, or malformed). */
  ignored: number;
  /** Questions asked again over TCP because the answer was truncated. */
  truncated: number;
  /** Sockets for it that could not be made or connected, spare ones among them. */
  socketFaults: number;
}

/** What servers share, and their time limits. */
export interface ServerSurroundings {
  readonly now: () => number;
  readonly budget: SocketBudget;
  /** How long a server may be silent until another is asked, or the same again; longer for one known to be slow, ... */
  readonly patienceMs: number;
  /** ... up to this. */
  readonly longestPatienceMs: number;
  /** Gives the CAs that are trusted, called for each connection; default Node's. */
  readonly trust?: (() => SecureContext) | undefined;
  /** Called when this machine cannot reach a server, and when it can again. */
  readonly obstacle?: ((server: string, obstacle: string | undefined) => void) | undefined;
}

/** How a question is asked. */
export interface AskOptions {
  readonly cancellation: Cancellation;
  /** Called when the server has been silent for long enough that another is to be asked; its answer is still used. */
  readonly slow: () => void;
}

/** RFC 2136 section 2.2: the server does not hold the zone. */
const NOTAUTH = 9;
const DEFAULT_PORT = { udp: 53, tcp: 53, tls: 853 };
/** How often a silent server is asked: a datagram may have been lost. */
const TIMES_ASKED = 3;
/** RFC 8467 section 4.1. */
const TLS_PADDING_BLOCK = 128;
const TCP_IDLE_MS = 10_000;
const TLS_IDLE_MS = 30_000;
/** How long a server that refuses EDNS is asked without. */
const PLAIN_MS = 15 * 60_000;

const walk = new RecordWalk();

/** One server. */
export class UpstreamServer {
  /** As in the configuration: `udp://192.0.2.1:53`. */
  readonly name: string;
  /** Without brackets. */
  readonly address: string;
  readonly health = new ServerHealth();
  readonly counts: ServerCounts = {
    sent: 0,
    answered: 0,
    failed: 0,
    ignored: 0,
    truncated: 0,
    socketFaults: 0,
  };
  readonly #options: ServerOptions;
  readonly #port: number;
  readonly #surroundings: ServerSurroundings;
  readonly #ids = new RandomIds();
  /** By VLAN, so that none fills another's connections, or makes it wait behind slow answers on them. */
  readonly #pools = new Map<string, StreamPool>();
  readonly #openPool: () => StreamPool;
  readonly #sockets: SpareSockets;
  /** Until then it is asked without EDNS. */
  #plainUntilMs = 0;

  constructor(options: ServerOptions, surroundings: ServerSurroundings) {
    this.#options = options;
    this.address = options.address;
    this.#port = options.port ?? DEFAULT_PORT[options.transport];
    this.#surroundings = surroundings;
    this.name = serverName(options, this.#port);
    this.#sockets = new SpareSockets({
      address: options.address,
      port: this.#port,
      failed: () => this.counts.socketFaults++,
    });
    const { address, serverName: certificateName } = options;
    const isTls = options.transport === 'tls';
    const openStream = isTls
      ? tlsOpener({ address, port: this.#port, serverName: certificateName, trust: surroundings.trust })
      : tcpOpener(address, this.#port);
    this.#openPool = () =>
      new StreamPool({
        openStream,
        idleMs: isTls ? TLS_IDLE_MS : TCP_IDLE_MS,
        ids: this.#ids,
        ignored: () => this.counts.ignored++,
        now: surroundings.now,
      });
  }

  /** Asks until there is an answer, or it has been silent for long; never rejects. */
  async ask(question: UpstreamQuestion, { cancellation, slow }: AskOptions): Promise<TryOutcome> {
    const { now, patienceMs: leastMs, longestPatienceMs } = this.#surroundings;
    const startMs = now();
    const patienceMs = this.health.patienceMs(leastMs, longestPatienceMs);
    const limits: ExchangeLimits = {
      cancellation,
      patienceMs,
      timeoutMs: patienceMs * TIMES_ASKED,
      slow: () => {
        this.health.failed(now());
        slow();
      },
    };
    const withEdns = startMs >= this.#plainUntilMs;
    let outcome = classify(await this.#exchange(question, withEdns, limits));
    if (withEdns && refusesEdns(outcome) && !cancellation.isCancelled) {
      outcome = classify(await this.#exchange(question, false, limits));
      if (outcome.kind !== 'none' && !refusesEdns(outcome)) this.#plainUntilMs = now() + PLAIN_MS;
    }
    this.#note(outcome, startMs);
    return outcome;
  }

  /** Ends what is under way over TCP and closes its connections, and the sockets that are ready. */
  close(): void {
    for (const pool of this.#pools.values()) pool.close();
    this.#sockets.close();
  }

  async #exchange(
    question: UpstreamQuestion,
    edns: boolean,
    limits: ExchangeLimits,
  ): Promise<ExchangeOutcome> {
    this.counts.sent++;
    const paddingBlock = this.#options.transport === 'tls' ? TLS_PADDING_BLOCK : 0;
    const query = writeUpstreamQuery(question, { edns, paddingBlock });
    if (this.#options.transport !== 'udp') return this.#poolOf(question).ask(question, query, limits);
    const outcome = await this.#exchangeOverUdp(question, query, limits);
    if (!outcome.ok || !isTruncated(outcome.message)) return outcome;
    this.counts.truncated++;
    return this.#poolOf(question).ask(question, query, limits);
  }

  async #exchangeOverUdp(
    question: UpstreamQuestion,
    query: Uint8Array,
    limits: ExchangeLimits,
  ): Promise<ExchangeOutcome> {
    const { budget } = this.#surroundings;
    if (!budget.take(question.askedBy)) return failure('too-many-sockets');
    const exchange = {
      sockets: this.#sockets,
      question,
      query,
      id: this.#ids.next(),
      ignored: () => this.counts.ignored++,
    };
    try {
      return await exchangeOverUdp(exchange, limits);
    } finally {
      budget.give(question.askedBy);
    }
  }

  #poolOf({ askedBy = '' }: UpstreamQuestion): StreamPool {
    const pool = this.#pools.get(askedBy) ?? this.#openPool();
    this.#pools.set(askedBy, pool);
    return pool;
  }

  #note(outcome: TryOutcome, startMs: number): void {
    const nowMs = this.#surroundings.now();
    if (outcome.kind === 'none') {
      const { reason } = outcome.failure;
      this.#noteObstacle(outcome.failure);
      if (reason === 'cancelled') this.health.overtaken(nowMs - startMs);
      if (reason === 'cancelled' || reason === 'too-many-sockets') return;
      this.counts.failed++;
      this.health.failed(nowMs);
      return;
    }
    this.#noteObstacle(undefined);
    this.counts.answered++;
    // SERVFAIL is about the name; a server that refuses everything is of no more use than a silent one.
    if (outcome.kind === 'poor' && outcome.rcode !== RCODE.SERVFAIL) this.health.failed(nowMs);
    else this.health.answered(nowMs - startMs);
  }

  /** Why questions do not leave this machine: no socket could be made, or it has no route. Silence and refusals do not count. */
  #noteObstacle(why: ExchangeFailure | undefined): void {
    if (why?.reason === 'cancelled') return;
    const isHere = why?.reason === 'unreachable' || why?.reason === 'too-many-sockets';
    const obstacle = isHere ? why.detail || undefined : undefined;
    if (obstacle !== undefined) this.counts.socketFaults++;
    if (obstacle === this.health.obstacle) return;
    this.health.obstacle = obstacle;
    this.#surroundings.obstacle?.(this.name, obstacle);
  }
}

function serverName(options: ServerOptions, port: number): string {
  const address = isIPv6(options.address) ? `[${options.address}]` : options.address;
  const name = options.serverName === undefined ? '' : `#${options.serverName}`;
  return `${options.transport}://${address}:${port}${name}`;
}

function isTruncated(message: Uint8Array): boolean {
  return (readU16(message, HEADER.FLAGS) & FLAG.TC) !== 0;
}

function classify(outcome: ExchangeOutcome): TryOutcome {
  if (!outcome.ok) return { kind: 'none', failure: outcome };
  const { message } = outcome;
  const rcode = rcodeOf(message);
  if (rcode !== RCODE.NOERROR) {
    return isFinal(rcode) ? { kind: 'good', message } : { kind: 'poor', message, rcode };
  }
  return isReferral(message) ? { kind: 'none', failure: failure('lame') } : { kind: 'good', message };
}

function rcodeOf(message: Uint8Array): number {
  const upper = toOptRecord(message)?.upperRcode ?? 0;
  return (upper << 4) | (readU16(message, HEADER.FLAGS) & FLAG.RCODE);
}

/** Whether an rcode is about the name (NXDOMAIN, YXDOMAIN ...), so that every other server would give the same. */
function isFinal(rcode: number): boolean {
  switch (rcode) {
    case RCODE.FORMERR:
    case RCODE.SERVFAIL:
    case RCODE.NOTIMP:
    case RCODE.REFUSED:
    case NOTAUTH:
    case RCODE.BADVERS:
      return false;
    default:
      return true;
  }
}

/** Whether this is a referral, from a server that does not resolve for us: neither AA nor RA, no answer, NS without SOA. */
function isReferral(message: Uint8Array): boolean {
  if ((readU16(message, HEADER.FLAGS) & (FLAG.AA | FLAG.RA)) !== 0) return false;
  if (readU16(message, HEADER.ANCOUNT) !== 0) return false;
  let hasNs = false;
  walk.start(message, message.length);
  while (walk.next() && walk.section < 3) {
    if (walk.type === TYPE.SOA) return false;
    if (walk.type === TYPE.NS) hasNs = true;
  }
  return hasNs;
}

/** FORMERR or NOTIMP without OPT, or BADVERS: the server may know the question but not EDNS (RFC 6891 section 7). */
function refusesEdns(outcome: TryOutcome): boolean {
  if (outcome.kind === 'none') return outcome.failure.reason === 'rcode';
  if (outcome.kind === 'good') return false;
  if (outcome.rcode === RCODE.BADVERS) return true;
  const mayMeanEdns = outcome.rcode === RCODE.FORMERR || outcome.rcode === RCODE.NOTIMP;
  return mayMeanEdns && toOptRecord(outcome.message) === undefined;
}
