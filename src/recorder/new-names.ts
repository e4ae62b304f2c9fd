// Names that VLANs ask for the first time, as lines for the log: so many a minute, and of the rest how many there were.
import type { FirstSeen } from '../querylog/history.ts';
import { LineBound } from '../system/line-bound.ts';

/** Tells of new names. */
export class NewNames {
  readonly #lines: LineBound<string>;

  /** `nowMs`: milliseconds of a clock that does not jump. */
  constructor(tell: (message: string) => void, nowMs?: () => number) {
    const tellMore = (count: number): void =>
      tell(`${count} more names were asked for the first time; vlandns log --first tells them`);
    this.#lines = new LineBound(tell, tellMore, nowMs);
  }

  /** Tells of a name, or counts it. */
  add({ vlan, name }: FirstSeen): void {
    this.#lines.add(`VLAN ${vlan} asked for ${name}, which it had not asked for before`);
  }

  /** Tells how many were not told, once the minute is over. */
  look(): void {
    this.#lines.look();
  }
}
