/**
 * The whole battery against vlandns, with plain and with batched I/O. Afterwards the process must be as it was: alive, no
 * uncaught exception in its log, no descriptor left open.
 */
import t from 'tap';
import type { Test } from 'tap';

import { GROUPS, openStand, runBattery, type Score } from './battery.ts';
import { builtMain } from '../support/build.ts';
import { descriptorCount, eventually } from '../support/daemon.ts';
import { UDP_KINDS } from '../support/udp-kinds.ts';

t.setTimeout(240_000);
// Both at once: what takes long is waiting for upstreams that do not answer.
t.jobs = UDP_KINDS.length;

const titles = [...GROUPS, { letter: 'm', title: 'malformed messages of test/wire' }];

for (const { name: io, skip } of UDP_KINDS)
  t.test(`with ${io} I/O`, { skip }, async (t) => {
    const stand = await openStand('vlandns', { main: builtMain(), io });
    t.teardown(() => stand.close());
    const before = descriptorCount(stand.server.pid);
    const scores = await runBattery(stand, titles.map(({ letter }) => letter).join(''));
    for (const { letter, title } of titles)
      t.test(`group ${letter}: ${title}`, async (t) => {
        judge(
          t,
          scores.filter(({ group }) => group === letter),
        );
      });

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
      t.ok(
        await eventually(isBack),
        `descriptors went from ${before} to ${descriptorCount(stand.server.pid)}`,
      );
    });
  });

function judge(t: Test, those: readonly Score[]): void {
  t.ok(those.length > 0, 'has cases');
  for (const { name, faults } of those) t.same(faults, [], name);
}
