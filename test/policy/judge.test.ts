import t from 'tap';
import {
  ALLOW,
  BELOW,
  BLOCK,
  EXACT,
  IMPORTANT,
  isAllow,
  isImportant,
  SUBTREE,
} from '../../src/blocklists/rule.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { isBlocked, Judge, VERDICT } from '../../src/policy/judge.ts';
import {
  ANY_ALLOW,
  ANY_BLOCK,
  BIT,
  bitsAbout,
  bitsOf,
  compileVerdictTable,
} from '../../src/policy/verdict-table.ts';
import type { Use } from '../../src/policy/verdict-table.ts';
import { makeRandom } from '../support/rule-model.ts';
import { compileLines } from '../support/serving.ts';
import type { PolicyLines, ServingLines } from '../support/serving.ts';

const VERDICT_NAMES = Object.fromEntries(Object.entries(VERDICT).map(([name, number]) => [number, name]));

function viewOf(name: string): NameView {
  const view = new NameView();
  view.setWire(parseName(name));
  return view;
}

/** The verdict on a name and, where a rule decided, how many labels of it the rule has. */
interface Judged {
  readonly verdict: string;
  readonly depth?: number;
  readonly pattern?: string;
}

/** A function that judges under a policy by name. */
function judging(lines: ServingLines): (policy: string, name: string) => Judged {
  const { book, policies } = compileLines(lines);
  const judge = new Judge(book);
  const byName = new Map(policies.map((policy) => [policy.name, policy]));
  // One name is put to all policies before the next.
  let read = { name: '.', view: viewOf('.') };
  return (policy, name) => {
    const compiled = byName.get(policy);
    if (compiled === undefined) throw new Error(`no policy ${policy}`);
    if (read.name !== name) read = { name, view: viewOf(name) };
    const verdict = VERDICT_NAMES[judge.judge(compiled, read.view)] ?? '';
    if (judge.pattern !== undefined) return { verdict, pattern: judge.pattern.text };
    return judge.depth === 0 ? { verdict } : { verdict, depth: judge.depth };
  };
}

t.test('the bits of a rule are about the names that the rule is about, as the policy takes it', (t) => {
  const uses: Use[] = ['as written', 'allow', 'none'];
  for (const action of [BLOCK, ALLOW]) {
    for (const scope of [EXACT, SUBTREE, BELOW]) {
      for (const important of [0, IMPORTANT]) {
        for (const use of uses) {
          const kind = action | scope | important;
          const bits = bitsOf(kind, use);
          const silent = use === 'none' || (use === 'allow' && isAllow(kind));
          const allows = use === 'allow' || isAllow(kind);
          const wanted = allows
            ? isImportant(kind)
              ? BIT.IMPORTANT_ALLOW_HERE
              : BIT.ALLOW_HERE
            : isImportant(kind)
              ? BIT.IMPORTANT_BLOCK_HERE
              : BIT.BLOCK_HERE;
          const what = `kind ${kind} ${use}`;
          t.equal(bitsAbout(bits, true), silent || scope === BELOW ? 0 : wanted, `${what}, the name itself`);
          t.equal(bitsAbout(bits, false), silent || scope === EXACT ? 0 : wanted, `${what}, a name below`);
        }
      }
    }
  }
  t.equal(ANY_ALLOW | ANY_BLOCK, 0xff);
  t.equal(ANY_ALLOW & ANY_BLOCK, 0);
  t.end();
});

t.test('a verdict table has the bits of all members of each set', (t) => {
  const sets = [
    [{ source: 0, kind: BLOCK | EXACT }],
    [
      { source: 0, kind: BLOCK | SUBTREE },
      { source: 1, kind: BLOCK | EXACT | IMPORTANT },
    ],
    [],
  ];
  const table = compileVerdictTable(
    { setCount: sets.length, membersOf: (setId) => sets[setId] ?? [] },
    (source) => (source === 0 ? 'as written' : 'allow'),
  );
  t.strictSame([...table], [BIT.BLOCK_HERE, BIT.BLOCK_HERE | BIT.BLOCK_BELOW | BIT.IMPORTANT_ALLOW_HERE, 0]);
  t.end();
});

t.test('each rule of precedence decides', (t) => {
  const judge = judging({
    policies: {
      open: {},
      house: {
        block: ['x.example', '*.below.example', 'tie.example', 'Deep.Down.Example.', 'bücher.example'],
        allow: ['ok.x.example', 'tie.example', 'example', '*.down.example', '/^re-allowed/'],
      },
      patterns: {
        block: ['/^ad[0-9]+\\./', '/tracker/', 'named.tracker.example'],
        allow: ['/^ad7\\./', 'a.tracker.example'],
      },
      lists: { blockLists: ['ads'], allowLists: ['school'] },
      both: { blockLists: ['ads', 'school'], allowLists: ['school'] },
      schoolBlocked: { blockLists: ['school'] },
      overList: { blockLists: ['ads'], allow: ['ads.example'], block: ['important-allow.example'] },
      only: { only: true, allow: ['wanted.example'], allowLists: ['school'] },
      waits: { blockLists: ['ads', 'unread'], allow: ['wanted.example'] },
      trusts: { blockLists: ['ads', 'unread'], whenListsMissing: 'allow' },
      waitsOnly: { only: true, allowLists: ['unread'] },
      heir: { extends: 'house', block: ['only-heir.example'] },
      strict: { bypass: 'block' },
      strictBut: { bypass: 'block', allow: ['doh.example'] },
      strictAbove: { bypass: 'block', allow: ['example'] },
      noGame: { blockServices: ['game'], allow: ['school.game.example'] },
      heirOfNoGame: { extends: 'noGame', allowServices: ['game'] },
      gameOnly: { only: true, allowServices: ['game'], block: ['shop.game.example'] },
      gameDespiteLists: { blockLists: ['games'], allowServices: ['game'] },
    },
    lists: {
      ads: [
        'exact.example',
        '||ads.example^',
        '*.wild.example',
        '@@||good.ads.example^',
        '||bad.good.ads.example^$important',
        '@@||important-allow.example^$important',
        '||important-allow.example^$important',
      ],
      school: ['||school.example^', 'ads.example', '@@||exception.example^', '||strong.example^$important'],
      unread: [],
      games: ['||game.example^$important'],
    },
    missing: ['unread'],
    bypassNames: ['doh.example'],
    services: { game: ['game.example', 'cdn-of-game.example'], music: ['music.example'] },
  });
  const table: [policy: string, name: string, wanted: Judged][] = [
    ['open', 'ads.example', { verdict: 'PASS' }],
    ['open', '.', { verdict: 'PASS' }],
    ['house', 'x.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['house', 'a.b.x.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['house', 'ok.x.example', { verdict: 'ALLOWED', depth: 3 }],
    ['house', 'a.ok.x.example', { verdict: 'ALLOWED', depth: 3 }],
    ['house', 'below.example', { verdict: 'ALLOWED', depth: 1 }],
    ['house', 'a.below.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['house', 'tie.example', { verdict: 'ALLOWED', depth: 2 }],
    ['house', 'deep.down.example', { verdict: 'BLOCKED_BY_RULE', depth: 3 }],
    ['house', 'DOWN.example', { verdict: 'ALLOWED', depth: 1 }],
    ['house', 'xn--bcher-kva.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['house', 'xx.example', { verdict: 'ALLOWED', depth: 1 }],
    ['house', 'a\\.x.example', { verdict: 'ALLOWED', depth: 1 }],
    ['house', 'other.org', { verdict: 'PASS' }],
    ['house', 're-allowed.x.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['patterns', 'ad1.org', { verdict: 'BLOCKED_BY_RULE', pattern: '/^ad[0-9]+\\./' }],
    ['patterns', 'ad7.org', { verdict: 'ALLOWED', pattern: '/^ad7\\./' }],
    ['patterns', 'ad7.tracker.org', { verdict: 'ALLOWED', pattern: '/^ad7\\./' }],
    ['patterns', 'x.ad1.org', { verdict: 'PASS' }],
    ['patterns', 'my-tracker-1.org', { verdict: 'BLOCKED_BY_RULE', pattern: '/tracker/' }],
    ['patterns', 'a.tracker.example', { verdict: 'ALLOWED', depth: 3 }],
    ['patterns', 'ad7.named.tracker.example', { verdict: 'BLOCKED_BY_RULE', depth: 3 }],
    ['lists', 'exact.example', { verdict: 'BLOCKED_BY_LIST', depth: 2 }],
    ['lists', 'a.exact.example', { verdict: 'PASS' }],
    ['lists', 'x.ads.example', { verdict: 'BLOCKED_BY_LIST', depth: 2 }],
    ['lists', 'ads.example', { verdict: 'ALLOWED', depth: 2 }],
    ['lists', 'wild.example', { verdict: 'PASS' }],
    ['lists', 'a.b.wild.example', { verdict: 'BLOCKED_BY_LIST', depth: 2 }],
    ['lists', 'good.ads.example', { verdict: 'ALLOWED', depth: 3 }],
    ['lists', 'a.good.ads.example', { verdict: 'ALLOWED', depth: 3 }],
    ['lists', 'bad.good.ads.example', { verdict: 'BLOCKED_BY_LIST', depth: 4 }],
    ['lists', 'important-allow.example', { verdict: 'ALLOWED', depth: 2 }],
    ['lists', 'a.school.example', { verdict: 'ALLOWED', depth: 2 }],
    ['lists', 'exception.example', { verdict: 'PASS' }],
    ['lists', 'a\\.b.example', { verdict: 'PASS' }],
    ['both', 'school.example', { verdict: 'ALLOWED', depth: 2 }],
    ['schoolBlocked', 'school.example', { verdict: 'BLOCKED_BY_LIST', depth: 2 }],
    ['schoolBlocked', 'exception.example', { verdict: 'ALLOWED', depth: 2 }],
    ['overList', 'x.ads.example', { verdict: 'ALLOWED', depth: 2 }],
    ['overList', 'important-allow.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['only', 'wanted.example', { verdict: 'ALLOWED', depth: 2 }],
    ['only', 'school.example', { verdict: 'ALLOWED', depth: 2 }],
    ['only', 'strong.example', { verdict: 'ALLOWED', depth: 2 }],
    ['only', 'other.example', { verdict: 'BLOCKED_BY_ONLY' }],
    ['waits', 'other.example', { verdict: 'NOT_READY' }],
    ['waits', 'x.ads.example', { verdict: 'BLOCKED_BY_LIST', depth: 2 }],
    ['waits', 'good.ads.example', { verdict: 'ALLOWED', depth: 3 }],
    ['waits', 'wanted.example', { verdict: 'ALLOWED', depth: 2 }],
    ['trusts', 'other.example', { verdict: 'PASS' }],
    ['waitsOnly', 'other.example', { verdict: 'NOT_READY' }],
    ['heir', 'x.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['heir', 'ok.x.example', { verdict: 'ALLOWED', depth: 3 }],
    ['heir', 'only-heir.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['house', 'only-heir.example', { verdict: 'ALLOWED', depth: 1 }],
    ['strict', 'a.doh.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['strictBut', 'doh.example', { verdict: 'ALLOWED', depth: 2 }],
    ['strictAbove', 'doh.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['open', 'doh.example', { verdict: 'PASS' }],
    ['noGame', 'game.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['noGame', 'a.b.cdn-of-game.example', { verdict: 'BLOCKED_BY_RULE', depth: 2 }],
    ['noGame', 'www.school.game.example', { verdict: 'ALLOWED', depth: 3 }],
    ['noGame', 'music.example', { verdict: 'PASS' }],
    ['open', 'game.example', { verdict: 'PASS' }],
    ['heirOfNoGame', 'game.example', { verdict: 'ALLOWED', depth: 2 }],
    ['gameOnly', 'www.game.example', { verdict: 'ALLOWED', depth: 2 }],
    ['gameOnly', 'shop.game.example', { verdict: 'BLOCKED_BY_RULE', depth: 3 }],
    ['gameOnly', 'music.example', { verdict: 'BLOCKED_BY_ONLY' }],
    ['gameDespiteLists', 'www.game.example', { verdict: 'ALLOWED', depth: 2 }],
  ];
  for (const [policy, name, wanted] of table) t.strictSame(judge(policy, name), wanted, `${policy}: ${name}`);
  t.end();
});

t.test('what is blocked is not answered', (t) => {
  const blocked = Object.entries(VERDICT).flatMap(([name, verdict]) => (isBlocked(verdict) ? [name] : []));
  t.strictSame(blocked, ['BLOCKED_BY_RULE', 'BLOCKED_BY_LIST', 'BLOCKED_BY_ONLY', 'BLOCKED_BY_CLOSING']);
  t.end();
});

t.test('a compiled policy says which lists it uses and misses', (t) => {
  const { house, policies } = compileLines({
    policies: {
      kids: { blockLists: ['ads', 'late'], allowLists: ['school', 'late-too'], upstream: 7, answer: 'zero' },
      open: {},
    },
    lists: { ads: [], late: [], school: [], 'late-too': [], unused: [] },
    missing: ['late', 'late-too', 'unused'],
    bypassNames: ['doh.example'],
  });
  const [kids, open] = policies;
  t.match(kids, {
    number: 0,
    name: 'kids',
    usesLists: true,
    missingLists: ['late', 'late-too'],
    upstream: 7,
    answer: 'zero',
  });
  t.strictSame(
    ['ads', 'late', 'school', 'unused', 'none'].map((list) => kids?.useOfList(list)),
    ['as written', 'as written', 'allow', 'none', 'none'],
  );
  t.match(open, { number: 1, usesLists: false, missingLists: [], blocksBypass: false });
  t.strictSame(house.sources, [
    { kind: 'policy', name: 'kids', file: 'vlandns.yaml' },
    { kind: 'policy', name: 'open', file: 'vlandns.yaml' },
    { kind: 'bypass', name: 'bypass: block', file: 'names.txt' },
  ]);
  t.end();
});

type Random = (below: number) => number;

/** A rule about names, as the plain reading has it. */
interface NamedRule {
  readonly bare: string;
  readonly labels: number;
  /** Whether it is about the name itself, and about names below it. */
  readonly here: boolean;
  readonly below: boolean;
  readonly rank: number;
}

const ALLOWS = 1;

function isAbout({ bare, here, below }: NamedRule, name: string): boolean {
  return name === bare ? here : below && name.endsWith(`.${bare}`);
}

/** DESIGN section 4 in plain words: no tables, no bits, no trie. Gives what a policy makes of a name. */
function readPlainly(lines: ServingLines, policy: string): (name: string) => Judged {
  const chain: PolicyLines[] = [];
  for (let at: string | undefined = policy; at !== undefined; at = lines.policies[at]?.extends)
    chain.unshift(lines.policies[at] ?? {});
  const all = (key: 'block' | 'allow' | `${'block' | 'allow'}${'Lists' | 'Services'}`): string[] =>
    chain.flatMap((one) => one[key] ?? []);
  const namesOf = (services: readonly string[]): string[] =>
    services.flatMap((service) => lines.services?.[service] ?? []);
  const own = lines.policies[policy] ?? {};
  const house = [
    ...all('block').map((text) => ({ text, rank: 0 })),
    ...(own.bypass === 'block' ? (lines.bypassNames ?? []) : []).map((text) => ({ text, rank: 0 })),
    ...all('allow').map((text) => ({ text, rank: ALLOWS })),
    ...namesOf(all('blockServices')).map((text) => ({ text, rank: 0 })),
    ...namesOf(all('allowServices')).map((text) => ({ text, rank: ALLOWS })),
  ];
  const named = house
    .filter(({ text }) => !text.startsWith('/'))
    .map(({ text, rank }) => toHouseRule(text, rank));
  const patterns = house
    .filter(({ text }) => text.startsWith('/'))
    .map(({ text, rank }) => ({ text, rank, expression: new RegExp(text.slice(1, -1)) }));
  const used = [...all('blockLists'), ...all('allowLists')];
  const listed = Object.entries(lines.lists ?? {}).flatMap(([list, rules]) => {
    if (!used.includes(list) || 'format' in rules || 'sources' in rules) return [];
    const asAllow = all('allowLists').includes(list);
    return rules
      .filter((text) => !(asAllow && text.startsWith('@@')))
      .map((text) => toListRule(text, asAllow));
  });
  const missing = used.some((list) => lines.missing?.includes(list));
  const silent = missing && own.whenListsMissing !== 'allow' ? 'NOT_READY' : undefined;
  const otherwise = { verdict: silent ?? (own.only === true ? 'BLOCKED_BY_ONLY' : 'PASS') };
  return (name) => {
    const ours = named.filter((rule) => isAbout(rule, name));
    const depth = Math.max(0, ...ours.map(({ labels }) => labels));
    const winners = ours.filter(({ labels }) => labels === depth);
    if (winners.some(({ rank }) => rank === ALLOWS)) return { verdict: 'ALLOWED', depth };
    if (winners.length > 0) return { verdict: 'BLOCKED_BY_RULE', depth };
    const matching = patterns.filter(({ expression }) => expression.test(name));
    const allowing = matching.find(({ rank }) => rank === ALLOWS);
    if (allowing !== undefined) return { verdict: 'ALLOWED', pattern: allowing.text };
    if (matching[0] !== undefined) return { verdict: 'BLOCKED_BY_RULE', pattern: matching[0].text };
    const theirs = listed.filter((rule) => isAbout(rule, name));
    if (theirs.length === 0) return otherwise;
    const rank = Math.max(...theirs.map((rule) => rule.rank));
    const deepest = Math.max(...theirs.filter((rule) => rule.rank === rank).map(({ labels }) => labels));
    return { verdict: rank % 2 === ALLOWS ? 'ALLOWED' : 'BLOCKED_BY_LIST', depth: deepest };
  };
}

function toHouseRule(text: string, rank: number): NamedRule {
  const bare = text.replace(/^\*\./, '');
  return { bare, labels: bare.split('.').length, here: bare === text, below: true, rank };
}

/** Important rules are above all others, exceptions above blocks. */
function toListRule(text: string, asAllow: boolean): NamedRule {
  const bare = text
    .replace('@@', '')
    .replace('$important', '')
    .replace(/^\|\|/, '')
    .replace('^', '')
    .replace(/^\*\./, '');
  const allows = asAllow || text.startsWith('@@');
  return {
    bare,
    labels: bare.split('.').length,
    here: !text.includes('*.'),
    below: /\|\||\*\./.test(text),
    rank: (text.endsWith('$important') ? 2 : 0) + (allows ? ALLOWS : 0),
  };
}

const PATTERNS = ['/^a\\./', '/b\\.c/', '/aa/', '/^[ab]+\\.c$/', '/c\\.[^.]+$/'];

function randomName(random: Random): string {
  return Array.from({ length: 1 + random(4) }, () => ['a', 'b', 'c', 'aa'][random(4)]).join('.');
}

function some<Item>(random: Random, most: number, make: () => Item): Item[] {
  return Array.from({ length: random(most + 1) }, make);
}

function randomLines(random: Random): ServingLines {
  const houseRule = (): string =>
    random(8) === 0
      ? (PATTERNS[random(PATTERNS.length)] ?? '')
      : `${random(4) === 0 ? '*.' : ''}${randomName(random)}`;
  const listRule = (): string => {
    const name = randomName(random);
    const scoped = [name, `||${name}^`, `*.${name}`][random(3)] ?? name;
    return `${random(4) === 0 ? '@@' : ''}${scoped}${random(6) === 0 ? '$important' : ''}`;
  };
  const listNames = ['l0', 'l1', 'l2', 'l3', 'l4'];
  const list = (): string => listNames[random(listNames.length)] ?? '';
  const serviceNames = ['s0', 's1', 's2'];
  const service = (): string => serviceNames[random(serviceNames.length)] ?? '';
  const policies: Record<string, PolicyLines> = {};
  for (let i = 0; i < 5; i++) {
    policies[`p${i}`] = {
      block: some(random, 4, houseRule),
      allow: some(random, 3, houseRule),
      blockLists: some(random, 3, list),
      allowLists: some(random, 1, list),
      blockServices: some(random, 2, service),
      allowServices: some(random, 1, service),
      only: random(4) === 0,
      bypass: random(3) === 0 ? 'block' : 'allow',
      whenListsMissing: random(3) === 0 ? 'allow' : 'refuse',
      ...(i > 0 && random(2) === 0 && { extends: `p${random(i)}` }),
    };
  }
  return {
    policies,
    lists: Object.fromEntries(listNames.map((name) => [name, some(random, 12, listRule)])),
    missing: some(random, 1, list),
    bypassNames: some(random, 2, () => randomName(random)),
    services: Object.fromEntries(
      serviceNames.map((name) => [name, some(random, 3, () => randomName(random))]),
    ),
  };
}

t.test('250,000 verdicts agree with a plain reading of the rules', (t) => {
  const random = makeRandom(7);
  const seen = new Map<string, number>();
  let decisions = 0;
  for (let round = 0; round < 500; round++) {
    const lines = randomLines(random);
    const judge = judging(lines);
    const plain = Object.keys(lines.policies).map((policy) => readPlainly(lines, policy));
    for (let i = 0; i < 100; i++) {
      const name = randomName(random);
      for (const [policy, judgePlainly] of plain.entries()) {
        const got = judge(`p${policy}`, name);
        const wanted = judgePlainly(name);
        decisions++;
        seen.set(got.verdict, (seen.get(got.verdict) ?? 0) + 1);
        if (got.verdict === wanted.verdict && got.depth === wanted.depth && got.pattern === wanted.pattern)
          continue;
        t.strictSame(got, wanted, `p${policy} ${name} in ${JSON.stringify(lines)}`);
        t.end();
        return;
      }
    }
  }
  t.equal(decisions, 250_000);
  // Only adjustments close a policy: adjustment.test.ts has them.
  for (const verdict of Object.keys(VERDICT).filter((name) => name !== 'BLOCKED_BY_CLOSING'))
    t.ok((seen.get(verdict) ?? 0) > 5000, `${verdict}: ${seen.get(verdict)}`);
  t.end();
});
