// Names that VLANs ask for the first time, as lines for the log: so many a minute, and of the rest how many there were.
import type { FirstSeen } from '../querylog/history.ts';

/** Lines a minute. */
const MOST_A_MINUTE = 60;

const MINUTE_MS = 60_000;

/** Tells of new names. */
export class NewNames {
  readonly #tell: (message: string) => void;
  readonly #nowMs: () => number;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #told = 0;
  #untold = 0;

  /** `nowMs`: milliseconds of a clock that does not jump. */
  constructor(tell: (message: string) => void, nowMs: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#nowMs = nowMs;
  }

  /** Tells of a name, or counts it. */
  add({ vlan, name }: FirstSeen): void {
    this.look();
    if (this.#told === MOST_A_MINUTE) {
      this.#untold++;
      return;
    }
    this.#told++;
    this.#tell(`VLAN ${vlan} asked for ${name}, which it had not asked for before`);
  }

  /** Tells how many were not told, once the minute is over. */
  look(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#sinceMs < MINUTE_MS) return;
    if (this.#untold > 0)
      this.#tell(`${this.#untold} more names were asked for the first time; vlandns log --first tells them`);
    this.#sinceMs = nowMs;
    this.#told = this.#untold = 0;
  }
}
