// The memory of batches: bounded, used again, and given back.
import t from 'tap';
import { BatchPool } from '../../src/recording/batch-pool.ts';

t.test('there are no more batches than there may be, and memory is used again', (t) => {
  const pool = new BatchPool(2);
  const [one, two] = [pool.take(), pool.take()];
  t.ok(one !== undefined && two !== undefined);
  t.equal(pool.take(), undefined);
  t.equal(pool.inUse, 2);
  pool.give(one!);
  t.equal(pool.take(), one);
  pool.close();
  t.end();
});

t.test('what has not been needed for a while is given back', async (t) => {
  const pool = new BatchPool(8, 20);
  const taken = Array.from({ length: 8 }, () => pool.take()!);
  t.equal(pool.held, 8);
  for (const batch of taken) pool.give(batch);
  t.equal(pool.held, 8, 'not at once');
  while (pool.held > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  t.equal(pool.held, 1);
  t.ok(pool.take() !== undefined);
});
