// How an exchange is told that nobody waits for it any more. An AbortController does the same for 20 µs of each question,
// most of it for the stack trace of its reason.

/** Says that what is under way is not wanted any more; said once. */
export class Cancellation {
  isCancelled = false;
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` when it is said. */
  add(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Calls it no longer. */
  remove(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Says it. */
  cancel(): void {
    this.isCancelled = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
