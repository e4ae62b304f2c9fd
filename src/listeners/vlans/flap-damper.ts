// Which changes of a VLAN are reported one by one. A link that comes and goes all the time is reported once as flapping, and
// once as settled; in between it is followed and counted all the same. Pure.

/** The most changes within the window that are reported one by one; the next is reported as flapping. */
const MOST_TOLD = 20;
const WINDOW_MS = 60_000;

/** How to report a change. */
export type Telling = 'tell' | 'flapping' | 'hush';

/** The changes of one VLAN. */
export class FlapDamper {
  /** When the last changes were, oldest first. */
  #changesMs: number[] = [];
  #isFlapping = false;

  /** Whether changes go unreported at this moment. */
  get isFlapping(): boolean {
    return this.#isFlapping;
  }

  /** Takes note of a change. */
  change(nowMs: number): Telling {
    this.#forget(nowMs);
    this.#changesMs = [...this.#changesMs.slice(-MOST_TOLD), nowMs];
    if (this.#isFlapping) return 'hush';
    if (this.#changesMs.length <= MOST_TOLD) return 'tell';
    this.#isFlapping = true;
    return 'flapping';
  }

  /** Takes note that nothing has changed; true when a flapping one has settled, for a whole window without a change. */
  rest(nowMs: number): boolean {
    this.#forget(nowMs);
    if (!this.#isFlapping || this.#changesMs.length > 0) return false;
    this.#isFlapping = false;
    return true;
  }

  #forget(nowMs: number): void {
    this.#changesMs = this.#changesMs.filter((changeMs) => nowMs - changeMs < WINDOW_MS);
  }
}
