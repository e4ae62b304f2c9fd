// How many names have which rules, on themselves and above: the walk over all records against the plain model.
import t from 'tap';
import { BELOW, BLOCK, EXACT, SUBTREE } from '../../../src/blocklists/rule.ts';
import { buildTrie } from '../../../src/blocklists/trie/build/build-trie.ts';
import { undoPermute } from '../../../src/blocklists/trie/parent.ts';
import { maskOf, permute, shiftOf } from '../../../src/blocklists/trie/quotient.ts';
import { countSets } from '../../../src/blocklists/trie/set-counts.ts';
import { Trie } from '../../../src/blocklists/trie/trie.ts';
import { makeRandom, RuleModel, toWire } from '../../support/rule-model.ts';

/** Counts by what a name's rules and those above are, as text: the nearest first, a level as `source:kind+source:kind`. */
function countsOf(trie: Trie): Map<string, number> {
  const level = (set: number): string =>
    trie
      .membersOf(set)
      .map(({ source, kind }) => `${source}:${kind}`)
      .toSorted()
      .join('+');
  return new Map(
    countSets(trie).map(({ set, above, names }) => [[set, ...above].map(level).join(' '), names]),
  );
}

/** The same by looking at every name of the model. */
function countsByModel(model: RuleModel): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of model.rules.keys()) {
    const levels = new Map<string, string[]>();
    for (const match of model.match(name)) {
      const [depth = '', rule = ''] = match.split(' ');
      levels.set(depth, [...(levels.get(depth) ?? []), rule]);
    }
    const key = [...levels.values()]
      .toReversed()
      .map((rules) => rules.toSorted().join('+'))
      .join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const sorted = (counts: Map<string, number>): [string, number][] =>
  [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1));

t.test('a permutation is undone at every width', (t) => {
  for (let bits = 0; bits <= 27; bits++) {
    const [mask, shift] = [maskOf(bits), shiftOf(bits)];
    const random = makeRandom(bits + 1);
    for (let round = 0; round < 200; round++) {
      const value = random(mask + 1);
      if (undoPermute(permute(value, mask, shift), mask, shift) !== value) t.fail(`${value} of ${bits} bits`);
    }
  }
  t.equal(undoPermute(permute(12, maskOf(0), shiftOf(0)), maskOf(0), shiftOf(0)), 12);
  t.end();
});

t.test('names are counted with the rules above them, from the top-level domain to the deepest', (t) => {
  const rules = [
    ['example', 0, BLOCK | SUBTREE],
    ['a.example', 1, BLOCK | EXACT],
    ['b.example', 1, BLOCK | EXACT],
    ['deep.nothing.a.example', 1, BLOCK | EXACT],
    ['x.test', 1, BLOCK | EXACT],
    ['x.test', 2, BLOCK | BELOW],
    ['y.x.test', 2, BLOCK | EXACT],
  ] as const;
  const trie = buildTrie(
    rules.map(([name, source, kind], line) => ({ name: toWire(name), source, kind, line })),
  );
  t.strictSame(sorted(countsOf(trie)), [
    ['0:2', 1],
    ['1:0 0:2', 2],
    ['1:0 1:0 0:2', 1],
    ['1:0+2:4', 1],
    ['2:0 1:0+2:4', 1],
  ]);
  t.strictSame(countSets(Trie.empty), []);
  t.end();
});

t.test('random lists are counted as the model counts them, few sets and many', (t) => {
  // Beyond 62 sets a number follows the header; 4,000 names take more than one slot of every kind.
  for (const [seed, sources] of [
    [1, 2],
    [2, 40],
    [3, 200],
  ] as const) {
    const random = makeRandom(seed);
    const model = new RuleModel();
    const rules = Array.from({ length: 6000 }, (_, line) => {
      const labels = Array.from({ length: 1 + random(5) }, () => `l${random(9)}`);
      const name = [...labels, random(2) === 0 ? 'example' : 'test'].join('.');
      const source = random(sources);
      const kind = BLOCK | [EXACT, SUBTREE, BELOW][random(3)]!;
      model.add(name, source, kind, line);
      return { name: toWire(name), source, kind, line };
    });
    const trie = buildTrie(rules);
    t.strictSame(sorted(countsOf(trie)), sorted(countsByModel(model)), `${trie.setCount} sets`);
  }
  t.end();
});
