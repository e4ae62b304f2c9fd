import t from 'tap';
import { ExpressionIndex, MAX_EXPRESSIONS } from '../../../src/blocklists/expressions/expression-index.ts';
import { shapeOf } from '../../../src/blocklists/expressions/expression-shape.ts';
import {
  faultOfExpression,
  LinearExpression,
} from '../../../src/blocklists/expressions/linear-expression.ts';
import { parseName } from '../../../src/dns/name-text.ts';
import { NameView } from '../../../src/dns/name-view.ts';
import { makeRandom } from '../../support/rule-model.ts';

function viewOf(name: string): NameView {
  const view = new NameView();
  view.setWire(parseName(name));
  return view;
}

function indexOf(texts: readonly string[]): ExpressionIndex {
  const index = new ExpressionIndex();
  for (const text of texts) {
    const fault = index.add(text, faultOfExpression);
    if (fault !== undefined) throw new Error(`${text}: ${fault}`);
  }
  return index;
}

function matching(index: ExpressionIndex, name: string): readonly number[] {
  const view = viewOf(name);
  return index.matching(view, view.suffixHash(0));
}

t.test('texts that every match contains are found, and nothing that is not sure', async (t) => {
  const cases: readonly (readonly [text: string, required: readonly string[] | undefined])[] = [
    ['ads', ['ads']],
    ['^ads\\.example$', ['ads.example']],
    ['ADS', ['ads']],
    ['^(.+[_.-])?telemetry[_.-]', ['telemetry']],
    ['^ad[0-9]+\\.', ['ad']],
    ['(ads|track)er', ['ads', 'track']],
    ['(?:ads|track)', ['ads', 'track']],
    ['(?P<kind>ads)\\.x', ['ads.x']],
    ['(?i)ads', ['ads']],
    ['ads(?i)*x', ['ad']],
    ['(ads)(?s)(?i){0}', undefined],
    ['a(?i)ds', ['ads']],
    ['ads?', ['ad']],
    ['ads*x', ['ad']],
    ['ads+x', ['ad']],
    ['(ads)+', ['ads']],
    ['(ads){2}', ['ads']],
    ['(ads){0,2}', undefined],
    ['(ads)?', undefined],
    ['ads|', undefined],
    ['ads|[a-z]', undefined],
    ['a.d.s', undefined],
    ['ab.cde', ['cde']],
    ['[a]ds', ['ads']],
    ['[.]com', ['.com']],
    ['[]a]ds', ['ds']],
    ['[^a]ds', ['ds']],
    ['[[:alpha:]]ds', ['ds']],
    ['[a-z]', undefined],
    ['\\bads\\b', ['ads']],
    ['a\\dds', ['ds']],
    ['\\x61ds', ['ds']],
    ['\\x{61}ds', ['ds']],
    ['\\pLds', ['ds']],
    ['\\p{Greek}ds', ['ds']],
    ['\\Qa.b\\Ecd', ['cd']],
    ['\u017fads', ['ads']],
    ['a{2,3}ds', ['ds']],
    ['a{,3}ds', ['a{,3}ds']],
    ['.*', undefined],
    ['', undefined],
    ['(((', undefined],
    ['a)b(c', undefined],
    ['[ab', undefined],
    ['\\', undefined],
  ];
  for (const [text, required] of cases) t.same(shapeOf(text).required, required, text);
});

t.test('the size of an expression is about what it compiles to', async (t) => {
  t.ok(shapeOf('(a{100}){10}').size > 1000);
  t.ok(shapeOf('((a{10}b){10}){10}').size > 1000);
  t.ok(shapeOf('a{1000}').size >= 1000);
  t.ok(shapeOf('^(.+[_.-])?adse?rv(er?|ice)?s?[0-9]*[_.-]').size < 60);
});

/** A random expression that RE2 and JavaScript read alike, over few characters, so that names often match. */
function randomExpression(random: (below: number) => number, depth = 0): string {
  const atom = (): string => {
    const kind = random(depth < 2 ? 9 : 7);
    if (kind < 3) return ['a', 'b', 'c', 'ab', 'bca', '\\.', 'x1', 'b-'][random(8)] ?? '';
    if (kind === 3) return ['[ab]', '[^a]', '[a-c0-9]', '.', '\\d', '[.]', '[_.-]'][random(7)] ?? '';
    if (kind === 4) return ['^', '$', '\\b', ''][random(4)] ?? '';
    if (kind < 7) return ['a', 'b.', 'ca'][random(3)] ?? '';
    return `(${random(2) === 0 ? '?:' : ''}${randomExpression(random, depth + 1)})`;
  };
  const count = ['', '', '', '?', '*', '+', '{2}', '{1,2}', '{0,1}', '+?'];
  const repeated = (): string => {
    const text = atom();
    // What has no width cannot be repeated in both.
    return /^(\^|\$|\\b|)$/.test(text) ? text : text + (count[random(count.length)] ?? '');
  };
  const sequence = (): string => Array.from({ length: 1 + random(4) }, repeated).join('');
  return Array.from({ length: random(4) === 0 ? 2 : 1 }, sequence).join('|');
}

function randomName(random: (below: number) => number): string {
  const label = (): string => Array.from({ length: 1 + random(5) }, () => 'aabbccx10-_'[random(11)]).join('');
  return Array.from({ length: 1 + random(3) }, label).join('.');
}

t.test('a name that matches has one of the required texts in it, over random expressions', async (t) => {
  const random = makeRandom(21);
  let matched = 0;
  let known = 0;
  for (let trial = 0; trial < 4000; trial++) {
    const text = randomExpression(random);
    const { required } = shapeOf(text);
    if (required !== undefined) known++;
    const expression = new RegExp(text, 'i');
    for (let asked = 0; asked < 10; asked++) {
      const name = randomName(random);
      if (!expression.test(name)) continue;
      matched++;
      if (required !== undefined && !required.some((part) => name.includes(part))) {
        t.fail(`${text} matches ${name}, which has none of ${required.join(' ')}`);
        return;
      }
    }
  }
  t.ok(
    matched > 5000 && known > 1000,
    `${matched} names matched, of ${known} expressions something was known`,
  );
});

t.test('an index gives what each expression by itself gives', async (t) => {
  const random = makeRandom(22);
  for (let round = 0; round < 20; round++) {
    const texts = Array.from({ length: 60 }, () => `/${randomExpression(random)}/`).filter(
      (text) => faultOfExpression(text.slice(1, -1)) === undefined,
    );
    texts[7] = '*';
    const index = new ExpressionIndex();
    // Some are refused for what they would cost; their numbers are given to those that follow.
    for (const text of texts) index.add(text);
    const alone = index.texts.map((text) => (text === '*' ? '' : text.slice(1, -1)));
    // JavaScript reads these expressions as RE2 does, in a twentieth of the time; our own reader is asked for some of the names.
    const quick = alone.map((text) => new RegExp(text, 'i'));
    const linear = alone.map((text) => new LinearExpression(text));
    for (let asked = 0; asked < 300; asked++) {
      const name = randomName(random);
      const wanted = quick.flatMap((expression, number) => (expression.test(name) ? [number] : []));
      if (asked % 10 === 0) {
        const ours = linear.flatMap((expression, number) => (expression.matches(name) ? [number] : []));
        if (ours.join() !== wanted.join()) {
          t.same(ours, wanted, `${name}, each expression by itself`);
          return;
        }
      }
      for (const when of ['first', 'remembered']) {
        const said = matching(index, name);
        if (said.join() !== wanted.join()) {
          t.same(said, wanted, `${name}, ${when}`);
          return;
        }
      }
    }
  }
  t.pass('all agree');
});

t.test('labels with any octets are matched as they are, and names of all lengths', async (t) => {
  const index = indexOf([
    '/^a\\.b\\.example$/',
    '/^.\\.example/',
    '/^com$/',
    '/^.$/',
    '/x{63}\\.y{63}/',
    '/^$/',
  ]);
  t.same(matching(index, 'a\\.b.example'), [0]);
  t.same(matching(index, '\\255.example'), [1]);
  t.same(matching(index, 'com'), [2]);
  t.same(matching(index, 'a'), [3]);
  t.same(matching(index, '.'), [5], 'the root has no labels');
  t.same(matching(index, `${'x'.repeat(63)}.${'y'.repeat(63)}.${'z'.repeat(63)}.${'w'.repeat(61)}`), [4]);
});

t.test('what would cost too much is refused with its reason', async (t) => {
  const cases: readonly (readonly [text: string, reason: RegExp])[] = [
    ['/(/', /missing closing \)/],
    ['/(?=a)b/', /invalid or unsupported Perl syntax/],
    ['/(a)\\1/', /invalid escape sequence/],
    [`/${'a'.repeat(1000)}/`, /more than 1000 characters/],
    ['/a{1000}/', /too large/],
    ['/(a{100}){100}/', /too large/],
    [`/${'a{99}'.repeat(50)}/`, /too large/],
    [`/${'(a*)*'.repeat(150)}/`, /too large/],
  ];
  for (const [text, reason] of cases)
    t.match(new ExpressionIndex().add(text, faultOfExpression), reason, text.slice(0, 30));

  const everywhere = new ExpressionIndex();
  const faults = Array.from({ length: 100 }, (_, number) =>
    everywhere.add(`/^[a-z]{${30 + (number % 30)}}$/`),
  );
  t.match(
    faults.find((fault) => fault !== undefined),
    /no room for more regular expressions that have to be tried on the same names/,
  );
  const many = new ExpressionIndex();
  for (let number = 0; number < MAX_EXPRESSIONS; number++)
    t.equal(many.add(`/n${number.toString(36)}-/`), undefined);
  t.match(many.add('/one-more/'), /more than 5000 regular expressions in all lists/);
  t.equal(many.texts.length, MAX_EXPRESSIONS);
});

t.test('expressions made to be slow are not', async (t) => {
  const hostile = [
    '/(x+x+)+y/',
    '/(a*)*b/',
    '/(a|aa)+$/',
    '/[ab].{12}[cd].{12}[^abcd]/',
    '/.*.*.*.*.*.*=.*/',
    '/^(([a-z])+.)+[A-Z]([a-z])+$/',
    '/(.*)(.*)(.*)(.*)[ab]c/',
  ];
  const index = indexOf(hostile);
  const random = makeRandom(5);
  let matches = 0;
  for (let trial = 0; trial < 200; trial++) {
    const label = (length: number): string => Array.from({ length }, () => 'aabbcdxxy'[random(9)]).join('');
    matches += matching(index, `${label(63)}.${label(63)}.${label(63)}.${label(61)}`).length;
  }
  t.ok(matches > 0, `${matches} matches, and an end`);
});
