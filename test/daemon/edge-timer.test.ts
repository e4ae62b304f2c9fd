// The moment at which other policies hold: it is not missed, whatever keeps the event loop busy.
import t from 'tap';
import { EdgeTimer } from '../../src/daemon/edge-timer.ts';
import { Clock } from '../../src/time/clock.ts';

const EDGE_MS = 1_800_000_000_000;

t.test('a query after the moment knows so, though no timer could ring since the one before', async (t) => {
  for (const beforeMs of [1, 60, 400, 900]) {
    let nowMs = EDGE_MS - beforeMs;
    const clock = new Clock({ unixMs: () => nowMs });
    const timer = new EdgeTimer({ clock, renew: () => {}, unixMs: () => nowMs });
    timer.follow(EDGE_MS);
    clock.use();
    t.equal(clock.unixMs, EDGE_MS - beforeMs);
    nowMs = EDGE_MS;
    clock.use();
    t.equal(clock.unixMs, EDGE_MS, `after ${beforeMs} ms without a turn`);
    timer.close();
  }
});

t.test('at the moment the state is renewed, without any query', async (t) => {
  const nowMs = EDGE_MS;
  const renewed = new Promise<void>((resolve) => {
    const timer = new EdgeTimer({
      clock: new Clock({ unixMs: () => nowMs }),
      renew: () => {
        timer.follow(Infinity);
        resolve();
      },
      unixMs: () => nowMs,
    });
    timer.follow(EDGE_MS);
  });
  // The timer alone does not keep a process running.
  const running = setInterval(() => {}, 1000);
  await renewed;
  clearInterval(running);
  t.pass('renewed');
});

t.test('a state that is not renewed at its moment is looked at again, until it is', async (t) => {
  let looks = 0;
  const renewed = new Promise<void>((resolve) => {
    const timer = new EdgeTimer({
      clock: new Clock({ unixMs: () => EDGE_MS }),
      renew: () => {
        if (++looks < 3) return;
        timer.follow(Infinity);
        resolve();
      },
      unixMs: () => EDGE_MS,
    });
    timer.follow(EDGE_MS);
  });
  const running = setInterval(() => {}, 1000);
  await renewed;
  clearInterval(running);
  t.equal(looks, 3);
});
