// Notices a worker that hangs: it is asked now and then, and has to answer. The rule: unanswered questions are counted, not
// time, since on a machine that slept or was moved time has passed for parent and worker alike.

/** Between two questions, in milliseconds, and how many may go unanswered: 15 to 20 s in all. */
const ASK_MS = 5000;
const MOST_UNANSWERED = 3;

/** What a pulse is made of. */
export interface PulseParts {
  readonly ask: () => void;
  /** Called once, when too many questions are not answered. */
  readonly onLost: () => void;
  /** Milliseconds between two questions; default 5000. */
  readonly askMs?: number | undefined;
}

/** The pulse of one worker. */
export class Pulse {
  readonly #parts: PulseParts;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;

  constructor(parts: PulseParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#ask(), parts.askMs ?? ASK_MS);
    this.#timer.unref();
  }

  /** Takes note of an answer. */
  answered(): void {
    this.#unanswered = 0;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #ask(): void {
    if (this.#unanswered++ < MOST_UNANSWERED) {
      this.#parts.ask();
      return;
    }
    this.close();
    this.#parts.onLost();
  }
}
