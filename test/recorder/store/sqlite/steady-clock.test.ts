import t from 'tap';
import { SteadyClock } from '../../../../src/recorder/store/sqlite/steady-clock.ts';

const HOUR = 3_600_000;

function at(start: number) {
  let steady = 0;
  let offset = start;
  const clock = new SteadyClock({ now: () => steady + offset, steady: () => steady });
  return {
    clock,
    pass: (ms: number) => void (steady += ms),
    jump: (ms: number) => void (offset += ms),
    wall: () => steady + offset,
  };
}

t.test('a clock that goes is believed', (t) => {
  const { clock, pass, wall } = at(1e12);
  pass(10 * HOUR);
  t.equal(clock.now(), wall());
  t.end();
});

t.test('a clock that is put back, or ahead by minutes, is believed at once', (t) => {
  const { clock, jump, wall } = at(1e12);
  jump(-100 * HOUR);
  t.equal(clock.now(), wall());
  jump(HOUR / 10);
  t.equal(clock.now(), wall());
  t.end();
});

t.test('a clock that jumps ahead is believed after an hour', (t) => {
  const { clock, jump, pass, wall } = at(1e12);
  jump(1000 * HOUR);
  const believed = clock.now();
  t.equal(believed, wall() - 1000 * HOUR);
  pass(HOUR - 1);
  t.equal(clock.now(), wall() - 1000 * HOUR);
  pass(1);
  t.equal(clock.now(), wall());
  t.end();
});

t.test('a clock that jumps ahead and back is never believed', (t) => {
  const { clock, jump, pass, wall } = at(1e12);
  jump(1000 * HOUR);
  clock.now();
  pass(HOUR / 2);
  jump(-1000 * HOUR);
  t.equal(clock.now(), wall());
  jump(1000 * HOUR);
  clock.now();
  pass(HOUR / 2);
  t.equal(clock.now(), wall() - 1000 * HOUR);
  t.end();
});
