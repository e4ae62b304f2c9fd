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
/** A handshake may take longer than one try: the next try then finds the connection open. */
const OPEN_TIMEOUT_MS = 5000;

/** The connections to one server. */
export class StreamPool {
  readonly #options: StreamPoolOptions;
  readonly #connections = new Set<StreamConnection>();

  constructor(options: StreamPoolOptions) {
    this.#options = options;
  }

  /** Asks over a connection that is there, or a new one. `query` is without its id. */
  async ask(question: UpstreamQuestion, query: Uint8Array, limits: ExchangeLimits): Promise<ExchangeOutcome> {
    const connection = this.#leastBusy() ?? this.#open();
    if (connection === undefined) return failure('too-many-sockets');
    const mayBeClosing = connection.isOpen;
    const outcome = await connection.ask(question, query, limits);
    if (outcome.ok || outcome.reason !== 'closed' || !mayBeClosing) return outcome;
    // The server closed an idle connection as we wrote to it (RFC 7766 section 6.2.4): once more, over a new one.
    return this.#open()?.ask(question, query, limits) ?? outcome;
  }

  /** Ends what is under way and closes all connections. */
  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #leastBusy(): StreamConnection | undefined {
    let best: StreamConnection | undefined;
    for (const connection of this.#connections) {
      if (connection.waiting < (best?.waiting ?? MAX_WAITING)) best = connection;
    }
    return best;
  }

  #open(): StreamConnection | undefined {
    if (this.#connections.size >= MAX_CONNECTIONS) return undefined;
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
