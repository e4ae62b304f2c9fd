import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { FetchFault } from '../../../src/lists/fetch/fetch-fault.ts';
import type { NewCopy } from '../../../src/lists/fetch/source-fetch.ts';
import { SourceStore } from '../../../src/lists/store/source-store.ts';

const url = 'https://lists.example/hosts.txt';
const validators = { etag: '"one"', lastModified: 'Fri, 02 Jan 2026 00:00:00 GMT' };
const now = Date.UTC(2026, 0, 2);

async function openStore(folder: string, at = now): Promise<SourceStore> {
  const store = new SourceStore({ folder, now: () => at });
  await store.open();
  return store;
}

/** A new copy as a fetch leaves it. */
function fetched(store: SourceStore, text: string, from = url): NewCopy {
  const file = store.candidateOf(from);
  writeFileSync(file, text);
  return { state: 'new', file, octets: text.length, validators };
}

/** A folder with one accepted copy. */
async function keepOne(t: Test): Promise<{ folder: string; store: SourceStore; record: string }> {
  const folder = t.testdir();
  const store = await openStore(folder);
  await store.accept(url, fetched(store, 'ads.example\n'));
  return { folder, store, record: store.fileOf(url).replace(/txt$/, 'json') };
}

t.test('a new copy replaces the old one and its validators', async (t) => {
  const { folder, store } = await keepOne(t);
  await store.accept(url, {
    ...fetched(store, 'more.example\nads.example\n'),
    validators: { etag: '"two"', lastModified: undefined },
  });
  t.equal(readFileSync(store.fileOf(url), 'utf8'), 'more.example\nads.example\n');
  t.same(await store.validatorsOf(url), { etag: '"two"', lastModified: undefined });
  t.equal(readdirSync(folder).length, 2, 'nothing else is left');
});

t.test('the next process knows what this one kept', async (t) => {
  const { folder } = await keepOne(t);
  const store = await openStore(folder);
  t.same(await store.recordOf(url), { url, ...validators, fetchedAtMs: now, octets: 12 });
  t.equal(readFileSync(store.fileOf(url), 'utf8'), 'ads.example\n');
});

t.test('the folder is made with all folders above it', async (t) => {
  const store = await openStore(join(t.testdir(), 'deep', 'down'));
  await store.accept(url, fetched(store, 'ads.example\n'));
  t.ok(existsSync(store.fileOf(url)));
});

t.test('file names tell sources apart and show the host', async (t) => {
  const store = new SourceStore({ folder: '' });
  t.match(store.fileOf(url), /^[0-9a-f]{16}-lists\.example\.txt$/);
  t.not(store.fileOf(url), store.fileOf(`${url}?2`));
  t.not(store.candidateOf(url), store.candidateOf(url), 'two fetches never share a file');
  t.match(store.fileOf('https://[2001:db8::1]/../x'), /^[0-9a-f]{16}-2001db81\.txt$/);
  t.match(store.fileOf('../../etc/passwd'), /^[0-9a-f]{16}-passwd\.txt$/);
});

t.test('an unchanged list keeps its copy and its validators, and is as good as new', async (t) => {
  const { folder } = await keepOne(t);
  const store = await openStore(folder, now + 1000);
  await store.accept(url, { state: 'unchanged' });
  t.same(await store.recordOf(url), { url, ...validators, fetchedAtMs: now + 1000, octets: 12 });
});

t.test('an unchanged list of which nothing is known leaves nothing', async (t) => {
  const folder = t.testdir();
  const store = await openStore(folder);
  await store.accept(url, { state: 'unchanged' });
  t.same(readdirSync(folder), []);
});

t.test('a copy that was not accepted goes, and the last good one stays', async (t) => {
  const { folder, store } = await keepOne(t);
  await store.discard(fetched(store, 'bad\n'));
  await store.discard({ state: 'unchanged' });
  await store.discard({ state: 'failed', reason: 'no reason' });
  t.equal(readFileSync(store.fileOf(url), 'utf8'), 'ads.example\n');
  t.equal(readdirSync(folder).length, 2);
});

t.test('opening removes what was left half done, and nothing else', async (t) => {
  const { folder, store } = await keepOne(t);
  fetched(store, 'half of a li');
  writeFileSync(join(folder, 'notes.new'), 'of somebody else');
  const again = await openStore(folder);
  t.same(
    readdirSync(folder).filter((name) => name.endsWith('.new')),
    ['notes.new'],
  );
  t.same(await again.validatorsOf(url), validators);
});

t.test('sweeping removes copies of sources that are gone, and nothing else', async (t) => {
  const { folder, store } = await keepOne(t);
  const old = 'https://old.example/list';
  await store.accept(old, fetched(store, 'old.example\n', old));
  const underWay = fetched(store, 'half of a li', 'https://new.example/');
  writeFileSync(join(folder, 'notes.txt'), 'of somebody else');
  const swept = await store.sweep([url]);
  t.equal(swept.length, 2);
  t.notOk(existsSync(store.fileOf(old)));
  t.ok(existsSync(store.fileOf(url)));
  t.ok(existsSync(underWay.file), 'a fetch under way is left alone');
  t.ok(existsSync(join(folder, 'notes.txt')));
  t.same(await store.sweep([url]), []);
});

const damages: [what: string, damage: (record: string, copy: string) => void][] = [
  ['an empty record', (record) => truncateSync(record)],
  ['half a record', (record) => truncateSync(record, 30)],
  ['a record that is not a map', (record) => writeFileSync(record, 'null')],
  [
    'a record of another URL',
    (record) => writeFileSync(record, JSON.stringify({ url: 'https://example.com/' })),
  ],
  ['a record without size', (record) => edit(record, { octets: undefined })],
  ['a record with a time that is none', (record) => edit(record, { fetchedAtMs: 'yesterday' })],
  ['a shorter copy than was recorded', (_, copy) => truncateSync(copy, 5)],
  ['a longer copy than was recorded', (_, copy) => writeFileSync(copy, 'ads.example\nmore.example\n')],
];

function edit(record: string, change: object): void {
  writeFileSync(record, JSON.stringify({ url, ...validators, fetchedAtMs: now, octets: 12, ...change }));
}

for (const [what, damage] of damages) {
  t.test(`${what} means no validators`, async (t) => {
    const { store, record } = await keepOne(t);
    damage(record, store.fileOf(url));
    t.equal(await store.validatorsOf(url), undefined);
    await store.accept(url, fetched(store, 'good.example\n'));
    t.same(await store.validatorsOf(url), validators, 'and the next copy mends it');
  });
}

t.test('validators that cannot be sent are not given', async (t) => {
  const { store, record } = await keepOne(t);
  edit(record, { etag: 'a\r\nhost: b', lastModified: 'x'.repeat(5000) });
  t.same(await store.validatorsOf(url), { etag: undefined, lastModified: undefined });
  edit(record, { etag: 7, lastModified: null });
  t.same(await store.validatorsOf(url), { etag: undefined, lastModified: undefined });
});

t.test('a copy that cannot be put in place leaves the last good one', async (t) => {
  const { store } = await keepOne(t);
  const lost: NewCopy = { state: 'new', file: store.candidateOf(url), octets: 1, validators };
  await t.rejects(store.accept(url, lost), { message: /cannot be written to: ENOENT/ });
  t.equal(readFileSync(store.fileOf(url), 'utf8'), 'ads.example\n');
  t.equal(await store.validatorsOf(url), undefined, 'which is fetched whole next time');
});

t.test(
  'a full disk is said, and the copy counts without its record',
  { skip: existsSync('/dev/full') ? false : 'there is no /dev/full here' },
  async (t) => {
    const folder = t.testdir();
    const store = await openStore(folder);
    const copy = fetched(store, 'ads.example\n');
    // Where the record is written first.
    symlinkSync('/dev/full', copy.file.replace('.1.new', '.2.new'));
    await t.rejects(store.accept(url, copy), new FetchFault(`the disk of ${folder} is full`));
    t.equal(readFileSync(store.fileOf(url), 'utf8'), 'ads.example\n');
    t.equal(await store.validatorsOf(url), undefined);
    t.equal(readdirSync(folder).length, 1, 'nothing half done is left');
  },
);

t.test(
  'a folder that may not be written to is said',
  { skip: process.getuid?.() === 0 ? 'root may write everywhere' : false },
  async (t) => {
    const { folder, store } = await keepOne(t);
    const copy = fetched(store, 'more.example\n');
    chmodSync(folder, 0o500);
    await t.rejects(store.accept(url, copy), new FetchFault(`${folder} may not be written to (EACCES)`));
    chmodSync(folder, 0o700);
    t.equal(readFileSync(store.fileOf(url), 'utf8'), 'ads.example\n');
  },
);

t.test('a folder that cannot be one is said', async (t) => {
  const folder = join(t.testdir({ file: '' }), 'file', 'lists');
  await t.rejects(openStore(folder), { message: /^.+\/lists cannot be written to: ENOTDIR/ });
});
