// A block that is growing: records are added at its end, and nothing of it is ever changed.
import type { Block, Kind } from './block.ts';
import { BLOCK_RECORDS } from './block.ts';

/** Gives ids numbers of a block's own, in the order in which they come. */
export class TermList {
  readonly ids: number[] = [];
  readonly #numbers = new Map<number, number>();

  numberOf(id: number): number {
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.ids.length;
      this.ids.push(id);
      this.#numbers.set(id, number);
    }
    return number;
  }
}

/** A growing block. */
export class OpenBlock implements Block {
  readonly kind: Kind;
  count = 0;
  fromMs = Infinity;
  toMs = 0;
  readonly names = new Uint16Array(BLOCK_RECORDS);
  readonly clients = new Uint16Array(BLOCK_RECORDS);
  readonly manners = new Uint16Array(BLOCK_RECORDS);
  readonly times = new Float64Array(BLOCK_RECORDS);
  readonly waits = new Uint32Array(BLOCK_RECORDS);
  readonly #names = new TermList();
  readonly #clients = new TermList();
  readonly #manners = new TermList();
  readonly nameTerms = this.#names.ids;
  readonly clientTerms = this.#clients.ids;
  readonly mannerTerms = this.#manners.ids;

  constructor(kind: Kind) {
    this.kind = kind;
  }

  get isFull(): boolean {
    return this.count === BLOCK_RECORDS;
  }

  /** Adds a record of ids; there must be room. */
  // oxlint-disable-next-line max-params -- one record, without an object for it
  add(name: number, client: number, manner: number, unixMs: number, waitUs: number): void {
    const at = this.count++;
    this.names[at] = this.#names.numberOf(name);
    this.clients[at] = this.#clients.numberOf(client);
    this.manners[at] = this.#manners.numberOf(manner);
    this.times[at] = unixMs;
    this.waits[at] = waitUs;
    if (unixMs < this.fromMs) this.fromMs = unixMs;
    if (unixMs > this.toMs) this.toMs = unixMs;
  }
}
