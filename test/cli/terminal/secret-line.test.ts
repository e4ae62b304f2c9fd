// What keys do to a line that is not shown.
import t from 'tap';
import { SecretLine } from '../../../src/cli/terminal/secret-line.ts';
import type { SecretState } from '../../../src/cli/terminal/secret-line.ts';

const TYPED: readonly (readonly [
  when: string,
  keys: readonly string[],
  text: string,
  state: SecretState,
  rest: string,
])[] = [
  ['a line', ['geheim', '\r'], 'geheim', 'done', ''],
  ['key by key', ['a', 'b', '\n'], 'ab', 'done', ''],
  ['two lines at once', ['one\rtwo\r'], 'one', 'done', 'two\r'],
  ['no end yet', ['one'], 'one', 'open', ''],
  ['erased', ['ä€😀x', '\u007F', '\b', 'y\r'], 'ä€y', 'done', ''],
  ['nothing to erase', ['\u007F', 'a\r'], 'a', 'done', ''],
  ['begun anew', ['wrong\u0015right\r'], 'right', 'done', ''],
  ['an arrow', ['a\u001B[Db\u001BOPc\r'], 'abc', 'done', ''],
  ['a tab', ['a\tb\r'], 'ab', 'done', ''],
  ['Ctrl-C', ['abc', '\u0003'], 'abc', 'given up', ''],
  ['Ctrl-D at first', ['\u0004'], '', 'given up', ''],
  ['Ctrl-D behind something', ['abc\u0004'], 'abc', 'done', ''],
];

t.test('keys do what they do in a terminal', (t) => {
  for (const [when, keys, text, state, rest] of TYPED) {
    const line = new SecretLine();
    const left = keys.map((part) => line.type(part)).join('');
    t.strictSame([line.text, line.state, left], [text, state, rest], when);
  }
  t.end();
});
