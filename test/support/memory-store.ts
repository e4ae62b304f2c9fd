// A store in memory for tests of what feeds one: keeps batches when the test says so.
import type { History } from '../../src/querylog/history.ts';
import type { RecorderSettings } from '../../src/querylog/messages.ts';
import type { Batch } from '../../src/recorder/batch.ts';
import type { RecordStore, StoreTeller } from '../../src/recorder/store/store.ts';

/** The settings of a log that nothing special is asked of. */
export const SETTINGS: RecorderSettings = {
  keepMs: 86_400_000,
  statisticsMs: 86_400_000,
  maxOctets: 16 * 1024 ** 2,
  timeZone: 'UTC',
  firstSeen: [],
};

/** One store that was opened. */
export class MemoryStore implements RecordStore, History {
  readonly settings: RecorderSettings[];
  readonly batches: Batch[] = [];
  isClosed = false;
  #kept = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #isSlow: boolean;

  constructor(settings: RecorderSettings, isSlow: boolean) {
    this.settings = [settings];
    this.#isSlow = isSlow;
  }

  get counts() {
    return { kept: this.#kept, lost: 0, again: 0 };
  }

  async add(batch: Batch): Promise<void> {
    this.batches.push(batch);
    if (this.#isSlow) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    this.#kept += batch.count;
  }

  /** Keeps the batch that came as the so many-th of those that wait. */
  keep(index: number): void {
    this.#waiting.splice(index, 1)[0]?.();
  }

  apply(settings: RecorderSettings): void {
    this.settings.push(settings);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  page() {
    return Promise.resolve({ queries: [] });
  }

  top() {
    return Promise.resolve([]);
  }

  statistics() {
    return Promise.resolve([]);
  }

  async *asked() {
    // Nothing is asked of it.
  }

  firstSeen() {
    return Promise.resolve([]);
  }

  backup() {
    return Promise.resolve();
  }

  figures() {
    return Promise.resolve({ store: 'sqlite' as const, queries: this.#kept, octets: 0, oldestMs: undefined });
  }
}

/** Opens such stores, and keeps what was opened. */
export function memoryStores({ isSlow = false, failures = 0 } = {}) {
  const stores: MemoryStore[] = [];
  const tellers: StoreTeller[] = [];
  let tries = 0;
  return {
    stores,
    tellers,
    open: (_folder: string, settings: RecorderSettings, tell: StoreTeller): Promise<MemoryStore> => {
      if (tries++ < failures) return Promise.reject(new Error('the disk is full'));
      const store = new MemoryStore(settings, isSlow);
      stores.push(store);
      tellers.push(tell);
      return Promise.resolve(store);
    },
  };
}
