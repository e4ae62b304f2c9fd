// The store that settings ask for: opened when the first settings come, closed when they ask for another one. The rule: batches wait for
// it in their order, and what cannot be opened is told and tried again.
import type { History } from '../querylog/history.ts';
import type { RecorderSettings } from '../querylog/messages.ts';
import { RestartPause } from '../system/restart-pause.ts';
import { reasonOf } from '../system/system-error.ts';
import type { Batch } from './batch.ts';
import { StoreInUse } from './store/store.ts';
import type { openStore as Open, RecordStore, StoreCounts, StoreTeller } from './store/store.ts';

/** A store that is open. */
export type OpenStore = RecordStore & History;

/** The pauses before a store is opened again that could not be, in milliseconds: at first and at most. */
const PAUSES_MS = [500, 30_000] as const;

const NO_COUNTS: StoreCounts = { kept: 0, lost: 0, again: 0 };

/** What a keeper of stores is made with. */
export interface StoreKeeperParts {
  readonly folder: string;
  readonly open: typeof Open;
  readonly tell: StoreTeller;
  readonly pausesMs?: readonly [first: number, most: number] | undefined;
}

/** Holds the store. */
export class StoreKeeper {
  readonly #parts: StoreKeeperParts;
  #settings: RecorderSettings | undefined;
  /** What is to be done one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #store: OpenStore | undefined;
  #waiters: (() => void)[] = [];
  #past = NO_COUNTS;
  #fault: string | undefined = 'no settings have come yet';
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #pause: RestartPause;

  constructor(parts: StoreKeeperParts) {
    this.#parts = parts;
    this.#pause = new RestartPause(parts.pausesMs ?? PAUSES_MS);
  }

  /** What is open now; undefined while nothing is. */
  get store(): OpenStore | undefined {
    return this.#store;
  }

  /** Why nothing is open. */
  get fault(): string | undefined {
    return this.#store === undefined ? this.#fault : undefined;
  }

  /** Since the recorder's start, whichever stores there were. */
  get counts(): StoreCounts {
    return addUp(this.#past, this.#store?.counts ?? NO_COUNTS);
  }

  /** Goes by these settings from now on. */
  apply(settings: RecorderSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (before !== undefined && before.store === settings.store) this.#store?.apply(settings);
    else this.#change();
  }

  /** Takes a batch once there is a store; fulfilled when it is kept or lost for good. */
  async add(batch: Batch): Promise<void> {
    while (this.#store === undefined) {
      if (this.#isClosed) throw new Error('the recorder ends, and no store is open');
      await new Promise<void>((resolve) => void this.#waiters.push(resolve));
    }
    await this.#store.add(batch);
  }

  /** Keeps what was added, and ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#turn;
    const store = this.#store;
    this.#store = undefined;
    await this.#closeStore(store);
    this.#wake();
  }

  /** Has another store take the place of this one, which takes nothing more. */
  #change(): void {
    const old = this.#store;
    this.#store = undefined;
    clearTimeout(this.#retry);
    this.#turn = this.#turn.then(async () => {
      await this.#closeStore(old);
      await this.#open();
    });
  }

  async #open(): Promise<void> {
    const settings = this.#settings;
    if (settings === undefined || this.#isClosed) return;
    const startedMs = performance.now();
    const { folder, open, tell } = this.#parts;
    try {
      const store = await open(folder, settings, tell);
      // Settings may have come meanwhile; those of another store have their turn behind this one.
      const current = this.#settings ?? settings;
      if (current.store !== settings.store) return await this.#closeStore(store);
      this.#store = store;
      store.apply(current);
      this.#wake();
    } catch (error) {
      const waitMs = this.#pause.ended(performance.now() - startedMs);
      this.#fault = reasonOf(error);
      const why = error instanceof StoreInUse ? 'another process has it open' : this.#fault;
      if (this.#pause.ends === 1)
        tell.warn(
          `the query log cannot be opened: ${why}; queries are kept in memory, as many as there is room for`,
        );
      this.#retry = setTimeout(() => {
        this.#turn = this.#turn.then(() => this.#open());
      }, waitMs);
    }
  }

  async #closeStore(store: OpenStore | undefined): Promise<void> {
    if (store === undefined) return;
    this.#fault = 'it is being closed';
    await store.close();
    this.#past = addUp(this.#past, store.counts);
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}

function addUp(a: StoreCounts, b: StoreCounts): StoreCounts {
  return { kept: a.kept + b.kept, lost: a.lost + b.lost, again: a.again + b.again };
}
