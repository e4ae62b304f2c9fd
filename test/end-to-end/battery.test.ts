/**
 * The whole battery against vlandns. Afterwards the process must be as it was: alive, no uncaught exception in its log, no
 * descriptor left open.
 */
import t from 'tap';

import { GROUPS, openStand, runBattery, type Score } from './battery.ts';
import { builtMain } from '../support/build.ts';
import { descriptorCount, eventually } from '../support/daemon.ts';

t.setTimeout(120_000);
const stand = await openStand('vlandns', builtMain());
t.teardown(() => stand.close());

const titles = [...GROUPS, { letter: 'm', title: 'malformed messages of test/wire' }];
const before = descriptorCount(stand.server.pid);
const scores = await runBattery(stand, titles.map(({ letter }) => letter).join(''));

for (const { letter, title } of titles) {
  const those: Score[] = scores.filter(({ group }) => group === letter);
  t.test(`group ${letter}: ${title}`, async (t) => {
    t.ok(those.length > 0, 'has cases');
    for (const { name, faults } of those) t.same(faults, [], name);
  });
}

t.test('the server is as it was before', async (t) => {
  t.ok(stand.server.isAlive(), 'alive');
  t.notMatch(
    stand.server.log(),
    /uncaughtException|unhandledRejection|TypeError|RangeError/,
    'no exception in the log',
  );
  if (before === undefined) return;
  // Connections to upstreams may be kept for a while; a leak of one a query would be hundreds.
  const isBack = (): boolean => (descriptorCount(stand.server.pid) ?? 0) <= before + 8;
  t.ok(await eventually(isBack), `descriptors went from ${before} to ${descriptorCount(stand.server.pid)}`);
});
