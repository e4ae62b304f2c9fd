// House rules as they are read: what is taken can be kept, and what cannot is told with what to write.
import t from 'tap';
import { readRule } from '../../../src/config/grammar/rule-text.ts';
import { Pattern } from '../../../src/policy/rules/pattern.ts';

t.test('rules are read in their canonical form', async (t) => {
  for (const [text, canonical] of [
    ['example.org', 'example.org'],
    ['Example.ORG.', 'example.org'],
    ['*.example.org', '*.example.org'],
    ['_dmarc.example.org', '_dmarc.example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['com', 'com'],
    ['/^ad[0-9]+\\./', '/^ad[0-9]+\\./'],
    ['/a\\/b/', '/a\\/b/'],
  ] as const)
    t.strictSame(readRule(text), { value: canonical }, text);
});

t.test('an expression that is read can be matched with', async (t) => {
  for (const [text, name] of [
    ['/(?i)foo/', 'foo.example'],
    ['/FOO/', 'foo.example'],
    ['/(?P<ad>ads)\\./', 'ads.example'],
    ['/(?<ad>ads)\\./', 'ads.example'],
    ['/^ad\\d{1,1000}\\./', 'ad7.example'],
    ['/\\bads\\b/', 'the-ads.example'],
    ['/\\pL+[[:digit:]]/', 'a1.example'],
    ['/^(?:(?i:AD)|x){2}/', 'adx.example'],
  ] as const) {
    t.strictSame(readRule(text), { value: text }, text);
    t.ok(new Pattern(text).matches(name), `${text} matches ${name}`);
  }
});

t.test('what cannot be kept is told with what to write', async (t) => {
  for (const [text, fault] of [
    ['', /empty; write a name/],
    ['.', /every name; write "only: true"/],
    ['*', /"\*" may stand only in front/],
    ['*.*.example', /write the regular expression/],
    ['a!b.example', /"a!b\.example" has a character that no rule is about; write a name of letters/],
    ['a..b', /empty label/],
    ['//', /does not end with "\/"; write/],
    ['/', /does not end with "\/"; write/],
    ['/abc', /does not end with "\/"; write/],
    ['/Ads/i', /has letters behind its end; .* write "\/Ads\/"/],
    ['/(/', /missing closing \): `\(`; write a regular expression as .* \(RE2 syntax\)/],
    ['/*a/', /missing argument to repetition operator: `\*`; write/],
    ['/[z-a]/', /invalid character class range: `z-a`; write/],
    ['/a(?=b)/', /`\(\?=`; looking ahead or behind is not known in RE2 syntax; write what it is about/],
    ['/(?!x)a/', /looking ahead or behind .*\(allow\.rules/],
    ['/(?<=x)a/', /looking ahead or behind .*\(allow\.rules/],
    ['/(?<!x)a/', /looking ahead or behind .*\(allow\.rules/],
    ['/(a)\\1/', /`\\1`; what a group matched .* write the text itself/],
    ['/(?<n>a)\\k<n>/', /`\\k`; what a group matched .* write the text itself/],
    ['/a{1001}/', /invalid repeat count: `\{1001\}`; write \{LEAST,MOST\} with at most 1000/],
    ['/\\u0061/', /`\\u`; names are ASCII; write/],
    ['/(?>a)/', /`\(\?>`; RE2 syntax has no such group; write/],
    ['/[^]/', /missing closing \]: `\[\^\]`; write/],
  ] as const) {
    const reading = readRule(text);
    t.match('fault' in reading ? reading.fault : 'taken', fault, JSON.stringify(text));
  }
});
