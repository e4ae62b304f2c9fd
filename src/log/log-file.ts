// A log file that is opened again when its name leads elsewhere (newsyslog, logrotate). The rule: lines go into the old file
// until the new one is open, and wait where the old one has no name left under which anybody could read it.
import { close, constants, fstat, open, openSync, write } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Turns } from '../system/turns.ts';
import type { LineOutput, OnWriteEnd } from './line-queue.ts';
import { lineStart } from './line-queue.ts';

/** A pipe without a reader is an error at once instead of a wait; plain files do not mind. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
const MODE = 0o640;

/** How often the name is looked at, and how soon it is tried again when it cannot be opened, in milliseconds. */
const LOOK_MS = 10_000;
const RETRY_MS = 1000;

/** A log file. */
export class LogFile implements LineOutput {
  readonly #path: string;
  readonly #onFault: (error: unknown) => void;
  #fd: number;
  /** The file to go on in, once the write under way has ended. */
  #next: number | undefined;
  /** Whether nothing was written yet to the file that is open. */
  #isFresh = true;
  #isWriting = false;
  #isNameless = false;
  #isTold = false;
  #isClosed = false;
  /** A look at the name was asked for and has not begun. */
  #isAsked = false;
  readonly #turns = new Turns();
  #timer: NodeJS.Timeout | undefined;

  /** Throws where the file cannot be opened. `onFault` is called, once, when it cannot be opened again. */
  constructor(path: string, onFault: (error: unknown) => void) {
    this.#path = path;
    this.#onFault = onFault;
    this.#fd = openSync(path, FLAGS, MODE);
    this.#lookIn(LOOK_MS);
  }

  write(octets: Buffer, from: number, ended: OnWriteEnd): void {
    if (this.#isClosed) {
      // A write that is tried again after the end: another file may have our descriptor's number by now.
      ended('lost', from);
      return;
    }
    this.#goOver();
    // A line that a full disk cut off is written whole into the new file.
    const start = this.#isFresh ? lineStart(octets, from) : from;
    this.#isFresh = false;
    if (this.#isNameless) {
      ended('later', start);
      return;
    }
    this.#isWriting = true;
    write(this.#fd, octets, start, octets.length - start, null, (error, written) => {
      this.#isWriting = false;
      if (this.#isClosed) this.#closeFiles();
      if (error === null) ended('done', start + written);
      else ended('later', start);
    });
  }

  /** Looks at the name now. */
  reopen(): void {
    this.#isAsked = true;
    this.#lookIn(0);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (!this.#isWriting) this.#closeFiles();
  }

  #lookIn(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#turns.run(() => this.#look());
    }, waitMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    this.#isAsked = false;
    this.#noteLook(await this.#follow());
  }

  #noteLook(fault: unknown): void {
    if (this.#isClosed) return;
    if (fault !== undefined && !this.#isTold) this.#onFault(fault);
    this.#isTold = fault !== undefined;
    // A reopen() that came meanwhile has its own look before it.
    if (!this.#isAsked) this.#lookIn(fault === undefined ? LOOK_MS : RETRY_MS);
  }

  /** Opens what the name leads to, unless that is open already; gives the error where it cannot. */
  async #follow(): Promise<unknown> {
    try {
      const own = await promisify(fstat)(this.#fd);
      const named = await stat(this.#path).catch(() => undefined);
      this.#isNameless = own.nlink === 0;
      if (named?.ino === own.ino && named.dev === own.dev) return undefined;
      const next = await promisify(open)(this.#path, FLAGS, MODE);
      if (this.#isClosed) {
        // The old file was closed meanwhile; another may have its descriptor's number by now.
        closeQuietly(next);
        return undefined;
      }
      this.#next = next;
      this.#isNameless = false;
      if (!this.#isWriting) this.#goOver();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #goOver(): void {
    if (this.#next === undefined) return;
    closeQuietly(this.#fd);
    this.#fd = this.#next;
    this.#next = undefined;
    this.#isFresh = true;
  }

  #closeFiles(): void {
    this.#goOver();
    closeQuietly(this.#fd);
  }
}

function closeQuietly(fd: number): void {
  close(fd, () => {
    // Nothing can be done about a file that will not close.
  });
}
