// The folder for what survives a restart, whether it can be written or not: a failing disk often becomes read-only. The rule:
// what can be read is served, now and after a restart, and while nothing can be written, that is reported.
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../system/system-error.ts';
import type { Log } from '../log/log.ts';
import { Refused } from '../config/refused.ts';
import { IMAGE } from '../lists/list-keeper.ts';

/** How often it is checked, in milliseconds. */
const LOOK_MS = 10_000;

const { R_OK, W_OK, X_OK } = constants;

/** The state folder of one service. */
export class StateFolder {
  /** Why nothing can be written to it now; undefined if it can. */
  fault: string | undefined;
  readonly #folder: string;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Makes it if it is missing, and keeps checking it. Throws Refused where it is likely a wrong setting. */
  open(): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
      accessSync(this.#folder, R_OK | W_OK | X_OK);
    } catch (cause) {
      const isDisk = cause instanceof Error && 'code' in cause && cause.code === 'EROFS';
      // A folder that could never be written is a wrong setting; one with lists in it once could be.
      if (!isDisk && !existsSync(join(this.#folder, IMAGE)))
        throw new Refused([
          `server.state: ${this.#folder} cannot be used (${reasonOf(cause)}); set server.state to a folder of the user that runs vlandns`,
        ]);
    }
    this.look();
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    this.#timer.unref();
  }

  /** Checks whether it can be written now, and reports a change. */
  look(): void {
    const before = this.fault;
    this.fault = this.#faultNow();
    if (this.fault !== undefined && before === undefined)
      this.#log.error(
        { event: 'state_read_only', folder: this.#folder, reason: this.fault },
        `nothing can be kept in ${this.#folder}: what is there is served, and lists are not refreshed (${this.fault})`,
      );
    if (this.fault === undefined && before !== undefined)
      this.#log.info(
        { event: 'state_writable', folder: this.#folder },
        `${this.#folder} can be written again`,
      );
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #faultNow(): string | undefined {
    try {
      accessSync(this.#folder, W_OK | X_OK);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }
}
