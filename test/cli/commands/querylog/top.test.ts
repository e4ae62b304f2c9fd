import t from 'tap';
import { openHouse, WITHOUT_LISTS } from '../../../support/house.ts';
import { MemoryHistory, serveHistory, toldQuery } from '../../../support/memory-history.ts';

const DAY_MS = 86_400_000;

t.test('names, clients and lists, of the last day unless told otherwise', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const blocked = {
    blocked: true,
    name: 'ads.example',
    reason: { kind: 'list', source: 'ads', text: 'list ads' },
    client: { address: '127.0.40.3', name: 'tablet' },
  } as const;
  await serveHistory(
    t,
    house.socket,
    new MemoryHistory([
      toldQuery({ name: 'old.example', unixMs: Date.now() - 2 * DAY_MS }),
      toldQuery(blocked),
      toldQuery(blocked),
      toldQuery(),
    ]),
  );
  const lines = async (...words: string[]): Promise<string[]> =>
    (await house.runHere(['top', ...words])).stdout.trimEnd().split('\n');
  t.strictSame(await lines('names'), [
    'QUERIES  BLOCKED         NAME',
    '      2        2  100 %  ads.example',
    '      1        0    0 %  www.example',
  ]);
  t.equal((await lines('names', '--since', '7d')).length, 4);
  t.strictSame(await lines('clients', '--limit', '1'), [
    'QUERIES  BLOCKED         CLIENT',
    '      2        2  100 %  tablet',
  ]);
  t.match(await lines('lists', '--blocked'), [/LIST$/, /ads$/]);
  t.match(await lines('names', '--vlan', 'servers'), [/no query of that kind/]);
  t.equal((await house.runHere(['top', 'names', '--vlan', 'servers'])).status, 1);
  const { stdout } = await house.runHere(['top', 'names', '--json']);
  t.match(JSON.parse(stdout), { ranked: [{ what: 'ads.example', queries: 2, blocked: 2 }, {}] });
});

t.test('it takes names, clients or lists', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  for (const words of [[], ['servers'], ['names', 'clients']]) {
    const { status, stderr } = await house.runHere(['top', ...words]);
    t.equal(status, 2);
    t.match(stderr, /write: vlandns top names\|clients\|lists/);
  }
});
