// The TCP or TLS connections to one server: reused while they last, few at a time.
import { failure } from './exchange.ts';
import type { ExchangeLimits, ExchangeOutcome } from './exchange.ts';
import { StreamConnection } from './stream-connection.ts';
import type { OpeningStream } from './stream-connection.ts';
import type { RandomIds, UpstreamQuestion } from '../question.ts';

/** How the connections to a server are made. */
export interface StreamPoolOptions {
  /** Starts to open a stream; it does not throw. */
  readonly openStream: () => OpeningStream;
  readonly idleMs: number;
  readonly ids: RandomIds;
  /** Called for each message that nobody waits for. */
  readonly ignored: () => void;
}

/** Connections to one server at once. */
const MAX_CONNECTIONS = 4;
/** Questions under way on one connection. */
const MAX_WAITING = 100;
/** The same with the connections that questions asked again have to themselves. */
const MAX_ALL_CONNECTIONS = 20;
/** A handshake may take longer than one try: the next try then finds the connection open. */
const OPEN_TIMEOUT_MS = 5000;

/** The connections to one server. */
export class StreamPool {
  readonly #options: StreamPoolOptions;
  readonly #connections = new Set<StreamConnection>();
  /** Those that a question asked again has to itself. */
  readonly #reserved = new Set<StreamConnection>();

  constructor(options: StreamPoolOptions) {
    this.#options = options;
  }

  /**
   * Asks over a connection that is there, or a new one. `query` is without its id. A server may close a connection
   * because of another question on it, or because it was idle, just as we write to it: then this question is asked once
   * more, over a connection that it has to itself (RFC 7766 section 6.2.4).
   */
  async ask(question: UpstreamQuestion, query: Uint8Array, limits: ExchangeLimits): Promise<ExchangeOutcome> {
    const connection = this.#leastBusy() ?? this.#open(MAX_CONNECTIONS);
    if (connection === undefined) return failure('too-many-sockets');
    const outcome = await connection.ask(question, query, limits);
    const wasAlone = connection.asked === 1;
    if (outcome.ok || outcome.reason !== 'closed' || wasAlone) return outcome;
    const own = this.#open(MAX_ALL_CONNECTIONS);
    if (own === undefined) return outcome;
    this.#reserved.add(own);
    const second = await own.ask(question, query, limits);
    this.#reserved.delete(own);
    return second;
  }

  /** Ends what is under way and closes all connections. */
  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #leastBusy(): StreamConnection | undefined {
    let best: StreamConnection | undefined;
    for (const connection of this.#connections) {
      if (this.#reserved.has(connection)) continue;
      if (connection.waiting < (best?.waiting ?? MAX_WAITING)) best = connection;
    }
    return best;
  }

  #open(most: number): StreamConnection | undefined {
    if (this.#connections.size >= most) return undefined;
    const { openStream, idleMs, ids, ignored } = this.#options;
    const connection = new StreamConnection(openStream(), {
      idleMs,
      openTimeoutMs: OPEN_TIMEOUT_MS,
      ids,
      retired: (gone) => this.#connections.delete(gone),
      ignored,
    });
    this.#connections.add(connection);
    return connection;
  }
}
