// Queries that a reader was told out of the store, after it had been away. Those of them that come live as well, since they came while the store
// was asked, are not told again. Pure.
import type { LoggedQuery } from '../../querylog/history.ts';

/** What was told. */
export class CaughtUp {
  readonly #counts = new Map<string, number>();

  /** Notes a query out of the store. */
  add(query: LoggedQuery): void {
    const key = keyOf(query);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Whether a live query was told before; each of the store stands for one. */
  hasTold(query: LoggedQuery): boolean {
    if (this.#counts.size === 0) return false;
    const key = keyOf(query);
    const count = this.#counts.get(key);
    if (count === undefined) return false;
    if (count === 1) this.#counts.delete(key);
    else this.#counts.set(key, count - 1);
    return true;
  }
}

/** What the store and the live news know of a query alike: their ids are not the same. */
function keyOf({ unixMs, vlan, client, name, type }: LoggedQuery): string {
  return `${unixMs} ${vlan} ${client?.address ?? ''} ${name} ${type}`;
}
