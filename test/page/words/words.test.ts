import t from 'tap';
import { isLanguage, languageOf, LANGUAGES, localeOf, wordsOf } from '../../../src/page/words/words.ts';

/** Every text of a table by its place; functions are called with words that show where they come out. */
function textsOf(value: unknown, place = ''): [string, string][] {
  if (typeof value === 'string') return [[place, value]];
  if (typeof value === 'function') return [[place, String(value('«1»', '«2»', '«3»'))]];
  return Object.entries(value ?? {}).flatMap(([key, inner]) => textsOf(inner, `${place}.${key}`));
}

const TABLES = Object.keys(LANGUAGES)
  .filter(isLanguage)
  .map((language) => textsOf(wordsOf(language)));

t.test('every language has the words of every other, and none is empty', (t) => {
  for (const table of TABLES) {
    t.strictSame(
      table.map(([place]) => place),
      TABLES[0]?.map(([place]) => place),
    );
    t.strictSame(
      table.filter(([, text]) => text.trim() === ''),
      [],
    );
  }
  t.end();
});

t.test('a text says all that it is given, in every language', (t) => {
  const [first = [], ...others] = TABLES;
  const marks = (text: string) => (text.match(/«\d»/g) ?? []).toSorted();
  for (const other of others)
    for (const [index, [place, text]] of first.entries())
      t.strictSame(marks(other[index]?.[1] ?? ''), marks(text), place);
  t.end();
});

t.test('one thing is told in the singular', (t) => {
  t.equal(wordsOf('en').home.clients('1'), '1 device');
  t.equal(wordsOf('en').home.clients('1,000'), '1,000 devices');
  t.equal(wordsOf('de').home.clients('1'), '1 Gerät');
  t.equal(wordsOf('de').home.clients('2'), '2 Geräte');
  t.end();
});

t.test('the language is the chosen one, else the first that somebody reads, else English', (t) => {
  t.equal(languageOf('de', ['en-US']), 'de');
  t.equal(languageOf(null, ['fr', 'de-AT', 'en']), 'de');
  t.equal(languageOf('xx', ['fr']), 'en');
  t.equal(languageOf('toString', []), 'en');
  t.equal(localeOf('de', ['en', 'de-AT']), 'de-AT');
  t.equal(localeOf('en', ['de']), 'en');
  t.end();
});
