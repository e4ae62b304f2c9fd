// The recorder: takes batches from the worker, keeps them, and answers questions about them. The rules: it never makes a worker wait for
// anything but ACKs, and one worker after another is served, since one may have died and its successor be there already.
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { RecorderFigures, ToldLine } from '../querylog/figures.ts';
import type { RecorderSettings } from '../querylog/messages.ts';
import type { History } from '../querylog/history.ts';
import { reasonOf } from '../system/system-error.ts';
import type { Batch } from './batch.ts';
import type { BatchOutlet, Collector, PageSide } from './outlets.ts';
import { NewNames } from './new-names.ts';
import type { openStore } from './store/store.ts';
import { StoreKeeper } from './store-keeper.ts';
import { WorkerConnection } from './worker-connection.ts';

/** Workers at once: one that ends, one that begins, and some to spare. */
const MOST_WORKERS = 8;

/** Lines that wait for a worker to log them. */
const MOST_LINES = 64;

/** How often a worker is told how the recorder is, in milliseconds. */
const FIGURES_MS = 2000;

/** How long the end waits for the last batches, in milliseconds. */
const FAREWELL_MS = 1000;

/** What a recorder is made with. */
export interface RecorderParts {
  /** The folder of server.state. */
  readonly folder: string;
  readonly open: typeof openStore;
  /** Makes a server listen for workers. */
  readonly listen: (server: Server) => Promise<void>;
  /** Who follows the log. */
  readonly followers: BatchOutlet & { readonly count: number };
  readonly collector?: Collector | undefined;
  readonly page?: PageSide | undefined;
  /** Milliseconds between two times that a worker is told how the recorder is; default 2000. */
  readonly figuresMs?: number | undefined;
  /** Milliseconds before a store is opened again: at first and at most. */
  readonly pausesMs?: readonly [first: number, most: number] | undefined;
}

/** A running recorder. */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #server = createServer((socket) => this.#accept(socket));
  readonly #workers = new Set<WorkerConnection>();
  readonly #keeper: StoreKeeper;
  readonly #startedAt = new Date().toISOString();
  readonly #lines: ToldLine[] = [];
  readonly #newNames = new NewNames((message) => this.tell({ level: 'info', event: 'first_seen', message }));
  #malformed = 0;
  /** The last batch that was given on. */
  #given: Pick<Batch, 'session' | 'sequence'> = { session: '', sequence: 0 };
  #timer: NodeJS.Timeout | undefined;
  #onIdle: (() => void) | undefined;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    this.#keeper = new StoreKeeper({
      folder: parts.folder,
      open: parts.open,
      pausesMs: parts.pausesMs,
      tell: {
        warn: (message) => this.tell({ level: 'warn', event: 'querylog_fault', message }),
        inform: (message) => this.tell({ level: 'info', event: 'querylog', message }),
        firstSeen: (seen) => this.#newNames.add(seen),
      },
    });
  }

  /** Takes batches from now on. */
  async open(): Promise<void> {
    await this.#parts.listen(this.#server);
    this.#timer = setInterval(() => {
      this.#newNames.look();
      void this.#tellFigures();
    }, this.#parts.figuresMs ?? FIGURES_MS);
    this.#timer.unref();
  }

  /** What answers questions; throws an Error with the reason while nothing does. */
  get history(): History {
    const { store, fault } = this.#keeper;
    if (store === undefined) throw new Error(`the query log is not open: ${fault}`);
    return store;
  }

  /** Has a line logged by a worker, now or when there is one. */
  tell(line: ToldLine): void {
    const worker = [...this.#workers].find(({ isOpen }) => isOpen);
    if (worker !== undefined) worker.sendLine(line);
    else if (this.#lines.length < MOST_LINES) this.#lines.push(line);
  }

  /** How it is now. */
  async figures(): Promise<RecorderFigures> {
    const { kept, lost, again } = this.#keeper.counts;
    const cpu = process.cpuUsage();
    return {
      pid: process.pid,
      startedAt: this.#startedAt,
      kept,
      lost,
      again,
      malformed: this.#malformed,
      waitingBatches: [...this.#workers].reduce((sum, { waiting }) => sum + waiting, 0),
      followers: this.#parts.followers.count,
      residentOctets: process.memoryUsage.rss(),
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      fault: this.#keeper.fault,
      store: await this.#keeper.store?.figures(),
      dnstap: this.#parts.collector?.figures,
      web: this.#parts.page?.figures,
    };
  }

  /** Takes what workers that have ended have sent, keeps it, and ends; waits for no worker that goes on. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#server.close();
    await this.#idle(FAREWELL_MS);
    for (const worker of this.#workers) worker.destroy();
    await this.#keeper.close();
    await Promise.all([this.#parts.collector?.close(), this.#parts.page?.close()]);
  }

  /** Resolves when no worker is connected any more, or after so many milliseconds. */
  #idle(limitMs: number): Promise<void> {
    if (this.#workers.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #accept(socket: Socket): void {
    if (this.#workers.size >= MOST_WORKERS) {
      socket.destroy();
      return;
    }
    const worker = new WorkerConnection(socket, {
      onSettings: (settings) => this.#apply(settings),
      onBatch: (batch) => this.#take(batch),
      onFault: (message) => {
        this.#malformed++;
        this.tell({ level: 'warn', event: 'recorder_fault', message });
      },
      onClose: (closed) => {
        this.#workers.delete(closed);
        if (this.#workers.size === 0) this.#onIdle?.();
      },
    });
    this.#workers.add(worker);
    for (const line of this.#lines.splice(0)) worker.sendLine(line);
  }

  #apply(settings: RecorderSettings): void {
    this.#keeper.apply(settings);
    this.#parts.collector?.apply(settings);
    this.#parts.page?.apply(settings);
  }

  #take(batch: Batch): Promise<void> {
    const { followers, collector } = this.#parts;
    // One that comes again was given on before.
    if (batch.session === this.#given.session && batch.sequence <= this.#given.sequence)
      return this.#keeper.add(batch);
    this.#given = { session: batch.session, sequence: batch.sequence };
    for (const outlet of [followers, collector]) if (outlet?.isWanted === true) this.#give(outlet, batch);
    return this.#keeper.add(batch);
  }

  #give(outlet: BatchOutlet, batch: Batch): void {
    try {
      outlet.take(batch);
    } catch (error) {
      this.tell({
        level: 'error',
        event: 'bug',
        message: `queries could not be given on: ${reasonOf(error)}`,
      });
    }
  }

  async #tellFigures(): Promise<void> {
    if (this.#workers.size === 0) return;
    const figures = await this.figures();
    for (const worker of this.#workers) worker.sendFigures(figures);
  }
}
