// Which batches are kept, so that one that is sent again, after a recorder died, is kept once. Written in the same transaction as what
// it says, with each row of records.
import type { Batch } from '../../batch.ts';

/** Lives of workers that are remembered. */
const SESSIONS = 4;

/** The highest number of each session, the latest session last. */
export class TakenBatches {
  readonly #sessions = new Map<string, number>();

  /** As it is written. */
  get text(): string {
    return JSON.stringify([...this.#sessions]);
  }

  /** Whether the batch is not kept yet; from now on it is. */
  isNew({ session, sequence }: Pick<Batch, 'session' | 'sequence'>): boolean {
    if (sequence <= (this.#sessions.get(session) ?? 0)) return false;
    this.#sessions.delete(session);
    this.#sessions.set(session, sequence);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= SESSIONS) break;
      this.#sessions.delete(oldest);
    }
    return true;
  }

  /** Adds what was written. */
  restore(text: string): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as `text` gave it
    for (const [session, sequence] of JSON.parse(text) as [string, number][])
      this.isNew({ session, sequence });
  }
}
