// Cancels an exchange that nobody waits for any more. An AbortController does the same, but costs each question 20 µs,
// most of it for the stack trace of its reason.

/** Says once that an exchange under way is not wanted any more. */
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
