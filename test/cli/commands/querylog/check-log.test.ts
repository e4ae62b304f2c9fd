import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openHouse, runHere, WITHOUT_LISTS } from '../../../support/house.ts';
import { MemoryHistory, serveHistory, toldQuery } from '../../../support/memory-history.ts';

t.test('what was asked is put to both configurations, by the policies of who asked', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const draft = join(house.folder, 'draft.yaml');
  writeFileSync(
    draft,
    readFileSync(house.file, 'utf8').replace(
      'rules: [casino.example]',
      'rules: [news.example, shop.example]',
    ),
  );
  const client = (last: number) => ({ client: { address: `127.0.40.${last}` } });
  await serveHistory(
    t,
    house.socket,
    new MemoryHistory([
      toldQuery({ name: 'news.example', ...client(2) }),
      toldQuery({ name: 'news.example', ...client(3) }),
      toldQuery({ name: 'www.shop.example', client: undefined }),
      toldQuery({ name: 'casino.example', blocked: true }),
      toldQuery({ name: 'news.example', vlan: 'servers', client: { address: '127.0.60.2' } }),
      toldQuery({ name: 'news.example', vlan: 'gone' }),
      toldQuery({ name: 'old.example', unixMs: Date.now() - 9 * 86_400_000 }),
    ]),
  );
  const ask = ['check', '-c', draft, '--against', house.file, '--log', '7d'];
  const { stdout, status } = await runHere(ask);
  t.equal(status, 1);
  t.strictSame(stdout.replaceAll(house.folder, '').trimEnd().split('\n'), [
    'what /draft.yaml decides otherwise than /vlandns.yaml, of 6 queries for 3 names in the query log:',
    '1 queries are of VLANs or addresses that one of the two does not have, and were not tried',
    'newly blocked: 2 names in 3 queries of 3 clients',
    '  2  2 clients  news.example      blocked by name: news.example',
    '  1  1 client   www.shop.example  blocked by name: shop.example',
    'newly allowed: 1 names in 1 queries of 1 clients',
    '  1  1 client  casino.example  no rule and no list speaks about it; before: blocked by name: casino.example',
  ]);
  t.match(JSON.parse((await runHere([...ask, '--json', '--limit', '1'])).stdout), {
    queries: 6,
    names: 3,
    skipped: 1,
    newlyBlocked: {
      count: 2,
      queries: 3,
      first: [{ name: 'news.example', clients: ['kids 127.0.40.2', 'kids 127.0.40.3'] }],
    },
  });
  t.match((await runHere([...ask.slice(0, -1), 'soon'])).stderr, /--log: "soon" is not a duration/);
  t.match(await house.runHere(['check', '--log', '7d']), { status: 2, stderr: /belong to --against/ });
});

t.test('a schedule counts for what was asked while it held', async (t) => {
  const house = await openHouse(t, { ...WITHOUT_LISTS, server: 'server: { state: state, time_zone: UTC }' });
  const hour = 3_600_000;
  // The middle of an hour, so that it lies in the schedule whatever the time is now.
  const inside = Math.floor(Date.now() / hour) * hour - 2.5 * hour;
  const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  const draft = join(house.folder, 'draft.yaml');
  writeFileSync(
    draft,
    readFileSync(house.file, 'utf8').replace(
      'kids: { block: { rules: [casino.example] } }',
      `kids:
    block: { rules: [casino.example] }
    schedules: [{ name: lesson, from: "${clock(inside - hour / 2)}", to: "${clock(inside + hour / 2)}", block: everything }]`,
    ),
  );
  await serveHistory(
    t,
    house.socket,
    new MemoryHistory([
      toldQuery({ name: 'before.example', unixMs: inside - hour }),
      toldQuery({ name: 'during.example', unixMs: inside }),
      toldQuery({ name: 'after.example', unixMs: inside + hour }),
      toldQuery({ name: 'again.example', unixMs: inside + 1 }),
    ]),
  );
  const { stdout } = await runHere(['check', '-c', draft, '--against', house.file, '--log', '1d']);
  t.match(stdout, /newly blocked: 2 names in 2 queries/);
  t.match(stdout, /again\.example .*schedule lesson/);
  t.match(stdout, /during\.example .*schedule lesson/);
});
