// One question over the connections of a pool. A server may close a connection because of another question on it, because it
// was idle, or after each answer, just as we write to it: then the question is asked again, alone on a connection
// (RFC 7766 section 6.2.4). One without an answer is asked again over another connection, and still waits on the first.
import { Cancellation } from './cancellation.ts';
import { failure } from './exchange.ts';
import type { ExchangeFailure, ExchangeLimits, ExchangeOutcome } from './exchange.ts';
import type { StreamConnection } from './stream-connection.ts';
import type { UpstreamQuestion } from '../../answers/asked-question.ts';

/** The pool, as a question sees it. */
export interface Reach {
  /** Calls back, at once or later, with a connection for one more question; the function returned withdraws the request. */
  readonly connection: (
    alone: boolean,
    use: (found: StreamConnection | ExchangeFailure) => void,
  ) => () => void;
  /** Says that the question on this connection is over. */
  readonly release: (connection: StreamConnection) => void;
  /** Says that the question has waited for a connection as long as for an answer. */
  readonly waitedLong: () => void;
  /** Whether the server has other work of ours, which may be why it closes a connection that was asked once. */
  readonly canTryAgain: () => boolean;
}

/** A question, and how it is asked. */
export interface StreamQuestionOptions {
  readonly question: UpstreamQuestion;
  /** Without its id. */
  readonly query: Uint8Array;
  readonly limits: ExchangeLimits;
  readonly reach: Reach;
}

/** The most connections that one question is sent on, one after another. */
const MAX_ATTEMPTS = 4;

/** One question; it is used once. */
export class StreamQuestion {
  readonly #options: StreamQuestionOptions;
  readonly #cancellation = new Cancellation();
  readonly #unwish = new Set<() => void>();
  #attempts = 0;
  #running = 0;
  /** Attempts that wait for a connection. */
  #wishing = 0;
  /** The connection asked last, and how many answers it had given before. */
  #latest: { readonly connection: StreamConnection; readonly answered: number } | undefined;
  #settle: ((outcome: ExchangeOutcome) => void) | undefined;

  constructor(options: StreamQuestionOptions) {
    this.#options = options;
  }

  /** Asks until there is an outcome. */
  start(): Promise<ExchangeOutcome> {
    const { cancellation, timeoutMs, patienceMs } = this.#options.limits;
    return new Promise((resolve) => {
      const cancel = (): void => this.#finish(failure('cancelled'));
      const timer = setTimeout(() => {
        this.#suspectLatest();
        this.#finish(failure(this.#latest === undefined ? 'too-many-sockets' : 'timeout'));
      }, timeoutMs);
      let repeats = Math.ceil(timeoutMs / patienceMs) - 1;
      const repeat = setInterval(() => {
        if (repeats-- > 0) this.#isSlow();
      }, patienceMs);
      this.#settle = (outcome) => {
        clearTimeout(timer);
        clearInterval(repeat);
        cancellation.remove(cancel);
        resolve(outcome);
      };
      cancellation.add(cancel);
      this.#attempt(false);
    });
  }

  #attempt(alone: boolean): void {
    this.#attempts++;
    this.#running++;
    this.#wishing++;
    const unwish = this.#options.reach.connection(alone, (found) => {
      this.#wishing--;
      if ('ok' in found) this.#failed(found);
      else void this.#askOver(found);
    });
    this.#unwish.add(unwish);
  }

  async #askOver(connection: StreamConnection): Promise<void> {
    const { question, query, reach } = this.#options;
    this.#latest = { connection, answered: connection.answered };
    const outcome = await connection.ask(question, query, this.#cancellation);
    reach.release(connection);
    if (this.#settle === undefined) return;
    if (outcome.ok) this.#finish(outcome);
    else if (connection.hasEnded && this.#isWorthAnother(connection, outcome)) {
      this.#running--;
      this.#attempt(true);
    } else this.#failed(outcome);
  }

  /** A connection that ended with this question alone on it, and nothing else under way, ended because of it. */
  #isWorthAnother(connection: StreamConnection, { reason }: ExchangeFailure): boolean {
    if (reason !== 'closed' && reason !== 'malformed') return false;
    return this.#attempts < MAX_ATTEMPTS && (connection.asked > 1 || this.#options.reach.canTryAgain());
  }

  #failed(why: ExchangeFailure): void {
    this.#running--;
    if (this.#running === 0) this.#finish(why);
  }

  #isSlow(): void {
    this.#options.limits.slow();
    if (this.#wishing > 0) this.#options.reach.waitedLong();
    if (this.#settle === undefined || !this.#suspectLatest() || this.#attempts >= MAX_ATTEMPTS) return;
    this.#attempt(false);
  }

  /** An open connection that has said nothing since may be dead: the next question goes over another. */
  #suspectLatest(): boolean {
    if (this.#latest === undefined) return false;
    const { connection, answered } = this.#latest;
    if (!connection.isOpen || connection.answered > answered) return false;
    connection.retire();
    return true;
  }

  #finish(outcome: ExchangeOutcome): void {
    const settle = this.#settle;
    this.#settle = undefined;
    for (const unwish of this.#unwish) unwish();
    settle?.(outcome);
    this.#cancellation.cancel();
  }
}
