import t from 'tap';
import { Questions } from '../../src/web/questions.ts';

t.test('questions are answered one after the other, with room between them', async (t) => {
  const questions = new Questions();
  const order: string[] = [];
  const timer = setImmediate(() => order.push('something else'));
  t.teardown(() => clearImmediate(timer));
  const answers = ['a', 'b'].map((name) => questions.run(() => order.push(name)));
  await Promise.all(answers);
  t.strictSame(order, ['something else', 'a', 'b'], 'what came meanwhile comes first');
});

t.test('so many wait and no more, and a fault is told to who asked', async (t) => {
  const questions = new Questions();
  const asked = Array.from({ length: 30 }, (_, number) => questions.run(() => number));
  const settled = await Promise.allSettled(asked);
  t.equal(settled.filter(({ status }) => status === 'fulfilled').length, 24);
  t.match(settled[24], { reason: { code: 'too_many', fields: { 'retry-after': /\d/ } } });
  await t.rejects(
    questions.run(() => {
      throw new Error('the log is not open');
    }),
    { message: 'the log is not open' },
  );
  t.equal(await questions.run(() => 7), 7, 'the next one is answered');
});
