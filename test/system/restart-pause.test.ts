// The pauses before something is started again.
import t from 'tap';
import { RestartPause } from '../../src/system/restart-pause.ts';

t.test('a pause doubles until it is as long as it may be, and begins anew after a long life', (t) => {
  const pause = new RestartPause([50, 300]);
  t.strictSame(
    [10, 10, 10, 10, 10].map((livedMs) => pause.ended(livedMs)),
    [50, 100, 200, 300, 300],
  );
  t.equal(pause.ends, 5);
  t.equal(pause.ended(60_001), 50);
  t.equal(pause.ends, 1);
  t.end();
});
