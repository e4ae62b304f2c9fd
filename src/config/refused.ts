// How a change that somebody asked for is turned down. The rule: nothing has changed, and every fault is a line for the operator.

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
