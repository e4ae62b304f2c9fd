// The folder for what survives a restart, while it can be written and while not: a disk that failed is often left to be read
// only. The rule: what can be read is served, now and after a restart, and what cannot be kept is told until it can.
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../config/config-error.ts';
import type { Log } from '../log/log.ts';
import { Refused } from '../config/refused.ts';
import { IMAGE } from '../lists/list-keeper.ts';

/** How often it is looked at, in milliseconds. */
const LOOK_MS = 10_000;

const { R_OK, W_OK, X_OK } = constants;

/** The state folder of one service. */
export class StateFolder {
  /** Why nothing can be kept in it now; undefined while all is well. */
  fault: string | undefined;
  readonly #folder: string;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Makes it where it is not there, and goes on looking at it. Throws Refused where it cannot be what was meant. */
  open(): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
      accessSync(this.#folder, R_OK | W_OK | X_OK);
    } catch (cause) {
      const isDisk = cause instanceof Error && 'code' in cause && cause.code === 'EROFS';
      // One that never could be written is a wrong setting; one that has lists in it could, once.
      if (!isDisk && !existsSync(join(this.#folder, IMAGE)))
        throw new Refused([
          `server.state: ${this.#folder} cannot be used (${reasonOf(cause)}); set server.state to a folder of the user that runs vlandns`,
        ]);
    }
    this.look();
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    this.#timer.unref();
  }

  /** Looks whether it can be written now, and tells what has changed. */
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
