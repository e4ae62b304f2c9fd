// The servers of one upstream set: asks them until one gives a good answer, and asks the same question only once at a time.
import type { SecureContext } from 'node:tls';
import { QuestionRun } from './question-run.ts';
import type { RunOutcome } from './question-run.ts';
import type { UpstreamQuestion } from '../answers/asked-question.ts';
import { ResolvConf } from './resolv-conf.ts';
import { orderServers } from './server-choice.ts';
import type { ServerHealth } from './server-health.ts';
import { isOwnLack } from './server-options.ts';
import type { ServerFailure, ServerOptions, Strategy, SystemServers } from './server-options.ts';
import { SocketBudget } from './socket-budget.ts';
import { toStoredAnswer } from '../answers/stored-answer.ts';
import type { StoredAnswer, TtlLimits } from '../answers/stored-answer.ts';
import { UpstreamServer } from './upstream-server.ts';
import type { ServerCounts } from './upstream-server.ts';

/** The outcome of a question. */
export type UpstreamOutcome =
  | {
      readonly ok: true;
      readonly answer: StoredAnswer;
      /** The server that gave it, as in the configuration. */
      readonly server: string;
    }
  | {
      readonly ok: false;
      /** One for each server and try, in the order in which they failed. */
      readonly failures: readonly ServerFailure[];
      /** The error answer that says most (SERVFAIL, REFUSED ...), with its EDE, to pass on; undefined when no server answered. */
      readonly answer?: StoredAnswer;
    };

export interface UpstreamSetOptions {
  /** As in the configuration. */
  readonly name: string;
  readonly servers: readonly (ServerOptions | SystemServers)[];
  readonly strategy: Strategy;
  readonly ttlLimits: TtlLimits;
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
  /** How long a server may be silent until another is asked, or the same again; its answer is used all the same. Default 1500. */
  readonly patienceMs?: number;
  /** How long the whole question may take; default 5000. */
  readonly questionTimeoutMs?: number;
  /** `fastest`: a second server is asked after this long without an answer; default 300. */
  readonly hedgeMs?: number;
  /** UDP sockets that may be open at once, shared by the sets that are given the same; default 500 for this set alone. */
  readonly budget?: SocketBudget;
  /** Says that an address and port is one we listen on, so that `system` servers never make a loop. */
  readonly isOwnAddress?: (address: string, port: number) => boolean;
  /** Gives the CAs that are trusted, called for each connection over TLS; default Node's. */
  readonly trust?: () => SecureContext;
  /** Called when this machine cannot reach a server of a set (`ENETUNREACH`), and when it can again. */
  readonly onObstacle?: (set: string, server: string, obstacle: string | undefined) => void;
}

/** Figures of one server since start. */
interface ServerStats extends Readonly<ServerCounts> {
  readonly server: string;
  readonly address: string;
  readonly state: 'up' | 'down' | 'cannot be asked';
  /** Why this machine cannot reach it, by the system's code: `ENETUNREACH`. */
  readonly obstacle: string | undefined;
  /** Smoothed round trip; undefined before the first answer. */
  readonly smoothedMs: number | undefined;
}

/** Figures of a set since start. */
export interface UpstreamSetStats {
  readonly name: string;
  /** Questions being asked now, and callers that wait for them. */
  readonly inFlight: number;
  readonly waiters: number;
  /** Questions asked of servers; questions that shared another's answer; questions that no server answered well. */
  readonly asked: number;
  readonly shared: number;
  readonly failed: number;
  /** Second servers asked because the first was slow. */
  readonly hedged: number;
  readonly servers: readonly ServerStats[];
}

interface InFlight {
  waiters: number;
  readonly askedBy: string | undefined;
  readonly outcome: Promise<UpstreamOutcome>;
}

const PATIENCE_MS = 1500;
const QUESTION_TIMEOUT_MS = 5000;
const HEDGE_MS = 300;
const OWN_SOCKETS = { shared: 500, perVlan: 0 };
const DNS_PORT = 53;
const RESOLV_CONF = '/etc/resolv.conf';
/** `parallel` asks the two best at once. */
const PARALLEL_WIDTH = 2;

/** One upstream set. */
export class UpstreamSet {
  readonly name: string;
  readonly #options: UpstreamSetOptions;
  readonly #surroundings;
  readonly #questionTimeoutMs: number;
  /** Servers and followed files in the order of the configuration. */
  readonly #sources: readonly (UpstreamServer | ResolvConf)[];
  /** The servers of followed files, by address, so that what is known of a server outlives a change of the file. */
  readonly #systemServers = new Map<string, UpstreamServer>();
  readonly #inFlight = new Map<string, InFlight>();
  readonly #runs = new Set<QuestionRun>();
  #isClosed = false;
  #asked = 0;
  #shared = 0;
  #failed = 0;
  #hedged = 0;

  constructor(options: UpstreamSetOptions) {
    this.name = options.name;
    this.#options = options;
    const { patienceMs = PATIENCE_MS } = options;
    this.#questionTimeoutMs = options.questionTimeoutMs ?? QUESTION_TIMEOUT_MS;
    this.#surroundings = {
      now: options.now,
      budget: options.budget ?? new SocketBudget(() => OWN_SOCKETS),
      patienceMs,
      trust: options.trust,
      longestPatienceMs: Math.max(patienceMs, this.#questionTimeoutMs / 2),
      obstacle: (server: string, obstacle: string | undefined) =>
        options.onObstacle?.(options.name, server, obstacle),
    };
    this.#sources = options.servers.map((server) =>
      server.transport === 'system'
        ? new ResolvConf(server.path ?? RESOLV_CONF, options.now)
        : new UpstreamServer(server, this.#surroundings),
    );
  }

  /** Asks a question, or waits with those who asked the same before; never rejects but for a bug. */
  ask(question: UpstreamQuestion): Promise<UpstreamOutcome> {
    const key = keyOf(question);
    const running = this.#inFlight.get(key);
    if (running !== undefined) {
      running.waiters++;
      this.#shared++;
      if (running.askedBy === question.askedBy) return running.outcome;
      // The other VLAN had no socket left; this one may have some.
      return running.outcome.then((outcome) =>
        outcome.ok || !isOwnLack(outcome.failures) ? outcome : this.ask(question),
      );
    }
    const outcome = this.#ask(question).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, { waiters: 1, outcome, askedBy: question.askedBy });
    return outcome;
  }

  /** Whether none of its servers answers: each failed so often in a row that others would be asked first. */
  get isDown(): boolean {
    const servers = this.#knownServers();
    return servers.length > 0 && servers.every(({ health }) => health.isDown);
  }

  /** Gives the figures for status and metrics. */
  stats(): UpstreamSetStats {
    let waiters = 0;
    for (const running of this.#inFlight.values()) waiters += running.waiters;
    return {
      name: this.name,
      inFlight: this.#inFlight.size,
      waiters,
      asked: this.#asked,
      shared: this.#shared,
      failed: this.#failed,
      hedged: this.#hedged,
      servers: this.#knownServers().map((server) => ({
        server: server.name,
        address: server.address,
        state: stateOf(server.health),
        obstacle: server.health.obstacle,
        smoothedMs: server.health.smoothedMs,
        ...server.counts,
      })),
    };
  }

  /** Ends all questions in flight as failures and closes every socket. */
  close(): void {
    this.#isClosed = true;
    for (const run of this.#runs) run.cancel();
    for (const server of this.#knownServers()) server.close();
  }

  async #ask(question: UpstreamQuestion): Promise<UpstreamOutcome> {
    const servers = await this.#currentServers();
    if (this.#isClosed) return this.#failure([{ server: this.name, reason: 'closed', detail: '' }]);
    if (servers.length === 0) {
      return this.#failure([{ server: this.name, reason: 'unreachable', detail: 'it has no servers now' }]);
    }
    const { strategy, hedgeMs = HEDGE_MS } = this.#options;
    const order = orderServers(servers, strategy, this.#asked, Math.random);
    this.#asked++;
    const outcome = await this.#run(question, order, {
      width: strategy === 'parallel' ? PARALLEL_WIDTH : 1,
      hedgeMs: strategy === 'fastest' ? hedgeMs : undefined,
    });
    if (outcome.ok) {
      const answer = toStoredAnswer(outcome.message, question, this.#options.ttlLimits);
      if (answer.fault === undefined) return { ok: true, answer, server: outcome.server };
      const detail = answer.fault;
      return this.#failure([{ server: outcome.server, reason: 'malformed', detail }], answer);
    }
    const { best } = outcome;
    return this.#failure(outcome.failures, best && toStoredAnswer(best, question, this.#options.ttlLimits));
  }

  async #run(
    question: UpstreamQuestion,
    order: readonly UpstreamServer[],
    how: { width: number; hedgeMs: number | undefined },
  ): Promise<RunOutcome> {
    this.#probe(question, order);
    return this.#follow(
      new QuestionRun({
        question,
        order,
        ...how,
        timeoutMs: this.#questionTimeoutMs,
        hedged: () => this.#hedged++,
      }),
    );
  }

  /** A server that is down gets a copy of a question now and then: no client waits for it, and its return is noticed. */
  #probe(question: UpstreamQuestion, order: readonly UpstreamServer[]): void {
    for (const server of order.slice(1)) {
      if (!server.health.takeProbe(this.#options.now())) continue;
      const run = new QuestionRun({
        question,
        order: [server],
        width: 1,
        hedgeMs: undefined,
        timeoutMs: this.#questionTimeoutMs,
        hedged: () => {},
      });
      void this.#follow(run);
    }
  }

  async #follow(run: QuestionRun): Promise<RunOutcome> {
    this.#runs.add(run);
    try {
      return await run.start();
    } finally {
      this.#runs.delete(run);
    }
  }

  #failure(failures: readonly ServerFailure[], answer?: StoredAnswer): UpstreamOutcome {
    this.#failed++;
    return answer === undefined ? { ok: false, failures } : { ok: false, failures, answer };
  }

  #knownServers(): UpstreamServer[] {
    const fixed = this.#sources.filter((source) => source instanceof UpstreamServer);
    return [...fixed, ...this.#systemServers.values()];
  }

  async #currentServers(): Promise<UpstreamServer[]> {
    const servers: UpstreamServer[] = [];
    for (const source of this.#sources) {
      if (source instanceof UpstreamServer) servers.push(source);
      else servers.push(...this.#serversAt(await source.servers()));
    }
    return servers;
  }

  #serversAt(addresses: readonly string[]): UpstreamServer[] {
    const others = addresses.filter((address) => this.#options.isOwnAddress?.(address, DNS_PORT) !== true);
    for (const [address, server] of this.#systemServers) {
      if (others.includes(address)) continue;
      server.close();
      this.#systemServers.delete(address);
    }
    return others.map((address) => {
      const server =
        this.#systemServers.get(address) ??
        new UpstreamServer({ transport: 'udp', address }, this.#surroundings);
      this.#systemServers.set(address, server);
      return server;
    });
  }
}

function stateOf({ obstacle, isDown }: ServerHealth): ServerStats['state'] {
  if (obstacle !== undefined) return 'cannot be asked';
  return isDown ? 'down' : 'up';
}

function keyOf(question: UpstreamQuestion): string {
  const { name, qtype, dnssecOk, checkingDisabled } = question;
  const octets = Buffer.from(name.buffer, name.byteOffset, name.byteLength);
  return `${qtype} ${Number(dnssecOk)}${Number(checkingDisabled)} ${octets.toString('latin1')}`;
}
