// Records queries as in service, with a recorder that keeps each batch as soon as it is sent.
import { BatchPool } from '../../src/recording/batch-pool.ts';
import { QueryRecorder } from '../../src/recording/query-recorder.ts';
import type { Serving } from '../../src/server/serving.ts';
import type { Clock } from '../../src/time/clock.ts';

/** Makes one for this state. */
export function keepingRecorder(serving: Serving, clock: Clock): QueryRecorder {
  const pool = new BatchPool();
  const recorder = new QueryRecorder(clock, {
    isReady: true,
    take: () => pool.take(),
    put: (batch, end) => {
      batch.seal(1, end);
      pool.give(batch);
    },
  });
  recorder.follow(serving);
  return recorder;
}
