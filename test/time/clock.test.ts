import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { Clock } from '../../src/time/clock.ts';

/** A clock that counts how often it was read; its time is that count, in seconds. */
function counted(holdMs: number): { clock: Clock; reads: () => number } {
  let reads = 0;
  const clock = new Clock({ now: () => ++reads * 1000, unixMs: () => 1_700_000_000_900, holdMs });
  return { clock, reads: () => reads };
}

t.test('a clock that holds nothing is read at every use', (t) => {
  const { clock } = counted(0);
  for (const ms of [1000, 2000, 3000]) {
    clock.use();
    t.equal(clock.ms, ms);
  }
  t.equal(clock.unixSeconds, 1_700_000_000, 'whole seconds');
  t.end();
});

t.test('a time that is held is read once for all queries of a moment, and again in the next', async (t) => {
  const { clock, reads } = counted(5);
  for (let i = 0; i < 1000; i++) clock.use();
  t.equal(reads(), 1);
  t.equal(clock.ms, 1000);
  while (reads() === 1) await sleep(1);
  t.equal(clock.ms, 2000, 'read by the timer, since it was used');
});

t.test('a clock that is not used is not read, and is right again at its next use', async (t) => {
  const { clock, reads } = counted(1);
  clock.use();
  // Once more for the use, then never: what is counted here stays however long the machine takes.
  let before = -1;
  while (before !== reads()) {
    before = reads();
    await sleep(30);
  }
  t.ok(before <= 2, `${before} readings for one use`);
  clock.use();
  t.equal(reads(), before + 1, 'read at once');
  t.equal(clock.ms, (before + 1) * 1000);
});

t.test('what waited reads the time itself', (t) => {
  const { clock } = counted(60_000);
  clock.use();
  clock.read();
  t.equal(clock.ms, 2000);
  t.end();
});

t.test('by default it is the time of this machine', (t) => {
  const clock = new Clock();
  clock.use();
  t.ok(Math.abs(clock.ms - performance.now()) < 10_000);
  t.ok(Math.abs(clock.unixSeconds - Date.now() / 1000) < 10);
  t.end();
});
