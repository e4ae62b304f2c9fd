import t from 'tap';
import { sortOut } from '../../../src/lists/trials/sort-out.ts';
import type { Harm } from '../../../src/lists/trials/sort-out.ts';

const nothing = new Map<string, string>();
const many = Array.from({ length: 64 }, (_, n) => `list${n}`);

const cases: [
  what: string,
  changes: readonly string[],
  harmOf: (chosen: readonly string[]) => Harm | undefined,
  bad: readonly string[],
  mostTries: number,
][] = [
  ['no change needs no try', [], () => undefined, [], 0],
  ['what is good takes one try', ['a', 'b', 'c'], () => undefined, [], 1],
  [
    'what is known to be bad is left out at once',
    ['a', 'b', 'c'],
    (chosen) => (chosen.includes('b') ? { alone: new Map([['b', 'it shrank']]) } : undefined),
    ['b'],
    2,
  ],
  [
    'one culprit among many is found in few tries',
    many,
    (chosen) => (chosen.includes('list41') ? { alone: nothing, together: 'it breaks' } : undefined),
    ['list41'],
    13,
  ],
  [
    'two that do harm by themselves are both found',
    many,
    (chosen) =>
      chosen.includes('list3') || chosen.includes('list60') ? { alone: nothing, together: 'x' } : undefined,
    ['list3', 'list60'],
    26,
  ],
  [
    'of two that do harm only together one is good',
    ['a', 'b', 'c'],
    (chosen) =>
      chosen.includes('a') && chosen.includes('c') ? { alone: nothing, together: 'x' } : undefined,
    ['c'],
    4,
  ],
  ['what all do is not searched for without end', many, () => ({ alone: nothing, together: 'x' }), many, 40],
  [
    'trials that fail again and again are given up soon',
    many,
    () => ({ alone: nothing, together: 'the disk is full', isFailure: true }),
    many,
    3,
  ],
];

for (const [what, changes, harmOf, bad, mostTries] of cases) {
  t.test(what, async (t) => {
    let tries = 0;
    const sorted = await sortOut(changes, (chosen) => {
      tries++;
      return Promise.resolve(harmOf(chosen));
    });
    t.strictSame([...sorted.bad.keys()].toSorted(), bad.toSorted());
    t.strictSame([...sorted.good].toSorted(), changes.filter((change) => !bad.includes(change)).toSorted());
    t.ok(tries <= mostTries, `${tries} tries`);
  });
}

t.test('changes that only failed to be tried are told from harmful ones', async (t) => {
  const failure = { alone: nothing, together: 'no space', isFailure: true };
  t.strictSame([...(await sortOut(['a'], () => Promise.resolve(failure))).failed], ['a']);
  const harm = { alone: nothing, together: 'it breaks' };
  t.strictSame([...(await sortOut(['a'], () => Promise.resolve(harm))).failed], []);
});
