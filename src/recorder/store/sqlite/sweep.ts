// Forgets names, clients and reasons that no record is of any more, in small steps: what blocks and sums name is marked, some of them at
// a time, then what is not marked is removed. The rule: what came into use meanwhile is marked before anything is removed.
import { eachSum } from '../packed/sums.ts';
import type { Block } from '../packed/block.ts';
import type { OpenLog } from './open-log.ts';

/** Blocks that are looked through in one step, hours of sums, and ids that are looked at. */
const BLOCKS = 16;
const HOURS = 64;
const IDS = 1000;

/** Ids that are in use, a bit each. */
class Marks {
  #bits = new Uint8Array(4096);

  add(id: number): void {
    if (id >>> 3 >= this.#bits.length) {
      const more = new Uint8Array(Math.max(this.#bits.length * 2, (id >>> 3) + 1));
      more.set(this.#bits);
      this.#bits = more;
    }
    this.#bits[id >>> 3]! |= 1 << (id & 7);
  }

  has(id: number): boolean {
    return ((this.#bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }
}

/** One log's sweeper. */
export class Sweeper {
  readonly #log: OpenLog;
  #steps: Iterator<void> | undefined;
  #names = new Marks();
  #clients = new Marks();
  #manners = new Marks();
  #sorts = new Marks();
  /** Number of the last block that was marked. */
  #lastBlock = 0;

  constructor(log: OpenLog) {
    this.#log = log;
  }

  /** Begins where none is going on. */
  begin(): void {
    this.#steps ??= this.#sweep();
  }

  /** One step; gives whether another one is needed. */
  step(): boolean {
    if (this.#steps === undefined) return false;
    if (this.#steps.next().done === true) this.#steps = undefined;
    return this.#steps !== undefined;
  }

  *#sweep(): Generator<void> {
    [this.#names, this.#clients, this.#manners, this.#sorts] = [
      new Marks(),
      new Marks(),
      new Marks(),
      new Marks(),
    ];
    this.#lastBlock = 0;
    this.#log.sums.takeTouched();
    yield* this.#markSums();
    while (this.#markBlocks()) yield;
    yield* this.#remove('name', this.#names, (id) => this.#log.seen.forget(id));
    yield* this.#remove('client', this.#clients, () => undefined);
    yield* this.#remove('manner', this.#manners, () => undefined);
    this.#removeReasons();
  }

  *#markSums(): Generator<void> {
    const hours = this.#log.database.all('SELECT hour FROM sum').map(({ hour }) => Number(hour));
    for (const [place, hour] of hours.entries()) {
      this.#markHour(hour);
      if (place % HOURS === HOURS - 1) yield;
    }
  }

  #markHour(hour: number): void {
    const data = this.#log.database.one('SELECT data FROM sum WHERE hour = ?', hour)?.['data'];
    if (!(data instanceof Uint8Array)) return;
    eachSum(data, (sort, client) => {
      this.#sorts.add(sort);
      this.#clients.add(client);
    });
  }

  /** Marks what some blocks name; gives whether there are more. */
  #markBlocks(): boolean {
    const { blocks } = this.#log;
    const next = blocks.places.filter(({ seq }) => seq > this.#lastBlock).slice(0, BLOCKS);
    for (const place of next) {
      this.#mark(blocks.read(place));
      this.#lastBlock = place.seq;
    }
    return next.length === BLOCKS;
  }

  #mark({ nameTerms, clientTerms, mannerTerms }: Block): void {
    for (const id of Array.from(nameTerms)) this.#names.add(id);
    for (const id of Array.from(clientTerms)) this.#clients.add(id);
    for (const id of Array.from(mannerTerms)) this.#manners.add(id);
  }

  /** Marks what has come since it was marked. */
  #markNew(): void {
    while (this.#markBlocks());
    for (const hour of this.#log.sums.takeTouched()) this.#markHour(hour);
    for (const segment of this.#log.segments) {
      this.#mark(segment.block);
      segment.eachSum((_hour, manner) => this.#manners.add(manner));
    }
  }

  *#remove(table: 'name' | 'client' | 'manner', marks: Marks, tell: (id: number) => void): Generator<void> {
    const { database } = this.#log;
    for (let from = 0; ;) {
      const rows = database.all(`SELECT id FROM ${table} WHERE id > ? ORDER BY id LIMIT ${IDS}`, from);
      const last = rows.at(-1)?.['id'];
      if (last === undefined) return;
      this.#markNew();
      const gone = rows.map(({ id }) => Number(id)).filter((id) => !marks.has(id));
      database.transaction(() => {
        for (const id of gone) {
          database.run(`DELETE FROM ${table} WHERE id = ?`, id);
          tell(id);
        }
      });
      if (gone.length > 0) this.#log.forget();
      from = Number(last);
      yield;
    }
  }

  /** Removes reasons and sorts that no manner is of; sorts, also no sum. There are few, so that it is one step. */
  #removeReasons(): void {
    const { database } = this.#log;
    this.#markNew();
    const reasons = new Marks();
    for (const { key } of database.all('SELECT key FROM manner')) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as Manners wrote it
      const [, [reason], sort] = JSON.parse(String(key)) as [unknown, [reason: number], sort: number];
      reasons.add(reason);
      this.#sorts.add(sort);
    }
    database.transaction(() => {
      for (const [table, marks] of [['reason', reasons] as const, ['sort', this.#sorts] as const]) {
        for (const { id } of database.all(`SELECT id FROM ${table}`))
          if (!marks.has(Number(id))) database.run(`DELETE FROM ${table} WHERE id = ?`, id!);
      }
    });
    this.#log.forget();
  }
}
