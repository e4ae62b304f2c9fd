// Text that outsiders wrote, on its way to a terminal or a log.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { isJournal, priorityOf, withPriorities } from '../../src/system/journal.ts';
import { toPrintable } from '../../src/system/printable.ts';
import { openRegular, openRegularSync } from '../../src/system/regular-file.ts';

t.test('what steers a terminal is shown, and not done', (t) => {
  for (const [what, text, shown] of [
    ['plain text', 'bücher.example\t日本\n', 'bücher.example\t日本\n'],
    ['ESC', '\u001b[31mred', '\\u001b[31mred'],
    ['CSI of C1', '\u009b31mred', '\\u009b31mred'],
    ['NEL, IND and OSC of C1', '\u0085\u0084\u009d', '\\u0085\\u0084\\u009d'],
    ['a carriage return', 'good\rbad', 'good\\u000dbad'],
    ['backspace and DEL', 'a\b\u007f', 'a\\u0008\\u007f'],
    ['an override of direction', 'a\u202egpj.exe', 'a\\u202egpj.exe'],
    ['isolates', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['separators of lines', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ] as const)
    t.equal(toPrintable(text), shown, what);
  const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('');
  t.strictSame(JSON.parse(toPrintable(JSON.stringify({ all }))), { all }, 'JSON says the same as before');
  t.end();
});

t.test('a line for the journal has the priority of its level, and no other line one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const { dev, ino } = statSync('/dev/null', { bigint: true });
  t.equal(isJournal(0, undefined), false);
  t.equal(isJournal(0, `${dev}:${ino + 1n}`), false, 'of another file');
  t.equal(isJournal(9999, `${dev}:${ino}`), false, 'of a descriptor that is closed');
  t.strictSame(['error', 'warn', 'info', 'debug', 'other'].map(priorityOf), [
    '<3>',
    '<4>',
    '<6>',
    '<7>',
    '<6>',
  ]);
  t.equal(
    withPriorities('a.yaml:1:1: error: x\nb.yaml: warning: y\n\nvlandns: z\n'),
    '<3>a.yaml:1:1: error: x\n<4>b.yaml: warning: y\n\n<3>vlandns: z\n',
  );
  t.end();
});

t.test('what is no regular file is an error at once, whichever it is', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'files-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  execFileSync('mkfifo', [at('pipe')]);
  writeFileSync(at('file'), 'text');
  const server = createServer().listen(at('socket'));
  t.teardown(() => server.close());
  const client = createConnection(at('socket'));
  await new Promise((done) => client.on('connect', done));
  client.destroy();
  for (const [path, said] of [
    [at('pipe'), /pipe is a named pipe, not a regular file/],
    [at('socket'), /socket is a socket, not a regular file/],
    [folder, /is a folder, not a regular file/],
    ['/dev/null', /is a device, not a regular file/],
    ['/dev/zero', /is a device, not a regular file/],
    [at('absent'), /ENOENT/],
  ] as const) {
    t.throws(() => openRegularSync(path), { message: said }, path);
    await t.rejects(openRegular(path), { message: said }, path);
  }
  const opened = await openRegular(at('file'));
  t.equal((await opened.readFile()).toString(), 'text');
  await opened.close();
});
