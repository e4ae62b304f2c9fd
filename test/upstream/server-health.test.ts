// What answers and silence make of a server: up or down, and how long it is waited for.
import t from 'tap';
import { ServerHealth } from '../../src/upstream/server-health.ts';

t.test('a slow server is waited for as long as it takes, within bounds', (t) => {
  const table: [what: string, roundTrips: number[], least: number, most: number][] = [
    ['nothing known', [], 1500, 1500],
    ['fast', [20, 21, 19], 1500, 1500],
    ['always 1.7 s', Array.from({ length: 50 }, () => 1700), 2100, 2500],
    ['1.7 s for the first time', [1700], 2500, 2500],
    ['fast until now', [...Array.from({ length: 50 }, () => 20), 1700], 1800, 2500],
    ['slow once, long ago', [1700, ...Array.from({ length: 100 }, () => 20)], 1500, 1500],
    ['slower than can be waited for', [9000], 2500, 2500],
  ];
  for (const [what, roundTrips, least, most] of table) {
    const health = new ServerHealth();
    for (const ms of roundTrips) health.answered(ms);
    const patienceMs = health.patienceMs(1500, 2500);
    t.ok(patienceMs >= least && patienceMs <= most, `${what}: ${patienceMs}`);
  }
  t.end();
});

t.test('what was waited for in vain makes nobody wait longer', (t) => {
  const health = new ServerHealth();
  for (let i = 0; i < 10; i++) {
    health.failed(i);
    health.overtaken(1500 * i);
  }
  t.equal(health.patienceMs(1500, 2500), 1500);
  t.ok(health.isDown);
  health.answered(1700);
  t.notOk(health.isDown);
  t.end();
});

t.test('a server that is down is tried after pauses that double', (t) => {
  const health = new ServerHealth();
  for (let i = 0; i < 3; i++) health.failed(0);
  const probes: number[] = [];
  for (let ms = 0; ms < 120_000; ms += 500) if (health.takeProbe(ms)) probes.push(ms / 1000);
  t.strictSame(probes, [1, 3, 7, 15, 31, 61, 91]);
  t.end();
});
