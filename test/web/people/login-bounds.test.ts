// How long a log-in has to wait, by what failed before.
import t from 'tap';
import { LoginBounds } from '../../../src/web/people/login-bounds.ts';

const [HERE, THERE] = ['192.0.2.7', '198.51.100.7'];

t.test('an address waits after five failures, each time twice as long, and not for ever', (t) => {
  let now = 0;
  const bounds = new LoginBounds(() => now);
  for (let index = 0; index < 4; index++) bounds.failed(HERE, 'anna');
  t.equal(bounds.waitMs(HERE, 'anna'), 0);
  const waits = Array.from({ length: 3 }, () => {
    bounds.failed(HERE, 'anna');
    return bounds.waitMs(HERE, 'anna');
  });
  t.strictSame(waits, [2000, 4000, 8000]);
  t.equal(bounds.waitMs(HERE, 'ben'), 8000, 'whomever it tries next');
  t.equal(bounds.waitMs(THERE, 'anna'), 0, 'anna herself, elsewhere, does not wait');
  for (let index = 0; index < 40; index++) bounds.failed(HERE, 'anna');
  t.equal(bounds.waitMs(HERE, 'anna'), 15 * 60_000);
  now += 3_600_000;
  t.equal(bounds.waitMs(HERE, 'anna'), 0, 'an hour later all is forgotten');
  t.end();
});

t.test('a name that is tried from everywhere waits a little, and no longer', (t) => {
  const bounds = new LoginBounds(() => 0);
  for (let index = 0; index < 200; index++) bounds.failed(`192.0.2.${index}`, 'anna');
  t.equal(bounds.waitMs(THERE, 'anna'), 10_000);
  t.equal(bounds.waitMs(THERE, 'ben'), 0);
  t.end();
});

t.test('the right password clears what its own name failed, and not what others were guessed', (t) => {
  const bounds = new LoginBounds(() => 0);
  for (let index = 0; index < 8; index++) bounds.failed(HERE, 'vera');
  bounds.succeeded(HERE, 'vera');
  t.equal(bounds.waitMs(HERE, 'vera'), 0);
  for (let index = 0; index < 8; index++) {
    bounds.failed(HERE, 'anna');
    bounds.succeeded(HERE, 'vera');
  }
  t.equal(bounds.waitMs(HERE, 'anna'), 16_000, 'who has a password guesses no faster with it');
  t.end();
});

t.test('a name as long as a body takes no more room than another', (t) => {
  const bounds = new LoginBounds(() => 0);
  for (let index = 0; index < 60; index++) bounds.failed(`192.0.2.${index}`, `${'n'.repeat(64)}${index}`);
  t.equal(bounds.waitMs(THERE, 'n'.repeat(64)), 10_000);
  t.end();
});
