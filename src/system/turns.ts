// Work that takes turns: what is asked for later begins when what was asked for earlier has ended, well or not.

/** One queue of work. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does work when all before it has ended; gives what comes of it, a failure too. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Resolves when all that was asked for until now has ended; never rejects. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
