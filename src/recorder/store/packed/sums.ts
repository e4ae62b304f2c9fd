// Sums of an hour: how many queries of a sort each client had. As octets: sorts that rise, each with how many clients, and each of
// those with its count.
import { OctetReader, OctetWriter } from './octets.ts';

/** Milliseconds of an hour; sums are kept by the number of the hour since 1970. */
export const HOUR_MS = 3_600_000;

/** Clients, by id, of one sort; ids are below. */
const CLIENTS = 2 ** 26;

/** Sums of one hour. */
export class HourSums {
  readonly #counts = new Map<number, number>();

  /** Adds queries of a sort and a client, by their ids. */
  add(sort: number, client: number, count: number): void {
    const key = sort * CLIENTS + client;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  each(tell: (sort: number, client: number, count: number) => void): void {
    for (const [key, count] of this.#counts) tell(Math.floor(key / CLIENTS), key % CLIENTS, count);
  }

  /** As octets. */
  pack(): Uint8Array {
    const writer = new OctetWriter();
    const keys = [...this.#counts.keys()].toSorted((a, b) => a - b);
    let sort = 0;
    for (let at = 0; at < keys.length;) {
      const next = Math.floor(keys[at]! / CLIENTS);
      let end = at;
      while (end < keys.length && Math.floor(keys[end]! / CLIENTS) === next) end++;
      writer.number(next - sort);
      writer.number(end - at);
      sort = next;
      let client = 0;
      for (; at < end; at++) {
        writer.number((keys[at]! % CLIENTS) - client);
        writer.number(this.#counts.get(keys[at]!)!);
        client = keys[at]! % CLIENTS;
      }
    }
    return writer.take();
  }
}

/** Tells the sums that octets hold. */
export function eachSum(
  packed: Uint8Array,
  tell: (sort: number, client: number, count: number) => void,
): void {
  const reader = new OctetReader(packed);
  let sort = 0;
  while (!reader.isAtEnd) {
    sort += reader.number();
    const clients = reader.number();
    let client = 0;
    for (let place = 0; place < clients; place++) {
      client += reader.number();
      tell(sort, client, reader.number());
    }
  }
}
