// The file of a query log: opened when it is needed, closed when anything goes wrong with it, put aside where it cannot be used. The
// rule: whatever fails, the next use finds a log that is as it was last committed, or a new one.
import type { RecorderSettings } from '../../../querylog/messages.ts';
import { reasonOf } from '../../../system/system-error.ts';
import type { StoreTeller } from '../record-store.ts';
import { putDamagedAside, putForeignAside } from '../file/aside.ts';
import { isDamage } from './database.ts';
import { OpenLog } from './open-log.ts';
import { ForeignDatabase } from './schema.ts';
import { Sweeper } from './sweep.ts';
import { Trimmer } from './trim.ts';

/** A log in use, and what keeps it small. */
export interface LogInUse {
  readonly log: OpenLog;
  readonly trimmer: Trimmer;
  readonly sweeper: Sweeper;
}

/** One file. */
export class LogFile {
  readonly path: string;
  readonly #tell: StoreTeller;
  #settings: RecorderSettings;
  #inUse: LogInUse | undefined;

  constructor(path: string, settings: RecorderSettings, tell: StoreTeller) {
    this.path = path;
    this.#settings = settings;
    this.#tell = tell;
  }

  /** Does something with the log. Throws what went wrong; it is closed then, and where it is damaged it is out of the way. */
  use<Result>(work: (inUse: LogInUse) => Result): Result {
    try {
      this.#inUse ??= this.#open();
      return work(this.#inUse);
    } catch (error) {
      this.close();
      if (isDamage(error)) this.#putAside(error);
      throw error;
    }
  }

  /** Goes by other settings from the next use on. */
  apply(settings: RecorderSettings): void {
    this.#settings = settings;
    if (this.#inUse === undefined) return;
    const { log, sweeper } = this.#inUse;
    this.#inUse = { log, sweeper, trimmer: new Trimmer(log, settings) };
    this.use(() => log.seen.watch(settings.firstSeen));
  }

  close(): void {
    const { log } = this.#inUse ?? {};
    this.#inUse = undefined;
    try {
      log?.close();
    } catch {
      // It repeats the fault for which it is closed.
    }
  }

  #open(): LogInUse {
    let log: OpenLog;
    try {
      log = new OpenLog(this.path);
    } catch (error) {
      if (!(error instanceof ForeignDatabase)) throw error;
      const moved = putForeignAside(this.path, error.version);
      this.#tell.warn(
        `${this.path}: ${error.message}; it is left as it is, now as ${moved}, and a new one is begun`,
      );
      log = new OpenLog(this.path);
    }
    log.seen.watch(this.#settings.firstSeen);
    return { log, trimmer: new Trimmer(log, this.#settings), sweeper: new Sweeper(log) };
  }

  #putAside(error: unknown): void {
    const moved = putDamagedAside(this.path, new Date());
    this.#tell.warn(
      `${this.path} is damaged (${reasonOf(error)}); it is now ${moved}, and a new one is begun`,
    );
  }
}
