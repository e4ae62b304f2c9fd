// What the log says of schedules: which begins and ends, and whether the clock that they go by can be believed.
import { clockFault, knownTime } from '../assembly/known-time.ts';
import type { KnownTime } from '../assembly/known-time.ts';
import type { Log } from '../log/log.ts';
import { activeTexts, NO_TIMES } from '../schedules/times.ts';
import type { Times } from '../schedules/times.ts';

/** Tells of one service's schedules. */
export class ScheduleNews {
  /** What time it is at least. */
  readonly known: KnownTime;
  readonly #log: Log;
  #told: Times = NO_TIMES;

  constructor(stateFolder: string, log: Log) {
    this.known = knownTime(stateFolder);
    this.#log = log;
  }

  /** Tells what is otherwise than it was told last. */
  tell(times: Times): void {
    const before = this.#told;
    this.#told = times;
    this.#tellOfClock(times, before);
    for (const policy of new Set([...before.policies.keys(), ...times.policies.keys()]))
      this.#tellOfPolicy(policy, times, before);
  }

  #tellOfClock(times: Times, before: Times): void {
    const fault = clockFault(times, this.known);
    if (fault !== undefined && !before.isClockWrong)
      this.#log.warn({ event: 'clock_wrong', file: this.known.file }, fault);
    if (fault === undefined && before.isClockWrong)
      this.#log.info(
        { event: 'clock_right' },
        'the clock of this machine is right: schedules go by it again',
      );
  }

  #tellOfPolicy(policy: string, times: Times, before: Times): void {
    const namesOf = ({ policies }: Times): string[] =>
      (policies.get(policy)?.active ?? []).map(({ schedule }) => schedule.name);
    const [was, is] = [namesOf(before), namesOf(times)];
    const texts = activeTexts(times, policy);
    for (const [index, schedule] of is.entries())
      if (!was.includes(schedule))
        this.#log.info({ event: 'schedule_begins', policy, schedule }, `policy ${policy}: ${texts[index]}`);
    for (const schedule of was)
      if (!is.includes(schedule))
        this.#log.info(
          { event: 'schedule_ends', policy, schedule },
          `policy ${policy}: ${schedule} has ended`,
        );
  }
}
