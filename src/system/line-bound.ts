// Lines for a log that somebody else may cause: so many a minute, and of the rest how many there were.

/** Lines a minute. */
const MOST_A_MINUTE = 60;

const MINUTE_MS = 60_000;

/** Passes lines on, within the bound. */
export class LineBound<Line> {
  readonly #tell: (line: Line) => void;
  readonly #tellMore: (count: number) => void;
  readonly #nowMs: () => number;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #told = 0;
  #untold = 0;

  /** `tellMore` is called once a minute is over in which lines were left out; `nowMs`: milliseconds of a clock that does not jump. */
  constructor(
    tell: (line: Line) => void,
    tellMore: (count: number) => void,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#tell = tell;
    this.#tellMore = tellMore;
    this.#nowMs = nowMs;
  }

  /** Passes a line on, or counts it. */
  add(line: Line): void {
    this.look();
    if (this.#told === MOST_A_MINUTE) {
      this.#untold++;
      return;
    }
    this.#told++;
    this.#tell(line);
  }

  /** Tells how many were left out, once the minute is over. */
  look(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#sinceMs < MINUTE_MS) return;
    if (this.#untold > 0) this.#tellMore(this.#untold);
    this.#sinceMs = nowMs;
    this.#told = this.#untold = 0;
  }
}
