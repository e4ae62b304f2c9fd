// The time that the age of records is reckoned by. The rule: a clock that jumps ahead removes nothing until it has stayed there for an
// hour, since what is removed does not come back with the right time.
const STEADY_MS = 3_600_000;
/** What a clock is corrected by without being called a jump. */
const JUMP_MS = 600_000;

/** Clocks: milliseconds since 1970, which may jump, and milliseconds since whenever, which do not. */
export interface Clocks {
  readonly now: () => number;
  readonly steady: () => number;
}

/** Believes a clock that has been steady. */
export class SteadyClock {
  readonly #clocks: Clocks;
  /** Between the two clocks, as believed. */
  #offset: number;
  /** Between the two clocks, after a jump ahead, and since when. */
  #jumped: { readonly offset: number; readonly since: number } | undefined;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#offset = clocks.now() - clocks.steady();
  }

  /** The time that is believed. */
  now(): number {
    const steady = this.#clocks.steady();
    const offset = this.#clocks.now() - steady;
    if (offset <= this.#offset + JUMP_MS) this.#believe(offset);
    else if (this.#jumped === undefined || Math.abs(offset - this.#jumped.offset) > JUMP_MS)
      this.#jumped = { offset, since: steady };
    else if (steady - this.#jumped.since >= STEADY_MS) this.#believe(offset);
    return steady + this.#offset;
  }

  #believe(offset: number): void {
    this.#offset = offset;
    this.#jumped = undefined;
  }
}
