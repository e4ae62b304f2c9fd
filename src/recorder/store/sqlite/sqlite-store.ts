// The query log in one file of SQLite, as one process has it open. Batches wait here for the next transaction; what fails is told once
// and tried again with growing pauses, and costs records only when too many wait.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecorderSettings } from '../../../querylog/messages.ts';
import { RestartPause } from '../../../system/restart-pause.ts';
import { reasonOf } from '../../../system/system-error.ts';
import type { Batch } from '../../batch.ts';
import type { RecordStore, StoreCounts, StoreTeller } from '../record-store.ts';
import { isDamage, isEndOfSqlite, isNoRoom } from './database.ts';
import type { LogInUse } from './log-file.ts';
import { LogFile } from './log-file.ts';
import type { Written } from './open-log.ts';
import type { Ownership } from '../file/owner.ts';
import type { Clocks } from './steady-clock.ts';
import { SteadyClock } from './steady-clock.ts';

/** How long a batch waits for others of its transaction, and how many wait at most for that. */
const TOGETHER_MS = 100;
const TOGETHER = 8;
/** Batches that wait while nothing can be written; beyond that, the oldest are lost. */
const MOST_WAITING = 64;
/** Milliseconds until what failed is tried again: at first, and at most. */
const PAUSE_MS = [1000, 30_000] as const;
/** How often it is looked for what is too old. */
const LOOK_MS = 60_000;
/** Steps for room before one transaction, at most. */
const ROOM_STEPS = 8;
/** How often names that no record is of any more are looked for, where records were removed. */
const SWEEP_MS = 3_600_000;

/** A batch that waits to be kept. */
interface Waiting {
  readonly batch: Batch;
  readonly done: () => void;
}

/** What a store is made of. */
export interface StoreParts {
  readonly path: string;
  readonly ownership: Ownership;
  readonly settings: RecorderSettings;
  readonly tell: StoreTeller;
  readonly clocks: Clocks;
}

/** Keeps records in SQLite. */
export class SqliteStore implements RecordStore {
  readonly #file: LogFile;
  readonly #ownership: Ownership;
  readonly #tell: StoreTeller;
  readonly #clocks: Clocks;
  readonly #clock: SteadyClock;
  readonly #look: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #waiting: Waiting[] = [];
  /** How many of them are written in one transaction, at most. */
  #atOnce = MOST_WAITING + 1;
  #counts = { kept: 0, lost: 0, again: 0 };
  #fault: string | undefined;
  #lostInFault = 0;
  #pause = new RestartPause(PAUSE_MS);
  #isPausing = false;
  #isHeld = false;
  #isTidying = false;
  #sweptMs = -Infinity;

  constructor({ path, ownership, settings, tell, clocks }: StoreParts) {
    this.#file = new LogFile(path, settings, tell);
    this.#ownership = ownership;
    this.#tell = tell;
    this.#clocks = clocks;
    this.#clock = new SteadyClock(clocks);
    this.#look = setInterval(() => this.#tidySoon(), LOOK_MS).unref();
    this.#schedule(0);
  }

  get counts(): StoreCounts {
    return { ...this.#counts };
  }

  /** What is wrong with it, and what holds; undefined where nothing is. */
  get fault(): string | undefined {
    return this.#fault;
  }

  get path(): string {
    return this.#file.path;
  }

  async add(batch: Batch): Promise<void> {
    await new Promise<void>((done) => {
      this.#waiting.push({ batch, done });
      if (this.#waiting.length > MOST_WAITING) this.#makeWay();
      if (!this.#isPausing) this.#schedule(this.#waiting.length >= TOGETHER ? 0 : TOGETHER_MS);
    });
  }

  apply(settings: RecorderSettings): void {
    try {
      this.#file.apply(settings);
    } catch (error) {
      this.#failed(error);
    }
    this.#tidySoon();
  }

  /** Writes what waits, then asks. Rejected where the log cannot be read. */
  ask<Result>(question: (inUse: LogInUse) => Result): Result {
    if (!this.#isPausing && this.#waiting.length > 0) this.#flush();
    try {
      return this.#file.use(question);
    } catch (error) {
      if (isEndOfSqlite(error)) throw error;
      if (isDamage(error) || isNoRoom(error)) this.#failed(error);
      throw new Error(`the query log cannot be read: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Does something while nothing is written. */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    this.ask(() => undefined);
    this.#isHeld = true;
    try {
      return await work();
    } finally {
      this.#isHeld = false;
      this.#schedule(0);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#look);
    this.#isHeld = false;
    this.#flush();
    clearTimeout(this.#timer);
    this.#isHeld = true;
    this.#lose(this.#waiting.splice(0));
    this.#file.close();
    this.#ownership.release();
    await nextTurn();
  }

  #schedule(afterMs: number): void {
    if (this.#timer !== undefined && afterMs > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), afterMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isPausing = false;
    if (this.#isHeld) return;
    const waiting = this.#waiting.splice(0, this.#atOnce);
    let written: Written;
    try {
      written = this.#file.use((inUse) => write(inUse, waiting));
    } catch (error) {
      if (isDamage(error) || isNoRoom(error)) this.#waiting = [...waiting, ...this.#waiting];
      else this.#lose(waiting);
      // Less may still find room.
      this.#atOnce = 1;
      this.#failed(error);
      return;
    }
    for (const { done } of waiting) done();
    this.#atOnce = Math.min(this.#atOnce * 2, MOST_WAITING + 1);
    if (this.#waiting.length > 0) this.#schedule(0);
    this.#counts.kept += written.kept;
    this.#counts.again += written.again;
    this.#succeeded();
    this.#tellSeen(written);
    if (this.#file.use(({ trimmer }) => trimmer.isMuchRemoved)) this.#tidySoon();
  }

  #succeeded(): void {
    this.#pause = new RestartPause(PAUSE_MS);
    if (this.#fault === undefined) return;
    const lost = this.#lostInFault === 0 ? 'no query was lost' : `${this.#lostInFault} queries were lost`;
    this.#tell.inform(`the query log is written again; ${lost}`);
    this.#fault = undefined;
  }

  /** Tells of a fault that is not told yet, and tries again later. */
  #failed(error: unknown): void {
    if (isEndOfSqlite(error)) throw error;
    const afterMs = this.#pause.ended(0);
    // A damaged file was put aside, and told: the next one is new.
    const isNew = isDamage(error) && this.#pause.ends === 1;
    if (!isNew && this.#fault === undefined) {
      this.#fault = `${this.#file.path} cannot be written: ${reasonOf(error)}; the latest queries wait in memory, what is too much is lost`;
      this.#lostInFault = 0;
      this.#tell.warn(this.#fault);
    }
    this.#isPausing = !isNew;
    this.#schedule(isNew ? 0 : afterMs);
  }

  /** Too many wait: they are written at once, or the oldest is lost where they cannot be. */
  #makeWay(): void {
    if (this.#isPausing || this.#isHeld) this.#lose(this.#waiting.splice(0, 1));
    else this.#flush();
  }

  #lose(waiting: readonly Waiting[]): void {
    for (const { batch, done } of waiting) {
      this.#counts.lost += batch.count;
      this.#lostInFault += batch.count;
      done();
    }
  }

  #tellSeen({ seen }: Written): void {
    for (const { vlan, name, unixMs } of seen)
      this.#tell.firstSeen({ vlan, name: this.#file.use(({ log }) => log.names.text(name)), unixMs });
  }

  /** Removes what is too much or too old, in small steps with other work in between. */
  #tidySoon(): void {
    if (this.#isTidying) return;
    this.#isTidying = true;
    void this.#tidy().finally(() => {
      this.#isTidying = false;
    });
  }

  async #tidy(): Promise<void> {
    try {
      for (let more = true; more; await nextTurn()) {
        if (this.#isHeld || this.#fault !== undefined) return;
        more = this.#file.use(({ log, trimmer, sweeper }) => {
          log.storeOtherHours(this.#clocks.now());
          if (trimmer.removeOld(this.#clock.now())) return true;
          const isDue = trimmer.removed > 0 && this.#clocks.steady() - this.#sweptMs >= SWEEP_MS;
          if (trimmer.isMuchRemoved || isDue) {
            trimmer.removed = 0;
            this.#sweptMs = this.#clocks.steady();
            sweeper.begin();
          }
          // What only removed records had named makes room, too: the next block is removed after that.
          return sweeper.step() || trimmer.shrink();
        });
      }
    } catch (error) {
      this.#failed(error);
    }
  }
}

function write({ log, trimmer }: LogInUse, waiting: readonly Waiting[]): Written {
  for (let step = 0; step < ROOM_STEPS && trimmer.makeRoom(); step++);
  return log.write(waiting.map(({ batch }) => batch));
}
