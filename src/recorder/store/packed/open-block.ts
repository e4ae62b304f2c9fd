// A block that is growing: records are added at its end, and nothing of it is changed until it begins anew.
import type { Block, Kind } from './block.ts';
import { BLOCK_RECORDS } from './block.ts';
import { TermList } from './term-list.ts';

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
  #names = new TermList();
  #clients = new TermList();
  #manners = new TermList();

  constructor(kind: Kind) {
    this.kind = kind;
  }

  get nameTerms(): readonly number[] {
    return this.#names.ids;
  }

  get clientTerms(): readonly number[] {
    return this.#clients.ids;
  }

  get mannerTerms(): readonly number[] {
    return this.#manners.ids;
  }

  get isFull(): boolean {
    return this.count === BLOCK_RECORDS;
  }

  /** Begins anew, in the same memory: who reads it does so at once. */
  clear(): void {
    this.count = 0;
    this.fromMs = Infinity;
    this.toMs = 0;
    this.#names = new TermList();
    this.#clients = new TermList();
    this.#manners = new TermList();
  }

  /** The block's own numbers of a manner and a client, made where there are none. */
  mannerNumber(id: number): number {
    return this.#manners.numberOf(id);
  }

  clientNumber(id: number): number {
    return this.#clients.numberOf(id);
  }

  /** Adds a record: the id of its name, the numbers of the others; there must be room. */
  // oxlint-disable-next-line max-params -- one record, without an object for it
  add(name: number, client: number, manner: number, unixMs: number, waitUs: number): void {
    const at = this.count++;
    this.names[at] = this.#names.numberOf(name);
    this.clients[at] = client;
    this.manners[at] = manner;
    this.times[at] = unixMs;
    this.waits[at] = waitUs;
    if (unixMs < this.fromMs) this.fromMs = unixMs;
    if (unixMs > this.toMs) this.toMs = unixMs;
  }
}
