// Batches that wait on disk while the database is away: a file each, in the order in which they came. The rule: what is in it outlives
// this process, and it never takes more than its bound.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incoming } from './incoming.ts';

const NAME = /^\d{16}\.json$/;

/** The waiting batches of one folder. */
export class Spool {
  readonly #folder: string;
  #files: { readonly name: string; readonly octets: number }[] = [];
  #octets = 0;
  #next = 0;

  /** Opens the folder and makes it where there is none; throws where it cannot be. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder).toSorted()) {
      const path = join(folder, name);
      // Half a file of a process that was killed.
      if (!NAME.test(name)) rmSync(path, { force: true });
      else this.#note(name, statSync(path).size);
    }
    this.#next = Number(this.#files.at(-1)?.name.slice(0, 16) ?? 0) + 1;
  }

  /** Batches that wait. */
  get size(): number {
    return this.#files.length;
  }

  /** Keeps a batch; false where it would take more than `maxOctets`, or cannot be written. */
  put(incoming: Incoming, maxOctets: number): boolean {
    const text = JSON.stringify(incoming);
    const octets = Buffer.byteLength(text);
    if (this.#octets + octets > maxOctets) return false;
    const name = `${String(this.#next).padStart(16, '0')}.json`;
    const path = join(this.#folder, name);
    try {
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch {
      rmSync(`${path}.new`, { force: true });
      return false;
    }
    this.#next++;
    this.#note(name, octets);
    return true;
  }

  /** The batch that has waited longest; a file that is no batch is left out. */
  first(): Incoming | undefined {
    for (;;) {
      const file = this.#files[0];
      if (file === undefined) return undefined;
      try {
        const incoming: Incoming = JSON.parse(readFileSync(join(this.#folder, file.name), 'utf8'));
        return incoming;
      } catch {
        this.drop();
      }
    }
  }

  /** Forgets the batch that has waited longest. */
  drop(): void {
    const file = this.#files.shift();
    if (file === undefined) return;
    this.#octets -= file.octets;
    rmSync(join(this.#folder, file.name), { force: true });
  }

  #note(name: string, octets: number): void {
    this.#files.push({ name, octets });
    this.#octets += octets;
  }
}
