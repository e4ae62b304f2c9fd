// What a start, a reload or a refresh of lists is refused with. It imports nothing, so that the command line, which tells of
// it, starts without the daemon.

/** A refusal: nothing has changed. Each fault is a line for the operator. */
export class Refused extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'Refused';
    this.faults = faults;
  }
}

/** A refusal because the configuration itself is invalid. */
export class InvalidConfig extends Refused {}
