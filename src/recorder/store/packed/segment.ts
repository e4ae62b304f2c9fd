// What was recorded since the last block was stored: a growing block, the row that keeps it meanwhile, and its sums by hour.
import type { Kind } from './block.ts';
import { BLOCK_RECORDS, KIND } from './block.ts';
import { OpenBlock } from './open-block.ts';
import { HOUR_MS } from './sums.ts';
import type { TailRecord } from './tail.ts';
import { TailRow, readTail } from './tail.ts';

/** In a key of sums: ids of clients are below, and those of manners so few that the key is a whole number. */
const CLIENTS = 2 ** 26;
/** Records of which only sums are kept, at most, until a segment is stored, so that reading it again is soon done. */
const MOST_NAMELESS = 4 * BLOCK_RECORDS;

/** The growing end of the log, of one kind. */
export class Segment {
  readonly kind: Kind;
  readonly row: TailRow;
  block: OpenBlock;
  /** Whether there are records that no written row holds. */
  isChanged = false;
  /** Counts by manner and client, in ids, by hour. */
  #sums = new Map<number, Map<number, number>>();
  #hour = -1;
  #hourSums = new Map<number, number>();
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
    for (const [hour, sums] of this.#sums) {
      for (const [key, count] of sums) tell(hour, Math.floor(key / CLIENTS), key % CLIENTS, count);
    }
  }

  /** Begins anew: what it had is stored. */
  clear(): void {
    this.block = new OpenBlock(this.kind);
    this.row.begin();
    this.isChanged = false;
    this.#sums = new Map();
    this.#hour = -1;
    this.#nameless = 0;
  }

  // oxlint-disable-next-line max-params -- as add()
  #keep(name: number, client: number, manner: number, unixMs: number, waitUs: number): void {
    const hour = Math.floor(unixMs / HOUR_MS);
    if (hour !== this.#hour) this.#turnTo(hour);
    const key = manner * CLIENTS + client;
    this.#hourSums.set(key, (this.#hourSums.get(key) ?? 0) + 1);
    if (name === 0) this.#nameless++;
    else this.block.add(name, client, manner, unixMs, waitUs);
  }

  #turnTo(hour: number): void {
    const sums = this.#sums.get(hour) ?? new Map<number, number>();
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
