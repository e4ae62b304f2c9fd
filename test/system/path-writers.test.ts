// Who may change what a path leads to, level by level.
import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { foreignWriter } from '../../src/system/path-writers.ts';

const USER = { uid: 4242, gid: 4343 };

const skip = process.getuid?.() === 0 ? false : 'giving folders away takes root';

t.test('each level of a path is looked at, and each link', { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'writers-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  const at = (name: string): string => join(folder, name);
  const make = (name: string, owner: readonly [number, number], mode: number): void => {
    mkdirSync(at(name), { recursive: true });
    chownSync(at(name), ...owner);
    chmodSync(at(name), mode);
  };
  make('roots/below', [0, 0], 0o755);
  make('users', [USER.uid, 0], 0o755);
  make('users/below', [0, 0], 0o755);
  make('users/below/deep', [0, 0], 0o755);
  make('groups', [0, USER.gid], 0o775);
  make('groups/below', [0, 0], 0o755);
  make('others', [1, 1], 0o755);
  make('open', [0, 0], 0o777);
  make('sticky', [0, 0], 0o1777);
  make('sticky/roots', [0, 0], 0o755);
  make('sticky/users', [USER.uid, USER.gid], 0o755);
  make('staff', [0, 50], 0o775);
  symlinkSync('../users/below', at('roots/link'));
  symlinkSync('roots/link', at('link-to-link'));
  symlinkSync(at('roots/below'), at('good-link'));
  symlinkSync(at('roots/below'), at('sticky/planted'));
  lchownSync(at('sticky/planted'), USER.uid, USER.gid);
  symlinkSync('loop', at('loop'));
  for (const [path, writer, isUser] of [
    ['roots/below', undefined],
    ['roots/not/there/yet', undefined],
    ['good-link', undefined],
    ['staff', undefined],
    ['sticky/roots', undefined],
    ['sticky/not-there', undefined],
    ['users', 'users', true],
    ['users/below', 'users', true],
    ['users/below/deep/not-there', 'users', true],
    ['groups/below', 'groups', true],
    ['open/below', 'open', true],
    ['others/below', 'others', false],
    ['roots/link', 'users', true],
    ['link-to-link/deep', 'users', true],
    ['roots/link/../../roots', 'users', true],
    ['sticky/users', 'sticky/users', true],
    ['sticky/planted', 'sticky/planted', true],
    ['loop', 'loop', false],
  ] as const)
    t.strictSame(
      foreignWriter(join(folder, path).includes('..') ? at(path) : `${folder}/${path}`, USER),
      writer === undefined ? undefined : { folder: at(writer), isUser },
      path,
    );
  t.strictSame(foreignWriter(at('users')), { folder: at('users'), isUser: false }, 'nobody asked about');
  t.end();
});
