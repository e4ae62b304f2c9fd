// The TCP or TLS connections to one server: reused while they last, few at a time. How many questions and connections the
// server allows is learned from how it closes them, and forgotten after a while; a question waits for a place rather than fail.
import { failure, failureOf } from './exchange.ts';
import type { ExchangeFailure, ExchangeLimits, ExchangeOutcome } from './exchange.ts';
import { StreamConnection } from './stream-connection.ts';
import type { OpeningStream } from './stream-connection.ts';
import { StreamQuestion } from './stream-question.ts';
import type { Reach } from './stream-question.ts';
import type { RandomIds } from '../question.ts';
import type { UpstreamQuestion } from '../../answers/asked-question.ts';

/** How the connections to a server are made. */
export interface StreamPoolOptions {
  /** Starts to open a stream. */
  readonly openStream: () => OpeningStream;
  readonly idleMs: number;
  readonly ids: RandomIds;
  /** Called for each message that nobody waits for. */
  readonly ignored: () => void;
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
}

/** Connections at once that questions share. */
const MAX_SHARED = 4;
/** Questions under way on one connection. */
const MAX_WAITING = 100;
/** All connections at once, including those that serve one question alone and those that only wait for answers. */
const MAX_CONNECTIONS = 20;
/** A handshake may take longer than one try: the next try then finds the connection open. */
const OPEN_TIMEOUT_MS = 5000;
/** How long the limits learned of a server hold. */
const LEARNED_MS = 60_000;

/** A question that waits for a connection. */
interface Wish {
  readonly alone: boolean;
  readonly use: (found: StreamConnection | ExchangeFailure) => void;
}

/** The connections to one server. */
export class StreamPool {
  readonly #options: StreamPoolOptions;
  /** All that have not ended. */
  readonly #connections = new Set<StreamConnection>();
  /** Those that serve one question alone. */
  readonly #reserved = new Set<StreamConnection>();
  readonly #wishes = new Set<Wish>();
  /** Questions on one connection, and connections at once, that the server seems to allow, and until when that holds. */
  #perConnection = Number.POSITIVE_INFINITY;
  #most = MAX_CONNECTIONS;
  #closedEarly = 0;
  #learnedUntilMs = 0;
  readonly #reach: Reach = {
    connection: (alone, use) => this.#find({ alone, use }),
    release: (connection) => {
      this.#reserved.delete(connection);
      this.#grantWishes();
    },
    // What was learned may have been about other questions: those that hang must not hold up the rest.
    waitedLong: () => {
      this.#most = Math.min(this.#most + 1, MAX_CONNECTIONS);
      this.#grantWishes();
    },
    canTryAgain: () => this.#connections.size > 0 || this.#wishes.size > 0,
  };

  constructor(options: StreamPoolOptions) {
    this.#options = options;
  }

  /** Asks over a connection that is there, or a new one. `query` is without its id. */
  ask(question: UpstreamQuestion, query: Uint8Array, limits: ExchangeLimits): Promise<ExchangeOutcome> {
    return new StreamQuestion({ question, query, limits, reach: this.#reach }).start();
  }

  /** Ends what is under way and closes all connections. */
  close(): void {
    for (const { use } of this.#wishes) use(failure('cancelled'));
    this.#wishes.clear();
    for (const connection of this.#connections) connection.close();
  }

  /** Calls back at once, or when there is a place; the function that it returns withdraws the request. */
  #find(wish: Wish): () => void {
    this.#forget();
    const found = this.#connectionFor(wish.alone);
    if (found === undefined) {
      this.#wishes.add(wish);
      return () => this.#wishes.delete(wish);
    }
    this.#give(wish, found);
    return () => {};
  }

  #give({ alone, use }: Wish, found: StreamConnection | ExchangeFailure): void {
    if (found instanceof StreamConnection && alone) this.#reserved.add(found);
    use(found);
    if (found instanceof StreamConnection && found.asked >= this.#perConnection) found.retire();
  }

  #grantWishes(): void {
    for (const wish of this.#wishes) {
      const found = this.#connectionFor(wish.alone);
      if (found === undefined) continue;
      this.#wishes.delete(wish);
      this.#give(wish, found);
    }
  }

  #connectionFor(alone: boolean): StreamConnection | ExchangeFailure | undefined {
    const shared = alone ? undefined : this.#leastBusy();
    if (shared !== undefined) return shared;
    const isSharing = this.#perConnection === Number.POSITIVE_INFINITY && !alone;
    if (this.#connections.size >= this.#most || (isSharing && this.#countShared() >= MAX_SHARED)) return;
    return this.#open();
  }

  #leastBusy(): StreamConnection | undefined {
    let best: StreamConnection | undefined;
    for (const connection of this.#connections) {
      if (connection.isRetired || this.#reserved.has(connection)) continue;
      if (connection.asked >= this.#perConnection) continue;
      if (connection.waiting < (best?.waiting ?? MAX_WAITING)) best = connection;
    }
    return best;
  }

  #countShared(): number {
    let count = 0;
    for (const connection of this.#connections)
      if (!connection.isRetired && !this.#reserved.has(connection)) count++;
    return count;
  }

  #open(): StreamConnection | ExchangeFailure {
    const { openStream, idleMs, ids, ignored } = this.#options;
    let stream: OpeningStream;
    try {
      stream = openStream();
    } catch (error) {
      // Node throws at once for what it will not use, such as a certificate that it cannot read.
      if (error instanceof Error) return failureOf(error);
      throw error;
    }
    const connection = new StreamConnection(stream, {
      idleMs,
      openTimeoutMs: OPEN_TIMEOUT_MS,
      ids,
      ended: (gone, why) => this.#ended(gone, why),
      ignored,
    });
    this.#connections.add(connection);
    return connection;
  }

  #ended(gone: StreamConnection, why: ExchangeFailure): void {
    this.#connections.delete(gone);
    this.#reserved.delete(gone);
    if (why.reason === 'closed' && gone.waiting > 0) this.#learn(gone);
    // Not in the same turn: questions on this connection settle first, and one that fails at once must not loop.
    setImmediate(() => this.#grantWishes());
  }

  /** The server closed a connection although it owed answers; with many questions on it that may happen once. */
  #learn({ asked, answered }: StreamConnection): void {
    this.#forget();
    if (asked > 1 && ++this.#closedEarly > 1)
      this.#perConnection = Math.min(this.#perConnection, Math.max(1, answered));
    if (asked === 1 && this.#connections.size > 0) this.#most = Math.min(this.#most, this.#connections.size);
    this.#learnedUntilMs = this.#options.now() + LEARNED_MS;
  }

  #forget(): void {
    if (this.#options.now() < this.#learnedUntilMs) return;
    this.#perConnection = Number.POSITIVE_INFINITY;
    this.#most = MAX_CONNECTIONS;
    this.#closedEarly = 0;
  }
}
