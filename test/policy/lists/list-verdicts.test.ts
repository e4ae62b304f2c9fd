// The judge against the plain model: rules with conditions and answers, expressions, several lists taken in several ways.
// With VLANDNS_LISTS set to a folder of lists, over all their names; files called `pop-…` there are popular names.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Test } from 'tap';
import { compileSources } from '../../../src/blocklists/compile.ts';
import { sourceBehind } from '../../../src/blocklists/compile-report.ts';
import type { EffectReport } from '../../../src/blocklists/effect-numbers.ts';
import { EffectNumbers } from '../../../src/blocklists/effect-numbers.ts';
import type { RuleEffect } from '../../../src/blocklists/effect.ts';
import { ExpressionIndex } from '../../../src/blocklists/expressions/expression-index.ts';
import { parseList } from '../../../src/blocklists/formats/list-parser.ts';
import { ALLOW, BELOW, BLOCK, EXACT, IMPORTANT, SUBTREE, toMember } from '../../../src/blocklists/rule.ts';
import { LinesInMemory } from '../../../src/blocklists/trie/image/line-numbers.ts';
import { TrieBuilder } from '../../../src/blocklists/trie/build/trie-builder.ts';
import { freezeTrie } from '../../../src/blocklists/trie/build/trie-freezer.ts';
import { Trie } from '../../../src/blocklists/trie/trie.ts';
import { NameRoom } from '../../../src/blocklists/trie/wire-name.ts';
import { nameToText } from '../../../src/dns/name-text.ts';
import { NameView } from '../../../src/dns/name-view.ts';
import { TYPE } from '../../../src/dns/numbers.ts';
import { compileHouseRules, compilePolicy, houseSources } from '../../../src/policy/compile-policies.ts';
import { Judge, VERDICT } from '../../../src/policy/judge.ts';
import { prepareEffects } from '../../../src/policy/lists/list-effect.ts';
import type { Policy, Rulebook } from '../../../src/policy/policy.ts';
import type { BlockedAnswer } from '../../../src/policy/policy-settings.ts';
import { makeRandom, toWire, VerdictModel } from '../../support/rule-model.ts';
import type { ModelVerdict } from '../../support/rule-model.ts';

const VERDICT_NAMES = Object.fromEntries(Object.entries(VERDICT).map(([name, number]) => [number, name]));
const TYPES = [TYPE.A, TYPE.AAAA, TYPE.HTTPS];

/** One policy over a book of lists, numbered as they come. */
interface Judged {
  readonly book: Rulebook;
  readonly policy: Policy;
}

function judgedBy(
  lists: Omit<Rulebook, 'rules'>,
  listSources: readonly string[],
  how: { uses: VerdictModel['uses']; answer: BlockedAnswer },
): Judged {
  const listsUsed = (wanted: string): { name: string }[] =>
    how.uses.flatMap((use, number) => (use === wanted ? [{ name: String(number) }] : []));
  const options = {
    name: 'kids',
    block: { lists: listsUsed('as written'), services: [], rules: [] },
    allow: { lists: listsUsed('allow'), services: [], rules: [] },
    only: false,
    answer: how.answer,
    blockTtlSeconds: 30,
    bypass: 'allow',
    rebindProtection: false,
    queryLog: 'full',
    inspect: true,
    upstream: '0',
    whenListsMissing: 'allow',
  } as const;
  const house = compileHouseRules(
    houseSources([options], 'vlandns.yaml', { file: 'names.txt', names: [] }, []),
  );
  const book = { ...lists, rules: house.trie };
  const context = {
    house,
    book,
    listSources,
    readLists: new Set(listSources),
    observedLists: new Set<string>(),
    upstreamNumber: Number,
  };
  return { book, policy: compilePolicy(options, { number: 0 }, context) };
}

/** What the judge says, in the model's words. */
function verdictOf({ book, policy }: Judged, judge: Judge, view: NameView, qtype: number): ModelVerdict {
  const verdict = judge.judge(policy, view, qtype);
  const name = VERDICT_NAMES[verdict];
  if (name !== 'PASS' && name !== 'ALLOWED' && name !== 'BLOCKED_BY_LIST') throw new Error(`verdict ${name}`);
  const answer = verdict === VERDICT.BLOCKED_BY_LIST ? book.effects[judge.source]?.answer : undefined;
  return { verdict: name, depth: judge.depth, answer };
}

/** How often each verdict came. */
type Seen = Record<ModelVerdict['verdict'], number>;

/** Compares for every name and type; an answer that is the policy's own is none. */
function compare(t: Test, judged: Judged, model: VerdictModel, names: Iterable<string>): Seen {
  const judge = new Judge(judged.book);
  const view = new NameView();
  const plain = ({ verdict, depth, answer }: ModelVerdict): string =>
    JSON.stringify([verdict, depth, answer === judged.policy.answer ? undefined : answer]);
  const seen = { PASS: 0, ALLOWED: 0, BLOCKED_BY_LIST: 0 };
  for (const name of names) {
    view.setWire(toWire(name));
    for (const qtype of TYPES) {
      const right = model.verdict(name, qtype);
      const said = verdictOf(judged, judge, view, qtype);
      if (plain(said) !== plain(right)) {
        t.same(said, right, `${name} type ${qtype}`);
        return seen;
      }
      seen[said.verdict]++;
    }
  }
  t.pass(JSON.stringify(seen));
  return seen;
}

const EFFECTS: readonly RuleEffect[] = [
  { answer: 'nxdomain' },
  { answer: 'nodata' },
  { answer: 'drop' },
  { answer: 'tcp' },
  { answer: 'redirect' },
  { answer: { type: TYPE.A, data: '192.0.2.1' } },
  { answer: { type: TYPE.CNAME, data: 'other.example.' } },
  { types: [TYPE.AAAA] },
  { exceptTypes: [TYPE.A, TYPE.HTTPS] },
  { exceptNames: ['a.b', 'c'] },
  { types: [TYPE.A], exceptNames: ['b'], answer: 'refused' },
];

/** How strong the rules are: most of them block. */
const STRENGTHS = [BLOCK, BLOCK, BLOCK, BLOCK, BLOCK, ALLOW, BLOCK | IMPORTANT, ALLOW | IMPORTANT];

const EXPRESSIONS = ['/^a\\.b/', '/b\\.c/', '/a.*d\\.e$/', '/(a|d)\\.b\\./', '/^e$/'];

/** Lists of random rules over few labels, so that they meet. */
function randomLists(
  seed: number,
  sourceCount: number,
): { book: Omit<Rulebook, 'rules'>; model: VerdictModel } {
  const random = makeRandom(seed);
  const pick = <T>(from: readonly T[]): T => {
    const picked = from[random(from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  };
  const uses = Array.from({ length: sourceCount }, () =>
    pick(['as written', 'as written', 'allow', 'none'] as const),
  );
  const model = new VerdictModel(uses);
  const builder = new TrieBuilder();
  const numbers = new EffectNumbers(sourceCount);
  const index = new ExpressionIndex();
  const members: number[] = [];
  const room = new NameRoom();
  for (let source = 0; source < sourceCount; source++) {
    numbers.begin(source);
    for (let rule = 0; rule < 25; rule++) {
      const effect = random(3) === 0 ? pick(EFFECTS) : undefined;
      const number = effect === undefined ? source : (numbers.numberOf(effect) ?? source);
      const strength = pick(STRENGTHS);
      if (random(12) === 0) {
        const text = effect?.types === undefined ? pick(EXPRESSIONS) : '*';
        index.add(text);
        members.push(toMember(number, strength));
        model.addExpression(text, { source, kind: strength, effect });
        continue;
      }
      const name = randomName(random);
      const kind = strength | pick([EXACT, SUBTREE, BELOW]);
      room.fromWire(toWire(name));
      builder.add(room, number, kind, rule);
      model.addName(name, { source, kind, effect });
    }
  }
  const frozen = freezeTrie(builder);
  const lists = new Trie(frozen.parts, new LinesInMemory(frozen.bucketFirst, frozen.lines));
  const effects = prepareEffects(numbers.reports, sourceCount);
  return {
    book: {
      lists,
      effects,
      expressions: { index, members, depths: [] },
      addresses: undefined,
      zones: undefined,
    },
    model,
  };
}

function randomName(random: (below: number) => number): string {
  return Array.from({ length: 1 + random(4) }, () => 'abcde'[random(5)]).join('.');
}

/** The list of each number: sources are called by their numbers. */
function namesOf(sourceCount: number, effects: readonly Pick<EffectReport, 'source'>[]): string[] {
  const own = Array.from({ length: sourceCount }, (_, number) => String(number));
  return [...own, ...effects.map(({ source }) => String(source))];
}

t.test('judge and model agree over random rules of several lists', async (t) => {
  const total = { PASS: 0, ALLOWED: 0, BLOCKED_BY_LIST: 0 };
  for (let seed = 1; seed <= 60; seed++) {
    const sourceCount = 1 + (seed % 4);
    const { book, model } = randomLists(seed, sourceCount);
    const random = makeRandom(seed + 1000);
    const effects = book.effects.slice(sourceCount).map((effect) => ({ source: effect?.source ?? 0 }));
    const how = { uses: model.uses, answer: seed % 2 === 0 ? 'nxdomain' : 'zero' } as const;
    if (!model.uses.includes('as written')) continue;
    const judged = judgedBy(book, namesOf(sourceCount, effects), how);
    const names = Array.from({ length: 500 }, () => randomName(random));
    const seen = compare(t, judged, model, names);
    total.PASS += seen.PASS;
    total.ALLOWED += seen.ALLOWED;
    total.BLOCKED_BY_LIST += seen.BLOCKED_BY_LIST;
  }
  t.ok(Math.min(...Object.values(total)) > 5000, JSON.stringify(total));
});

/** Real lists where there are any, else the excerpts of the fixtures. */
function findLists(): { files: string[]; popular: string[] } {
  const folder =
    process.env['VLANDNS_LISTS'] ?? fileURLToPath(new URL('../../blocklists/fixtures/', import.meta.url));
  const all = readdirSync(folder).filter((name) => /\.(txt|conf|zone)$/.test(name));
  const paths = (isPopular: boolean): string[] =>
    all.filter((name) => name.startsWith('pop-') === isPopular).map((name) => join(folder, name));
  const popular = paths(true).flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  return {
    files: paths(false),
    popular: popular.filter((name) => /^[a-z0-9._-]+$/.test(name) && !/(^|\.)(\.|$)/.test(name)),
  };
}

const HAS_PRECEDENCE = new Set(['rpz', 'dnsmasq', 'unbound']);

t.test('all names of whole lists get the verdict that their lines say', async (t) => {
  const { files: all, popular } = findLists();
  // A line of the other formats means what the rest of its file lets it: zone-verdicts.test.ts.
  const files = all.filter((file) => !HAS_PRECEDENCE.has(parseList(file, 'auto', () => undefined).format));
  const compiled = compileSources(
    files.map((file, number) => ({ list: String(number), source: file, file, format: 'auto' as const })),
  );
  const { frozen, sources, effects = [], expressions = [] } = compiled;
  const meta = { key: '', sources, effects, expressions };
  const index = new ExpressionIndex();
  for (const { text } of expressions) index.add(text);
  const book = {
    lists: new Trie(frozen.parts, new LinesInMemory(frozen.bucketFirst, frozen.lines)),
    effects: prepareEffects(effects, sources.length),
    expressions: { index, members: expressions.map(({ member }) => member), depths: [] },
    addresses: undefined,
    zones: undefined,
  };
  const uses = files.map(() => 'as written' as const);
  const model = new VerdictModel(uses);
  for (const [source, file] of files.entries()) {
    parseList(
      file,
      'auto',
      (name, kind, _, effect) => model.addName(nameToText(name.wire), { source, kind, effect }),
      {
        faultOf: () => undefined,
        root: () => undefined,
        revoke: () => undefined,
        addresses: () => undefined,
        expression: (text, { kind, effect }) => {
          model.addExpression(text, { source, kind, effect });
          return undefined;
        },
      },
    );
  }
  const listSources = [...sources, ...effects].map((_, number) => String(sourceBehind(meta, number)));
  const judged = judgedBy(book, listSources, { uses, answer: 'nxdomain' });
  const known = [...model.names.keys()];
  t.equal(book.lists.entryCount, known.length);
  compare(t, judged, model, known);
  compare(
    t,
    judged,
    model,
    known.filter((name) => name.length < 200).map((name) => `www.${name}`),
  );
  if (popular.length > 0) compare(t, judged, model, [...popular, ...popular.map((name) => `www.${name}`)]);
});
