import t from 'tap';
import type { Test } from 'tap';
import { ALLOW, BELOW, BLOCK, EXACT, IMPORTANT, SUBTREE } from '../../../src/blocklists/rule.ts';
import { buildTrie } from '../../../src/blocklists/trie/build/build-trie.ts';
import type { TrieRule } from '../../../src/blocklists/trie/build/build-trie.ts';
import { explain } from '../../../src/blocklists/trie/explain.ts';
import { Matches } from '../../../src/blocklists/trie/matches.ts';
import type { PlacingOptions } from '../../../src/blocklists/trie/build/node-placing.ts';
import { Trie } from '../../../src/blocklists/trie/trie.ts';
import { NameRoom } from '../../../src/blocklists/trie/wire-name.ts';
import { NameView } from '../../../src/dns/name-view.ts';
import { makeRandom, RuleModel, toWire } from '../../support/rule-model.ts';

const out = new Matches();
const room = new NameRoom();

/** What the trie says, in the model's words; only members of the sets that were found are looked at. */
function ask(trie: Trie, name: string): string[] {
  if (!room.fromWire(toWire(name))) throw new Error(`${name} is no name`);
  trie.match(room, out);
  const found: string[] = [];
  for (let at = 0; at < out.count; at++)
    for (const word of wordsOf(trie, out.setIds[at] ?? -1)) found.push(`${out.depths[at]} ${word}`);
  return found;
}

/** The members of sets in the model's words, by trie; put together once a set. */
const known = new WeakMap<Trie, Map<number, readonly string[]>>();

function wordsOf(trie: Trie, set: number): readonly string[] {
  const sets = known.get(trie) ?? new Map<number, readonly string[]>();
  known.set(trie, sets);
  const there = sets.get(set);
  if (there !== undefined) return there;
  const words = trie
    .membersOf(set)
    .map(({ source, kind }) => `${source}:${kind}`)
    .toSorted();
  sets.set(set, words);
  return words;
}

function build(
  rules: readonly [string, number, number][],
  options?: PlacingOptions,
): { trie: Trie; model: RuleModel } {
  const model = new RuleModel();
  const entries: TrieRule[] = rules.map(([name, source, kind], index) => {
    model.add(name, source, kind, index + 1);
    return { name: toWire(name), source, kind, line: index + 1 };
  });
  return { trie: buildTrie(entries, options), model };
}

/** Fails on the first name that trie and model see differently. */
function compare(t: Test, { trie, model }: { trie: Trie; model: RuleModel }, names: Iterable<string>): void {
  let asked = 0;
  for (const name of names) {
    const said = ask(trie, name).join();
    const right = model.match(name).join();
    if (said !== right) {
      t.equal(said, right, name);
      return;
    }
    asked++;
  }
  t.ok(asked > 0, `${asked} names agree`);
}

t.test('a walk tells every rule on the path, from the top down', async (t) => {
  const { trie } = build([
    ['com', 0, BLOCK | SUBTREE],
    ['example.com', 1, BLOCK | EXACT],
    ['example.com', 2, ALLOW | SUBTREE],
    ['a.b.example.com', 3, BLOCK | BELOW | IMPORTANT],
  ]);
  const exact = BLOCK | EXACT;
  const cases: [string, string, string[]][] = [
    ['the name of a rule', 'example.com', ['1 0:2', `2 1:${exact}`, '2 2:3']],
    ['a name below one', 'www.example.com', ['1 0:2', `2 1:${exact}`, '2 2:3']],
    ['a node without rules between', 'b.example.com', ['1 0:2', `2 1:${exact}`, '2 2:3']],
    ['the deepest rule', 'x.a.b.example.com', ['1 0:2', `2 1:${exact}`, '2 2:3', '4 3:12']],
    ['only the top-level domain', 'example.org.com', ['1 0:2']],
    ['nothing', 'example.org', []],
    ['a name that only ends alike', 'myexample.com', ['1 0:2']],
  ];
  for (const [when, name, expected] of cases) t.same(ask(trie, name), expected, when);
});

t.test('an empty trie and the root match nothing', async (t) => {
  t.same(ask(Trie.empty, 'example.com'), []);
  t.equal(Trie.empty.setCount, 0);
  const { trie } = build([['com', 0, BLOCK]]);
  room.fromWire(Uint8Array.of(0));
  trie.match(room, out);
  t.equal(out.count, 0);
  t.same(trie.membersOf(7), [], 'a set that is not there has no members');
});

t.test('names from messages are walked as they are, compressed and in any case', async (t) => {
  const { trie } = build([['ads.example.com', 0, BLOCK]]);
  const view = new NameView();
  const message = Buffer.from(`${'\0'.repeat(12)}\x07ExAmPlE\x03cOm\x00\x03ADS\xc0\x0c`, 'latin1');
  t.equal(view.read(message, 25, message.length), message.length);
  trie.match(view, out);
  t.equal(out.count, 1);
  t.equal(out.depths[0], view.labelCount);
});

t.test('names that are hard to keep apart are kept apart', async (t) => {
  const long = 'x'.repeat(63);
  const deep = Array.from({ length: 127 }, () => 'a').join('.');
  const rules: [string, number, number][] = [];
  // Labels of one to four characters differ only in how the last unit is padded.
  for (const label of [
    'a',
    'aa',
    'aaa',
    'aaaa',
    'aaaaa',
    'ba',
    'ab',
    'abc',
    '-',
    '_',
    '9',
    'a-',
    'a_',
    long,
  ]) {
    rules.push([label, 1, BLOCK], [`${label}.example`, 2, BLOCK | SUBTREE], [`x.${label}.example`, 3, ALLOW]);
  }
  rules.push([deep, 4, BLOCK], [`${long}.${long}.${long}.${'y'.repeat(61)}`, 5, BLOCK]);
  const built = build(rules);
  const names = rules.flatMap(([name]) => [name, `${name.slice(0, -1)}b`, name.slice(1) || 'z', `a.${name}`]);
  compare(
    t,
    built,
    names.filter((name) => name.length <= 253 && !/(^|\.)(\.|$)|[^.]{64}/.test(name)),
  );
});

t.test('a label with an octet that no list has ends the walk below its parents', async (t) => {
  const { trie } = build([
    ['example', 0, BLOCK | SUBTREE],
    ['a.example', 1, BLOCK],
  ]);
  for (let octet = 0; octet < 256; octet++) {
    const character = String.fromCharCode(octet);
    if (character === 'a' || character === 'A' || character === '.') continue;
    t.same(ask(trie, `${character}.example`), ['1 0:2'], `octet ${octet}`);
  }
});

t.test('names that the trie cannot hold are refused when it is built', async (t) => {
  const cases: [string, Uint8Array][] = [
    ['the root', Uint8Array.of(0)],
    ['a space in a label', toWire('a b.example')],
    ['no root octet', toWire('example').subarray(0, -1)],
    ['octets behind the root', Uint8Array.of(1, 97, 0, 0)],
    ['a compression pointer', Uint8Array.of(0xc0, 0)],
    ['nothing', new Uint8Array(0)],
  ];
  for (const [when, name] of cases) {
    t.throws(
      () => buildTrie([{ name, source: 0, kind: BLOCK, line: 1 }]),
      /a name of one label or more/,
      when,
    );
  }
});

t.test('equal sets have one number, the most used set the lowest', async (t) => {
  const rules: [string, number, number][] = [];
  for (let number = 0; number < 10; number++) rules.push([`n${number}.example`, 1, BLOCK]);
  // The same two sources, met in both orders and with a repetition.
  rules.push(
    ['x.example', 1, BLOCK],
    ['x.example', 2, BLOCK],
    ['y.example', 2, BLOCK],
    ['y.example', 1, BLOCK],
  );
  rules.push(['y.example', 2, BLOCK]);
  const { trie } = build(rules);
  t.equal(trie.setCount, 2);
  t.equal(trie.entryCount, 12);
  t.equal(trie.ruleCount, 14);
  t.equal(trie.nodeCount, 13);
  t.same(trie.membersOf(0), [{ source: 1, kind: BLOCK }]);
  t.same(trie.membersOf(1), [
    { source: 1, kind: BLOCK },
    { source: 2, kind: BLOCK },
  ]);
});

t.test(
  'sets beyond the header code, the 16-bit number and every kind and source number stay exact',
  async (t) => {
    const random = makeRandom(7);
    const rules: [string, number, number][] = [];
    for (let number = 0; number < 70_000; number++) {
      // A set of its own for every name, with the largest source number among them.
      rules.push(
        [`n${number}.example`, number % 65_535, number % 16],
        [`n${number}.example`, 65_534, random(16)],
      );
    }
    const built = build(rules);
    t.ok(built.trie.setCount > 65_536, `${built.trie.setCount} sets`);
    compare(t, built, built.model.rules.keys());
  },
);

t.test('a bucket with too many inner nodes makes another seed or more buckets be tried', async (t) => {
  const rules: [string, number, number][] = [];
  for (let number = 0; number < 3000; number++) rules.push([`x.n${number}.example`, 0, BLOCK]);
  const seeds: number[] = [];
  const nextSeed = (): number => {
    seeds.push(seeds.length + 1);
    return seeds.length;
  };
  const built = build(rules, { nextSeed, nodesPerBucket: 60 });
  t.ok(seeds.length > 8, `${seeds.length} seeds tried`);
  compare(t, built, [
    ...built.model.rules.keys(),
    ...rules.map(([name]) => name.slice(2)),
    'x.n3001.example',
  ]);
});

t.test('a list made of the longest labels fits as well', async (t) => {
  const random = makeRandom(3);
  const rules: [string, number, number][] = [];
  for (let number = 0; number < 6000; number++) {
    const label = `${number}-`.padEnd(63, 'abcdefghij'.slice(random(9)));
    rules.push([`${label}.example`, 0, BLOCK]);
  }
  // So many nodes to a bucket that 256 buckets together pass 16 bits of units.
  const built = build(rules, { nodesPerBucket: 20 });
  t.ok(built.trie.parts.groupShift < 8 || built.trie.parts.bucketBits < 9);
  compare(t, built, built.model.rules.keys());
});

t.test('many siblings, and one label under many parents, stay exact', async (t) => {
  const rules: [string, number, number][] = [];
  for (let number = 0; number < 60_000; number++) rules.push([`s${number}.example`, 0, BLOCK]);
  for (let number = 0; number < 30_000; number++) rules.push([`ads.p${number}.example`, 1, ALLOW]);
  const built = build(rules);
  compare(t, built, built.model.rules.keys());
  const absent = Array.from({ length: 30_000 }, (_, number) => `ads.s${number}.example`);
  compare(t, built, [...absent, 'ads.example', 's60000.example', 'p30000.example', 'example']);
});

t.test('trie and model agree over 240,000 lookups of random rules', async (t) => {
  for (const seed of [1, 2, 3]) {
    const random = makeRandom(seed);
    const label = (): string =>
      random(400)
        .toString(36)
        .padStart(1 + random(5), 'q');
    const randomName = (): string => Array.from({ length: 1 + random(4) }, label).join('.');
    const rules: [string, number, number][] = [];
    for (let number = 0; number < 40_000; number++) rules.push([randomName(), random(30), random(16)]);
    const built = build(rules);
    const known = [...built.model.rules.keys()];
    const pick = (): string => known[random(known.length)] ?? '';
    const names = function* (): Generator<string> {
      for (let number = 0; number < 20_000; number++) {
        yield pick();
        yield `${label()}.${pick()}`;
        yield randomName();
        // A label of one rule under the parent of another: what a sloppy hash would confuse.
        yield `${pick().split('.')[0]}.${pick().split('.').slice(1).join('.') || 'com'}`;
      }
    };
    compare(t, built, names());
  }
});

t.test('explain gives every rule with its line, the first where one is repeated', async (t) => {
  const rules: [string, number, number][] = [];
  for (let number = 0; number < 500; number++) {
    rules.push([`n${number}.example`, number % 7, BLOCK], [`n${number}.example`, 3, ALLOW | SUBTREE]);
  }
  rules.push(['example', 9, BLOCK | SUBTREE], ['example', 9, BLOCK | SUBTREE]);
  const { trie, model } = build(rules);
  for (const name of ['n0.example', 'n3.example', 'n499.example', 'x.n250.example']) {
    ask(trie, name);
    const said = (await explain(trie, out)).map(
      ({ depth, source, kind, line }) => `${depth} ${source}:${kind} line ${line}`,
    );
    const right = model.match(name).map((rule) => {
      const [depth = '', key = ''] = rule.split(' ');
      return `${rule} line ${model.rules.get(name.split('.').slice(-Number(depth)).join('.'))?.get(key)}`;
    });
    t.same(said, right, name);
  }
});
