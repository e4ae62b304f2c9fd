// One server of a set: one try with all that belongs to it, such as plain DNS after a refusal of EDNS, and what its answers tell
// about its health. What carries the messages is the exchange's business (exchange/transport.ts).
import { isIPv6 } from 'node:net';
import type { SecureContext } from 'node:tls';
import { RCODE } from '../dns/numbers.ts';
import type { UpstreamQuestion } from '../answers/asked-question.ts';
import type { Cancellation } from './exchange/cancellation.ts';
import type { Exchange, ExchangeFailure, ExchangeLimits, ExchangeOutcome } from './exchange/exchange.ts';
import { TRANSPORTS } from './exchange/transport.ts';
import { RandomIds, writeUpstreamQuery } from './question.ts';
import { ServerHealth } from './server-health.ts';
import type { ServerOptions } from './server-options.ts';
import type { SocketBudget } from './socket-budget.ts';
import { classify, refusesEdns } from './try-outcome.ts';
import type { TryOutcome } from './try-outcome.ts';

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

/** How often a silent server is asked: a datagram may have been lost. */
const TIMES_ASKED = 3;
/** How long a server that refuses EDNS is asked without. */
const PLAIN_MS = 15 * 60_000;

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
  readonly #surroundings: ServerSurroundings;
  readonly #paddingBlock: number;
  readonly #exchange: Exchange;
  /** Until then it is asked without EDNS. */
  #plainUntilMs = 0;

  constructor(options: ServerOptions, surroundings: ServerSurroundings) {
    const transport = TRANSPORTS[options.transport];
    const port = options.port ?? transport.port;
    this.address = options.address;
    this.name = nameOf(options, port);
    this.#surroundings = surroundings;
    this.#paddingBlock = transport.paddingBlock;
    const { counts } = this;
    this.#exchange = transport.open({
      address: options.address,
      port,
      serverName: options.serverName,
      ids: new RandomIds(),
      ...surroundings,
      ignored: () => counts.ignored++,
      truncated: () => counts.truncated++,
      socketFailed: () => counts.socketFaults++,
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
    let outcome = classify(await this.#askOnce(question, withEdns, limits));
    if (withEdns && refusesEdns(outcome) && !cancellation.isCancelled) {
      outcome = classify(await this.#askOnce(question, false, limits));
      if (outcome.kind !== 'none' && !refusesEdns(outcome)) this.#plainUntilMs = now() + PLAIN_MS;
    }
    this.#note(outcome, startMs);
    return outcome;
  }

  /** Ends what is under way and closes what is open. */
  close(): void {
    this.#exchange.close();
  }

  #askOnce(question: UpstreamQuestion, edns: boolean, limits: ExchangeLimits): Promise<ExchangeOutcome> {
    this.counts.sent++;
    const query = writeUpstreamQuery(question, { edns, paddingBlock: this.#paddingBlock });
    return this.#exchange.ask(question, query, limits);
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

function nameOf(options: ServerOptions, port: number): string {
  const address = isIPv6(options.address) ? `[${options.address}]` : options.address;
  const name = options.serverName === undefined ? '' : `#${options.serverName}`;
  return `${options.transport}://${address}:${port}${name}`;
}
