import { readFileSync } from 'node:fs';
import t from 'tap';
import { bypassNames } from '../../src/packaged/bypass-names.ts';

t.test('each name is told with the line of the file that it stands in', (t) => {
  const { file, names } = bypassNames();
  const lines = readFileSync(file, 'utf8').split('\n');
  t.ok(names.length > 50, `${names.length} names`);
  t.ok(
    names.every(({ text }) => /^[a-z0-9.-]+$/.test(text)),
    'comments and empty lines are none of them',
  );
  t.strictSame(
    names.filter(({ text, line }) => lines[line - 1]?.replace(/\s*#.*/, '').trim() !== text),
    [],
  );
  t.end();
});
