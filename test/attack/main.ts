// npm run attack [-- --seconds N] [--rounds N] [--only TEXT]: what a client of another VLAN feels of each attack, as a table of
// medians. Status 1 where a query of it was lost or failed.
import { parseArgs } from 'node:util';
import t from 'tap';
import { ATTACK_NAMES } from './attacks.ts';
import { runAttacks } from './run-attacks.ts';
import type { Row } from './run-attacks.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

t.setTimeout(0);

t.test('attacks', { timeout: 0 }, async (t) => {
  const names = ATTACK_NAMES.filter((name) => name.includes(values.only));
  const pairs: [quiet: Row, attacked: Row][] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    await runAttacks(
      t,
      Number(values.seconds),
      (quiet, attacked) => {
        pairs.push([quiet, attacked]);
        t.comment(`${attacked.attack}: p99 ${quiet.p99Ms.toFixed(2)} to ${attacked.p99Ms.toFixed(2)} ms`);
      },
      { names },
    );
  }
  for (const name of names) {
    const own = pairs.filter(([, { attack }]) => attack === name);
    const median = (figure: (pair: [Row, Row]) => number): number =>
      own.map(figure).toSorted((a, b) => a - b)[own.length >> 1] ?? 0;
    const lost = own.reduce((sum, [, row]) => sum + row.lost + row.failed, 0);
    const ms = [([row]: [Row, Row]) => row, ([, row]: [Row, Row]) => row].map(
      (which) =>
        `p50 ${median((pair) => which(pair).p50Ms).toFixed(2)} p99 ${median((pair) => which(pair).p99Ms).toFixed(2)}`,
    );
    const memory = median(([quiet, row]) => row.residentOctets / quiet.residentOctets).toFixed(2);
    const loop = median(([, row]) => row.loopMaxMs).toFixed(1);
    const looked = median(([, row]) => row.attacked.queries);
    t.equal(
      lost,
      0,
      `${name}: quiet ${ms[0]} ms, attacked ${ms[1]} ms; ${lost} lost; RSS ${memory}; loop ${loop} ms; ${looked} looked at`,
    );
  }
});
