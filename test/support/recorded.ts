// The query path in this process with its queries recorded, and what a recorder would read of them.
import { FRAME } from '../../src/querylog/messages.ts';
import { toFrame } from '../../src/querylog/frames.ts';
import type { Batch } from '../../src/recording/batch.ts';
import { BatchPool } from '../../src/recording/batch-pool.ts';
import { QueryRecorder } from '../../src/recording/query-recorder.ts';
import { ToldEpochs } from '../../src/recording/told-epochs.ts';
import { InProcess } from './in-process.ts';
import type { ReadRecord } from './record-reader.ts';
import { RecordReader } from './record-reader.ts';
import type { ServingLines } from './serving.ts';

/** A service whose queries are recorded; batches are read as soon as they are put. */
export class Recorded {
  readonly service: InProcess;
  readonly recorder: QueryRecorder;
  readonly reader = new RecordReader();
  readonly pool: BatchPool;
  /** All octets that a recorder would have been sent. */
  octets = Buffer.alloc(0);
  isReady = true;
  /** While set, the memory of batches is not given back. */
  holds = false;
  readonly #held: Batch[] = [];
  readonly #epochs = new ToldEpochs();
  #sequence = 0;

  /** `most`: how many batches there may be at once; `unixMs`: the system's clock, default one that stands. */
  constructor(lines: ServingLines, most = 64, unixMs?: () => number) {
    this.service = new InProcess(lines, unixMs && { unixMs });
    const pool = (this.pool = new BatchPool(most));
    const isReady = (): boolean => this.isReady;
    this.recorder = new QueryRecorder(this.service.pathParts.clock, {
      get isReady() {
        return isReady();
      },
      take: () => pool.take(),
      put: (batch, end) => {
        batch.seal(++this.#sequence, end);
        for (let told; (told = this.#epochs.next(batch.epoch!)) !== undefined;) this.#take(told);
        this.#take(batch.frame);
        if (this.holds) this.#held.push(batch);
        else pool.give(batch);
      },
    });
    this.recorder.follow(this.service.serving);
    this.service.path.record(this.recorder);
    this.#take(toFrame(FRAME.HELLO, { session: '1', pid: 1, version: '1' }));
  }

  /** What has been recorded so far. */
  get records(): ReadRecord[] {
    this.recorder.flush();
    return this.reader.records;
  }

  /** Gives memory back that was held. */
  release(): void {
    this.holds = false;
    for (const batch of this.#held.splice(0)) this.pool.give(batch);
  }

  /** Takes over another state, as a reload does. */
  reload(lines: ServingLines): void {
    this.service.reload(lines);
    this.recorder.follow(this.service.serving);
  }

  #take(frame: Uint8Array): void {
    this.octets = Buffer.concat([this.octets, frame]);
    this.reader.take(Buffer.from(frame));
  }
}
