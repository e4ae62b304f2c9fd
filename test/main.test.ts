// The entry, and the scripts behind npm start: a Node that is too old, and a port that is taken, are told in a sentence.
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { builtMain } from './support/build.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const { engines, version }: { engines: { node: string }; version: string } = JSON.parse(
  readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
);

/** Runs a script as if Node were of another version. */
function runOn(node: string, script: string, args: readonly string[] = []) {
  const pretend = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'${node}'}})`;
  return spawnSync(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(pretend)}`, script, ...args],
    { cwd: ROOT, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } },
  );
}

t.test('a Node that is too old is told what is needed, by the program and by npm start', (t) => {
  const needed = engines.node.replace(/^\D*/, '');
  for (const script of [builtMain(), 'scripts/prepare.mjs'])
    for (const node of ['18.20.8', '20.18.1']) {
      const { status, stderr, stdout } = runOn(node, script, ['--version']);
      t.same({ status, stdout }, { status: 1, stdout: '' }, `${script} on ${node}`);
      t.match(stderr, new RegExp(`needs Node ${needed} or later, and this is v`));
      t.notMatch(stderr, /\n {4}at /, 'without a stack trace');
    }
  for (const node of [`${needed}.0`, '22.0.0'])
    t.match(runOn(node, builtMain(), ['--version']), { status: 0, stdout: `vlandns ${version}\n` }, node);
  t.end();
});

t.test('the version is told to programs, too', (t) => {
  const { stdout, status } = spawnSync(process.execPath, [builtMain(), '--version', '--json'], {
    encoding: 'utf8',
  });
  t.equal(status, 0);
  t.same(JSON.parse(stdout), { version, node: process.version });
  t.end();
});

t.test('the demo ends with a sentence where its port is taken, and starts no daemon', async (t) => {
  const holder = createSocket('udp4');
  t.teardown(() => holder.close());
  holder.bind(5390, '127.0.0.1');
  // Where somebody else has it, it is as taken.
  await Promise.race([once(holder, 'listening'), once(holder, 'error')]);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/demo.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  t.equal(status, 1);
  t.equal(stdout, '', 'no daemon has said anything');
  t.match(
    stderr,
    /^127\.0\.0\.1 port 5390\/udp, .* is in use, .*: find it with .*, stop it and try again\n$/,
  );
});
