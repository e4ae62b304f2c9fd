// The sums by hour: added to when a block is stored, and read without the records that they are of.
import { HourSums, eachSum } from '../packed/sums.ts';
import type { Segments } from '../packed/segment.ts';
import type { Manners } from '../terms/manners.ts';
import type { SqliteDatabase } from './database.ts';

/** The sums of one database. */
export class SumTable {
  readonly #database: SqliteDatabase;
  readonly #manners: Manners;
  #touched = new Set<number>();

  constructor(database: SqliteDatabase, manners: Manners) {
    this.#database = database;
    this.#manners = manners;
  }

  /** Adds those of a segment that is being stored, within the caller's transaction. */
  add(segment: Segments[number]): void {
    const hours = new Map<number, HourSums>();
    segment.eachSum((hour, manner, client, count) => {
      let sums = hours.get(hour);
      if (sums === undefined) hours.set(hour, (sums = this.#read(hour)));
      sums.add(this.#manners.manner(manner).sort, client, count);
    });
    for (const [hour, sums] of hours) {
      this.#database.run('INSERT OR REPLACE INTO sum (hour, data) VALUES (?, ?)', hour, sums.pack());
      this.#touched.add(hour);
    }
  }

  /** Hours that were added to since the last time. */
  takeTouched(): Iterable<number> {
    const taken = this.#touched;
    this.#touched = new Set();
    return taken;
  }

  /** Tells those of hours from one to before another, ids of sort and client each; those of `segments` too. */
  each(
    [fromHour, toHour]: readonly [number, number],
    segments: Segments,
    tell: (hour: number, sort: number, client: number, count: number) => void,
  ): void {
    const rows = this.#database.all(
      'SELECT hour, data FROM sum WHERE hour >= ? AND hour < ?',
      fromHour,
      toHour,
    );
    for (const { hour, data } of rows) {
      if (data instanceof Uint8Array)
        eachSum(data, (sort, client, count) => tell(Number(hour), sort, client, count));
    }
    for (const segment of segments) {
      segment.eachSum((hour, manner, client, count) => {
        if (hour >= fromHour && hour < toHour) tell(hour, this.#manners.manner(manner).sort, client, count);
      });
    }
  }

  /** Removes those of hours before one; gives whether there were any. */
  removeBefore(hour: number): boolean {
    const [oldest] = this.#database.all('SELECT hour FROM sum ORDER BY hour LIMIT 1');
    if (oldest === undefined || Number(oldest['hour']) >= hour) return false;
    this.#database.run('DELETE FROM sum WHERE hour < ?', hour);
    return true;
  }

  /** Removes the oldest day of sums; gives whether there was one. */
  removeOldest(): boolean {
    const [oldest] = this.#database.all('SELECT hour FROM sum ORDER BY hour LIMIT 1');
    return oldest !== undefined && this.removeBefore(Number(oldest['hour']) + 24);
  }

  #read(hour: number): HourSums {
    const sums = new HourSums();
    const data = this.#database.one('SELECT data FROM sum WHERE hour = ?', hour)?.['data'];
    if (data instanceof Uint8Array) eachSum(data, (sort, client, count) => sums.add(sort, client, count));
    return sums;
  }
}
