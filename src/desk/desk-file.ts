// desk.yaml on disk. The rule: the file is whole at any moment, whoever kills us when; what cannot be read is told and kept,
// and what was read last goes on to hold.
import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, readFileSync, statSync } from 'node:fs';
import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openRegularSync } from '../system/regular-file.ts';
import { writeSynced } from '../system/synced-write.ts';
import { reasonOf } from '../system/system-error.ts';
import { Turns } from '../system/turns.ts';
import { NOTHING_CHANGED } from './desk-entry.ts';
import type { DeskState } from './desk-entry.ts';
import { readDeskText, toDeskText } from './desk-text.ts';
import type { DeskReading, LineFault } from './desk-text.ts';

/** Its name in the state folder; files beside it have this name, a dot and more. */
export const DESK_FILE = 'desk.yaml';

const MAX_OCTETS = 4 * 1024 * 1024;

/** Lines that were not understood are kept up to here, in octets; then they begin anew. */
const MAX_ASIDE_OCTETS = 1024 * 1024;

/** Only its owner and group read who did what. */
const MODE = 0o640;

/** What is on disk: entries and lines that are not used, or why nothing of it can be read. */
export type FileReading = DeskReading | { readonly unreadable: string };

const NOTHING_THERE: FileReading = { state: NOTHING_CHANGED, faults: [] };

/** Reads the desk's file of a state folder, for who only wants to know; one that is absent says nothing. */
export function readDeskFile(folder: string): FileReading {
  try {
    const text = readText(join(folder, DESK_FILE));
    return text === undefined ? NOTHING_THERE : readDeskText(text);
  } catch (error) {
    return { unreadable: reasonOf(error) };
  }
}

/** The file of one service, which alone writes it. */
export class DeskFile {
  readonly path: string;
  readonly #turns = new Turns();
  /** The texts that may be in the file by our doing: the last one, and one that is being written. */
  #ours: readonly string[] = [];
  /** The text that is written next, and what comes of that. */
  #next = '';
  #queued: Promise<string | undefined> | undefined;
  /** How the file was when it was last looked at; undefined before that. */
  #seen: string | undefined;
  #faults: readonly LineFault[] = [];
  #isUnreadable = false;

  constructor(folder: string) {
    this.path = join(folder, DESK_FILE);
  }

  /** Reads it where somebody else has changed it since it was last read or written; undefined where nobody has. */
  readChanged(): FileReading | undefined {
    const before = this.#seen;
    try {
      this.#seen = lookAt(this.path);
      if (this.#seen === before) return undefined;
      const text = readText(this.path);
      if (text === undefined) return before === undefined ? NOTHING_THERE : { unreadable: 'it is gone' };
      if (this.#ours.includes(text)) return undefined;
      const reading = readDeskText(text);
      this.#faults = reading.faults;
      this.#isUnreadable = false;
      return reading;
    } catch (error) {
      this.#isUnreadable = true;
      return { unreadable: reasonOf(error) };
    }
  }

  /** Writes a state; gives why it cannot be kept. States that come while one is written are written as the last of them. */
  write(state: DeskState): Promise<string | undefined> {
    this.#next = toDeskText(state);
    this.#queued ??= this.#turns.run(() => {
      this.#queued = undefined;
      return this.#write(this.#next);
    });
    return this.#queued;
  }

  /** Resolves when all is written that was to be. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  async #write(text: string): Promise<string | undefined> {
    const before = this.#ours;
    this.#ours = [...before, text];
    try {
      await this.#keepAside();
      await writeSynced(this.path, `${this.path}.new`, text, MODE);
      this.#ours = [text];
      return undefined;
    } catch (error) {
      this.#ours = before;
      return reasonOf(error);
    }
  }

  /** What of the file was not understood goes to files beside it before it is written over. */
  async #keepAside(): Promise<void> {
    const [faults, isUnreadable] = [this.#faults, this.#isUnreadable];
    if (isUnreadable) await rename(this.path, `${this.path}.damaged`).catch(ignoreAbsent);
    this.#isUnreadable = false;
    if (faults.length === 0) return;
    const aside = `${this.path}.aside`;
    const { size } = await stat(aside).catch(() => ({ size: 0 }));
    if (size > MAX_ASIDE_OCTETS) await rename(aside, `${aside}.before`);
    const lines = faults.map(({ line, text, fault }) => `# line ${line} ${fault}\n${text}\n`);
    await appendFile(aside, `# ${new Date().toISOString()}\n${lines.join('')}`, { mode: MODE });
    this.#faults = [];
  }
}

function lookAt(path: string): string {
  const { ino, size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return ino === undefined ? 'absent' : `${ino} ${size} ${mtimeMs}`;
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** The text of a file; undefined where it is absent. */
function readText(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const descriptor = openRegularSync(path);
  try {
    if (fstatSync(descriptor).size > MAX_OCTETS) throw new Error(`${path} is larger than 4 MiB`);
    const octets = readFileSync(descriptor);
    if (!isUtf8(octets)) throw new Error(`${path} is not UTF-8`);
    return octets.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}
