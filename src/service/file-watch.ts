// Notices that files have changed by looking at them now and then: works alike on every file system, and for files
// that are replaced by renaming.
import { statSync } from 'node:fs';

/** How often files are looked at, in milliseconds. */
const LOOK_MS = 5000;

/** Watches a set of files that can be exchanged. */
export class FileWatch {
  #states = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;

  constructor(onChange: () => void) {
    this.#timer = setInterval(() => {
      if (this.look()) onChange();
    }, LOOK_MS);
    this.#timer.unref();
  }

  /** Watches these files from now on: new ones as they are now, others as they were when they were looked at last. */
  watch(files: readonly string[]): void {
    this.#states = new Map(files.map((file) => [file, this.#states.get(file) ?? stateOf(file)]));
  }

  /** Looks at the files now; says whether one has changed since the last time. */
  look(): boolean {
    let changed = false;
    for (const [file, before] of this.#states) {
      const now = stateOf(file);
      changed ||= now !== before;
      this.#states.set(file, now);
    }
    return changed;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function stateOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    // Absent, or in a folder that we may not look into; who reads it says so.
    return 'absent';
  }
}
