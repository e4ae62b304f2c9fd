// The part of a logger that a listener needs: one method, in pino's form. Faults that any client can cause again and again
// are not logged each time.

/** Where listeners write what an operator should see; a pino logger fits. */
export interface ListenerLog {
  error(fields: Record<string, unknown>, message: string): void;
}

/** Counts one kind of fault of one listener and logs the 1st, 2nd, 4th, 8th... of them. */
export class FaultCount {
  count = 0;
  readonly #log: ListenerLog;
  readonly #event: string;
  readonly #fields: Record<string, unknown>;

  constructor(log: ListenerLog, event: string, fields: Record<string, unknown>) {
    this.#log = log;
    this.#event = event;
    this.#fields = fields;
  }

  /** Counts a fault, and logs it when the count is a power of two. */
  add(error: unknown, message: string): void {
    this.count++;
    if ((this.count & (this.count - 1)) !== 0) return;
    this.#log.error({ event: this.#event, ...this.#fields, count: this.count, err: error }, message);
  }
}
