// The judge of the state of the service that is in force. The rule: one is made for each state, at its first question.
import { Judge } from '../policy/judge.ts';
import type { Serving } from './serving.ts';

/** Gives a judge of its own to one who asks about one name at a time. */
export class Judges {
  #serving: Serving | undefined;
  #judge: Judge | undefined;

  /** The judge of a state; what it has judged last stands in it until it judges again. */
  of(serving: Serving): Judge {
    if (this.#judge === undefined || this.#serving !== serving) {
      this.#judge = new Judge(serving.book);
      this.#serving = serving;
    }
    return this.#judge;
  }
}
