// How late the event loop is: what holds it up is seen, and forgotten after a while.
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { LoopDelayWatch } from '../../src/status/loop-delay.ts';
import { until } from '../support/listener-parts.ts';

function hold(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

t.test('what holds up the event loop is told', async (t) => {
  const watch = new LoopDelayWatch();
  t.teardown(() => watch.close());
  t.strictSame(watch.read(), { p99Ms: 0, maxMs: 0, longestMs: 0 }, 'nothing is known yet');
  await sleep(50);
  hold(120);
  await sleep(50);
  const { p99Ms, maxMs, longestMs } = watch.read();
  t.ok(maxMs >= 100, `${maxMs} ms`);
  t.equal(longestMs, maxMs);
  t.ok(p99Ms <= maxMs);
});

t.test('the longest of all time outlives the minutes in which it was', async (t) => {
  const watch = new LoopDelayWatch(100);
  t.teardown(() => watch.close());
  await sleep(30);
  hold(400);
  await until(() => watch.read().maxMs < watch.read().longestMs, 'it is over');
  t.ok(watch.read().longestMs >= 390);
});
