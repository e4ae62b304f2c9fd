// The worker's side of the query log as one thing: recorder of queries, memory of batches, the link. The rules: where no policy has
// its queries logged, they are not looked at, and nothing is open unless the page is served, for which the recorder is needed as well.
import { randomBytes } from 'node:crypto';
import type { ClientName, RecorderSettings } from '../querylog/messages.ts';
import type { Recorder } from '../server/outcome/outcome.ts';
import type { Serving } from '../server/serving.ts';
import type { Clock } from '../time/clock.ts';
import { BatchPool } from './batch-pool.ts';
import { MODE } from './epoch.ts';
import { QueryRecorder } from './query-recorder.ts';
import { RecorderLink } from './recorder-link.ts';
import type { LinkLog } from './recorder-link.ts';

/** The shortest time between two log lines about records that are lost, in milliseconds. */
const TELL_LOSS_MS = 60_000;

/** What a recording is made with. */
export interface RecordingParts {
  /** The recorder's socket. */
  readonly path: string;
  readonly version: string;
  readonly clock: Clock;
  readonly settings: () => RecorderSettings;
  /** Whether the recorder serves the page; default: it does not. */
  readonly hasPage?: (() => boolean) | undefined;
  readonly log: LinkLog;
  /** Why nothing can be recorded; undefined where it can. */
  readonly obstacle?: string | undefined;
}

/** How the recording of queries is. */
export interface RecordingFigures {
  /** Records that were written since start, and those that were lost: there was no room for them, or nobody kept them to the end. */
  readonly records: number;
  readonly lost: number;
  /** Batches that are being filled, on their way, or waiting for the recorder to keep them. */
  readonly waitingBatches: number;
  readonly connected: boolean;
  /** Connections to the recorder after the first. */
  readonly reconnects: number;
  /** Why there was no connection last; undefined while there is one. */
  readonly lastFault: string | undefined;
  /** Records that were given up with the way to the recorder, since nothing is logged any more. */
  readonly lostWithLink: number;
  /** Why nothing can be recorded here; undefined where it can. */
  readonly obstacle: string | undefined;
}

/** Records queries for as long as the process lives. */
export class Recording {
  readonly #pool = new BatchPool();
  readonly #link: RecorderLink;
  readonly #recorder: QueryRecorder;
  readonly #obstacle: string | undefined;
  readonly #log: LinkLog;
  readonly #clock: Clock;
  #toldLossAtMs = -Infinity;
  #isStarted = false;
  /** Whether queries are recorded, and whether there is to be a recorder. */
  #isOn = false;
  #isWanted = false;
  readonly #hasPage: () => boolean;
  #onSwitch: ((isOn: boolean) => void) | undefined;

  constructor({ path, version, clock, settings, hasPage = () => false, log, obstacle }: RecordingParts) {
    this.#hasPage = hasPage;
    this.#log = log;
    this.#clock = clock;
    this.#obstacle = obstacle;
    this.#link = new RecorderLink({
      path,
      hello: { session: randomBytes(16).toString('hex'), pid: process.pid, version },
      settings,
      pool: this.#pool,
      log,
      onReady: () => this.#recorder.catchUp(),
    });
    const link = this.#link;
    const pool = this.#pool;
    this.#recorder = new QueryRecorder(clock, {
      get isReady() {
        return link.isReady;
      },
      take: () => pool.take() ?? this.#tellLoss(),
      put: (batch, end) => link.put(batch, end),
    });
  }

  /** Goes on with this state of the service: gives who is to be told of queries, if anybody is. */
  follow(serving: Serving): Recorder | undefined {
    const { modes } = this.#recorder.follow(serving);
    this.#isOn = this.#obstacle === undefined && modes.some((mode) => mode !== MODE.off);
    this.#isWanted = this.#isOn || (this.#obstacle === undefined && this.#hasPage());
    if (this.#isStarted && this.#isWanted) this.#link.open();
    if (!this.#isWanted) void this.#link.close();
    this.#onSwitch?.(this.#isWanted);
    return this.#isOn ? this.#recorder : undefined;
  }

  /** Begins to look for the recorder, where there is to be one. */
  start(): void {
    this.#isStarted = true;
    if (this.#isWanted) this.#link.open();
  }

  /** Calls back with whether there is to be a recorder: now, and with each state of the service. */
  watch(onSwitch: (isWanted: boolean) => void): void {
    this.#onSwitch = onSwitch;
    onSwitch(this.#isWanted);
  }

  /** Looks for the recorder at once: it is known to be there. */
  hurry(): void {
    this.#link.hurry();
  }

  /** What the recorder last said of itself, with how long ago; undefined where it has not yet. */
  get recorder(): RecorderLink['figures'] {
    return this.#link.figures;
  }

  /** Has the recorder told of settings that may have changed. */
  renewSettings(): void {
    this.#link.renewSettings();
  }

  /** Has the recorder told how clients are called now, where anything is logged. */
  tellNames(clients: () => readonly ClientName[]): void {
    this.#link.tellNames(this.#isOn ? clients() : []);
  }

  get figures(): RecordingFigures {
    return {
      records: this.#recorder.records,
      lost: this.#recorder.lost,
      waitingBatches: this.#pool.inUse,
      connected: this.#link.isConnected,
      reconnects: this.#link.reconnects,
      lastFault: this.#link.lastFault,
      lostWithLink: this.#link.givenUp,
      obstacle: this.#obstacle,
    };
  }

  /** Tells now and then that there is no room for records. */
  #tellLoss(): undefined {
    const { ms } = this.#clock;
    if (ms - this.#toldLossAtMs < TELL_LOSS_MS) return;
    this.#toldLossAtMs = ms;
    const { lost, lastFault } = this.figures;
    const why = lastFault ?? 'it does not keep up';
    this.#log.warn(
      { event: 'queries_not_logged', lost, why },
      `queries are answered and not logged, the recorder takes no more: ${why}`,
    );
  }

  /** Sends what there is, waits a moment for the recorder to keep it, and ends. */
  async close(): Promise<void> {
    this.#recorder.close();
    await this.#link.close();
    this.#pool.close();
  }
}
