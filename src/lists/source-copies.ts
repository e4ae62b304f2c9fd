// The copies of sources on disk: the last good ones, held ones beside them, and new ones before they become either; and what
// is noted of each source. The rule: a good copy is not given up before a better one is safely on disk.
import { FetchFault } from './fetch/fetch-fault.ts';
import { readStamp } from './fetch/file-source.ts';
import { HeldCopies } from './store/held-copies.ts';
import type { HeldCopy } from './store/held-copies.ts';
import type { NewCopy } from './fetch/source-fetch.ts';
import { SourceStore } from './store/source-store.ts';
import type { List } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { CompiledLists } from './compiled-lists.ts';
import { reportOf } from './compiled-lists.ts';
import { isFile, locationsOf } from './list-sources.ts';
import { SourceBook } from './source-book.ts';

/** New copies that wait for a decision, by URL or path. */
export type NewCopies = ReadonlyMap<string, NewCopy>;

/** The copies of the sources of one service, in one folder. */
export class SourceCopies {
  readonly store: SourceStore;
  readonly book = new SourceBook();
  readonly #held: HeldCopies;
  readonly #log: Log;
  #isOpen = false;

  constructor(folder: string, log: Log) {
    this.store = new SourceStore({ folder });
    this.#held = new HeldCopies(folder);
    this.#log = log;
  }

  /** Makes the folder and reads what it holds of these lists; where it cannot be used, that is logged and we go on. */
  async open(lists: readonly List[]): Promise<void> {
    try {
      if (!this.#isOpen) await this.store.open();
      this.#isOpen = true;
    } catch (error) {
      this.#log.error({ event: 'state_unusable', err: error }, 'lists cannot be kept on disk');
    }
    for (const source of locationsOf(lists)) {
      if (this.book.knows(source)) continue;
      const record = await this.store.recordOf(source);
      this.book.enter(source, isFile(source) ? undefined : record?.fetchedAtMs);
      await this.#quietly(() => this.#held.enter(source));
      const held = this.heldOf(source);
      if (held !== undefined) this.book.failed(source, held.fetchedAtMs, toHeldFault(held.reason));
    }
  }

  /** What is held back of a source. */
  heldOf(source: string): HeldCopy | undefined {
    return this.#held.of(source);
  }

  /** Notes that a source still has the text that is held back. */
  stillHeld(source: string, { reason }: Pick<HeldCopy, 'reason'>): void {
    this.book.failed(source, Date.now(), toHeldFault(reason));
  }

  /** Makes new copies the last good ones. */
  async accept(copies: NewCopies): Promise<void> {
    for (const [source, copy] of copies) {
      // A refusal by the disk is logged and tried again.
      const isKept = await this.settle(source, () => this.store.accept(source, copy));
      if (!isKept) await this.discard(new Map([[source, copy]]));
    }
  }

  /** Holds a new copy back until it is accepted or another one comes; logs each reason once. */
  async hold(source: string, held: Omit<HeldCopy, 'fetchedAtMs'>): Promise<void> {
    const { reason } = held;
    const isNews = this.note(source, toHeldFault(reason));
    const nowMs = Date.now();
    if (!(await this.#quietly(() => this.#held.keep(source, { ...held, fetchedAtMs: nowMs }))))
      await this.discard(new Map([[source, held.copy]]));
    if (isNews)
      this.#log.error(
        { event: 'list_held', source, reason },
        `the update of ${source} is held back: ${reason}`,
      );
  }

  /** Gives up new copies for a reason that is not in them: they are fetched or read again after a while. */
  async fail(copies: NewCopies, reason: string): Promise<void> {
    for (const source of copies.keys())
      this.note(source, { text: `update not used: ${reason}`, isHeld: false });
    await this.discard(copies);
  }

  /** Removes new copies; what is held back stays. */
  async discard(copies: NewCopies): Promise<void> {
    for (const [source, copy] of copies)
      if (copy.file !== this.#held.fileOf(source)) await this.#quietly(() => this.store.discard(copy));
  }

  /** The sources that were read, but whose text is left only in the compiled lists; URLs among them are fetched again. */
  async lostTexts(lists: readonly List[], copies: NewCopies, compiled: CompiledLists): Promise<string[]> {
    const lost: string[] = [];
    for (const { name, sources } of lists) {
      for (const { location } of sources) {
        const report = reportOf(compiled, name, location);
        if (report === undefined || report.missing !== undefined || copies.has(location)) continue;
        if ((await readStamp(this.store.fileOf(location))) !== undefined) continue;
        lost.push(location);
        this.book.enter(location, undefined);
        this.#log.error(
          { event: 'list_copy_lost', source: location },
          `the copy of ${location} is gone; no list is changed until it has been read again`,
        );
      }
    }
    return lost;
  }

  /** Removes the files of sources that are in no list any more. */
  async sweep(lists: readonly List[]): Promise<void> {
    await this.#quietly(() => this.store.sweep(locationsOf(lists)));
  }

  /** Does the last step of an update and notes that the source is in order; says whether it could be done. */
  async settle(source: string, lastStep: () => Promise<void>): Promise<boolean> {
    try {
      await lastStep();
      if (this.#held.of(source) !== undefined) await this.#held.forget(source);
      this.book.succeeded(source, isFile(source) ? undefined : Date.now());
      return true;
    } catch (error) {
      if (!(error instanceof FetchFault)) throw error;
      const reason = error.message;
      if (this.note(source, { text: `not kept on disk: ${reason}`, isHeld: false }))
        this.#log.error(
          { event: 'list_not_kept', source, reason },
          `the copy of ${source} could not be kept: ${reason}`,
        );
      return false;
    }
  }

  /** Notes a fault; says whether it differs from the last one. */
  note(source: string, fault: { readonly text: string; readonly isHeld: boolean }): boolean {
    const isNews = this.book.faultOf(source) !== fault.text;
    this.book.failed(source, Date.now(), fault);
    return isNews;
  }

  /** Does work that nothing depends on, logging faults; says whether it could be done. */
  async #quietly(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#log.warn(
        { event: 'state_unusable', err: error },
        'the folder of the lists is not as it should be',
      );
      return false;
    }
  }
}

function toHeldFault(reason: string): { readonly text: string; readonly isHeld: boolean } {
  return { text: `update held back: ${reason}`, isHeld: true };
}
