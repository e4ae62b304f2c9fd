// One mistake in the YAML is one fault, at the place where it is to be mended.
import { readFileSync } from 'node:fs';
import t from 'tap';
import { FaultLog } from '../../../src/config/config-error.ts';
import { readYamlTree } from '../../../src/config/yaml/yaml-tree.ts';

function faultsOf(text: string): string[] {
  const faults = new FaultLog('f');
  readYamlTree(text, faults);
  return faults.inOrder().map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

t.test('a bracket or quote that is missing is told where its partner stands', (t) => {
  for (const [what, text, wanted] of [
    [
      'an open [',
      'a: { b: [x, c: y }\nd: e\n',
      ['1:9: this "[" is not closed; write the "]" that is missing'],
    ],
    [
      'an open {',
      'a: { b: x\nd: e\nf: [g]\n',
      ['1:4: this "{" is not closed; write the "}" that is missing'],
    ],
    [
      'two that are open',
      'a: { b: x\nd:\n  - [g\n  - h\n',
      [
        '1:4: this "{" is not closed; write the "}" that is missing',
        '3:5: this "[" is not closed; write the "]" that is missing',
      ],
    ],
    ['an open "', 'a: { b: "x, c: y }\nd: e\n', ['1:9: this " is not closed; write the " that is missing']],
    [
      'one } too many',
      'a: { b: x }}\nc: d\ne: { f: g }\n',
      ['1:12: "}" closes nothing: no "{" is open here; take it out, or write the "{" that is missing'],
    ],
    [
      'a { that is missing',
      "a: b: x, c: 'y' }\nd: e\n",
      ['1:17: "}" closes nothing: no "{" is open here; take it out, or write the "{" that is missing'],
    ],
  ] as const)
    t.strictSame(faultsOf(text), wanted, what);
  t.end();
});

t.test('mistakes that have nothing to do with each other are all told', (t) => {
  t.match(faultsOf('a: "x\\q"\nb: "y\\q"\nc: @x\n'), [/^1:6: Invalid escape/, /^2:6: /, /^3:4: /]);
  t.match(faultsOf('a:\n\tb: c\nd:\n\te: f\n'), [/^2:1: Tabs/, /^4:1: Tabs/]);
  t.end();
});

t.test('any bracket or quote of an example that is taken out is one fault, or none', (t) => {
  const text = readFileSync(new URL('../../../config/vlandns.demo.yaml', import.meta.url), 'utf8');
  let told = 0;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charAt(index);
    if (!'[]{}"\''.includes(letter)) continue;
    const faults = faultsOf(text.slice(0, index) + text.slice(index + 1));
    told += faults.length;
    t.ok(faults.length <= 1, `${index}: ${faults.join('; ')}`);
  }
  t.ok(told > 40, 'most are faults');
  t.end();
});
