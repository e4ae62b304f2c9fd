import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { own } from '../../../../src/recorder/store/file/owner.ts';
import { shortFolder } from '../../../support/log-stand.ts';

t.test('one of many that begin at once becomes the owner', async (t) => {
  const file = path.join(shortFolder(t), 'owner');
  const first = await own(file);
  const others = await Promise.all([own(file), own(file)].map(async (other) => other.catch(() => undefined)));
  t.strictSame(others, [undefined, undefined]);
  first?.release();
  t.notOk(existsSync(file));
  const next = await own(file);
  t.ok(next);
  next?.release();
});

t.test('what a killed owner has left is taken over', async (t) => {
  const folder = shortFolder(t);
  const file = path.join(folder, 'owner');
  const listen = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', listen, file]);
  t.ok(existsSync(file));
  const owner = await own(file);
  t.ok(owner);
  t.strictSame(readdirSync(folder), ['owner'], 'and nothing stays beside it');
  owner?.release();
});

t.test('a path that is too long for a socket is said, not cut', async (t) => {
  await t.rejects(own(path.join(shortFolder(t), 'x'.repeat(100))), /use a shorter state folder/);
});
