// How many sockets may be open at once. Over the limit a question fails at once and clearly, instead of taking the
// descriptors that listeners and files need.

/** A count with a limit, shared by all upstream sets. */
export class SocketBudget {
  /** Sockets open now. */
  taken = 0;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes one; false when there is none left. */
  take(): boolean {
    if (this.taken >= this.limit) return false;
    this.taken++;
    return true;
  }

  /** Gives one back. */
  give(): void {
    this.taken--;
  }
}
