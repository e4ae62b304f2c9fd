// What is kept for the next start: in a folder that no other user can write to, and never a reason not to start.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Test } from 'tap';
import { keepCompiled } from '../../src/system/compile-cache.ts';
import { builtMain } from '../support/build.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HAS_CACHE = 'enableCompileCache' in module;

/** A copy of the program, and where it keeps what was compiled. */
function copied(t: Test) {
  const folder = t.testdir();
  const dist = path.join(folder, 'dist');
  cpSync(path.dirname(builtMain()), dist, {
    recursive: true,
    filter: (file) => !file.includes('.compile-cache'),
  });
  for (const name of ['package.json', 'node_modules'])
    symlinkSync(path.join(ROOT, name), path.join(folder, name));
  const start = () =>
    spawnSync(process.execPath, [path.join(dist, 'main.js'), 'version'], { encoding: 'utf8' });
  return { kept: path.join(dist, '.compile-cache'), start };
}

t.test('what was compiled is kept beside the program, for its own user', (t) => {
  const { kept, start } = copied(t);
  for (const time of ['first', 'second'])
    t.match(start(), { status: 0, stdout: /^vlandns /, stderr: '' }, time);
  t.equal(existsSync(kept), HAS_CACHE);
  if (HAS_CACHE) {
    t.equal(statSync(kept).mode & 0o777, 0o700);
    t.ok(readdirSync(kept).length > 0);
  }
  t.end();
});

t.test('the program starts where nothing can be kept', (t) => {
  for (const [what, spoil] of [
    ['a file in the way', (kept: string) => writeFileSync(kept, '')],
    ['a folder that nobody may write to', (kept: string) => mkdirSync(kept, { mode: 0o500 })],
    ['a link that leads nowhere', (kept: string) => symlinkSync('/nonexistent/place', kept)],
  ] as const) {
    const { kept, start } = copied(t);
    spoil(kept);
    t.match(start(), { status: 0, stdout: /^vlandns /, stderr: '' }, what);
  }
  t.end();
});

t.test('a Node without such a cache is left alone', (t) => {
  const folder = path.join(t.testdir(), 'kept');
  keepCompiled(folder, { builtinModules: [] });
  t.notOk(existsSync(folder));
  t.end();
});
