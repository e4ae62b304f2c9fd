import t from 'tap';
import { LineBound } from '../../src/system/line-bound.ts';

t.test('sixty lines a minute are passed on, and of the rest how many', (t) => {
  const told: string[] = [];
  let nowMs = 5;
  const lines = new LineBound<string>(
    (line) => told.push(line),
    (count) => told.push(`${count} more`),
    () => nowMs,
  );
  for (let i = 0; i < 100; i++) lines.add(`line ${i}`);
  t.equal(told.length, 60);
  t.equal(told.at(-1), 'line 59');
  nowMs += 59_999;
  lines.look();
  t.equal(told.length, 60, 'not before the minute is over');
  nowMs += 1;
  lines.add('next');
  t.strictSame(told.slice(60), ['40 more', 'next']);
  nowMs += 60_000;
  lines.look();
  t.equal(told.length, 62, 'where all were told nothing is added');
  t.end();
});
