// The one end of all queries: here they are counted, and recorded, unless they wait.
import { LATER, PENDING } from '../../listeners/query-handler.ts';
import { BYPASS } from '../../policy/bypass.ts';
import type { Clock } from '../../time/clock.ts';
import type { Incoming } from '../entrance.ts';
import { countOutcome } from './count-outcome.ts';
import type { Outcome, Recorder } from './outcome.ts';

/** Ends queries whose outcome is this one. */
export class QueryEnd {
  /** Told of every query that has come to its end. */
  recorder: Recorder | undefined;
  readonly #outcome: Outcome;
  readonly #clock: Clock;

  constructor(outcome: Outcome, clock: Clock, recorder: Recorder | undefined) {
    this.#outcome = outcome;
    this.#clock = clock;
    this.recorder = recorder;
  }

  /** Takes what became of a query, octets of its reply or one of the numbers that stand for something else, and gives it back. */
  settle(incoming: Incoming, octets: number): number {
    const outcome = this.#outcome;
    const { recorder } = this;
    countOutcome(outcome, incoming.entrance.counters);
    if (octets === PENDING) {
      if (outcome.isFirst) this.#wait(incoming);
      return octets;
    }
    if (outcome.bypass !== BYPASS.NONE) this.#noteBypass(incoming);
    if (recorder !== undefined && octets !== LATER) recorder.record(outcome);
    return octets;
  }

  #wait(incoming: Incoming): void {
    const clock = this.#clock;
    // How long it waits is told by the microsecond.
    if (this.recorder !== undefined) clock.read();
    incoming.startedMs = clock.ms;
    incoming.wasHit = this.#outcome.isHit;
  }

  #noteBypass({ entrance, client }: Incoming): void {
    const { bypass, serving, policy, exception } = this.#outcome;
    const name = serving?.vlans.get(entrance.vlan)?.clientNames[exception];
    entrance.bypass.note(bypass, { address: client.text, name, policy: serving?.policies[policy]?.name });
  }
}
