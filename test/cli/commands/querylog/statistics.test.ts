import t from 'tap';
import { openHouse, WITHOUT_LISTS } from '../../../support/house.ts';
import { MemoryHistory, serveHistory } from '../../../support/memory-history.ts';

const HOUR_MS = 3_600_000;
const SUM = { policy: 'kids', queries: 10, blocked: 2, cached: 5, failed: 1 };

t.test('days are those of the zone, also the one of 25 hours', async (t) => {
  const house = await openHouse(t, {
    ...WITHOUT_LISTS,
    server: 'server: { state: state, time_zone: Europe/Berlin }',
  });
  const history = new MemoryHistory([]);
  // The clock goes back in the night to 2026-10-25: that day is from 22:00 UTC to 23:00 UTC of the next.
  const midnight = Date.parse('2026-10-24T22:00:00Z');
  history.sums = Array.from({ length: 27 }, (_, i) => ({
    ...SUM,
    fromMs: midnight + (i - 1) * HOUR_MS,
    vlan: 'kids',
  }));
  history.sums.push({ ...SUM, fromMs: midnight, vlan: 'servers', policy: 'open', cached: 10 });
  history.sums.push({ ...SUM, fromMs: midnight, vlan: 'kids', policy: 'open', blocked: 0 });
  await serveHistory(t, house.socket, history);
  const ask = ['statistics', '--since', '2026-10-20', '--until', '2026-10-30'];
  const { stdout } = await house.runHere(ask);
  t.strictSame(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/)),
    [
      ['DAY', 'VLAN', 'QUERIES', 'BLOCKED', 'CACHED', 'FAILED'],
      ['2026-10-24', 'kids', '10', '2', '20 %', '50 %', '1'],
      ['2026-10-25', 'kids', '260', '50', '19 %', '50 %', '26'],
      ['2026-10-25', 'servers', '10', '2', '20 %', '100 %', '1'],
      ['2026-10-26', 'kids', '10', '2', '20 %', '50 %', '1'],
    ],
  );
  const hours = (await house.runHere([...ask, '--per', 'hour', '--vlan', 'servers'])).stdout;
  t.match(hours, /HOUR .*\n2026-10-25 00:00 {2}servers/);
  const { statistics }: { statistics: unknown[] } = JSON.parse(
    (await house.runHere([...ask, '--json'])).stdout,
  );
  t.equal(statistics.length, 4);
  t.match(statistics[0], { from: '2026-10-24', vlan: 'kids', queries: 10 });
});

t.test('without any, and with words that it does not take, it says so', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  await serveHistory(t, house.socket, new MemoryHistory([]));
  const none = await house.runHere(['statistics']);
  t.equal(none.status, 1);
  t.match(none.stdout, /no query is in the statistics/);
  t.match(await house.runHere(['statistics', '--per', 'week']), {
    status: 2,
    stderr: /neither hour nor day/,
  });
  t.match(await house.runHere(['statistics', 'kids']), { status: 2, stderr: /write: vlandns statistics/ });
});
