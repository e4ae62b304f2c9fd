// Records that are in no block yet, as octets of a row that is written anew until it is large enough: ids of name (0: only its sums are
// kept), client and manner, the time after the record's before, the wait. Those that are anonymous are sorted by their times first.
import type { Kind } from './block.ts';
import { KIND } from './block.ts';
import { OctetReader, OctetWriter } from './octets.ts';

/** Octets from which on a row is done with: it costs no more than its page, and is written about that often. */
const ENOUGH_OCTETS = 3072;

/** One record. */
export interface TailRecord {
  readonly name: number;
  readonly client: number;
  readonly manner: number;
  readonly unixMs: number;
  readonly waitUs: number;
}

/** The row that is being written. */
export class TailRow {
  readonly #kind: Kind;
  readonly #writer = new OctetWriter();
  #records: TailRecord[] = [];
  #packed: Uint8Array = new Uint8Array(0);
  #beforeMs = 0;
  /** Its place in the table; undefined where it was never written. */
  seq: number | undefined;

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  /** Adds a record. */
  // oxlint-disable-next-line max-params -- one record, without an object for it where it is not sorted
  add(name: number, client: number, manner: number, unixMs: number, waitUs: number): void {
    if (this.#kind === KIND.ANONYMOUS) this.#records.push({ name, client, manner, unixMs, waitUs });
    else this.#write(name, client, manner, unixMs, waitUs);
  }

  /** The row as it is now. */
  pack(): Uint8Array {
    if (this.#kind === KIND.FULL) {
      this.#packed = Buffer.concat([this.#packed, this.#writer.take()]);
      return this.#packed;
    }
    this.#beforeMs = 0;
    this.#records.sort((a, b) => a.unixMs - b.unixMs || a.name - b.name);
    for (const { name, client, manner, unixMs, waitUs } of this.#records)
      this.#write(name, client, manner, unixMs, waitUs);
    this.#packed = this.#writer.take();
    return this.#packed;
  }

  /** Whether what was packed is enough for a row, so that the next record begins another one. */
  get isEnough(): boolean {
    return this.#packed.length >= ENOUGH_OCTETS;
  }

  /** Begins another row. */
  begin(): void {
    this.#records = [];
    this.#packed = new Uint8Array(0);
    this.#beforeMs = 0;
    this.#writer.take();
    this.seq = undefined;
  }

  // oxlint-disable-next-line max-params -- as add()
  #write(name: number, client: number, manner: number, unixMs: number, waitUs: number): void {
    const writer = this.#writer;
    writer.number(name);
    writer.number(client);
    writer.number(manner);
    writer.signed(unixMs - this.#beforeMs);
    writer.number(waitUs);
    this.#beforeMs = unixMs;
  }
}

/** Tells the records of a row. */
export function readTail(packed: Uint8Array, tell: (record: TailRecord) => void): void {
  const reader = new OctetReader(packed);
  let unixMs = 0;
  while (!reader.isAtEnd) {
    const [name, client, manner] = [reader.number(), reader.number(), reader.number()];
    unixMs += reader.signed();
    tell({ name, client, manner, unixMs, waitUs: reader.number() });
  }
}
