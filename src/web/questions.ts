// Questions to the query log, one after the other: each may take the whole process for as long as it reads. The rule: between two of them records are
// taken, and only so many wait; who floods the API with questions has them refused, and no record is lost for it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turns } from '../system/turns.ts';
import { WebError } from './problem.ts';

/** Questions that may wait. */
const MOST_WAITING = 24;

/** All questions. */
export class Questions {
  readonly #turns = new Turns();
  #waiting = 0;

  /** Asks when all before it are answered; throws a WebError where too many wait. */
  async run<Answer>(ask: () => Answer | Promise<Answer>): Promise<Answer> {
    if (this.#waiting >= MOST_WAITING)
      throw new WebError('too_many', 'the query log is asked too much just now; try again in a moment', {
        'retry-after': '2',
      });
    this.#waiting++;
    try {
      return await this.#turns.run(async () => {
        await nextTurn();
        return ask();
      });
    } finally {
      this.#waiting--;
    }
  }
}
