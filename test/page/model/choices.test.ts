import t from 'tap';
import { matchingChoices } from '../../../src/page/model/choices.ts';

const CHOICES = [
  { value: 'youtube-kids', label: 'YouTube Kids' },
  { value: 'myou', label: 'Myou' },
  { value: 'youtube', label: 'YouTube', note: 'video' },
  { value: '192.0.2.7', label: 'Ada’s phone', note: 'kids' },
];

const CASES = [
  { text: 'youtube', values: ['youtube', 'youtube-kids'] },
  { text: ' YOU', values: ['youtube-kids', 'youtube', 'myou'] },
  { text: 'ada', values: ['192.0.2.7'] },
  { text: 'video', values: ['youtube'] },
  { text: 'zzz', values: [] },
];

t.test('what begins with the text comes before what has it somewhere', (t) => {
  for (const { text, values } of CASES)
    t.strictSame(
      matchingChoices(CHOICES, text).map(({ value }) => value),
      values,
      text,
    );
  t.end();
});

t.test('without a text the first ones are offered, and never more than the most', (t) => {
  t.strictSame(matchingChoices(CHOICES, '', 2), CHOICES.slice(0, 2));
  t.equal(
    matchingChoices(
      Array.from({ length: 50 }, (_, n) => ({ value: `x${n}` })),
      'x',
    ).length,
    8,
  );
  t.end();
});
