// One question to the servers of a set: which is asked when, and when it is over. The first good answer wins, however late,
// and exchanges still under way then are cancelled. When a server is slow the next is asked, and its answer still counts.
import { RCODE, rcodeToText } from '../dns/numbers.ts';
import { Cancellation } from './exchange/cancellation.ts';
import { toOptRecord } from '../answers/opt-record.ts';
import type { UpstreamQuestion } from '../answers/asked-question.ts';
import type { ServerFailure } from './server-options.ts';
import type { UpstreamServer } from './upstream-server.ts';
import type { TryOutcome } from './try-outcome.ts';

/** How a question is asked. */
export interface RunOptions {
  readonly question: UpstreamQuestion;
  /** The servers in the order to ask them. */
  readonly order: readonly UpstreamServer[];
  /** How many are asked at once. */
  readonly width: number;
  /** One more is asked after this long without an answer; undefined: none. */
  readonly hedgeMs: number | undefined;
  readonly timeoutMs: number;
  /** Called when one more was asked. */
  readonly hedged: () => void;
}

/** The outcome. */
export type RunOutcome =
  | { readonly ok: true; readonly message: Uint8Array; readonly server: string }
  | {
      readonly ok: false;
      readonly failures: readonly ServerFailure[];
      /** The error answer that says most, or undefined. */
      readonly best: Uint8Array | undefined;
    };

/** One run; it is used once. */
export class QuestionRun {
  readonly #options: RunOptions;
  readonly #cancellation = new Cancellation();
  readonly #running = new Set<UpstreamServer>();
  readonly #failures: ServerFailure[] = [];
  readonly #queue: UpstreamServer[];
  #best: Uint8Array | undefined;
  #bestRank = 0;
  #settle: ((outcome: RunOutcome) => void) | undefined;
  #reject: (reason: unknown) => void = () => {};
  #deadline: NodeJS.Timeout | undefined;
  #hedge: NodeJS.Timeout | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#queue = [...options.order];
  }

  /** Asks until there is an outcome; rejects only on a bug. */
  start(): Promise<RunOutcome> {
    const { width, hedgeMs, timeoutMs, hedged } = this.#options;
    return new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#reject = reject;
      this.#deadline = setTimeout(() => this.#giveUp('timeout'), timeoutMs);
      for (let i = 0; i < width; i++) this.#askNext();
      if (hedgeMs === undefined) return;
      this.#hedge = setTimeout(() => {
        if (this.#askNext()) hedged();
      }, hedgeMs);
    });
  }

  /** Ends it as a failure. */
  cancel(): void {
    this.#giveUp('cancelled');
  }

  #askNext(): boolean {
    const server = this.#settle === undefined ? undefined : this.#queue.shift();
    if (server === undefined) return false;
    this.#running.add(server);
    server
      .ask(this.#options.question, { cancellation: this.#cancellation, slow: () => void this.#askNext() })
      .then((outcome) => this.#ended(server, outcome), this.#reject);
    return true;
  }

  #ended(server: UpstreamServer, outcome: TryOutcome): void {
    if (this.#settle === undefined) return;
    this.#running.delete(server);
    if (outcome.kind === 'good') {
      this.#finish({ ok: true, message: outcome.message, server: server.name });
      return;
    }
    this.#noteFailure(server, outcome);
    if (this.#askNext() || this.#running.size > 0) return;
    this.#finish({ ok: false, failures: this.#failures, best: this.#best });
  }

  #noteFailure(server: UpstreamServer, outcome: Exclude<TryOutcome, { kind: 'good' }>): void {
    if (outcome.kind === 'none') {
      const { reason, detail } = outcome.failure;
      this.#failures.push({ server: server.name, reason, detail });
      return;
    }
    this.#failures.push({ server: server.name, reason: 'rcode', detail: rcodeToText(outcome.rcode) });
    const rank = rankOf(outcome);
    if (rank <= this.#bestRank) return;
    this.#best = outcome.message;
    this.#bestRank = rank;
  }

  #giveUp(reason: 'timeout' | 'cancelled'): void {
    for (const server of this.#running) this.#failures.push({ server: server.name, reason, detail: '' });
    this.#finish({ ok: false, failures: this.#failures, best: this.#best });
  }

  #finish(outcome: RunOutcome): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#hedge);
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
    this.#cancellation.cancel();
  }
}

/** SERVFAIL says that the name was tried, and with an EDE why it failed; REFUSED only that this server would not. */
function rankOf(outcome: Extract<TryOutcome, { kind: 'poor' }>): number {
  if (outcome.rcode === RCODE.BADVERS) return 0;
  if (outcome.rcode !== RCODE.SERVFAIL) return outcome.rcode === RCODE.REFUSED ? 1 : 2;
  return (toOptRecord(outcome.message)?.ede.length ?? 0) > 0 ? 4 : 3;
}
