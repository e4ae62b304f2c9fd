// Blocks as they are stored: a head of the three kinds of terms, each rising, and four parts: names, clients with manners, times,
// waits. Numbers have 8 bits where a block has at most 256 of them, else 16 in this machine's order. A part is read when it is asked for.
import type { Block, Kind, Terms } from './block.ts';
import { KIND } from './block.ts';
import { OctetReader, OctetWriter } from './octets.ts';

/** The parts of a block, by number. */
const PART = { NAMES: 0, WHO_AND_HOW: 1, TIMES: 2, WAITS: 3 } as const;

/** Parts of a block. */
export const PARTS = 4;

/** More than a block has terms of one kind. */
const BLOCK_TERMS = 65536;

/** What is known of a stored block without reading it. */
export interface BlockPlace {
  readonly seq: number;
  readonly kind: Kind;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A block as octets. */
export interface PackedBlock {
  readonly head: Uint8Array;
  /** By PART. */
  readonly parts: readonly Uint8Array[];
}

/** Packs a block. Anonymous records are put in the order of their times, which tells nothing of how they came. */
export function packBlock(block: Block): PackedBlock {
  const writer = new OctetWriter();
  const order = orderOf(block);
  const names = packColumn(writer, block.nameTerms, block.names, order);
  const clients = packColumn(writer, block.clientTerms, block.clients, order);
  const manners = packColumn(writer, block.mannerTerms, block.manners, order);
  const head = writer.take();
  let before = block.fromMs;
  for (let place = 0; place < order.length; place++) {
    const time = block.times[order[place]!]!;
    writer.signed(time - before);
    before = time;
  }
  const times = writer.take();
  for (let place = 0; place < order.length; place++) writer.number(block.waits[order[place]!]!);
  // The wider of the two columns stands first, so that it begins at an even octet.
  const both = clients.length > manners.length ? [clients, manners] : [manners, clients];
  return { head, parts: [names, Buffer.concat(both), times, writer.take()] };
}

/** Places of the records in the order in which they are stored. */
function orderOf({ kind, count, times, names, nameTerms }: Block): Uint32Array {
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  if (kind === KIND.FULL) return order;
  return order.toSorted((a, b) => times[a]! - times[b]! || nameTerms[names[a]!]! - nameTerms[names[b]!]!);
}

/** Writes the terms in rising order, gives the column of numbers that they have then. */
function packColumn(
  writer: OctetWriter,
  terms: Terms,
  column: ArrayLike<number>,
  order: Uint32Array,
): Uint8Array {
  const rising = Float64Array.from(terms, (id, number) => id * BLOCK_TERMS + number).toSorted();
  writer.rising(rising.map((both) => Math.floor(both / BLOCK_TERMS)));
  const numbers = new Uint16Array(rising.length);
  for (let place = 0; place < rising.length; place++) numbers[rising[place]! % BLOCK_TERMS] = place;
  const packed = terms.length > 256 ? new Uint16Array(order.length) : new Uint8Array(order.length);
  for (let place = 0; place < order.length; place++) packed[place] = numbers[column[order[place]!]!]!;
  return new Uint8Array(packed.buffer);
}

/** A stored block; its parts are read when they are asked for, and kept for as long as it is. */
export class StoredBlock implements Block {
  readonly kind: Kind;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly clientTerms: Terms;
  readonly mannerTerms: Terms;
  readonly nameTerms: Terms;
  readonly #read: (part: number) => Uint8Array;
  #names: ArrayLike<number> | undefined;
  #clients: ArrayLike<number> | undefined;
  #manners: ArrayLike<number> | undefined;
  #times: Float64Array | undefined;
  #waits: Uint32Array | undefined;

  constructor(place: BlockPlace, head: Uint8Array, read: (part: number) => Uint8Array) {
    ({ kind: this.kind, count: this.count, fromMs: this.fromMs, toMs: this.toMs } = place);
    const reader = new OctetReader(head);
    this.nameTerms = reader.rising();
    this.clientTerms = reader.rising();
    this.mannerTerms = reader.rising();
    this.#read = read;
  }

  get names(): ArrayLike<number> {
    this.#names ??= toColumn(this.#read(PART.NAMES), 0, this.nameTerms, this.count);
    return this.#names;
  }

  get clients(): ArrayLike<number> {
    if (this.#clients === undefined) this.#readWhoAndHow();
    return this.#clients!;
  }

  get manners(): ArrayLike<number> {
    if (this.#manners === undefined) this.#readWhoAndHow();
    return this.#manners!;
  }

  get times(): Float64Array {
    if (this.#times === undefined) {
      const times = new Float64Array(this.count);
      const reader = new OctetReader(this.#read(PART.TIMES));
      let time = this.fromMs;
      for (let at = 0; at < times.length; at++) times[at] = time += reader.signed();
      this.#times = times;
    }
    return this.#times;
  }

  get waits(): Uint32Array {
    if (this.#waits === undefined) {
      const waits = new Uint32Array(this.count);
      const reader = new OctetReader(this.#read(PART.WAITS));
      for (let at = 0; at < waits.length; at++) waits[at] = reader.number();
      this.#waits = waits;
    }
    return this.#waits;
  }

  #readWhoAndHow(): void {
    const part = this.#read(PART.WHO_AND_HOW);
    const { count, clientTerms, mannerTerms } = this;
    const isClientFirst = clientTerms.length > 256 && mannerTerms.length <= 256;
    const [first, second] = isClientFirst ? [clientTerms, mannerTerms] : [mannerTerms, clientTerms];
    const columns = [
      toColumn(part, 0, first, count),
      toColumn(part, first.length > 256 ? count * 2 : count, second, count),
    ];
    this.#clients = columns[isClientFirst ? 0 : 1]!;
    this.#manners = columns[isClientFirst ? 1 : 0]!;
  }
}

function toColumn(part: Uint8Array, from: number, terms: Terms, count: number): ArrayLike<number> {
  const octets = terms.length > 256 ? count * 2 : count;
  if (from + octets > part.length) throw new RangeError('malformed: a packed column ends too soon');
  const column = part.byteOffset % 2 === 0 ? part : part.slice();
  return terms.length > 256
    ? new Uint16Array(column.buffer, column.byteOffset + from, count)
    : column.subarray(from, from + count);
}
