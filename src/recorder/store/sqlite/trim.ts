// Keeps a query log within its bounds, the oldest first, in small steps: a block each, so that nothing waits long. The rule: the file
// and its journal together stay within `max_size` while it is written to.
import type { RecorderSettings } from '../../../querylog/messages.ts';
import { HOUR_MS } from '../packed/sums.ts';
import type { OpenLog } from './open-log.ts';

/** Octets of a page. */
const PAGE_OCTETS = 4096;
/** What of `max_size` is left to the journal, at most: it holds the pages that a step changes, as they were. */
const JOURNAL_OCTETS = 256 * 1024;
/** Pages that are kept free for what is written next, at most: a full block and its ranking. */
const ROOM_PAGES = 96;
/** Pages that go back to the disk in one step. */
const RETURNED_PAGES = 16;
/** Free pages from which on, where they are a quarter of the file, they go back to the disk. */
const MANY_FREE_PAGES = 1024;

/** Blocks, at least, that it is worth it for to look for names that no record is of any more. */
const MUCH_REMOVED = 4;

/** Keeps one log within its bounds. */
export class Trimmer {
  readonly #log: OpenLog;
  readonly #settings: Pick<RecorderSettings, 'keepMs' | 'statisticsMs' | 'maxOctets'>;
  readonly #mostPages: number;
  /** Blocks, and sums, that were removed since names were looked through; who looks through them sets it. */
  removed = 0;

  constructor(log: OpenLog, settings: Pick<RecorderSettings, 'keepMs' | 'statisticsMs' | 'maxOctets'>) {
    this.#log = log;
    this.#settings = settings;
    const journal = Math.min(JOURNAL_OCTETS, settings.maxOctets / 4);
    this.#mostPages = Math.floor((settings.maxOctets - journal) / PAGE_OCTETS);
    // What was reckoned wrong ends as a full disk does, and not beyond the bound. A file that is larger already may stay so for now.
    log.database.exec(`PRAGMA max_page_count = ${Math.max(this.#mostPages, 1)}`);
  }

  /** Whether so many blocks were removed that it is time to look for names that no record is of any more. */
  get isMuchRemoved(): boolean {
    return this.removed >= Math.max(MUCH_REMOVED, this.#log.blocks.places.length / 16);
  }

  /**
   * Makes room for what is written next, by one step, where there is none within the bound or, for now, within the file; gives
   * whether another one is needed.
   */
  makeRoom(): boolean {
    const { database } = this.#log;
    const growth = Math.max(this.#mostPages - database.pragma('page_count'), 0);
    return this.#isTooLittle(growth + database.pragma('freelist_count')) && this.#removeOldest();
  }

  /** Removes one piece of what is too old; gives whether there was any. `nowMs` is to be believed. */
  removeOld(nowMs: number): boolean {
    const { blocks, sums } = this.#log;
    const [oldest] = blocks.places;
    if (oldest !== undefined && oldest.toMs < nowMs - this.#settings.keepMs)
      return this.#removed(blocks.removeOldest());
    return this.#removed(sums.removeBefore(Math.floor((nowMs - this.#settings.statisticsMs) / HOUR_MS)));
  }

  /** One step towards the size that the settings allow; gives whether another one is needed. */
  shrink(): boolean {
    const { database } = this.#log;
    const room = this.#mostPages - database.pragma('page_count') + database.pragma('freelist_count');
    return (this.#isTooLittle(room) && this.#removeOldest()) || this.#returnPages();
  }

  #isTooLittle(pages: number): boolean {
    return pages < Math.min(ROOM_PAGES, this.#mostPages / 4);
  }

  /** Gives whether anything was left to be removed. */
  #removeOldest(): boolean {
    return this.#removed(this.#log.blocks.removeOldest()) || this.#log.sums.removeOldest();
  }

  #removed(isSo: boolean): boolean {
    if (isSo) this.removed++;
    return isSo;
  }

  /** Gives free pages back to the disk: where the file is larger than it may be, or where many are free. */
  #returnPages(): boolean {
    const { database } = this.#log;
    const free = database.pragma('freelist_count');
    const pages = database.pragma('page_count');
    const isMuch = free > MANY_FREE_PAGES && free > pages / 4;
    if (free === 0 || (pages <= this.#mostPages && !isMuch)) return false;
    database.exec(`PRAGMA incremental_vacuum(${RETURNED_PAGES})`);
    return true;
  }
}
