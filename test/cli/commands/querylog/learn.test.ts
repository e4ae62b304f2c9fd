import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openHouse, runHere, WITHOUT_LISTS } from '../../../support/house.ts';
import { MemoryHistory, serveHistory, toldQuery } from '../../../support/memory-history.ts';

const NAMES = [
  'time.vendor.example',
  'a.cloud.vendor.com',
  'b.cloud.vendor.com',
  'c.cloud.vendor.com',
  'd.cloud.vendor.com',
  'odd\\.label.vendor.com',
  '_srv._tcp.vendor.com',
];

t.test(
  'what is proposed passes check, and blocks nothing that was asked for but what no rule can say',
  async (t) => {
    const house = await openHouse(t, WITHOUT_LISTS);
    const blocked = { name: 'casino.example', blocked: true };
    await serveHistory(
      t,
      house.socket,
      new MemoryHistory([
        ...NAMES.map((name) => toldQuery({ name })),
        toldQuery({ name: NAMES[0]! }),
        toldQuery(blocked),
        toldQuery({ name: 'servers.example', vlan: 'servers' }),
      ]),
    );
    const { stdout, status } = await house.runHere(['learn', 'kids']);
    t.equal(status, 0);
    t.match(stdout, /9 queries/);
    t.match(stdout, /- "\*\.cloud\.vendor\.com" # 4 names, such as a\.cloud/);
    t.match(stdout, /- "time\.vendor\.example" # 2 queries/);
    t.match(stdout, /left out: 1 names, such as\n# {3}casino\.example/);
    t.match(stdout, /no rule can say them: 1 names, such as\n# {3}odd/);
    t.notMatch(stdout, 'servers.example');

    const written = readFileSync(house.file, 'utf8');
    const policy = stdout.slice(stdout.indexOf('policies:\n') + 'policies:\n'.length);
    const draft = join(house.folder, 'draft.yaml');
    writeFileSync(
      draft,
      written
        .replace('policies:\n', `policies:\n${policy}`)
        .replace(/policy: kids/, 'policy: kids-only')
        .replace(/\n {2}kids: \{ block.*/, ''),
    );
    const checked = await runHere(['check', '-c', draft]);
    t.equal(checked.status, 0, checked.stderr + checked.stdout);
    const { stdout: replayed } = await runHere([
      'check',
      '-c',
      draft,
      '--against',
      house.file,
      '--log',
      '7d',
    ]);
    t.match(replayed, /of 10 queries for 9 names/);
    t.match(replayed, /newly blocked: 1 names in 1 queries/);
    t.match(replayed, /newly allowed: none/);
  },
);

t.test('a name that is taken is not proposed again', async (t) => {
  const house = await openHouse(t, {
    ...WITHOUT_LISTS,
    policies: 'policies:\n  open: { extends: kids-only }\n  kids: {}\n  kids-only: {}\n',
  });
  await serveHistory(t, house.socket, new MemoryHistory([toldQuery()]));
  t.match((await house.runHere(['learn', 'kids'])).stdout, /\n {2}kids-only-2:\n/);
});

t.test('where nothing was asked for there is nothing to propose', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  await serveHistory(t, house.socket, new MemoryHistory([]));
  const none = await house.runHere(['learn', 'kids']);
  t.equal(none.status, 1);
  t.match(none.stdout, /there is nothing to propose/);
  for (const words of [[], ['kids', 'servers'], ['kids', '--days', 'x'], ['nobody']])
    t.equal((await house.runHere(['learn', ...words])).status, 2, words.join(' '));
});
