// A query log that is open: batches in, in one transaction each time; blocks, sums and terms to be asked. The rule: it throws at
// whatever goes wrong, and is good for nothing from then on but to be closed; what was committed stands, and nothing else.
import { randomInt } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { FLAG, WORD } from '../../../querylog/record-layout.ts';
import type { Batch } from '../../batch.ts';
import type { Meaning } from '../../meaning.ts';
import type { Block } from '../packed/block.ts';
import { KIND, LATEST_MS } from '../packed/block.ts';
import type { Segment, Segments } from '../packed/segment.ts';
import { newSegments } from '../packed/segment.ts';
import { HOUR_MS } from '../packed/sums.ts';
import { Clients, NO_CLIENT } from '../terms/clients.ts';
import { Manners } from '../terms/manners.ts';
import { Names } from '../terms/names.ts';
import { Blocks } from './blocks.ts';
import { SqliteDatabase } from './database.ts';
import { undoHotJournal } from '../file/hot-journal.ts';
import { migrate, prepare } from './schema.ts';
import type { SeenName } from './seen-names.ts';
import { SeenNames } from './seen-names.ts';
import { SumTable } from './sum-table.ts';
import { TakenBatches } from './taken-batches.ts';

/** What is left of the time of an anonymous record. */
export const ANONYMOUS_MS = 60_000;

/** What came of batches. */
export interface Written {
  readonly kept: number;
  readonly again: number;
  readonly seen: readonly SeenName[];
}

/** One database, open. */
export class OpenLog {
  readonly database: SqliteDatabase;
  readonly names: Names;
  readonly clients: Clients;
  readonly manners: Manners;
  readonly blocks: Blocks;
  readonly sums: SumTable;
  readonly seen: SeenNames;
  readonly segments: Segments = newSegments();
  readonly #taken = new TakenBatches();
  #meaning: Meaning | undefined;
  #clientsVersion = 0;

  /** Opens the file, or makes it, readable by its owner alone. Nobody else may have it open. */
  constructor(file: string) {
    for (const name of [file, `${file}-journal`]) closeSync(openSync(name, 'a', 0o600));
    undoHotJournal(file);
    this.database = new SqliteDatabase(file);
    try {
      prepare(this.database);
      migrate(this.database);
      this.names = new Names(this.database);
      this.clients = new Clients(this.database);
      this.manners = new Manners(this.database);
      this.blocks = new Blocks(this.database, this.manners);
      this.sums = new SumTable(this.database, this.manners);
      this.seen = new SeenNames(this.database, this.manners, () => this.#allBlocks());
      this.#restore();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Keeps batches: all of them or, where it throws, none. */
  write(batches: readonly Batch[]): Written {
    let kept = 0;
    let again = 0;
    this.database.transaction(() => {
      for (const batch of batches) {
        if (this.#taken.isNew(batch)) {
          this.#turnTo(batch);
          this.#keep(batch);
          kept += batch.count;
        } else again++;
      }
      for (const segment of this.segments) this.#writeRow(segment);
    });
    return { kept, again, seen: this.seen.takeNew() };
  }

  /** Stores what has grown since another hour than that of `nowMs`, so that no block waits for records that do not come. */
  storeOtherHours(nowMs: number): void {
    const isOld = ({ hour }: Segment): boolean => hour !== undefined && hour !== Math.floor(nowMs / HOUR_MS);
    if (!this.segments.some(isOld)) return;
    this.database.transaction(() => {
      for (const segment of this.segments) if (isOld(segment)) this.#store(segment);
    });
  }

  /** Forgets what it remembers of the database: something was removed from it. */
  forget(): void {
    this.names.forget();
    this.clients.forget();
    this.manners.forget();
  }

  close(): void {
    this.database.close();
  }

  *#allBlocks(): Iterable<Block> {
    for (const place of this.blocks.places) yield this.blocks.read(place);
    for (const { block } of this.segments) yield block;
  }

  #restore(): void {
    this.#taken.restore(
      String(this.database.one("SELECT value FROM state WHERE key = 'taken'")?.['value'] ?? '[]'),
    );
    for (const { kind, taken, data } of this.database.all(
      'SELECT kind, taken, data FROM tail ORDER BY seq',
    )) {
      this.#taken.restore(String(taken));
      if (data instanceof Uint8Array)
        this.segments[kind === KIND.FULL ? KIND.FULL : KIND.ANONYMOUS].restore(data);
    }
  }

  /** Forgets what numbers meant, where they are of another state, and what clients were called. */
  #turnTo({ meaning, baseMs, count, first, words }: Batch): void {
    if (meaning !== this.#meaning || meaning.clients.version !== this.#clientsVersion) this.clients.forget();
    if (meaning !== this.#meaning) this.manners.forgetNumbers();
    this.#meaning = meaning;
    this.#clientsVersion = meaning.clients.version;
    if (count === 0) return;
    const hour = Math.floor((baseMs + words[first + WORD.TIME]!) / HOUR_MS);
    for (const segment of this.segments) {
      if (segment.hour !== undefined && segment.hour !== hour) this.#store(segment);
    }
  }

  #keep(batch: Batch): void {
    const { words, baseMs } = batch;
    const [full, anonymous] = this.segments;
    for (let at = batch.first; at < batch.end; at = batch.next(at)) {
      if (full.isFull) this.#store(full);
      if (anonymous.isFull) this.#store(anonymous);
      const size = words[at + WORD.SIZE]!;
      const manner = this.manners.idOf(batch, at);
      const unixMs = Math.min(Math.max(Math.floor(baseMs) + words[at + WORD.TIME]!, 0), LATEST_MS);
      if (((size >>> 24) & FLAG.NAMELESS) !== 0) {
        full.add(0, NO_CLIENT, manner, unixMs, 0);
        continue;
      }
      const name = this.names.idOf(batch, at);
      const client = this.clients.idOf(batch, at);
      if (client === NO_CLIENT) anonymous.add(name, NO_CLIENT, manner, blurred(unixMs), 0);
      else full.add(name, client, manner, unixMs, words[at + WORD.WAITED]!);
      if (this.seen.isWatching) this.seen.note(manner, name, unixMs);
    }
  }

  #writeRow({ row, kind, isChanged }: Segment): void {
    const segment = this.segments[kind];
    if (!isChanged) return;
    const data = row.pack();
    const taken = this.#taken.text;
    if (row.seq === undefined)
      row.seq = this.database.run('INSERT INTO tail (kind, taken, data) VALUES (?, ?, ?)', kind, taken, data);
    else this.database.run('UPDATE tail SET taken = ?, data = ? WHERE seq = ?', taken, data, row.seq);
    if (row.isEnough) row.begin();
    segment.isChanged = false;
  }

  /** Stores a segment as a block, and begins it anew. */
  #store(segment: Segment): void {
    if (segment.block.count > 0) this.blocks.store(segment.block);
    this.sums.add(segment);
    this.database.run('DELETE FROM tail WHERE kind = ?', segment.kind);
    this.database.run("INSERT OR REPLACE INTO state (key, value) VALUES ('taken', ?)", this.#taken.text);
    segment.clear();
  }
}

/** Another time in the same minute, by chance: it tells neither when nor in which order, and makes a place among others. */
function blurred(unixMs: number): number {
  return unixMs - (unixMs % ANONYMOUS_MS) + randomInt(ANONYMOUS_MS);
}
