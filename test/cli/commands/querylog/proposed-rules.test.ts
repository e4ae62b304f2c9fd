import t from 'tap';
import { proposeRules } from '../../../../src/cli/commands/querylog/proposed-rules.ts';

const rulesFor = (...names: string[]): string[] =>
  proposeRules(
    names.map((name) => ({
      name,
      queries: 1,
      blocked: 0,
      clients: new Set<string>(),
      days: new Set<number>(),
    })),
  ).map(({ rule }) => rule);

const below = (parent: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `n${i}.${parent}`);

t.test('a name is allowed by itself, four below one name by what is above them', (t) => {
  t.strictSame(rulesFor(...below('cloud.example.com', 3)), below('cloud.example.com', 3));
  t.strictSame(rulesFor(...below('cloud.example.com', 4)), ['*.cloud.example.com']);
  t.strictSame(rulesFor(...below('cloud.example.com', 4), 'cloud.example.com'), [
    '*.cloud.example.com',
    'cloud.example.com',
  ]);
  t.strictSame(rulesFor(...below('vendor.com', 5)), ['*.vendor.com']);
  t.end();
});

t.test('no rule opens what many people register names below', (t) => {
  for (const suffix of ['com', 'co.uk', 'github.io', 's3.amazonaws.com', 'kawasaki.jp', 'unknown-suffix'])
    t.strictSame(rulesFor(...below(suffix, 6)), below(suffix, 6), suffix);
  t.strictSame(rulesFor('a', 'b', 'c', 'd', 'e'), ['a', 'b', 'c', 'd', 'e']);
  t.end();
});

t.test('what was asked for most comes first', (t) => {
  const name = (text: string, queries: number) => ({
    name: text,
    queries,
    blocked: 0,
    clients: new Set<string>(),
    days: new Set<number>(),
  });
  t.strictSame(
    proposeRules([name('b.example', 2), name('a.example', 2), name('c.example', 9)]).map(({ rule }) => rule),
    ['c.example', 'a.example', 'b.example'],
  );
  t.end();
});
