// The stored blocks: found by their times without asking the database, read when they are needed, removed from the oldest on.
import type { Block } from '../packed/block.ts';
import { KIND } from '../packed/block.ts';
import { GROUP_BLOCKS, Ranking } from '../packed/ranking.ts';
import type { BlockPlace } from '../packed/stored-block.ts';
import { PARTS, StoredBlock, packBlock } from '../packed/stored-block.ts';
import type { Manners } from '../terms/manners.ts';
import { FLAG } from '../../../querylog/record-layout.ts';
import type { SqliteDatabase } from './database.ts';

/** The blocks of one database. */
export class Blocks {
  /** In the order in which they were stored. */
  readonly places: BlockPlace[];
  readonly #database: SqliteDatabase;
  readonly #manners: Manners;

  constructor(database: SqliteDatabase, manners: Manners) {
    this.#database = database;
    this.#manners = manners;
    this.places = database
      .all('SELECT seq, kind, count, from_ms, to_ms FROM block ORDER BY seq')
      .map(({ seq, kind, count, from_ms, to_ms }) => ({
        seq: Number(seq),
        kind: kind === KIND.FULL ? KIND.FULL : KIND.ANONYMOUS,
        count: Number(count),
        fromMs: Number(from_ms),
        toMs: Number(to_ms),
      }));
  }

  /** Records in all of them. */
  get records(): number {
    return this.places.reduce((sum, { count }) => sum + count, 0);
  }

  read(place: BlockPlace): Block {
    const { seq } = place;
    const head = this.#database.one('SELECT head FROM block WHERE seq = ?', seq)?.['head'];
    return new StoredBlock(place, toOctets(head), (part) =>
      toOctets(this.#database.one('SELECT data FROM part WHERE id = ?', seq * PARTS + part)?.['data']),
    );
  }

  /** Stores a block, within the caller's transaction. */
  store(block: Block): void {
    const seq = (this.places.at(-1)?.seq ?? 0) + 1;
    const { kind, count, fromMs, toMs } = block;
    const { head, parts } = packBlock(block);
    this.#database.run(
      'INSERT INTO block (seq, kind, count, from_ms, to_ms, head) VALUES (?, ?, ?, ?, ?, ?)',
      seq,
      kind,
      count,
      fromMs,
      toMs,
      head,
    );
    for (const [part, data] of parts.entries())
      this.#database.run('INSERT INTO part (id, data) VALUES (?, ?)', seq * PARTS + part, data);
    this.places.push({ seq, kind, count, fromMs, toMs });
    if (seq % GROUP_BLOCKS === GROUP_BLOCKS - 1) this.#rank(Math.floor(seq / GROUP_BLOCKS));
  }

  /** Removes the oldest block, in a transaction of its own. Gives whether there was one. */
  removeOldest(): boolean {
    const [oldest] = this.places;
    if (oldest === undefined) return false;
    const { seq } = oldest;
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM block WHERE seq = ?', seq);
      this.#database.run('DELETE FROM part WHERE id >= ? AND id < ?', seq * PARTS, (seq + 1) * PARTS);
      this.#database.run('DELETE FROM ranking WHERE number = ?', Math.floor(seq / GROUP_BLOCKS));
    });
    this.places.shift();
    return true;
  }

  /** The ranking over the group of a block's number; undefined where there is none: its blocks are to be read. */
  ranking(group: number): Uint8Array | undefined {
    const data = this.#database.one('SELECT data FROM ranking WHERE number = ?', group)?.['data'];
    return data === undefined ? undefined : toOctets(data);
  }

  #rank(group: number): void {
    const places = this.places.slice(-GROUP_BLOCKS);
    if (places.length < GROUP_BLOCKS || Math.floor(places[0]!.seq / GROUP_BLOCKS) !== group) return;
    const ranking = new Ranking();
    for (const place of places) {
      ranking.add(this.read(place), (id) => {
        const { vlan, flags } = this.#manners.manner(id);
        return { vlan, blocked: (flags & FLAG.BLOCKED) !== 0 };
      });
    }
    this.#database.run('INSERT INTO ranking (number, data) VALUES (?, ?)', group, ranking.pack());
  }
}

function toOctets(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Error('malformed: part of a block is not there');
  return value;
}
