// Notices that files have changed by looking at them now and then: works alike on every file system, and for files
// that are replaced by renaming. A file system that hangs is waited for by nobody.
import { readFileState } from '../system/file-state.ts';

/** How often files are looked at unless said otherwise, in milliseconds. */
const LOOK_MS = 5000;

/** Watches a set of files that can be exchanged. */
export class FileWatch {
  readonly #onChange: (files: readonly string[]) => void;
  readonly #lookMs: number;
  #states = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `onChange` is called with files that have changed, in one or more groups. */
  constructor(onChange: (files: readonly string[]) => void, lookMs = LOOK_MS) {
    this.#onChange = onChange;
    this.#lookMs = lookMs;
    this.#schedule();
  }

  /** Watches these files from now on: new ones from their present state, others from the state last seen. */
  async watch(files: readonly string[]): Promise<void> {
    const states = new Map<string, string>();
    for (const file of files) states.set(file, this.#states.get(file) ?? (await readFileState(file)));
    this.#states = states;
  }

  /** Looks at the files now; gives those that have changed since the last time. */
  async look(): Promise<string[]> {
    const states = this.#states;
    const changed: string[] = [];
    for (const [file, before] of states) {
      const now = await readFileState(file);
      if (now !== before) changed.push(file);
      states.set(file, now);
    }
    return changed;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#lookAndTell(), this.#lookMs);
    this.#timer.unref();
  }

  async #lookAndTell(): Promise<void> {
    const changed = await this.look();
    if (changed.length > 0 && !this.#isClosed) this.#onChange(changed);
    this.#schedule();
  }
}
