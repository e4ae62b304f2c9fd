// Work that takes turns.
import t from 'tap';
import { Turns } from '../../src/system/turns.ts';

t.test('work begins when what was asked for before it has ended, well or not', async (t) => {
  const turns = new Turns();
  const log: string[] = [];
  let release = (): void => undefined;
  const first = turns.run(async () => {
    log.push('first begins');
    await new Promise<void>((resolve) => (release = resolve));
    log.push('first ends');
    throw new Error('it fails');
  });
  const second = turns.run(() => {
    log.push('second');
    return Promise.resolve(2);
  });
  await Promise.resolve();
  t.strictSame(log, ['first begins']);
  release();
  await t.rejects(first, { message: 'it fails' });
  t.equal(await second, 2);
  await turns.settled();
  t.strictSame(log, ['first begins', 'first ends', 'second']);
});
