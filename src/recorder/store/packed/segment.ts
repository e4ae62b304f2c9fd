// What was recorded since the last block was stored: a growing block, the row that keeps it meanwhile, and its sums by hour.
import type { Kind } from './block.ts';
import { BLOCK_RECORDS, KIND } from './block.ts';
import { OpenBlock } from './open-block.ts';
import { HOUR_MS } from './sums.ts';
import type { TailRecord } from './tail.ts';
import { Counts } from './term-list.ts';
import { TailRow, readTail } from './tail.ts';

/** Records of which only sums are kept, at most, until a segment is stored, so that reading it again is soon done. */
const MOST_NAMELESS = 4 * BLOCK_RECORDS;

/** The growing end of the log, of one kind. */
export class Segment {
  readonly kind: Kind;
  readonly row: TailRow;
  readonly block: OpenBlock;
  /** Whether there are records that no written row holds. */
  isChanged = false;
  /** Counts by manner and client, the block's numbers in 16 bits each, by hour. */
  #sums = new Map<number, Counts>();
  #hour = -1;
  #hourSums = new Counts();
  #nameless = 0;

  constructor(kind: Kind) {
    this.kind = kind;
    this.row = new TailRow(kind);
    this.block = new OpenBlock(kind);
  }

  get isFull(): boolean {
    return this.block.isFull || this.#nameless >= MOST_NAMELESS;
  }

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  /** The hour of its first record since 1970; undefined while there is none. */
  get hour(): number | undefined {
    return this.#sums.keys().next().value;
  }

  /** Adds a record by its ids; with name 0, to the sums only. There must be room. */
  // oxlint-disable-next-line max-params -- one record, without an object for it
  add(name: number, client: number, manner: number, unixMs: number, waitUs: number): void {
    this.row.add(name, client, manner, unixMs, waitUs);
    this.isChanged = true;
    this.#keep(name, client, manner, unixMs, waitUs);
  }

  /** Adds what a row holds that was written before. */
  restore(packed: Uint8Array): void {
    readTail(packed, ({ name, client, manner, unixMs, waitUs }: TailRecord) => {
      this.#keep(name, client, manner, unixMs, waitUs);
    });
  }

  /** Tells its sums: hour, ids of manner and client, count. */
  eachSum(tell: (hour: number, manner: number, client: number, count: number) => void): void {
    const { mannerTerms, clientTerms } = this.block;
    for (const [hour, sums] of this.#sums) {
      for (const [number, key] of sums.ids.entries())
        tell(hour, mannerTerms[key >>> 16]!, clientTerms[key & 0xffff]!, sums.first(number));
    }
  }

  /** Begins anew: what it had is stored. */
  clear(): void {
    this.block.clear();
    this.row.begin();
    this.isChanged = false;
    this.#sums = new Map();
    this.#hourSums = new Counts();
    this.#hour = -1;
    this.#nameless = 0;
  }

  // oxlint-disable-next-line max-params -- as add()
  #keep(name: number, client: number, manner: number, unixMs: number, waitUs: number): void {
    const hour = Math.floor(unixMs / HOUR_MS);
    if (hour !== this.#hour) this.#turnTo(hour);
    const { block } = this;
    const mannerNumber = block.mannerNumber(manner);
    const clientNumber = block.clientNumber(client);
    this.#hourSums.add(((mannerNumber << 16) | clientNumber) >>> 0, 1);
    if (name === 0) this.#nameless++;
    else block.add(name, clientNumber, mannerNumber, unixMs, waitUs);
  }

  #turnTo(hour: number): void {
    const sums = this.#sums.get(hour) ?? new Counts();
    this.#sums.set(hour, sums);
    this.#hourSums = sums;
    this.#hour = hour;
  }
}

/** Both kinds of segments, by KIND. */
export type Segments = readonly [full: Segment, anonymous: Segment];

export function newSegments(): Segments {
  return [new Segment(KIND.FULL), new Segment(KIND.ANONYMOUS)];
}
