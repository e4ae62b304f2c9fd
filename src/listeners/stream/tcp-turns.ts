// The turns in which the connections of one VLAN are answered: a few queries of each, one connection after another, for a
// bounded time until the event loop looks for other events. The rule: no number of connections or of pipelined
// queries makes another VLAN wait longer than that.

/** A connection as turns see it. */
export interface TurnTaker {
  /** Answers a few queries; says whether it wants another turn. */
  takeTurn(): boolean;
}

/** How long the connections of a VLAN are answered before others have their turn, in milliseconds. */
const TURN_MS = 0.5;

/** The connections of one VLAN that have something to be answered. */
export class TcpTurns {
  readonly #waiting = new Set<TurnTaker>();
  readonly #nowMs: () => number;
  #isScheduled = false;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Gives a connection turns until it wants no more. */
  want(taker: TurnTaker): void {
    this.#waiting.add(taker);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // After all sockets that are ready now, and before the system is asked which others are.
    setImmediate(() => {
      this.#isScheduled = false;
      this.#turn();
    });
  }

  #turn(): void {
    const endMs = this.#nowMs() + TURN_MS;
    // A connection that is added again is last, and has its next turn after all others.
    for (const taker of this.#waiting) {
      this.#waiting.delete(taker);
      if (taker.takeTurn()) this.#waiting.add(taker);
      if (this.#nowMs() >= endMs) break;
    }
    if (this.#waiting.size > 0) this.#schedule();
  }
}
