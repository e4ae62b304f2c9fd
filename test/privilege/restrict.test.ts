import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import type { RestrictionCalls } from '../../src/datagrams/system-calls.ts';
import { loadRestrictionCalls } from '../../src/datagrams/system-calls.ts';
import { restrict } from '../../src/privilege/restrict.ts';

/** Calls that write down what they are asked, and fail where the test says. */
function recorder(fails?: string) {
  const made: string[] = [];
  const call = (text: string): number => {
    made.push(text);
    return text === fails ? -1 : 0;
  };
  const calls: RestrictionCalls = {
    pledge: (promises) => call(`pledge ${promises}`),
    unveil: (path, permissions) => call(`unveil ${path} ${permissions}`),
    errno: () => 2,
  };
  return { made, load: () => Promise.resolve(calls) };
}

t.test('all may be read, and only what is given be written', async (t) => {
  const { made, load } = recorder();
  t.equal(await restrict(['/var/vlandns', '/var/log/vlandns'], load), undefined);
  const [pledge, ...unveils] = made.toReversed();
  t.strictSame(unveils.toReversed(), [
    'unveil / rx',
    'unveil /dev/null rwc',
    'unveil /var/vlandns rwc',
    'unveil /var/log/vlandns rwc',
    'unveil null null',
  ]);
  const promises = pledge?.split(' ').slice(1) ?? [];
  for (const promise of ['stdio', 'inet', 'recvfd', 'prot_exec', 'proc', 'exec', 'error'])
    t.ok(promises.includes(promise), promise);
  for (const promise of ['id', 'chown', 'unveil', 'wroute', 'sendfd', 'settime'])
    t.notOk(promises.includes(promise), promise);
});

t.test('what fails is told, and nothing is done after it', async (t) => {
  const { made, load } = recorder('unveil /var/vlandns rwc');
  t.equal(await restrict(['/var/vlandns', '/more'], load), 'unveil(/var/vlandns, rwc) failed: ENOENT');
  t.equal(made.at(-1), 'unveil /var/vlandns rwc');
  t.match(
    await restrict([], () => Promise.resolve('koffi cannot be used: it is not there')),
    /^pledge\(2\) cannot be called: koffi/,
  );
  if (process.platform !== 'openbsd') t.match(await loadRestrictionCalls(), /has no pledge\(2\)$/);
});

/** What a program may do that may do everything, and whether it can give anything up. */
const PERMITTED = `
const fs = require('node:fs');
const { spawnSync } = require('node:child_process');
const codeOf = (act) => { try { act(); return 'done'; } catch ({ code }) { return code; } };
const file = fs.openSync('file', 'w');
console.log(JSON.stringify({
  drops: typeof process.permission?.drop,
  write: codeOf(() => fs.writeSync(file, 'text')),
  sync: codeOf(() => fs.fsyncSync(file)),
  child: codeOf(() => { process.permission?.drop?.('child'); spawnSync(process.execPath, ['-v']); }),
}));`;

t.test("Node's own permissions leave a daemon that keeps files nothing to give up", (t) => {
  const program = join(t.testdir({ 'program.cjs': PERMITTED }), 'program.cjs');
  const run = (...words: string[]): unknown =>
    JSON.parse(
      execFileSync(process.execPath, [...words, program], {
        cwd: join(program, '..'),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  t.strictSame(
    run(),
    { drops: 'undefined', write: 'done', sync: 'done', child: 'done' },
    'without the flag at the start there is nothing to be dropped',
  );
  const major = Number(process.versions.node.split('.')[0]);
  const everything = ['--allow-fs-read=*', '--allow-fs-write=*', '--allow-child-process'];
  const told = run(major < 22 ? '--experimental-permission' : '--permission', ...everything);
  // What src/privilege/restrict.ts says. A Node that lets files be synced is one to drop things on.
  if (major >= 24)
    t.strictSame(told, {
      drops: 'function',
      write: 'done',
      sync: 'ERR_ACCESS_DENIED',
      child: 'ERR_ACCESS_DENIED',
    });
  else t.match(told, { drops: 'undefined', write: 'done' });
  t.end();
});
