// desk.yaml on disk: what is written is whole, what others write is noticed, and what cannot be read is kept aside.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DeskFile, readDeskFile } from '../../src/desk/desk-file.ts';
import { entryToLine } from '../../src/desk/desk-line.ts';
import { inFileOrder } from '../../src/desk/desk-text.ts';
import { entry } from '../support/desk.ts';

const NOTHING = { entries: [], spent: [] };
const stateOf = (...ids: string[]) => ({ entries: inFileOrder(ids.map((id) => entry({ id }))), spent: [] });

t.test('what is written is read again, by this process once and by others', async (t) => {
  const folder = t.testdir();
  const file = new DeskFile(folder);
  t.strictSame(file.readChanged(), { state: NOTHING, faults: [] }, 'absent at first');
  t.equal(file.readChanged(), undefined, 'nobody has changed it');
  t.equal(await file.write(stateOf('one', 'two')), undefined);
  t.equal(file.readChanged(), undefined, 'what we wrote is no news');
  t.strictSame(readDeskFile(folder), { state: stateOf('one', 'two'), faults: [] });
  t.strictSame(new DeskFile(folder).readChanged(), { state: stateOf('one', 'two'), faults: [] });
  t.equal(statSync(file.path).mode & 0o777, 0o640, 'others do not read who did what');
});

t.test('states that come while one is written are written as the last of them', async (t) => {
  const folder = t.testdir();
  const file = new DeskFile(folder);
  const kept = await Promise.all(['one', 'two', 'three'].map((id) => file.write(stateOf(id))));
  t.strictSame(kept, [undefined, undefined, undefined]);
  t.match(readDeskFile(folder), { state: stateOf('three') });
  t.notOk(existsSync(`${file.path}.new`), 'nothing is left beside it');
});

t.test('what a person changed is read; bad lines are kept aside before it is written anew', async (t) => {
  const folder = t.testdir();
  const file = new DeskFile(folder);
  await file.write(stateOf('one'));
  const bad = '- { id: two, do: gra';
  writeFileSync(file.path, `${entryToLine(entry({ id: 'hand' }))}\n${bad}\n`);
  t.match(file.readChanged(), { state: { entries: [{ id: 'hand' }] }, faults: [{ line: 2, text: bad }] });
  await file.write(stateOf('hand'));
  t.match(
    readFileSync(`${file.path}.aside`, 'utf8'),
    /^# \d{4}.*\n# line 2 is no entry .*\n- \{ id: two, do: gra\n$/,
  );
  await file.write(stateOf('hand', 'next'));
  t.equal(readFileSync(`${file.path}.aside`, 'utf8').split(bad).length, 2, 'once');
});

t.test('what cannot be read at all is told and kept under another name', async (t) => {
  for (const [what, content] of [
    ['no UTF-8', Buffer.from([0x2d, 0xff, 0xfe])],
    ['too large', Buffer.alloc(4 * 1024 * 1024 + 1, 0x20)],
  ] as const) {
    const folder = t.testdir({ [what]: {} });
    const file = new DeskFile(join(folder, what));
    writeFileSync(file.path, content);
    t.match(file.readChanged(), { unreadable: /desk\.yaml is (?:not UTF-8|larger than 4 MiB)/ }, what);
    await file.write(stateOf('one'));
    t.ok(readFileSync(`${file.path}.damaged`).equals(content), `${what}: it is kept`);
    t.match(readDeskFile(join(folder, what)), { state: stateOf('one') }, `${what}: and written anew`);
  }
});

t.test('a file that is gone, or is none, is told', async (t) => {
  const folder = t.testdir();
  const file = new DeskFile(folder);
  await file.write(stateOf('one'));
  file.readChanged();
  rmSync(file.path);
  t.match(file.readChanged(), { unreadable: 'it is gone' });
  mkdirSync(file.path);
  t.match(file.readChanged(), { unreadable: /is a folder, not a regular file/ });
  t.match(readDeskFile(folder), { unreadable: /is a folder/ });
});

t.test(
  'where nothing can be written, that is said',
  { skip: process.getuid?.() === 0 && 'root writes anywhere' },
  async (t) => {
    const folder = t.testdir();
    chmodSync(folder, 0o500);
    t.match(await new DeskFile(folder).write(stateOf('one')), /EACCES/);
    chmodSync(folder, 0o700);
  },
);

t.test('where its folder is gone, that is said', async (t) => {
  const folder = join(t.testdir(), 'gone');
  t.match(await new DeskFile(folder).write(stateOf('one')), /ENOENT/);
});
