// The table of planted faults is about the sources as they are: `npm run faults` takes minutes, and is not part of the suite.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { ROOT } from '../support/source-tree.ts';
import { FAULTS } from './table.ts';

t.test('each text that becomes a fault stands once in its source, and its test is there', (t) => {
  for (const [file, text, planted, test] of FAULTS) {
    const source = readFileSync(path.join(ROOT, 'src', file), 'utf8');
    t.equal(source.split(text).length - 1, 1, `${file}: ${text}`);
    t.not(planted, text, `${file}: something else is planted`);
    t.ok(existsSync(path.join(ROOT, 'test', `${test}.test.ts`)), `test/${test}.test.ts`);
  }
  t.end();
});

t.test('every folder of sources has faults planted in it', (t) => {
  const folders = new Set(FAULTS.map(([file]) => file.split('/')[0]));
  for (const folder of ['desk', 'clients', 'schedules', 'time', 'packaged', 'assembly', 'daemon', 'api'])
    t.ok(folders.has(folder), folder);
  t.end();
});
